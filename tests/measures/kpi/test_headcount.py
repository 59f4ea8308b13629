"""People on the roll at a snapshot, and how many of them each leader has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tallystick.measures.compute import compute
from tallystick.measures.measure import MeasureRequest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tests.facts.floor import Row, facts, whole
from tests.facts.streams.test_employment import person

PEOPLE = [
    person("long", "2025-01-01"),
    person("leaves", "2025-01-01", "2026-03-20"),
    person("comes", "2026-03-16"),
    person("last", "2025-01-01", "2026-03-31"),
    person("boss", "2025-01-01", role="team_leader"),
    person("gone", "2025-01-01", "2026-02-01"),
]


def measured(*people: Row, name: str = "headcount", period: str = "2026-03", as_of: str = "2026-07-01", **params: Any
             ) -> MeasureValue:  # fmt: skip
    table = facts("employment", {"agent": whole("agent", people)})
    given = {"period": Period.parse(period, "UTC"), "as_of": datetime.fromisoformat(as_of).replace(tzinfo=UTC)}
    (value,) = compute({"employment": table}, [MeasureRequest.of(name, **params)], **given)
    return value


def test_the_roll_is_that_of_the_end_of_the_period() -> None:
    """`long` and `comes`: who has the last day on the 31st is gone at its end."""
    assert measured(*PEOPLE).value == 2
    assert measured(*PEOPLE, period="2026-02").value == 3
    assert measured(*PEOPLE, role="everybody").value == 3


def test_a_quarter_has_the_roll_of_its_last_month_not_three() -> None:
    assert measured(*PEOPLE, period="2026-Q1").value == 2


def test_an_instant_within_the_month_sees_who_is_there_then() -> None:
    """On 10 March: `long`, `leaves` and `last`."""
    assert measured(*PEOPLE, as_of="2026-03-10").value == 3


def test_a_roll_is_counted_whole_and_has_no_interval() -> None:
    value = measured(*PEOPLE)
    assert (value.kind, value.interval) == ("census", None)


def test_nobody_left_differs_from_no_data() -> None:
    gone = [person("a", "2025-01-01", "2026-03-10")]
    assert (measured(*gone).value, measured(*gone).n) == (0, 1)
    assert measured(*gone, period="2026-04").value is None
