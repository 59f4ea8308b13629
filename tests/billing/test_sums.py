"""From priced lines to the sums of the invoice, on one month whose every figure is worked out beside it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.billing.invoice import ExpectedInvoice, GivenCredits
from tallystick.contract.load import load_text
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money
from tests.billing.by_day import RATES, invoice_of, on

TEXT = (
    RATES
    + """term: {from: 2026-01-01, to: 2026-12-31}
fees: {part: {amount: 1}, whole: {amount: 1}, last: {amount: 1}}
charges:
  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}
  - {id: B, kind: fixed, amount: 500, currency: RON}
  - {id: C, kind: fixed, amount: 400}
series: {cpi: {values: {2025-12: 100, 2026-01: 110}}, leu: {values: {2026-04: 0.2}}}
billing:
  order: [base, ORDER]
  discounts:
    - {id: D1, title: Loyalty, charges: [A], percentage: 10%}
    - {id: D2, tiers: [{above: 1000, percentage: 5%}]}
  indexation: [{id: I, charges: [A], series: cpi, base: 2025-12, from: 2026-01-01}]
  currencies: {RON: {series: leu}}
  fees: {part: {charges: [A, B], base: after-discount}, whole: {base: before-discount},
         last: {charges: [C], base: before-discount}}
  taxes: [{id: VAT, charges: [A], percentage: 10%}, {id: WHT, title: Withheld, percentage: 2%, withheld: true}]
  early_payment: {within: 10 days, percentage: 2%}
"""
)
LAST = ("credits, tax", "tax, credits")


def april(order: str, units: int = 1000, credit: str = "57", text: str = TEXT) -> ExpectedInvoice:
    contract, findings = load_text(text.replace("ORDER", order))
    assert contract is not None, findings
    due = Money(Decimal(credit), "EUR")
    given = GivenCredits((CreditLine("C1", "S1", due, due, ()),))
    told = {"offered_calls": {on("2026-04-02"): units}}
    return invoice_of(contract, "2026-04", told, credits_on=lambda _fees: given)


def sums(found: ExpectedInvoice) -> dict[str, str]:
    parts = {"charges": found.charges_total, "discounts": found.discounts_total, "credits": found.credits_total,
             "net": found.net, "tax": found.tax_total, "total": found.total, "early": found.early_payment}  # fmt: skip
    return {name: str(money).removeprefix("EUR ") for name, money in parts.items()}


@pytest.mark.parametrize("stages", ["volume, index, currency", "volume, currency, index", "currency, volume, index"])
def test_every_sum_of_an_invoice_with_discounts_index_currency_credit_and_taxes(stages: str) -> None:
    """1,000 units at 1.00 of which the price rose by 10 %, 500 lei at 0.20, and 400.

    Discounts go by prices before the index: 10 % of 1,000, and 5 % of 1,000 + 100 + 400 = 1,500, more than 1,000. What
    they take off the units rises with them: 110, and 55 + 5 + 20 = 80. Of 1,410 after discounts the units are 935, and
    so much of the credit of 57 falls on them: 935 - 57 x 935 / 1,410 = 897.20 is taxed with 10 %; 2 % of 1,353 are
    kept back. Paying early would take 2 % of 1,415.66 off.
    """
    found = april(f"{stages}, {LAST[0]}")
    assert {line.charge: str(line.amount) for line in found.lines} == {
        "A": "EUR 1,100.00", "B": "EUR 100.00", "C": "EUR 400.00"}  # fmt: skip
    assert [(one.id, one.title, str(one.amount)) for one in found.discounts] == [
        ("D1", "Loyalty", "EUR -110.00"), ("D2", "D2", "EUR -80.00")]  # fmt: skip
    assert {name: str(money) for name, money in found.fees} == {
        "part": "EUR 1,030.00", "whole": "EUR 1,600.00", "last": "EUR 400.00"}  # fmt: skip
    assert [(one.id, one.title, str(one.base), str(one.amount)) for one in found.taxes] == [
        ("VAT", "VAT", "EUR 897.20", "EUR 89.72"), ("WHT", "Withheld", "EUR 1,353.00", "EUR -27.06")]  # fmt: skip
    assert sums(found) == {"charges": "1,600.00", "discounts": "-190.00", "credits": "-57.00", "net": "1,353.00",
                           "tax": "62.66", "total": "1,415.66", "early": "28.31"}  # fmt: skip


def test_every_sum_where_the_index_comes_before_the_discount_and_the_credit_after_the_tax() -> None:
    """5 % of 1,100 + 100 + 400 = 80 again, and 10 % of 1,100; the tax is 10 % of 935 and 2 % of 1,410."""
    found = april(f"index, currency, volume, {LAST[1]}")
    assert [str(one.base) for one in found.taxes] == ["EUR 935.00", "EUR 1,410.00"]
    assert sums(found) == {"charges": "1,600.00", "discounts": "-190.00", "credits": "-57.00", "net": "1,410.00",
                           "tax": "65.30", "total": "1,418.30", "early": "28.37"}  # fmt: skip


def test_the_steps_of_a_line_are_those_that_moved_it_in_the_order_of_the_text() -> None:
    found = april(f"volume, index, currency, {LAST[0]}")
    told = {line.charge: [(one.label, one.result) for one in line.steps] for line in found.lines}
    assert told["A"][-3:] == [("index", Fraction(11, 10)), ("followed", 1100), ("line", Money(Decimal(1100), "EUR"))]
    assert told["B"][-3:] == [("currency", Fraction(1, 5)), ("followed", 100), ("line", Money(Decimal(100), "EUR"))]
    assert told["C"] == [("amount", 400), ("line", Money(Decimal(400), "EUR"))]
    (followed,) = [one for one in found.line("A")[0].steps if one.label == "followed"]
    assert followed.inserted == "EUR 1,000.00 x 1.1 = EUR 1,100.00"
    assert [[one.result for one in part.steps] for part in found.discounts] == [
        [100, Money(Decimal(-110), "EUR")], [75, Money(Decimal(-80), "EUR")]]  # fmt: skip


def test_a_line_of_both_index_and_currency_says_both_in_the_order_of_the_text() -> None:
    """1,000 lei x 1.10 x 0.20."""
    text = TEXT.replace("rate: 1,", "rate: 1, currency: RON,")
    for stages in ("volume, index, currency", "volume, currency, index"):
        (line,) = april(f"{stages}, {LAST[0]}", text=text).line("A")
        assert str(line.amount) == "EUR 220.00"
        assert [one.label for one in line.steps if one.label in stages] == stages.split(", ")[1:]
        (followed,) = [one for one in line.steps if one.label == "followed"]
        assert followed.inserted == "RON 1,000.00 x 1.1 x 0.2 = EUR 220.00"


@pytest.mark.parametrize(("units", "taken"), [(500, "EUR 0.00"), (501, "EUR -52.56")])
def test_a_discount_on_a_sum_counts_other_currencies_at_their_price(units: int, taken: str) -> None:
    """500 + 100 + 400 are just 1,000, which is not above it; of 1,001 5 % are 50.05, of which 25.05 rise."""
    for stages in ("volume, index, currency", "currency, volume, index"):
        assert str(april(f"{stages}, {LAST[0]}", units).discounts[1].amount) == taken


def test_a_line_of_which_the_price_or_the_quantity_is_not_known_is_in_no_sum() -> None:
    """Without a rate of April the 100 of the lei are missing; without records the 1,100 of the units too."""
    text = TEXT.replace("2026-04: 0.2", "2026-03: 0.2")
    found = april(f"volume, index, currency, {LAST[0]}", text=text)
    assert {line.charge: str(line.amount) for line in found.lines} == {
        "A": "EUR 1,100.00", "B": "None", "C": "EUR 400.00"}  # fmt: skip
    assert (sums(found)["charges"], sums(found)["discounts"]) == ("1,500.00", "-185.00")
    assert [str(money) for _, money in found.fees] == ["EUR 935.00", "EUR 1,500.00", "EUR 400.00"]
    nothing_counted = text.replace("offered_calls", "login_time")
    found = april(f"volume, index, currency, {LAST[0]}", text=nothing_counted)
    assert [line.charge for line in found.lines if line.amount is not None] == ["C"]
    assert sums(found)["charges"] == "400.00"


def test_of_a_month_without_any_charge_a_credit_takes_no_tax_with_it() -> None:
    text = TEXT.replace("amount: 500", "amount: 0").replace("amount: 400", "amount: 0")
    found = april(f"volume, index, currency, {LAST[0]}", 0, text=text)
    assert [str(one.base) for one in found.taxes] == ["EUR 0.00", "EUR 0.00"]
    assert (str(found.total), str(found.early_payment)) == ("EUR -57.00", "EUR -1.14")


@pytest.mark.parametrize(
    ("billing", "sums_of"),
    [
        ("discounts: [{id: D, percentage: 10%}]", ("0.45", "-0.05", "0.40", "0.00", "0.40")),
        ("taxes: [{id: VAT, percentage: 10%}]", ("0.45", "0.00", "0.45", "0.05", "0.50")),
        ("taxes: [{id: WHT, percentage: 10%, withheld: true}]", ("0.45", "0.00", "0.45", "-0.05", "0.40")),
    ],
)
def test_lines_discounts_and_taxes_are_rounded_once_each_half_a_cent_up(billing: str, sums_of: tuple[str, ...]) -> None:
    """0.444 and 0.006 are lines of 0.44 and 0.01; 10 % of 0.45 are 0.045, so 0.05."""
    text = f"""{TEXT.partition("charges:")[0]}
charges:
  - {{id: A, kind: fixed, amount: 0.444}}
  - {{id: B, kind: fixed, amount: 0.006}}
billing: {{{billing}}}
"""
    found = april("", credit="0", text=text)
    assert [str(line.amount) for line in found.lines] == ["EUR 0.44", "EUR 0.01"]
    told = sums(found)
    assert tuple(told[name] for name in ("charges", "discounts", "net", "tax", "total")) == sums_of


@pytest.mark.parametrize("units", [0, 1, 3, 45, 50, 101, 333, 997])
def test_what_is_taxed_in_all_is_the_net_sum_however_discounts_are_rounded(units: int) -> None:
    """45 units at 0.01: 10 % and 5 % of 0.45 are 0.05 and 0.02, so 0.38 is net, taxed and the fee; exactly 0.3825."""
    text = TEXT.replace("rate: 1,", "rate: 0.01,").replace("charges: [A], percentage: 10%}\n", "percentage: 10%}\n")
    text = text.replace("tiers: [{above: 1000, percentage: 5%}]", "percentage: 5%")
    text = text.replace("  - {id: B, kind: fixed, amount: 500, currency: RON}\n", "").replace("[A, B]", "[A]")
    text = text.replace("  - {id: C, kind: fixed, amount: 400}\n", "").replace("charges: [C], ", "")
    text = text.replace("{id: VAT, charges: [A], ", "{id: VAT, ").replace("2026-01: 110", "2026-01: 100")
    found = april(f"volume, index, currency, {LAST[0]}", units, "0", text)
    fees = dict(found.fees)
    assert {one.base for one in found.taxes} == {found.net} == {fees["part"]}
    assert found.net == found.charges_total + found.discounts_total
    if units == 45:
        assert [str(one.amount) for one in found.discounts] == ["EUR -0.05", "EUR -0.02"]
        assert str(found.net) == "EUR 0.38"
