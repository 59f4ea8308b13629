"""The price adjustments of an invoice: those of the statement, or applied again to the fees that it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tallystick.billing.credits import Earlier, JudgedWindow, credits_of, moves_money
from tallystick.billing.invoice import GivenCredits, credit_name
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.verdicts.statement import CreditLine, Statement
from tallystick.verdicts.verdict import Outcome, ReliefEffect, Verdict
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tests.verdicts.invented_verdicts import judged, share, verdict

HEAD = """
tallystick: 1
contract: c
title: Rates
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-06-10, to: 2027-12-31}
fees: {monthly: {amount: 100}}
clauses:
  - {id: S1, kind: kpi, title: Solved, measure: csat, target: 90%, minimum_volume: 10, period_rule: measured-in,
     attribution: owner-at-stop}
"""
FIXED = "  - {id: C1, kind: service_credit, when: {clause: S1}, model: percentage, percentage: 10%, of: monthly}\n"
SLOPE = "  - {id: L1, kind: linear_slope, when: {clause: S1}, per: 1%, percentage: 2%, of: monthly}\n"
CAP = "  - {id: CAP, kind: credit_cap, amount: 1000, over: year}\n"
AMENDED = """amendments:
  - id: AM
    effective: 2026-06-10
    known: 2026-07-02
    changes: [{clause: C1, set: {percentage: 20%}}]
"""
FEES = {"monthly": Money(Decimal(5000), "EUR")}


def contract_of(rest: str, head: str = HEAD) -> Contract:
    contract, findings = load_text(head + rest)
    assert contract is not None, findings
    return contract


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def statement(*payable: str) -> Statement:
    lines = tuple(CreditLine(f"C{at}", "S1", euros(one), euros(one), ()) for at, one in enumerate(payable, start=1))
    caps = (Step("CAP", "cap", "", "", euros("7")),)
    return Statement("c", "aurora", "2026-06", "EUR", lines, caps, euros("0"), (), "")


def window(*verdicts: Verdict, as_of: str = "2026-07-01T06:00:00+00:00", **more: Any) -> JudgedWindow:
    return JudgedWindow(replace(judged(as_of), **more), verdicts)


def missed(clause: str = "S1", **more: Any) -> Verdict:
    """Eighty of a hundred where ninety were due."""
    return verdict(share(80, 100), Outcome.MISSED, clause=clause, **more)


def given(
    contract: Contract, *windows: JudgedWindow, fees: Mapping[str, Money] = FEES, period: str = "2026-06"
) -> GivenCredits:
    return credits_of(contract, [period], windows)(fees)


def lines(found: GivenCredits) -> dict[str, str]:
    return {line.clause: str(line.payable).removeprefix("EUR ") for line in found.lines}


def test_a_percentage_is_of_the_fee_that_the_invoice_comes_to_and_not_of_the_statement() -> None:
    found = given(contract_of(FIXED), window(missed(), statement=statement("10")))
    assert (lines(found), found.reasons) == ({"C1": "500.00"}, ())


def test_without_a_fee_of_the_invoice_the_lines_and_limits_are_those_of_the_statement() -> None:
    found = given(contract_of(FIXED), window(missed(), statement=statement("10", "4")), fees={})
    assert lines(found) == {"C1": "10.00", "C2": "4.00"}
    assert [str(step.result) for step in found.caps] == ["EUR 7.00"]
    assert given(contract_of(FIXED), window(missed()), fees={}).lines == ()


def test_how_far_a_level_was_missed_is_known_where_credits_are_applied_again() -> None:
    """Ten points below 90 %, two per cent of 5,000 for each; nothing where the promise was kept."""
    contract = contract_of(SLOPE)
    assert lines(given(contract, window(missed()))) == {"L1": "1,000.00"}
    above = verdict(share(93, 100), Outcome.MISSED, better="lower")
    assert lines(given(contract, window(above))) == {"L1": "300.00"}
    kept = verdict(share(95, 100), Outcome.MET)
    assert set(lines(given(contract, window(kept))).values()) <= {"0.00"}


def test_what_was_not_judged_or_has_no_value_leads_to_no_credit() -> None:
    contract = contract_of(FIXED)
    assert given(contract, window()).lines == ()
    assert given(contract, window(missed("OTHER"))).lines == ()
    assert set(lines(given(contract, window(verdict(None, Outcome.NOT_ASSESSABLE)))).values()) <= {"0.00"}


@pytest.mark.parametrize(
    ("earlier", "left"), [("0", "500.00"), ("500", "500.00"), ("500.01", "499.99"), ("1000", "0.00")]
)
def test_a_cap_of_the_year_leaves_what_earlier_periods_left_of_it(earlier: str, left: str) -> None:
    found = given(contract_of(FIXED + CAP), window(missed(), earlier=(("CAP", euros(earlier)),)))
    assert lines(found) == {"C1": left}
    assert str(found.lines[0].amount) == "EUR 500.00"
    assert found.caps


@pytest.mark.parametrize(("as_of", "due"), [("2026-07-01T23:00:00", "500.00"), ("2026-07-02T00:00:00", "1,000.00")])
def test_the_text_is_that_of_the_first_day_in_the_term_by_what_was_known_when_it_was_judged(
    as_of: str, due: str
) -> None:
    """An amendment from the first day of the term on, 10 June, is in force though the month begins before it."""
    found = given(contract_of(FIXED + AMENDED), window(missed(), as_of=f"{as_of}+00:00"))
    assert lines(found) == {"C1": due}


@pytest.mark.parametrize(
    ("day", "due"), [("2026-07-31", "1,000.00"), ("2026-08-01", "500.00"), ("2026-08-02", "500.00")]
)
def test_a_target_that_moves_is_that_of_the_first_day_of_the_window(day: str, due: str) -> None:
    """90 % until July, 85 % from August on: 80 are ten or five points short, and each costs 2 % of 5,000."""
    head = HEAD.replace("target: 90%,", "target: 90%, glide: [{from: 2026-08-01, target: 85%}],")
    late = missed(from_on=date.fromisoformat(day), end_on=date(2026, 9, 1))
    assert lines(given(contract_of(SLOPE, head), window(late))) == {"L1": due}


def test_a_month_and_the_quarter_that_closes_with_it_are_added_and_told_apart() -> None:
    contract = contract_of(FIXED)
    quarter = window(missed(from_on=date(2026, 7, 1), end_on=date(2026, 10, 1)), period="2026-Q3")
    month = window(missed(from_on=date(2026, 9, 1), end_on=date(2026, 10, 1)), period="2026-09")
    both = given(contract, month, quarter, period="2026-09")
    assert [str(line.payable) for line in both.lines] == ["EUR 500.00", "EUR 500.00"]
    assert [credit_name(line) for line in both.lines] == ["C1 of 2026-09", "C1 of 2026-Q3"]
    assert both.reasons == ()
    alone = given(contract, quarter, period="2026-09")
    assert alone.reasons == ("the promises of 2026-09 are not judged yet, so no price adjustment is known",)
    assert [(credit_name(line), str(line.payable)) for line in alone.lines] == [("C1", "EUR 500.00")]


def test_the_lines_of_statements_name_their_windows_where_several_grant_one_clause() -> None:
    month = window(missed(), period="2026-06", statement=statement("10", "4"))
    quarter = window(missed(), period="2026-Q2", statement=replace(statement("7"), period="2026-Q2"))
    found = given(contract_of(FIXED), month, quarter, fees={})
    assert [(credit_name(line), str(line.payable)) for line in found.lines] == [
        ("C1 of 2026-06", "EUR 10.00"), ("C2", "EUR 4.00"), ("C1 of 2026-Q2", "EUR 7.00"),
    ]  # fmt: skip
    assert len(found.caps) == 2


def test_a_month_that_is_not_judged_is_a_reason_only_where_a_clause_can_move_money() -> None:
    assert given(contract_of(FIXED)).reasons
    bare = contract_of("")
    assert (moves_money(contract_of(FIXED)), moves_money(bare)) == (True, False)
    assert given(bare).reasons == ()


def test_what_is_still_provisional_is_named_with_its_period() -> None:
    waiting = verdict(share(80, 100), Outcome.PROVISIONAL)
    found = given(contract_of(FIXED), window(waiting, verdict(share(9, 10), Outcome.MET, clause="S2")))
    assert found.reasons == ("still provisional in 2026-06: S1",)


@pytest.mark.parametrize(("agreed", "due"), [(("R1",), "500.00"), ((), "1,000.00")])
def test_credits_are_computed_without_the_rows_of_agreed_relief(agreed: tuple[str, ...], due: str) -> None:
    """Eighty of a hundred, and without the rows of the relief eighty-five: five points short, not ten."""
    relief = ReliefEffect(agreed, ("R1",), 12, Fraction(85, 100), 100, 85, 100, "missed", "missed")
    assert lines(given(contract_of(SLOPE), window(missed(relief=relief)))) == {"L1": due}


# ---------------------------------------------------------------------- what is looked back at

BACK = "  - {id: EB, kind: earn_back, credits: [C1], clause: S1, periods: 1, level: 95%}\n"
ITS_FEES = {"2026-06": "4000", "2026-07": "5000", "2026-08": "6000"}


def month(number: int, met: int) -> JudgedWindow:
    """A month of 2026 with so many met of a hundred."""
    days = {"from_on": date(2026, number, 1), "end_on": date(2026, number + 1, 1)}
    outcome = Outcome.MET if met >= 90 else Outcome.MISSED
    return window(verdict(share(met, 100), outcome, **days), period=f"2026-{number:02}")


def looking_back(contract: Contract, number: int, *months: JudgedWindow) -> dict[str, str]:
    """The lines of a month's invoice, each month on its own fees."""
    label = f"2026-{number:02}"

    def fees(month_label: str) -> dict[str, Money]:
        return {"monthly": euros(ITS_FEES[month_label])}

    own = [one for one in months if one.record.period == label]
    return lines(credits_of(contract, [label], own, Earlier(lambda: months, fees))(fees(label)))


def test_what_is_given_back_is_what_the_invoice_of_its_month_had_deducted() -> None:
    """June took 10 % of 4,000, so July gives back 400; on July's own fees it were 500, on the text's 10."""
    months = month(6, 80), month(7, 95)
    contract = contract_of(FIXED + BACK)
    assert looking_back(contract, 6, *months) == {"C1": "400.00", "EB": "0.00"}
    assert looking_back(contract, 7, *months) == {"C1": "0.00", "EB": "-400.00"}
    assert looking_back(contract, 7, month(6, 80), month(7, 94)) == {"C1": "0.00", "EB": "0.00"}


@pytest.mark.parametrize("order", [1, -1])
def test_a_cap_of_a_year_is_used_up_by_what_earlier_invoices_deducted_and_never_by_later_ones(order: int) -> None:
    months = (month(6, 80), month(7, 80), month(8, 80))[::order]
    contract = contract_of(FIXED + CAP)
    assert [looking_back(contract, number, *months)["C1"] for number in (6, 7, 8)] == ["400.00", "500.00", "100.00"]


def test_a_cap_that_an_amendment_brings_looks_back_at_all_that_was_deducted() -> None:
    """From July on 700 a year: June took 400 of them."""
    added = "{id: CAP, kind: credit_cap, amount: 700, over: year}"
    amended = f"amendments: [{{id: AM, effective: 2026-07-01, known: 2026-06-01, changes: [{{add: {added}}}]}}]\n"
    assert looking_back(contract_of(FIXED + amended), 7, month(6, 80), month(7, 80)) == {"C1": "300.00"}


def test_a_quarter_sees_what_the_month_that_ends_with_it_took_of_a_cap() -> None:
    days = {"from_on": date(2026, 7, 1), "end_on": date(2026, 10, 1)}
    quarter = window(missed(**days), period="2026-Q3")
    last = window(missed(from_on=date(2026, 9, 1), end_on=date(2026, 10, 1)), period="2026-09")
    contract = contract_of(FIXED + CAP.replace("1000, over: year", "700"))
    both = given(contract, quarter, last, period="2026-09")
    assert [str(line.payable) for line in both.lines] == ["EUR 500.00", "EUR 200.00"]


def test_without_a_clause_that_looks_back_nothing_earlier_is_asked_for() -> None:
    def never(*_: object) -> Any:
        raise AssertionError

    contract = contract_of(FIXED + CAP.replace(", over: year", ""))
    found = credits_of(contract, ["2026-06"], [month(6, 80)], Earlier(never, never))(FEES)
    assert lines(found) == {"C1": "500.00"}


def test_a_period_of_which_nothing_was_judged_is_passed_over() -> None:
    empty = JudgedWindow(replace(judged("2026-07-01T06:00:00+00:00"), period="2026-06"), ())
    assert looking_back(contract_of(FIXED + CAP), 7, empty, month(7, 80)) == {"C1": "500.00"}


def test_the_invoice_waits_for_each_window_that_is_due_and_for_no_other() -> None:
    contract = contract_of(FIXED)
    quarter = window(missed(), period="2026-Q2")
    assert credits_of(contract, ["2026-06", "2026-Q2"], [quarter])(FEES).reasons == (
        "the promises of 2026-06 are not judged yet, so no price adjustment is known",
    )
    assert credits_of(contract, ["2026-Q2"], [quarter])(FEES).reasons == ()
    assert credits_of(contract, [], [])(FEES).reasons == ()
    assert credits_of(contract_of(""), ["2026-06"], [])(FEES).reasons == ()


@pytest.mark.parametrize("change", [f"add: {FIXED.strip()[2:]}", "clause: C1, remove: true"])
def test_a_text_that_moves_money_for_a_while_is_waited_for(change: str) -> None:
    amendment = f"amendments: [{{id: AM, effective: 2026-08-01, changes: [{{{change}}}]}}]\n"
    contract = contract_of(amendment if change.startswith("add") else FIXED + amendment)
    assert len(credits_of(contract, ["2026-06"], [])(FEES).reasons) == 1
