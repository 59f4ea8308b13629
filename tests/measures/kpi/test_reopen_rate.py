"""Solved cases that came back."""

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
    (value,) = compute({"case": table}, [MeasureRequest.of("reopen_rate", **params)], period=MARCH, as_of=as_of)
    return value


def test_the_newest_days_wait_until_their_window_is_over() -> None:
    """A case that came back the day after waits like those that did not: else the newest week holds only bad news."""
    fresh = {"first_solved_at": "2026-03-28T00:00:00Z", "last_solved_at": "2026-03-28T00:00:00Z"}
    back = fresh | {"reopens_in_window": 1}
    assert measured(fresh, back, as_of=datetime(2026, 4, 3, tzinfo=UTC)).pending == 2
    assert measured(fresh, back, as_of=datetime(2026, 4, 4, tzinfo=UTC)).value == Fraction(1, 2)


def test_a_reopening_after_the_window_is_a_new_issue() -> None:
    assert measured({"reopens": 1, "reopens_in_window": 0}).value == 0


def test_the_window_is_a_parameter() -> None:
    fresh = {"first_solved_at": "2026-03-28T00:00:00Z"}
    assert measured(fresh, as_of=datetime(2026, 4, 3, tzinfo=UTC), window_s=86_400).n == 1
