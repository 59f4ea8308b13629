"""Meetings that were held when they should."""

from __future__ import annotations

from tests.measures.kpi.desk import value_of

DUE = "2026-03-09T08:00:00Z"


def test_a_meeting_may_be_held_within_its_grace() -> None:
    late = {"kind": "meeting", "due_at": DUE, "closed_at": "2026-03-10T08:00:00Z"}
    assert value_of("cadence_compliance", "action", late).value == 0
    assert value_of("cadence_compliance", "action", late, grace_s=86_400).value == 1
