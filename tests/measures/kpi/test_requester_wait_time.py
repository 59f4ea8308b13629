"""Time in which the customer waited for us or for a third party."""

from __future__ import annotations

from tests.measures.kpi.desk import folded, told, value_in
from tests.measures.kpi.test_agent_work_time import PARKED


def test_on_hold_counts_and_pending_does_not() -> None:
    """Seven hours, of which three were the customer's own; agent work time leaves the two on hold out as well."""
    facts = folded(PARKED)
    assert value_in(facts, "requester_wait_time").value == 4 * 3600
    assert value_in(facts, "agent_work_time").value == 2 * 3600


def test_a_status_set_and_left_within_one_night_takes_no_business_time() -> None:
    night = told(
        "N-1",
        "2026-03-02T18:00:00",
        ("2026-03-02T18:00:00", "status", "system", "open"),
        ("2026-03-02T22:00:00", "status", "agent", "solved"),
    )
    facts = folded(night)
    assert value_in(facts, "requester_wait_time", basis="business").value == 0
    assert value_in(facts, "requester_wait_time", basis="calendar").value == 4 * 3600


def test_after_the_window_a_reopening_is_a_new_issue_with_a_row_of_its_own() -> None:
    back = told(
        "B-1",
        "2026-03-02T08:00:00",
        ("2026-03-02T08:00:00", "status", "system", "open"),
        ("2026-03-02T09:00:00", "status", "agent", "solved"),
        ("2026-03-16T08:00:00", "message", "customer", "public"),
        ("2026-03-16T08:00:00", "status", "system", "open"),
        ("2026-03-16T10:00:00", "status", "agent", "solved"),
    )
    facts = folded(back)
    assert value_in(facts, "requester_wait_time").n == 2
    assert value_in(facts, "requester_wait_time", statistic="max").value == 2 * 3600
