"""From the creation of a case to the first moment it was solved."""

from __future__ import annotations

from tests.measures.kpi.desk import folded, told, value_in

BACK = told(
    "R-1",
    "2026-03-02T08:00:00",
    ("2026-03-02T09:00:00", "status", "agent", "solved"),
    ("2026-03-03T08:00:00", "message", "customer", "public"),
    ("2026-03-03T08:00:00", "status", "system", "open"),
    ("2026-03-03T12:00:00", "status", "agent", "solved"),
)


def test_a_later_reopening_does_not_take_the_first_result_back() -> None:
    facts = folded(BACK)
    first = value_in(facts, "first_resolution_time", basis="calendar")
    assert (first.value, first.n) == (3600, 1)
    assert value_in(facts, "full_resolution_time", basis="calendar").value == 28 * 3600


def test_it_counts_while_the_case_is_open_again_and_the_full_one_waits() -> None:
    case, events = BACK
    facts = folded((case, events[:-1]))
    assert value_in(facts, "first_resolution_time").n == 1
    full = value_in(facts, "full_resolution_time")
    assert (full.n, full.pending) == (0, 1)


def test_a_reopening_after_the_window_has_a_clock_of_its_own() -> None:
    story = told(
        "R-2",
        "2026-03-02T08:00:00",
        ("2026-03-02T09:00:00", "status", "agent", "solved"),
        ("2026-03-20T08:00:00", "message", "customer", "public"),
        ("2026-03-20T08:00:00", "status", "system", "open"),
        ("2026-03-20T10:00:00", "status", "agent", "solved"),
    )
    value = value_in(folded(story), "first_resolution_time", statistic="max")
    assert (value.value, value.n) == (2 * 3600, 2)
