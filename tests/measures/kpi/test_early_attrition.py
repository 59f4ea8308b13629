"""Who leaves early, by the months in which they started."""

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


def measured(*people: Row, period: str = "2026-03", as_of: str = "2026-08-01", **params: Any) -> MeasureValue:
    table = facts("employment", {"agent": whole("agent", people)})
    given = {"period": Period.parse(period, "UTC"), "as_of": datetime.fromisoformat(as_of).replace(tzinfo=UTC)}
    (value,) = compute({"employment": table}, [MeasureRequest.of("early_attrition", **params)], **given)
    return value


def test_a_leaver_belongs_to_the_month_of_the_first_day() -> None:
    """Started 20 March, left 2 May; one who started in February and left in March is February's."""
    march, february = person("a", "2026-03-20", "2026-05-02"), person("b", "2026-02-10", "2026-03-10")
    assert (measured(march, february).value, measured(march, february).n) == (1, 1)
    assert measured(march, february, period="2026-02").n == 1
    assert measured(march, february, period="2026-05").n == 0


def test_the_ninetieth_day_counts_and_the_next_does_not() -> None:
    """31 May is 90 days after 2 March."""
    people = [person("in", "2026-03-02", "2026-05-31"), person("out", "2026-03-02", "2026-06-01")]
    assert measured(*people).value == Fraction(1, 2)
    assert measured(*people, window_s=30 * 86_400).value == 0


def test_everybody_waits_until_the_window_is_over_leavers_too() -> None:
    people = [person("gone", "2026-03-02", "2026-03-10"), person("there", "2026-03-02")]
    early = measured(*people, as_of="2026-05-01")
    assert (early.value, early.pending) == (None, 2)
    assert measured(*people, as_of="2026-05-31").value == Fraction(1, 2)


def test_losses_of_the_training_class_stand_apart_by_their_way() -> None:
    people = [
        person("class", "2026-03-02", "2026-03-20", left_as="training"),
        person("own", "2026-03-02", "2026-03-20", left_as="voluntary"),
        person("there", "2026-03-02"),
    ]
    assert measured(*people).value == Fraction(2, 3)
    assert measured(*people, leavers="training").value == Fraction(1, 3)
