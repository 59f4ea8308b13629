"""Effort on one scale, turned the right way."""

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
    table = fact_table("survey", rows, kind="ces")
    (value,) = compute({"survey": table}, [MeasureRequest.of("ces", **params)], period=MARCH, as_of=as_of)
    return value


SEVEN = {"scale_min": 1, "scale_max": 7}


def test_a_scale_of_effort_is_turned_round() -> None:
    assert measured(SEVEN | {"score": 2, "higher_is_better": False}).value == 6


def test_scales_are_never_mixed() -> None:
    value = measured(SEVEN | {"score": 7}, {"score": 5})
    assert (value.value, value.excluded) == (7, (("other scale", 1),))
    assert measured(SEVEN | {"score": 7}, {"score": 5}, steps=5).value == 5


def test_the_share_of_easy_answers_is_a_share() -> None:
    value = measured(*(SEVEN | {"score": score} for score in (7, 5, 4, 1)), statistic="share")
    assert (value.value, value.kind, value.unit) == (Fraction(1, 2), "share", "ratio")
    assert value.interval is not None
