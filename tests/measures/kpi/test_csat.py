"""Top boxes on whatever scale."""

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
    (value,) = compute({"survey": table}, [MeasureRequest.of("csat", **params)], period=MARCH, as_of=as_of)
    return value


def test_the_top_box_only_is_another_figure() -> None:
    rows = [{"score": score} for score in (5, 4, 4, 2)]
    assert measured(*rows).value == Fraction(3, 4)
    assert measured(*rows, boxes=1).value == Fraction(1, 4)


def test_on_good_and_bad_only_good_is_good() -> None:
    scale = {"scale_min": 0, "scale_max": 1}
    assert measured(scale | {"score": 1}, scale | {"score": 0}).value == Fraction(1, 2)


def test_a_scale_may_run_the_other_way() -> None:
    best = {"score": 1, "higher_is_better": False}
    assert measured(best, best | {"score": 2}, best | {"score": 3}).value == Fraction(2, 3)


def test_an_answer_belongs_to_the_day_it_was_given() -> None:
    """Sent in February, answered in March."""
    row = {"sent_at": "2026-02-27T08:00:00Z", "answered_at": "2026-03-01T08:00:00Z"}
    assert measured(row).n == 1
    assert measured(row, period_rule="created-in").n == 0


def test_scores_off_their_scale_are_left_out_and_counted() -> None:
    value = measured({"score": 9}, {"score": None}, {"score": 5})
    assert (value.n, value.excluded) == (1, (("off scale", 2),))
