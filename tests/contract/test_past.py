"""What a clause may ask of earlier periods."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.contract.past import NO_PAST, Past, PastClause, PastPeriod, months_after, months_before, year_of

QUARTER = PastPeriod("2025-Q4", date(2025, 10, 1), date(2026, 1, 1), "", (PastClause("Q1", "met"),))
DECEMBER = PastPeriod("2025-12", date(2025, 12, 1), date(2026, 1, 1), "", (PastClause("A1", "missed"),))
JANUARY = PastPeriod("2026-01", date(2026, 1, 1), date(2026, 2, 1), "", (PastClause("A1", "met"), PastClause("B1")))
MARCH = PastPeriod("2026-03", date(2026, 3, 1), date(2026, 4, 1), "", (PastClause("A1", "missed"),))
PAST = Past((QUARTER, DECEMBER, JANUARY, MARCH))


def labels(found: list[tuple[PastPeriod, PastClause]]) -> list[str]:
    return [period.label for period, _ in found]


def test_a_clause_is_looked_up_in_its_own_periods_from_a_day_on() -> None:
    assert labels(list(PAST.of("A1"))) == ["2025-12", "2026-01", "2026-03"]
    assert labels(list(PAST.of("A1", date(2026, 1, 1)))) == ["2026-01", "2026-03"]
    assert labels(list(PAST.of("Q1"))) == ["2025-Q4"]
    assert labels(list(PAST.of("C9"))) == []


def test_a_row_ends_at_the_first_gap() -> None:
    assert labels(PAST.run("A1", date(2026, 4, 1))) == ["2026-03"]
    assert labels(PAST.run("A1", date(2026, 2, 1))) == []
    assert labels(Past((DECEMBER, JANUARY)).run("A1", date(2026, 2, 1))) == ["2026-01", "2025-12"]


@pytest.mark.parametrize(
    ("outcome", "lifecycle", "missed"),
    [("missed", "in-effect", True), ("missed", "", True), ("missed", "baselining", False), ("met", "in-effect", False)],
)
def test_only_a_binding_miss_is_one(outcome: str, lifecycle: str, missed: bool) -> None:
    assert PastClause("A1", outcome, lifecycle).missed is missed


def test_no_past_is_nothing() -> None:
    assert not NO_PAST
    assert Past.from_json(None) == NO_PAST


@pytest.mark.parametrize(
    ("months", "expected"),
    [(0, date(2026, 1, 1)), (-1, date(2025, 12, 1)), (12, date(2027, 1, 1)), (-13, date(2024, 12, 1))],
)
def test_months_are_counted_by_their_first_days(months: int, expected: date) -> None:
    assert months_after(date(2026, 1, 31), months) == expected


def test_of_a_clause_that_says_nothing_of_a_ceiling_none_was_reached() -> None:
    assert PastClause("CAP").reached is False


@pytest.mark.parametrize(
    ("first", "on", "begin", "end"),
    [
        ("2026-01-01", "2026-12-31", "2026-01-01", "2027-01-01"),
        ("2025-07-01", "2025-07-01", "2025-07-01", "2026-07-01"),
        ("2025-07-01", "2026-06-30", "2025-07-01", "2026-07-01"),
        ("2025-07-01", "2026-07-01", "2026-07-01", "2027-07-01"),
        ("2025-07-15", "2026-07-14", "2025-07-15", "2026-07-15"),
        ("2025-07-15", "2026-07-15", "2026-07-15", "2027-07-15"),
        ("2024-02-29", "2025-02-28", "2024-02-29", "2025-03-01"),
        ("2024-02-29", "2025-03-01", "2025-03-01", "2026-03-01"),
        ("2024-02-29", "2026-02-28", "2025-03-01", "2026-03-01"),
        ("2024-02-29", "2028-02-29", "2028-02-29", "2029-03-01"),
    ],
)
def test_a_contract_year_runs_from_anniversary_to_anniversary(first: str, on: str, begin: str, end: str) -> None:
    found = year_of(date.fromisoformat(first), date.fromisoformat(on))
    assert [day.isoformat() for day in found] == [begin, end]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 1, 1), 8, date(2026, 5, 1)),
        (date(2026, 2, 26), 6, date(2025, 8, 26)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 15), 0, date(2026, 3, 15)),
    ],
)
def test_so_many_months_before_a_day_is_the_same_day_or_the_last_of_its_month(
    day: date, months: int, expected: date
) -> None:
    assert months_before(day, months) == expected
