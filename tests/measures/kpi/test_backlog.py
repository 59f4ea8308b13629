"""Open cases at the end of the period, in cases and in days."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from tallystick.measures.compute import compute
from tallystick.measures.example import fact_table
from tallystick.measures.measure import MeasureRequest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period

MARCH = Period.parse("2026-03", "UTC")
AS_OF = datetime(2026, 4, 15, tzinfo=UTC)


def measured(*rows: dict[str, Any], as_of: datetime = AS_OF, **params: Any) -> MeasureValue:
    table = fact_table("case", rows)
    (value,) = compute({"case": table}, [MeasureRequest.of("backlog", **params)], period=MARCH, as_of=as_of)
    return value


OPEN = {"first_solved_at": None, "last_solved_at": None, "status": "open"}


def test_no_open_case_among_many_is_0_and_not_none() -> None:
    value = measured({}, {}, {})
    assert (value.value, value.n) == (0, 3)
    assert value.interval is not None
    assert value.interval[0] == 0


def test_the_snapshot_is_the_end_of_the_period_and_not_as_of() -> None:
    """Solved on 3 April: open at the end of March, whenever one asks."""
    later = {"first_solved_at": "2026-04-03T00:00:00Z", "last_solved_at": "2026-04-03T00:00:00Z"}
    assert measured(later).value == 1


def test_a_case_created_after_the_snapshot_is_not_looked_at() -> None:
    assert measured(OPEN, OPEN | {"created_at": "2026-04-02T00:00:00Z"}).n == 1


def test_as_of_before_the_end_of_the_period_is_the_snapshot() -> None:
    early = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert measured({}, as_of=early).value == 1


def test_a_case_open_again_counts_and_a_merged_one_does_not() -> None:
    again = {"status": "open", "reopens": 1}
    value = measured(again, OPEN | {"merged_into": 1})
    assert (value.value, value.excluded) == (1, (("merged", 1),))


def test_days_are_the_backlog_over_the_pace_of_28_days() -> None:
    """Two open, seven resolved in the 28 days before 1 April: 2 x 28 / 7 = 8 days."""
    solved = {"first_solved_at": "2026-03-10T00:00:00Z", "last_solved_at": "2026-03-10T00:00:00Z"}
    before = {"created_at": "2026-02-01T00:00:00Z", "first_solved_at": "2026-03-03T00:00:00Z"}
    value = measured(OPEN, OPEN, *[solved] * 7, before | {"last_solved_at": "2026-03-03T00:00:00Z"}, measured="days")
    assert (value.value, value.unit, value.kind) == (Fraction(8), "days", "rate")
    assert (value.numerator, value.denominator, value.n) == (56, 7, 10)


def test_days_without_anything_resolved_have_no_value() -> None:
    value = measured(OPEN, measured="days")
    assert (value.value, value.n) == (None, 1)
