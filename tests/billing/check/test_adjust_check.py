"""Discounts, price adjustments and tax: what follows, what has a cause of its own, and how they are found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.expected import CreditsOn, Order
from tallystick.billing.invoice import GivenCredits
from tallystick.contract.load import load_text
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay
from tests.billing.check.papers import L, Off, paper
from tests.billing.planted.cards import HEAD

TEXT = (
    HEAD.replace("NAME", "adjusted")
    + """
charges:
  - {id: A, kind: per_unit, title: Calls, rate: 1, quantity: {measure: offered_calls}}
  - {id: B, kind: fixed, title: Site, amount: 100}
billing:
  discounts: [{id: D1, title: Volume discount, charges: [A], tiers: [{above: 500, percentage: 10%}]}]
  fees: {monthly: {charges: [A], base: before-discount}}
  taxes: [{id: VAT, title: VAT, percentage: 10%}]
"""
)
# 1,000 calls: 1,000 + 100, less 100 discount, less 30 adjustment: 970 and 97 tax.
RIGHT = (L("A", "1000", price="1"), L("B", "1", "MON", "100"))
OFF = (Off("D1", "100"), Off("C1", "30"))


def granting(amount: str, payable: str) -> CreditsOn:
    money = [Money.of_minor(int(one.replace(".", "")), "EUR") for one in (amount, payable)]

    def given(_fees: Mapping[str, Money]) -> GivenCredits:
        return GivenCredits((CreditLine("C1", "S1", money[0], money[1], ()),))

    return given


def ordered(text: str) -> tuple[Order, ByDay]:
    """The order of April and what it counts: 1,000 calls."""
    contract, findings = load_text(text)
    assert contract is not None, findings
    order = Order(contract, "aurora", Period.parse("2026-04", contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    return order, ByDay({"offered_calls": {date(2026, 4, 1): 1000}})


def checked(lines: tuple[L, ...] = RIGHT, off: tuple[Off, ...] = OFF, *, text: str = TEXT, amount: str = "30.00",
            **parts: object) -> InvoiceCheck:  # fmt: skip
    order, source = ordered(text)
    document = paper("A-1", "2026-04", lines, off, **{"rate": "10", **parts})  # type: ignore[arg-type]
    return check_invoice(Given(order, source, (document,), granting(amount, "30.00")))


def told(found: InvoiceCheck) -> list[tuple[str, str, str]]:
    return [(line.id, one.cause, str(one.amount)) for line, one in found.differences]


def test_the_right_invoice_agrees() -> None:
    assert told(checked()) == []


def test_an_adjustment_given_without_its_cap_favours_the_client() -> None:
    found = checked(off=(OFF[0], Off("C1", "45")), amount="45.00")
    assert told(found)[0] == ("C1", "credit_cap", "EUR -15.00")


@pytest.mark.parametrize("reason", ["S1", "Price adjustment for waiting", "some deduction"])
def test_an_adjustment_is_found_by_the_clause_it_follows_from_its_title_or_its_very_amount(reason: str) -> None:
    assert told(checked(off=(OFF[0], Off(reason, "30")))) == []


def test_an_adjustment_on_a_negative_line_is_one_too() -> None:
    assert told(checked((*RIGHT, L("C1", "-1", price="30")), OFF[:1])) == []


def test_a_discount_that_is_right_stays_right_though_its_charges_are_not() -> None:
    """The price of a call is wrong; the discount was reckoned of the right sum, so nothing is said of it."""
    found = checked((L("A", "1000", price="1.5"), RIGHT[1]))
    assert told(found) == [("A", "rate", "EUR 500.00"), ("VAT", "follows", "EUR 50.00")]


def test_a_discount_that_follows_from_wrong_charges_says_that_it_follows() -> None:
    found = checked((L("A", "1000", price="1.5"), RIGHT[1]), (Off("D1", "150"), OFF[1]))
    assert told(found) == [
        ("A", "rate", "EUR 500.00"), ("D1", "follows", "EUR -50.00"), ("VAT", "follows", "EUR 45.00"),
    ]  # fmt: skip


def test_a_discount_of_all_charges_in_place_of_some() -> None:
    assert told(checked(off=(Off("D1", "110"), OFF[1])))[0] == ("D1", "discount_tiers", "EUR -10.00")


def test_a_deduction_that_comes_to_nothing_known_is_told() -> None:
    found = checked(off=(*OFF, Off("goodwill", "7")))
    assert told(found)[0] == ("A-1 allowance 3", "unagreed_deduction", "EUR -7.00")


def test_an_adjustment_that_is_not_due_is_unexplained_and_in_the_clients_favour() -> None:
    order, source = ordered(TEXT)
    found = check_invoice(Given(order, source, (paper("A-1", "2026-04", RIGHT, OFF, rate="10"),)))
    assert told(found)[0] == ("C1", "unexplained", "EUR -30.00")


def test_tax_of_another_sum_is_told_by_what_was_left_in_it() -> None:
    for tax, taxable, says in (("107", "1070", "before discounts"), ("100", "1000", "before price adjustments")):
        found = checked(tax=tax, taxable=taxable)
        ((_, one),) = found.differences
        assert one.cause == "tax_base"
        assert says in one.says


def test_a_cent_of_tax_is_rounding() -> None:
    assert told(checked(tax="97.01", taxable="970")) == [("VAT", "rounding", "EUR 0.01")]


def test_tax_on_some_charges_alone_takes_their_part_of_what_is_deducted() -> None:
    """Only A is taxed: 1,000 less its 100 of discount, and less 900 / 1,000 of the adjustment of 30.

    Of a dearer A it is 1,350, less 1,350 / 1,450 of 30.
    """
    text = TEXT.replace("percentage: 10%}]\n", "percentage: 10%, charges: [A]}]\n")
    assert told(checked(text=text, tax="87.30", taxable="873")) == []
    more = checked((L("A", "1000", price="1.5"), RIGHT[1]), (Off("D1", "150"), OFF[1]), text=text, tax="132.21",
                   taxable="1322.07")  # fmt: skip
    assert told(more)[2:] == [("VAT", "follows", "EUR 44.91")]


def test_adjustments_after_tax_leave_the_taxed_sum_alone() -> None:
    text = TEXT.replace("billing:\n", "billing:\n  order: [base, volume, index, currency, tax, credits]\n")
    assert told(checked(text=text, tax="100", taxable="1000")) == []
    assert told(checked(text=text))[0] == ("VAT", "tax_base", "EUR -3.00")
