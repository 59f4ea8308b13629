"""Gaps between two public replies."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.desk import folded, told, value_in, value_of

DAY = 86_400
REPLY = ("message", "agent", "public")


def test_a_reply_exactly_at_the_due_instant_is_in_time() -> None:
    due = {"due_at": "2026-03-03T10:00:00Z", "stop_at": "2026-03-03T10:00:00Z"}
    assert value_of("periodic_update", "clock", due, kind="periodic_update").value == 1


def test_one_reply_and_then_silence_is_one_gap_that_fails_when_its_time_is_over() -> None:
    silent = {"state": "running", "stop_at": None, "due_at": "2026-03-03T10:00:00Z"}
    value = value_of("periodic_update", "clock", silent, kind="periodic_update")
    assert (value.value, value.n) == (0, 1)


def test_an_update_is_owed_although_nobody_asked_and_a_robot_gives_none() -> None:
    """R10: replies on Monday at 8 and Wednesday at 8, and an automatic one between: two days of opening hours."""
    story = told(
        "U-1",
        "2026-03-02T07:00:00",
        ("2026-03-02T08:00:00", *REPLY),
        ("2026-03-03T08:00:00", "message", "bot", "auto"),
        ("2026-03-03T09:00:00", "note", "agent"),
        ("2026-03-04T08:00:00", *REPLY),
        ("2026-03-04T08:30:00", "status", "agent", "solved"),
    )
    facts = folded(story)
    assert [value_in(facts, "periodic_update", within=hours * 3600).value for hours in (18, 17)] == [1, 0]
    assert value_in(facts, "periodic_update", within=DAY).excluded == (("cancelled", 1),)


def test_waiting_for_the_customer_calls_for_no_update_where_gaps_can_pause() -> None:
    story = told(
        "U-2",
        "2026-03-02T07:00:00",
        ("2026-03-02T08:00:00", *REPLY),
        ("2026-03-02T09:00:00", "status", "agent", "pending"),
        ("2026-03-04T09:00:00", "status", "agent", "open"),
        ("2026-03-04T10:00:00", *REPLY),
    )
    facts = folded(story)
    asked = {pausable: value_in(facts, "periodic_update", within=7200, pausable=pausable) for pausable in ("no", "yes")}
    assert (asked["no"].value, asked["yes"].value) == (Fraction(0), Fraction(1))
