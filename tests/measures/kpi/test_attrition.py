"""Leavers against the mean of opening and closing headcounts, by month and over several."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from tallystick.measures.compute import compute
from tallystick.measures.measure import MeasureRequest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tests.facts.floor import Row, facts, whole
from tests.facts.streams.test_employment import person

STAYING = [person(f"p{place}", "2025-01-01") for place in range(9)]


def measured(*people: Row, period: str = "2026-03", as_of: str = "2026-07-01", **params: Any) -> MeasureValue:
    table = facts("employment", {"agent": whole("agent", people)})
    given = {"period": Period.parse(period, "UTC"), "as_of": datetime.fromisoformat(as_of).replace(tzinfo=UTC)}
    (value,) = compute({"employment": table}, [MeasureRequest.of("attrition", **params)], **given)
    return value


def test_a_quarter_adds_up_its_leavers_and_headcounts() -> None:
    """Ten on 1 January; one leaves in February: headcounts 10+10, 10+9, 9+9; 1/(57/6) in three months, x 4 a year."""
    gone = person("gone", "2025-01-01", "2026-02-10")
    quarter = measured(*STAYING, gone, period="2026-Q1")
    assert quarter.value == Fraction(1, 57) * 24 == 1 / (Fraction(57, 2) / 3) * Fraction(12, 3)
    assert measured(*STAYING, gone).value == 0


def test_who_leaves_on_the_last_day_of_the_month_left_in_it() -> None:
    gone = person("gone", "2025-01-01", "2026-03-31")
    assert measured(*STAYING, gone).value == Fraction(24, 10 + 9)
    assert measured(*STAYING, gone, period="2026-04").value == 0


def test_somebody_who_comes_and_goes_within_the_month_is_a_leaver_without_a_headcount() -> None:
    assert measured(*STAYING, person("short", "2026-03-02", "2026-03-20")).value == Fraction(24, 18)


def test_ways_of_leaving_are_told_apart_and_transfers_count_by_default() -> None:
    ways = ("voluntary", "involuntary", "transfer", "training")
    gone = [person(way, "2025-01-01", "2026-03-10", left_as=way) for way in ways]
    unknown = person("unknown", "2025-01-01", "2026-03-10")
    people = [*STAYING, *gone, unknown]
    leavers = {how: measured(*people, leavers=how).numerator for how in ("all", "without-transfers", *ways)}
    assert leavers == {"all": 120, "without-transfers": 96} | dict.fromkeys(ways, 24)


def test_only_agents_count_unless_another_role_is_asked_for() -> None:
    boss = person("boss", "2025-01-01", "2026-03-10", role="team_leader")
    value = measured(*STAYING, boss)
    assert (value.value, value.n, value.excluded) == (0, 9, (("people in another role", 1),))
    assert measured(*STAYING, boss, role="team_leader").value == 24
    assert measured(*STAYING, boss, role="everybody").n == 10


def test_a_month_that_is_not_over_waits() -> None:
    value = measured(*STAYING, as_of="2026-03-20")
    assert (value.value, value.n, value.pending) == (None, 0, 9)


def test_compounding_never_exceeds_everybody() -> None:
    """Nine of nine leave in one month: a monthly rate above one is everybody."""
    gone = [person(f"g{place}", "2025-01-01", "2026-03-10") for place in range(9)]
    assert measured(*gone).value == 24
    assert measured(*gone, year="compounding").value == 1
    one = measured(*STAYING, person("gone", "2025-01-01", "2026-03-10"), year="compounding")
    assert one.value == 1 - (1 - Fraction(2, 19)) ** 12
