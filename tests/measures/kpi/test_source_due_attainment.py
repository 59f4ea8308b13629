"""Cases resolved by the due date that the source wrote on them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from tests.measures.kpi.desk import folded, told, value_in, value_of

OPEN = {"first_solved_at": None, "last_solved_at": None, "status": "open"}


def attained(*rows: dict[str, object], **parts: object):  # type: ignore[no-untyped-def]
    return value_of("source_due_attainment", "case", *rows, **parts)  # type: ignore[arg-type]


def test_solved_exactly_at_the_due_date_is_in_time() -> None:
    solved = {"first_solved_at": "2026-03-10T12:00:00Z"}
    assert attained({**solved, "source_due_at": "2026-03-10T12:00:00Z"}).value == 1
    assert attained({**solved, "source_due_at": "2026-03-10T11:59:59Z"}).value == 0


def test_open_past_its_date_has_failed_and_open_before_it_waits() -> None:
    row = {**OPEN, "source_due_at": "2026-04-10T00:00:00Z"}
    before, after = (attained(row, as_of=datetime(2026, 4, day, tzinfo=UTC)) for day in (9, 11))
    assert (before.value, before.pending) == (None, 1)
    assert (after.value, after.n) == (0, 1)


def test_without_any_due_date_there_is_no_value_and_the_cases_are_counted() -> None:
    value = attained({}, {}, OPEN)
    assert (value.value, value.n, value.excluded) == (None, 0, (("no due date", 3),))


def test_by_solving_a_case_that_is_never_solved_is_in_no_month() -> None:
    rows = [{"source_due_at": "2026-03-20T00:00:00Z"}, {**OPEN, "source_due_at": "2026-03-20T00:00:00Z"}]
    assert attained(*rows).value == Fraction(1, 2)
    assert attained(*rows, rule="resolved-in").value == 1


def test_by_its_date_a_case_is_in_the_month_of_that_date_whenever_it_came_or_was_solved() -> None:
    early = {"created_at": "2026-02-20T08:00:00Z", "first_solved_at": "2026-02-21T08:00:00Z"}
    rows = [
        {**early, "source_due_at": "2026-03-20T00:00:00Z"},
        {**OPEN, "source_due_at": "2026-03-31T23:59:59Z"},
        {"source_due_at": "2026-04-01T00:00:00Z"},
        {},
    ]
    value = attained(*rows, rule="due-in")
    assert (value.value, value.n, value.pending) == (Fraction(1, 2), 2, 0)
    assert value.excluded == (("no due date", 1),), "without a date it belongs to the month of its creation"


def test_the_date_comes_from_the_record_of_the_case() -> None:
    solved = ("2026-03-02T10:00:00", "status", "agent", "solved")
    facts = folded(
        told("D-1", "2026-03-02T08:00:00", solved, source_due_at=datetime(2026, 3, 2, 11, tzinfo=UTC)),
        told("D-2", "2026-03-02T08:00:00", solved, source_due_at=datetime(2026, 3, 2, 9, tzinfo=UTC)),
        told("D-3", "2026-03-02T08:00:00", solved),
    )
    value = value_in(facts, "source_due_attainment")
    assert (value.value, value.n, value.excluded) == (Fraction(1, 2), 2, (("no due date", 1),))
    days = facts["case"].select(["due_on", "due_week", "due_month"]).to_pylist()
    told_days = [tuple(row.values()) for row in days if row["due_on"]]
    assert told_days == [(date(2026, 3, 2), date(2026, 3, 2), 202603)] * 2
