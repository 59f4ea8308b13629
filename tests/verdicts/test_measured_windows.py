"""Which periods are whole windows of a clause, which close with a period, and by which text a period is judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tallystick.contract.counted import CountedClause
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.verdicts.measured import (
    first_day_in_term,
    months_due,
    part_in_term,
    part_judged,
    window_matches,
    windows_due,
    windows_ending,
    windows_of,
)
from tallystick.vocabulary.period import FiscalCalendar, Period
from tests.contract.clauses.applied import HEAD
from tests.verdicts.agreement import TEXT, promise_from

ZONE = "Europe/Bucharest"


def clause_with(window: str) -> CountedClause:
    text = TEXT.replace("minimum: 60%}", f"minimum: 60%, window: {window}}}")
    found = promise_from(text).contract.clause("A1")
    assert isinstance(found, CountedClause)
    return found


FISCAL = FiscalCalendar(4)


@pytest.mark.parametrize(
    ("window", "label", "whole"),
    [
        ("month", "2026-03", True),
        ("month", "2026-Q1", False),
        ("month", "1m to 2026-03", False),
        ("month", "FY2026-P03", True),
        ("quarter", "2026-Q1", True),
        ("quarter", "FY2026-Q1", True),
        ("quarter", "FY2026-P03", False),
        ("quarter", "3m to 2026-03", False),
        ("year", "2026", True),
        ("week", "2026-W10", True),
        ("day", "2026-03-14", True),
        ("rolling 3 months", "3m to 2026-03", True),
        ("rolling 3 months", "3m to 2026-01", True),
        ("rolling 3 months", "2m to 2026-03", False),
        ("rolling 3 months", "4m to 2026-03", False),
        ("rolling 3 months", "2026-Q1", False),
        ("rolling 14 months", "14m to 2026-03", True),
        ("rolling 2 quarters", "6m to 2026-03", True),
        ("rolling 2 quarters", "2m to 2026-03", False),
        ("rolling 28 days", "28d to 2026-03-14", True),
        ("rolling 28 days", "27d to 2026-03-14", False),
        ("rolling 28 days", "2026-02", False),
        ("rolling 4 weeks", "28d to 2026-03-14", True),
        ("rolling 4 weeks", "4d to 2026-03-14", False),
    ],
)
def test_a_window_is_a_period_of_its_kind_and_length(window: str, label: str, whole: bool) -> None:
    assert window_matches(clause_with(window), Period.parse(label, ZONE, FISCAL)) is whole


@pytest.mark.parametrize(
    ("windows", "label", "ending"),
    [
        (["month"], "2026-03", ["2026-03"]),
        (["month", "quarter", "year"], "2026-03", ["2026-03", "2026-Q1"]),
        (["month", "quarter", "year"], "2026-02", ["2026-02"]),
        (["quarter", "year", "month"], "2026-12", ["2026-12", "2026-Q4", "2026"]),
        (["week", "day"], "2026-03", ["2026-03"]),
        (["rolling 3 months", "rolling 2 quarters"], "2026-02", ["2026-02", "3m to 2026-02", "6m to 2026-02"]),
        (["rolling 40 days", "rolling 5 weeks"], "2026-03", ["2026-03", "35d to 2026-03-31", "40d to 2026-03-31"]),
        (["rolling 31 days"], "2026-03", ["2026-03"]),
        (["rolling 7 days"], "2026-03", ["2026-03"]),
        (["month"], "2026-Q1", ["2026-Q1"]),
    ],
)
def test_the_windows_that_close_with_a_period_come_shortest_first(
    windows: list[str], label: str, ending: list[str]
) -> None:
    found = windows_ending([clause_with(window) for window in windows], Period.parse(label, ZONE))
    assert [one.label for one in found] == ending


@pytest.mark.parametrize(
    ("label", "on"),
    [
        ("2025-06", None),
        ("2025-06-30", None),
        ("2025-07-01", date(2025, 7, 1)),
        ("2025-07", date(2025, 7, 1)),
        ("2025", date(2025, 7, 1)),
        ("2026-03", date(2026, 3, 1)),
        ("2027-06-30", date(2027, 6, 30)),
        ("2027", date(2027, 1, 1)),
        ("2027-07-01", None),
    ],
)
def test_the_text_of_a_periods_first_day_judges_it_or_that_of_the_terms_first(label: str, on: date | None) -> None:
    """The term runs from 1 July 2025 to 30 June 2027, both included."""
    assert first_day_in_term(promise_from().contract, Period.parse(label, ZONE)) == on


@pytest.mark.parametrize(
    ("as_of", "months"),
    [
        (datetime(2025, 7, 31, 20, 59, 59, tzinfo=UTC), []),
        (datetime(2025, 7, 31, 21, 0, 0, tzinfo=UTC), ["2025-07"]),
        (datetime(2025, 10, 5, tzinfo=UTC), ["2025-07", "2025-08", "2025-09"]),
    ],
)
def test_a_month_is_due_with_its_last_second_in_the_contracts_zone(as_of: datetime, months: list[str]) -> None:
    """In Bucharest August begins at 21:00 UTC."""
    assert [month.label for month in months_due(promise_from(), as_of)] == months


def test_every_month_of_the_term_is_due_in_the_end() -> None:
    due = [month.label for month in months_due(promise_from(), datetime(2030, 1, 1, tzinfo=UTC))]
    assert (due[0], due[-1], len(due)) == ("2025-07", "2027-06", 24)
    one_day_more = promise_from(TEXT.replace("to: 2027-06-30", "to: 2027-07-01"))
    assert months_due(one_day_more, datetime(2030, 1, 1, tzinfo=UTC))[-1].label == "2027-07"


def contract_to(ends: str, *windows: str, amendment: str = "") -> Contract:
    clauses = "".join(
        f"  - {{id: K{place}, kind: kpi, measure: csat, target: 80%, window: {window}}}\n"
        for place, window in enumerate(windows)
    )
    text = HEAD.replace("2027-12-31", ends).replace("clauses:\n", f"clauses:\n{clauses}") + amendment
    made, findings = load_text(text)
    assert made is not None, findings
    return made


@pytest.mark.parametrize(
    ("ends", "label", "expected"),
    [
        ("2026-05-20", "2026-04", ["2026-04"]),
        ("2026-05-20", "2026-05", ["2026-05", "2026-Q2", "2026"]),
        ("2026-05-31", "2026-05", ["2026-05", "2026-Q2", "2026"]),
        ("2026-04-01", "2026-04", ["2026-04", "2026-Q2", "2026"]),
        ("2026-06-30", "2026-06", ["2026-06", "2026-Q2", "2026"]),
        ("2026-12-31", "2026-12", ["2026-12", "2026-Q4", "2026"]),
        ("2026-06-01", "2026-05", ["2026-05"]),
        ("2026-06-01", "2026-06", ["2026-06", "2026-Q2", "2026"]),
        ("2026-05-31", "2026-06", ["2026-06"]),
        ("2026-05-20", "2026-06", ["2026-06"]),
        ("2026-05-20", "2026-12", ["2026-12"]),
    ],
)
def test_windows_that_would_go_on_close_with_the_term(ends: str, label: str, expected: list[str]) -> None:
    contract = contract_to(ends, "month", "quarter", "year", "week")
    assert [one.label for one in windows_of(contract, Period.parse(label, "UTC"))] == expected


def test_a_window_that_an_amendment_brings_closes_too() -> None:
    added = (
        "amendments: [{id: AM, effective: 2026-02-01, changes: "
        "[{add: {id: N, kind: kpi, measure: csat, target: 80%, window: quarter}}]}]\n"
    )
    contract = contract_to("2027-12-31", "month", amendment=added)
    assert [one.label for one in windows_of(contract, Period.parse("2026-06", "UTC"))] == ["2026-06", "2026-Q2"]


def test_only_windows_in_which_a_clause_is_judged_are_waited_for() -> None:
    quarterly = contract_to("2026-05-20", "quarter")
    march, april, may, june = (Period.parse(f"2026-0{month}", "UTC") for month in (3, 4, 5, 6))
    assert [windows_due(quarterly, one) for one in (march, april, may, june)] == [
        ("2026-Q1",),
        (),
        ("2026-Q2",),
        (),
    ]
    rolling = contract_to("2026-04-20", "rolling 3 months")
    assert [windows_due(rolling, one) for one in (march, april, may, june)] == [
        ("3m to 2026-03",),
        ("3m to 2026-04",),
        (),
        (),
    ]
    both = contract_to("2026-05-20", "quarter", "month")
    assert [windows_due(both, one) for one in (march, april)] == [("2026-03", "2026-Q1"), ("2026-04",)]
    assert windows_due(contract_to("2026-05-20", "month"), june) == ()
    retired = contract_to(
        "2027-12-31", "month, state: [{from: 2026-01-01, as: in-effect}, {from: 2026-04-01, as: retired}]"
    )
    assert [windows_due(retired, one) for one in (march, april)] == [("2026-03",), ()]


def test_a_contract_that_an_amendment_prolongs_is_judged_to_its_new_end() -> None:
    moved = "amendments: [{id: AM, effective: 2026-02-01, changes: [{section: term, set: {to: 2026-06-30}}]}]\n"
    longer, as_signed = contract_to("2026-02-28", "month", amendment=moved), contract_to("2026-02-28", "month")
    may = Period.parse("2026-05", "UTC")
    assert (first_day_in_term(longer, may), first_day_in_term(as_signed, may)) == (date(2026, 5, 1), None)
    assert longer.in_force(date(2026, 1, 1)).whole_term.to_on == date(2026, 6, 30)
    assert longer.horizon == contract_to("2026-06-30", "month").horizon
    before = longer.ending_as_signed()
    assert (first_day_in_term(before, may), before.horizon[1]) == (None, as_signed.horizon[1])
    assert before.in_force(date(2026, 3, 1)).whole_term.to_on == date(2026, 6, 30)
    assert as_signed.ending_as_signed() is as_signed


def test_the_last_amendment_in_force_says_when_the_term_ends() -> None:
    two = (
        "amendments:\n"
        "  - {id: AM2, effective: 2026-06-01, changes: [{section: term, set: {to: 2026-09-30}}]}\n"
        "  - {id: AM1, effective: 2026-02-01, changes: [{section: term, set: {to: 2026-12-31}}]}\n"
    )
    assert contract_to("2026-02-28", "month", amendment=two).whole_term.to_on == date(2026, 9, 30)


def test_a_term_is_prolonged_by_what_was_known() -> None:
    moved = (
        "amendments: [{id: AM, effective: 2026-02-01, known: 2026-04-10, "
        "changes: [{section: term, set: {to: 2026-06-30}}]}]\n"
    )
    contract = contract_to("2026-02-28", "month", amendment=moved)
    march = Period.parse("2026-03", "UTC")
    assert first_day_in_term(contract, march, date(2026, 4, 9)) is None
    assert first_day_in_term(contract, march, date(2026, 4, 10)) == date(2026, 3, 1)
    assert contract.whole_term_by(date(2026, 4, 9)).to_on == date(2026, 2, 28)


def test_windows_close_with_the_term_by_what_was_known() -> None:
    """An amendment that is known from 10 April on ends the term with April, and brings a promise by the month."""
    moved = (
        "amendments: [{id: AM, effective: 2026-04-01, known: 2026-04-10, changes: ["
        "{section: term, set: {to: 2026-04-30}}, {add: {id: N, kind: kpi, measure: csat, target: 80%}}]}]\n"
    )
    contract = contract_to("2026-12-31", "quarter", amendment=moved)
    april, june = Period.parse("2026-04", "UTC"), Period.parse("2026-06", "UTC")

    def closing(period: Period, known_on: date | None) -> tuple[list[str], tuple[str, ...]]:
        return [one.label for one in windows_of(contract, period, known_on)], windows_due(contract, period, known_on)

    for known_on in (None, date(2026, 4, 10)):
        assert closing(april, known_on) == (["2026-04", "2026-Q2"], ("2026-04", "2026-Q2"))
        assert closing(june, known_on) == (["2026-06"], ())
    assert closing(april, date(2026, 4, 9)) == (["2026-04"], ())
    assert closing(june, date(2026, 4, 9)) == (["2026-06", "2026-Q2"], ("2026-Q2",))


def test_a_span_of_the_very_days_of_the_last_month_is_no_window_of_its_own() -> None:
    contract = contract_to("2026-03-31", "rolling 31 days")
    assert [one.label for one in windows_of(contract, Period.parse("2026-03", "UTC"))] == ["2026-03"]


@pytest.mark.parametrize(
    ("label", "first", "end"),
    [
        ("2026", date(2026, 2, 1), date(2026, 6, 1)),
        ("2026-Q1", date(2026, 2, 1), date(2026, 4, 1)),
        ("2026-Q2", date(2026, 4, 1), date(2026, 6, 1)),
        ("3m to 2026-03", date(2026, 2, 1), date(2026, 4, 1)),
        ("2026-02", date(2026, 2, 1), date(2026, 3, 1)),
        ("2026-05", date(2026, 5, 1), date(2026, 6, 1)),
        ("2026-06", date(2026, 6, 1), date(2026, 7, 1)),
        ("2026-01", date(2026, 1, 1), date(2026, 2, 1)),
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_of_a_window_the_months_of_the_term_are_judged_and_they_are_whole(label: str, first: date, end: date) -> None:
    contract = contract_to("2026-05-20", "quarter")
    contract = contract.model_copy(update={"term": contract.term.model_copy(update={"from_on": date(2026, 2, 16)})})
    part = part_in_term(contract, Period.parse(label, "UTC"))
    assert (part.start_on, part.end_on, part.label) == (first, end, label)
    assert part_in_term(contract, part) == part


def test_a_window_is_cut_by_what_was_known_of_the_term() -> None:
    moved = (
        "amendments: [{id: AM, effective: 2026-04-01, known: 2026-04-10, changes: ["
        "{section: term, set: {to: 2026-09-30}}]}]\n"
    )
    contract, year = contract_to("2026-05-31", "year", amendment=moved), Period.parse("2026", "UTC")
    assert part_in_term(contract, year, date(2026, 4, 9)).end_on == date(2026, 6, 1)
    assert part_in_term(contract, year, date(2026, 4, 10)).end_on == date(2026, 10, 1)


def test_before_version_5_a_window_was_judged_whole() -> None:
    promise, as_of = promise_from(), datetime(2027, 8, 1, tzinfo=UTC)
    year = promise.period("2027")
    part = part_judged(promise, year, as_of)
    assert (part.start_on, part.end_on) == (date(2027, 1, 1), date(2027, 7, 1))
    assert part.end_s == promise.period("2027-07-01").start_s
    assert part_judged(replace(promise, judged_by="4"), year, as_of) is year
