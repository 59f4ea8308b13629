"""What patterns say beside being right: the figure without the manipulation, what they leave out, what they lack."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from tallystick.measures.measure import catalogue
from tallystick.signals.evidence import Evidence
from tallystick.signals.pattern import SECTIONS, Detected, Figure, State, detect, pattern, patterns
from tests.signals.worlds.honest import honest
from tests.signals.worlds.injectors import INJECTORS, TEST, inject
from tests.signals.worlds.world import DAY, END_S, World

# Which way a KPI looks better; sums that are billed look better the higher they are.
BETTER = {
    "sla_attainment": 1, "reopen_rate": -1, "csat": 1, "throughput_ratio": 1, "contacts": 1, "hours": 1,
    "abandonment_rate": -1, "service_level": 1, "average_handle_time": 0,
}  # fmt: skip


def examined(name: str, seed: int = 7000, share: float = 0.03) -> tuple[World, Detected]:
    world = inject(honest(seed), name, share, TEST[name])
    return world, patterns()[name].detect(world.evidence())


def value(figure: Figure | None) -> Fraction:
    assert figure is not None
    assert figure.value is not None
    assert figure.n > 0
    return figure.value


@pytest.mark.parametrize("name", sorted(set(INJECTORS) - {"cherry_picking"}))
def test_the_reported_figure_is_the_flattered_one_and_both_come_with_their_n(name: str) -> None:
    _, found = examined(name)
    assert found.state is State.FOUND
    before, after = value(found.reported), value(found.recomputed)
    way = BETTER[patterns()[name].flatters]
    if way:
        assert (before - after) * way > 0
    else:
        assert before != after
    assert found.difference is not None
    assert found.difference != 0


def test_contacts_that_were_split_off_are_not_counted_again() -> None:
    world, found = examined("contact_splitting")
    assert found.reported is not None
    assert found.recomputed is not None
    assert found.reported.n - found.recomputed.n == len(found.cases)
    assert {one.id for one in found.cases} >= world.truth


def test_hours_of_ghosts_are_those_of_their_days() -> None:
    world, found = examined("ghost_agents")
    states = world.states
    worked = 0
    for at in range(len(states["agent"])):
        on = np.datetime64(int(states["from_s"][at]), "s").astype("datetime64[D]")
        named = f"{states['agent'][at]} {on}"
        if named in {one.id for one in found.cases} and states["state"][at] in (
            "available",
            "talk",
            "wrap",
            "case_work",
        ):
            worked += int(states["until_s"][at] - states["from_s"][at])
    assert value(found.reported) - value(found.recomputed) == Fraction(worked, 3600)


def test_a_case_excluded_after_it_was_worked_is_in_the_figure_again() -> None:
    _, found = examined("exclusion_stuffing")
    assert found.reported is not None
    assert found.recomputed is not None
    assert found.recomputed.n > found.reported.n


def test_every_flagged_row_has_its_key_its_instant_and_a_reason_with_a_number() -> None:
    for name in ("pending_parking", "call_avoidance", "double_billed"):
        _, found = examined(name)
        ids = [one.id for one in found.cases]
        assert len(ids) == len(set(ids))
        assert [one.at_s for one in found.cases] == sorted(one.at_s for one in found.cases)
        for one in found.cases:
            assert any(letter.isdigit() for letter in one.reason)
            assert one.key


def test_below_the_threshold_nobody_is_named_though_suspects_are_counted() -> None:
    _, found = examined("contact_splitting", share=0.004)
    assert found.state is State.CLEAR
    assert found.suspects > 0
    assert found.cases == ()
    assert found.recomputed == found.reported


def test_without_its_tables_a_pattern_says_what_is_lacking_and_no_figure() -> None:
    evidence = honest(7001, live=False).evidence()
    said = {one.pattern: one for one in detect(evidence)}
    for name in ("call_avoidance", "ghost_agents"):
        assert said[name].state is State.NO_DATA
        assert said[name].lacking == patterns()[name].reads
        assert said[name].reported is None
        assert said[name].chance is None
    bare = Evidence({}, {}, evidence.terms, "aurora", evidence.start_s, evidence.end_s)
    assert {one.state for one in detect(bare)} == {State.NO_DATA}


def test_an_empty_month_of_tables_that_exist_gives_no_data() -> None:
    evidence = honest(7002).evidence()
    far = Evidence(evidence.rows, evidence.facts, evidence.terms, "aurora", END_S + 300 * DAY, END_S + 330 * DAY)
    assert {one.state for one in detect(far)} <= {State.NO_DATA, State.CLEAR}
    assert not [one for one in detect(far) if one.cases or one.suspects]


def test_a_source_that_never_lifts_a_pause_accuses_nobody_of_leaving_it_on() -> None:
    world = honest(7003, live=False)
    events = world.events
    lifts = (events["kind"] == "status") & (events["value"] == "open") & (events["actor"] == "system")
    world.keep_events(~lifts)
    found = patterns()["pending_parking"].detect(world.evidence())
    assert found.state is State.CLEAR
    assert found.left_out > 100


def test_parking_that_is_left_on_is_told_apart_from_a_source_that_lifts_pauses() -> None:
    world, found = examined("pending_parking")
    assert found.state is State.FOUND
    assert {one.id for one in found.cases} >= world.truth


def test_the_same_rows_in_another_order_give_the_same_answer() -> None:
    evidence = inject(honest(7004), "pending_parking", 0.03, TEST["pending_parking"]).evidence()
    chance = np.random.default_rng(5)
    turned = {
        name: table.take(pa.array(chance.permutation(table.num_rows))) if table.num_rows else table
        for name, table in evidence.rows.items()
    }
    facts = {name: table.take(pa.array(chance.permutation(table.num_rows))) for name, table in evidence.facts.items()}
    again = Evidence(turned, facts, evidence.terms, "aurora", evidence.start_s, evidence.end_s)
    assert detect(again) == detect(evidence)


def test_a_pattern_has_a_finding_of_its_own_all_sections_and_a_kpi_that_is_counted() -> None:
    found = [one.finding for one in patterns().values()]
    assert len(found) == len(set(found))
    for name, one in patterns().items():
        assert set(one.sections) == {"", *SECTIONS}, name
        assert all(one.sections[part] for part in one.sections), name
        assert pattern(name) is one
        assert one.flatters in BETTER
    assert pattern("no_such_pattern") is None
    assert {"sla_attainment", "reopen_rate", "csat", "throughput_ratio"} <= set(catalogue())
