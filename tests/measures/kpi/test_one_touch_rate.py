"""Solved cases that took exactly one reply."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.desk import folded, told, value_in, value_of

REPLY = ("message", "agent", "public")
SOLVED = ("2026-03-02T15:00:00", "status", "agent", "solved")


def test_closing_in_silence_is_one_touch_only_by_the_laxer_count() -> None:
    rows = [{"replies": 0}, {"replies": 1}, {"replies": 2}]
    assert value_of("one_touch_rate", "case", *rows).value == Fraction(1, 3)
    assert value_of("one_touch_rate", "case", *rows, replies="fewer-than-two").value == Fraction(2, 3)


def test_automatic_replies_and_notes_are_no_touch() -> None:
    story = told(
        "O-1",
        "2026-03-02T08:00:00",
        ("2026-03-02T08:00:01", "message", "bot", "auto"),
        ("2026-03-02T08:20:00", "note", "agent"),
        ("2026-03-02T09:00:00", *REPLY),
        SOLVED,
    )
    assert value_in(folded(story), "one_touch_rate").value == 1


def test_one_answer_split_over_two_messages_is_two_touches() -> None:
    story = told("O-2", "2026-03-02T08:00:00", ("2026-03-02T09:00:00", *REPLY), ("2026-03-02T09:00:30", *REPLY), SOLVED)
    assert value_in(folded(story), "one_touch_rate").value == 0


def test_a_case_not_solved_yet_waits_and_a_merged_one_is_left_out() -> None:
    open_yet = {"first_solved_at": None, "last_solved_at": None, "status": "open"}
    value = value_of("one_touch_rate", "case", {"replies": 1}, open_yet, {"merged_into": 9}, rule="created-in")
    assert (value.value, value.n, value.pending, value.excluded) == (1, 1, 1, (("merged", 1),))
