"""Surveys answered within their window."""

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
    table = fact_table("survey", rows, kind="csat")
    (value,) = compute({"survey": table}, [MeasureRequest.of("response_rate", **params)], period=MARCH, as_of=as_of)
    return value


def test_early_answers_wait_for_the_others() -> None:
    """Two sent on 30 March, one answered at once; on 1 April nobody may say 100 %."""
    sent = {"sent_at": "2026-03-30T08:00:00Z"}
    value = measured(sent, sent | {"answered_at": None}, as_of=datetime(2026, 4, 1, tzinfo=UTC))
    assert (value.value, value.pending) == (None, 2)


def test_an_answer_after_the_window_is_none() -> None:
    late = {"answered_at": "2026-03-09T08:00:01Z"}
    assert measured(late, {"answered_at": "2026-03-09T08:00:00Z"}).value == Fraction(1, 2)


def test_one_kind_of_survey_may_be_asked_for() -> None:
    value = measured({}, {"kind": "nps", "answered_at": None}, survey="csat")
    assert (value.value, value.n) == (1, 1)
