"""Escalations acknowledged in time."""

from __future__ import annotations

from fractions import Fraction

from tallystick.measures.compute import compute
from tallystick.measures.example import fact_table
from tallystick.measures.measure import Condition, MeasureRequest
from tests.measures.kpi.desk import AS_OF, MARCH, folded, told, value_in, value_of


def test_a_withdrawn_escalation_is_left_out_with_its_count() -> None:
    value = value_of("escalated_response", "clock", {}, {"state": "cancelled", "stop_at": None}, kind="acknowledgement")
    assert (value.value, value.n, value.excluded) == (1, 1, (("cancelled", 1),))


def test_a_month_without_an_escalation_has_no_value() -> None:
    value = value_of("escalated_response", "clock", {"kind": "first_reply"})
    assert (value.value, value.n) == (None, 0)


def test_what_nobody_acknowledged_counts_as_failed_once_it_is_due() -> None:
    unseen = {"state": "running", "stop_at": None, "due_at": "2026-03-02T08:20:00Z"}
    assert value_of("escalated_response", "clock", {}, unseen, kind="acknowledgement").value == Fraction(1, 2)


def test_one_level_of_urgency_is_a_condition_on_priority() -> None:
    late = {"stop_at": "2026-03-02T20:00:00Z", "priority": "urgent"}
    facts = {"clock": fact_table("clock", [{"priority": "urgent"}, late, {}], kind="acknowledgement")}
    request = MeasureRequest.of("escalated_response", Condition.of("priority", "is", "urgent"))
    (value,) = compute(facts, [request], period=MARCH, as_of=AS_OF)
    assert (value.value, value.n) == (Fraction(1, 2), 2)


def test_a_robot_acknowledges_nothing_and_whatever_an_agent_does_next_does() -> None:
    """Escalated at nine; an automatic reply two minutes later, and an agent at work after five."""
    story = told(
        "E-1",
        "2026-03-02T08:00:00",
        ("2026-03-02T09:00:00", "escalated", "agent"),
        ("2026-03-02T09:02:00", "message", "bot", "auto"),
        ("2026-03-02T09:05:00", "note", "agent"),
        ("2026-03-02T09:40:00", "acknowledged", "agent"),
    )
    facts = folded(story)
    assert [value_in(facts, "escalated_response", within=seconds).value for seconds in (300, 299)] == [1, 0]
