"""The catalogue in the simulator: what is found of what was laid in, and how often honest months are accused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from tallystick.signals.chance import ALARMS_A_YEAR
from tallystick.signals.pattern import Detected, State, detect, patterns
from tests.signals.worlds.honest import honest
from tests.signals.worlds.injectors import INJECTORS, TEST, TUNING, inject

SHARES = (0.01, 0.03, 0.10)
HONEST = 200
OF_CALLS = {"short_abandons", "call_avoidance", "interval_averaging", "handle_time_padding"}
OF_AGENTS = {"ghost_agents", "double_billed"}


@dataclass
class Tally:
    """Rows touched, flagged and both, and months in which the pattern was found."""

    touched: int = 0
    flagged: int = 0
    both: int = 0
    found: int = 0
    months: int = 0

    @property
    def recall(self) -> float:
        return self.both / self.touched

    @property
    def precision(self) -> float:
        return self.both / self.flagged if self.flagged else 0.0


def examined(pattern: str, share: float, seeds: Iterable[int]) -> Tally:
    tally = Tally()
    for seed in seeds:
        world = inject(honest(seed), pattern, share, TEST[pattern])
        found = patterns()[pattern].detect(world.evidence())
        named = {one.id for one in found.cases}
        tally.touched += len(world.truth)
        tally.flagged += len(named)
        tally.both += len(named & world.truth)
        tally.found += found.state is State.FOUND
        tally.months += 1
    return tally


def alarms(seeds: Iterable[int]) -> list[tuple[int, Detected]]:
    return [(seed, one) for seed in seeds for one in detect(honest(seed).evidence()) if one.state is State.FOUND]


def test_every_pattern_has_an_injector_and_parameters_of_its_own_for_the_examination() -> None:
    assert set(INJECTORS) == set(TEST) == set(TUNING) == set(patterns())
    assert len(patterns()) >= 15
    for name in TEST:
        assert TEST[name].keys() == TUNING[name].keys()
        for part in TEST[name]:
            assert TEST[name][part] != TUNING[name][part], (name, part)


@pytest.mark.parametrize("pattern", sorted(INJECTORS))
def test_three_per_cent_are_found_and_hardly_anybody_else_is_named(pattern: str) -> None:
    tally = examined(pattern, 0.03, range(5000, 5002))
    assert tally.touched
    assert tally.found == tally.months
    assert tally.recall >= 0.9
    assert tally.precision >= 0.8


def test_honest_months_are_not_accused() -> None:
    assert alarms(range(6000, 6012)) == []


def test_an_outage_put_on_hold_together_is_left_out_with_its_count_and_nobody_is_accused_of_parking() -> None:
    held = [patterns()["pending_parking"].detect(honest(seed, live=False).evidence()) for seed in range(6100, 6110)]
    assert max(one.left_out for one in held) >= 100
    assert {one.state for one in held} == {State.CLEAR}


@pytest.mark.long
def test_at_most_one_false_alarm_for_a_partner_and_year_over_all_patterns_on_200_honest_months() -> None:
    found = alarms(range(10_000, 10_000 + HONEST))
    print(f"{len(found)} alarms in {HONEST} honest months:", [(seed, one.pattern) for seed, one in found])  # noqa: T201
    assert len(found) * 12 <= HONEST
    assert ALARMS_A_YEAR <= 1


@pytest.mark.long
def test_recall_and_precision_by_case_over_ten_months_of_each_pattern_and_share() -> None:
    weak = []
    for pattern in sorted(INJECTORS):
        for share in SHARES:
            tally = examined(pattern, share, range(20_000, 20_010))
            print(  # noqa: T201
                f"{pattern:26} {share:5.0%} found {tally.found:2}/{tally.months} recall {tally.recall:6.1%}"
                f" precision {tally.precision:6.1%} of {tally.touched} rows"
            )
            enough = tally.recall >= 0.9 and tally.precision >= 0.8
            if share >= 0.03 and not enough:
                weak.append((pattern, share, tally))
    assert weak == []
