"""From the oldest unanswered message after the first reply to the next answer."""

from __future__ import annotations

from tests.measures.kpi.desk import folded, told, value_in

REPLY = ("message", "agent", "public")
MESSAGE = ("message", "customer", "public")


def test_several_messages_in_a_row_are_one_wait_from_the_first_of_them() -> None:
    story = told(
        "N-1",
        "2026-03-02T08:00:00",
        ("2026-03-02T08:30:00", *REPLY),
        ("2026-03-02T09:00:00", *MESSAGE),
        ("2026-03-02T09:20:00", *MESSAGE),
        ("2026-03-02T09:50:00", *MESSAGE),
        ("2026-03-02T10:00:00", *REPLY),
    )
    value = value_in(folded(story), "next_reply_time")
    assert (value.value, value.n) == (3600, 1)


def test_one_case_may_count_several_times_and_the_first_reply_not_at_all() -> None:
    story = told(
        "N-2",
        "2026-03-02T08:00:00",
        ("2026-03-02T12:00:00", *REPLY),
        ("2026-03-02T13:00:00", *MESSAGE),
        ("2026-03-02T13:10:00", *REPLY),
        ("2026-03-02T14:00:00", *MESSAGE),
        ("2026-03-02T14:30:00", *REPLY),
    )
    value = value_in(folded(story), "next_reply_time", statistic="mean")
    assert (value.value, value.n) == (20 * 60, 2)


def test_what_ends_without_an_answer_is_left_out_with_its_count() -> None:
    """The case is solved in silence; an automatic reply in between changes nothing (R10)."""
    story = told(
        "N-3",
        "2026-03-02T08:00:00",
        ("2026-03-02T08:30:00", *REPLY),
        ("2026-03-02T09:00:00", *MESSAGE),
        ("2026-03-02T09:01:00", "message", "bot", "auto"),
        ("2026-03-02T11:00:00", "status", "agent", "solved"),
    )
    value = value_in(folded(story), "next_reply_time")
    assert (value.value, value.n, value.excluded) == (None, 0, (("cancelled", 1),))
