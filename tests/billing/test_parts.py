"""How a month falls into parts: where it is cut, and where nothing changed and one line stands."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tallystick.billing.parts import days_counted, first_of, parts_of, year_start
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tests.billing.by_day import RATES

HEAD = (
    RATES
    + """term: TERM
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
definitions: {calendar: office, excluded: [spam]}
fees: {monthly: {amount: 100}, other: {amount: 5}}
"""
)
CHARGES = """
charges:
  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}
  - {id: B, kind: premium, on: A, percentage: 50%, for: {language: de}}
  - {id: C, kind: fixed, of: monthly}
"""


def contract_of(rest: str, term: str = "{from: 2026-01-10, to: 2026-12-20}") -> Contract:
    contract, findings = load_text(HEAD.replace("TERM", term) + rest)
    assert contract is not None, findings
    return contract


def cuts(contract: Contract, month: str = "2026-04", known_on: str = "") -> dict[str, list[str]]:
    """The parts of each charge of a month: first and last day."""
    first = date.fromisoformat(f"{month}-01")
    known = date.fromisoformat(known_on) if known_on else None
    found: dict[str, list[str]] = {}
    for part in parts_of(contract, known, first, first_of(first, 1)):
        last = part.end_on - timedelta(days=1)
        found.setdefault(part.charge.id, []).append(f"{part.from_on:%d.%m}-{last:%d.%m}")
    return found


@pytest.mark.parametrize(
    ("months", "found"),
    [(-13, "2024-12-01"), (-12, "2025-01-01"), (-1, "2025-12-01"), (0, "2026-01-01"), (11, "2026-12-01"),
     (12, "2027-01-01"), (23, "2027-12-01")],
)  # fmt: skip
def test_months_are_counted_over_the_turn_of_the_year(months: int, found: str) -> None:
    assert first_of(date(2026, 1, 31), months) == date.fromisoformat(found)


@pytest.mark.parametrize(
    ("month", "contract_year", "calendar_year"),
    [
        ("2025-07", "2025-07-15", "2025-07-15"),
        ("2025-12", "2025-07-15", "2025-07-15"),
        ("2026-01", "2025-07-15", "2026-01-01"),
        ("2026-06", "2025-07-15", "2026-01-01"),
        ("2026-07", "2026-07-01", "2026-01-01"),
        ("2026-08", "2026-07-01", "2026-01-01"),
        ("2027-06", "2026-07-01", "2027-01-01"),
        ("2027-07", "2027-07-01", "2027-01-01"),
    ],
)
def test_a_year_of_volumes_begins_in_the_month_of_the_term_or_of_the_calendar(
    month: str, contract_year: str, calendar_year: str
) -> None:
    """The term begins on 15 July 2025: no year begins before it, and later ones with the first day of July."""
    term, on = "{from: 2025-07-15, to: 2028-06-30}", date.fromisoformat(f"{month}-01")
    by_calendar = contract_of("billing: {year: calendar}\n", term)
    assert year_start(contract_of("", term), on) == date.fromisoformat(contract_year)
    assert year_start(by_calendar, on) == date.fromisoformat(calendar_year)


def test_a_month_in_which_nothing_changes_is_one_part_of_the_days_in_the_term() -> None:
    contract = contract_of(CHARGES)
    assert cuts(contract) == {name: ["01.04-30.04"] for name in "ABC"}
    assert cuts(contract, "2026-01") == {name: ["10.01-31.01"] for name in "ABC"}
    assert cuts(contract, "2026-12") == {name: ["01.12-20.12"] for name in "ABC"}
    assert cuts(contract, "2025-12") == cuts(contract, "2027-01") == {}


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-04-01", ["01.04-30.04"]),
        ("2026-04-02", ["01.04-01.04", "02.04-30.04"]),
        ("2026-04-30", ["01.04-29.04", "30.04-30.04"]),
        ("2026-05-01", ["01.04-30.04"]),
    ],
)
def test_a_new_price_cuts_the_month_on_its_day_unless_that_is_its_first(day: str, found: list[str]) -> None:
    """The premium on the charge goes by the price of the charge, so it is cut as well; the fixed fee is not."""
    amended = f"amendments: [{{id: AM, effective: {day}, changes: [{{charge: A, set: {{rate: 2}}}}]}}]\n"
    contract = contract_of(CHARGES + amended)
    assert cuts(contract) == {"A": found, "B": found, "C": ["01.04-30.04"]}


@pytest.mark.parametrize(
    ("change", "cut"),
    [
        ("{fee: monthly, set: {amount: 200}}", "C"),
        ("{fee: other, set: {amount: 200}}", ""),
        ("{section: definitions, set: {excluded: [spam, test]}}", "ABC"),
        ("{charge: B, set: {percentage: 60%}}", "B"),
        ("{charge: A, set: {note: a remark}}", ""),
        ("{charge: A, set: {source: {clause: '7'}}}", ""),
        ("{charge: A, set: {examples: [{given: {quantity: 2}, expect: {amount: 2}}]}}", ""),
        ("{charge: A, set: {title: Another name}}", "AB"),
    ],
)
def test_only_what_a_charge_depends_on_cuts_it(change: str, cut: str) -> None:
    contract = contract_of(CHARGES + f"amendments: [{{id: AM, effective: 2026-04-16, changes: [{change}]}}]\n")
    halves, whole = ["01.04-15.04", "16.04-30.04"], ["01.04-30.04"]
    assert cuts(contract) == {name: halves if name in cut else whole for name in "ABC"}


def test_an_amendment_cuts_nothing_before_the_day_on_which_it_is_known() -> None:
    amended = (
        "amendments: [{id: AM, effective: 2026-04-16, known: 2026-04-20, changes: [{charge: A, set: {rate: 2}}]}]\n"
    )
    contract = contract_of(CHARGES + amended)
    assert cuts(contract, known_on="2026-04-19")["A"] == ["01.04-30.04"]
    assert cuts(contract, known_on="2026-04-20")["A"] == ["01.04-15.04", "16.04-30.04"]


INDEX = """
series: {cpi: {values: {2025-12: 100, 2026-03: 110}}, leu: {values: {2026-04: 0.2}}}
billing:
  currencies: {RON: {series: leu}}
  indexation: [{id: I, charges: [A], series: cpi, base: 2025-12, from: REVIEW, lag: 1}]
"""


@pytest.mark.parametrize(
    ("review", "found"),
    [
        ("2026-04-01", {"01.04-30.04": "11/10"}),
        ("2026-04-02", {"01.04-01.04": "1", "02.04-30.04": "11/10"}),
        ("2026-04-30", {"01.04-29.04": "1", "30.04-30.04": "11/10"}),
        ("2026-05-01", {"01.04-30.04": "1"}),
    ],
)
def test_a_review_of_prices_cuts_what_it_moves_on_its_day(review: str, found: dict[str, str]) -> None:
    contract = contract_of(CHARGES + INDEX.replace("REVIEW", review))
    told = {}
    for part in parts_of(contract, None, date(2026, 4, 1), date(2026, 5, 1)):
        if part.charge.id == "A":
            told[f"{part.from_on:%d.%m}-{part.end_on - timedelta(days=1):%d.%m}"] = str(part.multiplier)
    assert told == found
    assert cuts(contract)["C"] == ["01.04-30.04"]


def test_an_amount_is_multiplied_by_index_and_price_of_the_currency() -> None:
    ron = CHARGES.replace("rate: 1,", "rate: 1, currency: RON,")
    contract = contract_of(ron + INDEX.replace("REVIEW", "2026-04-01"))
    (april,) = [part for part in parts_of(contract, None, date(2026, 4, 1), date(2026, 5, 1)) if part.charge.id == "A"]
    (march,) = [part for part in parts_of(contract, None, date(2026, 3, 1), date(2026, 4, 1)) if part.charge.id == "A"]
    assert (april.multiplier, march.multiplier) == (Fraction(11, 10) * Fraction(1, 5), None)


def test_a_charge_has_its_own_days_and_others_are_not_cut_by_them() -> None:
    text = """
charges:
  - {id: A, kind: fixed, amount: 30, from: 2026-04-11}
  - {id: B, kind: fixed, amount: 30, to: 2026-04-20}
  - {id: C, kind: fixed, amount: 30}
  - {id: D, kind: fixed, amount: 30, from: 2026-05-01}
  - {id: E, kind: fixed, amount: 30, to: 2026-03-31}
"""
    assert cuts(contract_of(text)) == {"A": ["11.04-30.04"], "B": ["01.04-20.04"], "C": ["01.04-30.04"]}


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-12-19", ["01.12-18.12", "19.12-20.12"]),
        ("2026-12-20", ["01.12-19.12", "20.12-20.12"]),
        ("2026-12-21", ["01.12-20.12"]),
    ],
)
def test_a_new_price_holds_up_to_the_last_day_of_the_term(day: str, found: list[str]) -> None:
    amended = f"amendments: [{{id: AM, effective: {day}, changes: [{{charge: A, set: {{rate: 2}}}}]}}]\n"
    assert cuts(contract_of(CHARGES + amended), "2026-12")["A"] == found


def test_parts_that_are_alike_are_joined_wherever_the_month_was_cut_before() -> None:
    """A changes on the 10th, another charge on the 20th."""
    amended = """
amendments:
  - {id: AM1, effective: 2026-04-10, changes: [{charge: A, set: {rate: 2}}]}
  - {id: AM2, effective: 2026-04-20, changes: [{fee: monthly, set: {amount: 7}}]}
"""
    priced, fixed = ["01.04-09.04", "10.04-30.04"], ["01.04-19.04", "20.04-30.04"]
    assert cuts(contract_of(CHARGES + amended)) == {"A": priced, "B": priced, "C": fixed}


def test_what_is_ended_and_begun_again_stays_two_parts() -> None:
    """Removed from the 10th on and written again, the same, from the 20th on."""
    text = """
charges: [{id: A, kind: fixed, amount: 30}]
amendments:
  - {id: AM1, effective: 2026-04-10, changes: [{charge: A, remove: true}, {add: {id: B, kind: fixed, amount: 1}}]}
  - {id: AM2, effective: 2026-04-20, changes: [{add: {id: A, kind: fixed, amount: 30}}]}
"""
    assert cuts(contract_of(text)) == {"A": ["01.04-09.04", "20.04-30.04"], "B": ["10.04-30.04"]}


def test_days_are_all_of_a_span_or_those_on_which_the_calendar_is_open() -> None:
    first, end = date(2026, 4, 1), date(2026, 4, 11)
    assert days_counted(None, first, end, ()) == 10
    assert days_counted("office", first, end, (True, False, True)) == 2
