"""Paused while the customer waits."""

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
    table = fact_table("clock", rows, kind="pause")
    (value,) = compute({"clock": table}, [MeasureRequest.of("clock_integrity", **params)], period=MARCH, as_of=as_of)
    return value


def test_stretches_weigh_by_their_length_and_not_alike() -> None:
    """R13: one tenth of a long pause and all of a short one are not 55 %."""
    value = measured({"calendar_s": 9000, "waiting_s": 900}, {"calendar_s": 1000, "waiting_s": 1000})
    assert value.value == Fraction(19, 100)
    assert (value.numerator, value.denominator, value.n) == (1900, 10_000, 2)


def test_no_paused_time_has_no_share() -> None:
    value = measured({"calendar_s": 0, "waiting_s": 0})
    assert (value.value, value.n) == (None, 1)


def test_other_clocks_are_not_pauses() -> None:
    assert measured({"kind": "first_reply", "waiting_s": 5}).n == 0
