"""What stands late at the snapshot: how many, and how long."""

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
    table = fact_table("clock", rows, kind="first_reply")
    (value,) = compute({"clock": table}, [MeasureRequest.of("open_past_due", **params)], period=MARCH, as_of=as_of)
    return value


LATE = {"state": "running", "due_at": "2026-03-31T23:00:00Z"}


def test_none_late_among_many_is_0_and_not_none() -> None:
    value = measured({}, {"state": "running", "due_at": "2026-04-10T00:00:00Z"})
    assert (value.value, value.n, value.kind, value.unit) == (0, 2, "count", "clocks")


def test_answered_after_the_snapshot_was_open_at_the_snapshot() -> None:
    answered = {"due_at": "2026-03-31T12:00:00Z", "stop_at": "2026-04-01T09:00:00Z"}
    assert measured(answered).value == 1
    assert measured(answered | {"stop_at": "2026-03-31T13:00:00Z"}).value == 0


def test_paused_after_breaching_is_late_and_paused_before_is_not() -> None:
    paused = {"state": "running", "running_since": None, "due_at": None, "target_s": 60}
    assert measured(paused | {"business_s": 61}, paused | {"business_s": 60}).value == 1


def test_the_age_overdue_is_calendar_time_to_the_snapshot() -> None:
    """The snapshot is 1 April 00:00: overdue by one hour, and by two days."""
    older = LATE | {"due_at": "2026-03-30T00:00:00Z"}
    asked = {statistic: measured(LATE, older, {}, statistic=statistic) for statistic in ("mean", "median", "max")}
    assert [value.value for value in asked.values()] == [Fraction(3600 + 2 * 86_400, 2), 3600, 2 * 86_400]
    assert asked["max"].unit == "s"
    assert asked["max"].excluded == (("not past due", 1),)


def test_before_the_day_is_over_as_of_is_the_snapshot() -> None:
    assert measured(LATE, as_of=datetime(2026, 3, 31, 12, tzinfo=UTC)).value == 0
