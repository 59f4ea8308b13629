"""From the customer's message to the first answer by a person."""

from __future__ import annotations

from tests.measures.kpi.desk import folded, told, value_in, value_of

REPLY = ("message", "agent", "public")


def test_an_automatic_reply_never_stops_the_clock() -> None:
    """R10: the robot answers at once, the person after two hours."""
    story = told(
        "A-1",
        "2026-03-02T08:00:00",
        ("2026-03-02T08:00:05", "message", "bot", "auto"),
        ("2026-03-02T10:00:00", *REPLY),
    )
    assert value_in(folded(story), "first_reply_time").value == 2 * 3600


def test_an_internal_note_is_no_reply() -> None:
    story = told(
        "A-2", "2026-03-02T08:00:00", ("2026-03-02T08:10:00", "note", "agent"), ("2026-03-02T09:00:00", *REPLY)
    )
    assert value_in(folded(story), "first_reply_time").value == 3600


def test_a_case_that_an_agent_opens_starts_at_the_customers_first_answer() -> None:
    case, events = told(
        "A-3",
        "2026-03-02T08:00:00",
        ("2026-03-02T12:00:00", "message", "customer", "public"),
        ("2026-03-02T12:30:00", *REPLY),
        initiated_by="agent",
    )
    events[0]["actor"] = events[1]["actor"] = "agent"
    value = value_in(folded((case, events)), "first_reply_time")
    assert (value.value, value.n) == (1800, 1)


def test_a_case_that_still_waits_has_no_duration_yet_and_does_not_shorten_the_figure() -> None:
    rows = [{"business_s": 60}, {"business_s": 120}, {"state": "running", "business_s": 5}]
    value = value_of("first_reply_time", "clock", *rows, kind="first_reply", statistic="mean")
    assert (value.value, value.n, value.pending) == (90, 2, 1)


def test_whose_waiting_is_meant_chooses_the_clock() -> None:
    rows = [{"kind": "first_reply", "business_s": 60}, {"kind": "customer_first_reply", "business_s": 600}]
    assert value_of("first_reply_time", "clock", *rows).value == 60
    assert value_of("first_reply_time", "clock", *rows, view="customer").value == 600


def test_a_median_of_nothing_can_stand_beside_a_bad_ninth_decile() -> None:
    rows = [{"business_s": 0}] * 8 + [{"business_s": 40_000}] * 2
    asked = {
        statistic: value_of("first_reply_time", "clock", *rows, kind="first_reply", statistic=statistic).value
        for statistic in ("median", "p90", "mean")
    }
    assert asked == {"median": 0, "p90": 40_000, "mean": 8_000}
