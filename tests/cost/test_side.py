"""From a ledger to what a waterfall compares: amounts as billed, units and factors as counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tallystick.billing.invoice import CountedQuantity, ExpectedDiscount, ExpectedLine
from tallystick.contract.load import load_text
from tallystick.cost.month import cost_of
from tallystick.cost.month_inputs import Card, Counted, MonthInputs
from tallystick.cost.side import period_of, side_of
from tallystick.cost.waterfall import Item, Side, waterfall
from tallystick.measures.measure import MeasureRequest
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.money import Money
from tests.billing.by_day import RATES, invoice_of
from tests.billing.desk import TEXT
from tests.cost.test_month import MARCH, billed, booked
from tests.cost.test_waterfall import bars

MINUTES = Card("MIN", "per_minute", "Minutes", timed=True, contract="line")
EMPTY = MonthInputs("aurora", "2026-03", "EUR", cards=(MINUTES,))


def expected(**parts: Any) -> ExpectedLine:
    """1,000 minutes at RON 10.00, an index of 1.03 and 0.20 for the leu: EUR 2,060.00."""
    counted = CountedQuantity("quantity", MeasureRequest.of("billable_call_time"), (), Fraction(60_000), 900, 0, ())
    told = {"quantity": Fraction(1000), "exact": Fraction(10_000), "factor": Fraction("1.03"), "price": Fraction("0.2"),
            "amount": Money(Decimal("2060.00"), "EUR"), "counted": (counted,), "charge": "MIN", **parts}  # fmt: skip
    return ExpectedLine(kind="per_minute", title="Minutes", from_on=date(2026, 3, 1), end_on=date(2026, 4, 1),
                        settles="", unit="minute", rate=Fraction(10), currency="RON", steps=(), **told)  # fmt: skip


def side(*lines: ExpectedLine, **parts: Any) -> Side:
    """A month of which the expected invoice has these lines."""
    contract, _ = load_text(TEXT.encode(), "line.yaml")
    assert contract is not None
    invoice = replace(invoice_of(contract, "2026-03", {}), lines=lines, reasons=(), credits=(), discounts=())
    given = replace(EMPTY, expected=(invoice,), **parts)
    return side_of(given, cost_of(given))


TEXT_OF_PREMIUM = f"""{RATES}
term: {{from: 2026-01-01, to: 2026-12-31}}
charges:
  - {{id: CALL, kind: per_unit, rate: 3.15, quantity: {{measure: offered_calls}}}}
  - {{id: NIGHT, kind: premium, on: CALL, percentage: 50%}}
series: {{cpi: {{values: {{2025-12: 100, 2026-04: 103}}}}}}
billing: {{indexation: [{{id: I, charges: [CALL], series: cpi, base: 2025-12, from: 2026-04-01}}]}}
"""


def only(found: Side) -> Item:
    (item,) = found.items
    return item


def test_a_counted_charge_brings_its_units_and_its_amounts_before_index_currency_and_rounding() -> None:
    item = only(side(expected(), own_contacts={("line", "MIN"): 900}, contacts=Counted(1000, 1000)))
    assert (item.amount, item.units, item.contacts, item.counted) == (2060, 1000, 900, True)
    assert (item.exact, item.indexed, item.priced) == (10_000, 10_300, 2060)


def test_a_premium_that_moves_with_the_index_of_its_price_moves_the_bar_of_the_index() -> None:
    """1,000 calls at 3.15 and half of it more: 3 % of both, and nothing in the price."""
    text = TEXT_OF_PREMIUM
    contract, findings = load_text(text)
    assert contract is not None, findings
    sides = []
    for month in ("2026-03", "2026-04"):
        invoice = invoice_of(contract, month, {"offered_calls": {date.fromisoformat(f"{month}-02"): 1000}})
        given = replace(EMPTY, month=month, expected=(invoice,))
        sides.append(side_of(given, cost_of(given)))
    assert bars(waterfall(*sides)) == {"index": "141.75"}


def test_without_index_or_another_currency_the_factors_are_one() -> None:
    item = only(side(expected(factor=None, price=None, amount=Money(Decimal("10000.00"), "EUR"))))
    assert (item.exact, item.indexed, item.priced, item.contacts) == (10_000, 10_000, 10_000, None)


def test_two_lines_of_a_charge_are_one_item_whose_received_amount_is_their_sum() -> None:
    """Half a month each: 500 minutes and 500, and the partner bills 2,061 in one line and 9 in another."""
    half = expected(quantity=Fraction(500), exact=Fraction(5000), amount=Money(Decimal("1030.00"), "EUR"))
    received = (billed("MIN", "2061", quantity=Fraction(7)), billed("MIN", "9", currency="EUR"))
    item = only(side(half, half, received=received, own_contacts={("line", "MIN"): 900}))
    assert (item.amount, item.units, item.exact, item.priced) == (2070, 1000, 10_000, 2060)
    expected_alone = only(side(half, half, own_contacts={("line", "MIN"): 900}))
    assert (expected_alone.amount, expected_alone.units, expected_alone.contacts) == (2060, 1000, 900)
    assert only(side(half, half)).contacts is None


def of_two_contracts(dear: int, *, named: str, received: bool = False) -> Side:
    """100 calls by one contract at 1.00, and so many mails by another at 5.00, which calls the charge `named`."""
    text, _ = load_text(TEXT.encode(), "line.yaml")
    assert text is not None
    month, cards, lines = invoice_of(text, "2026-03", {}), [], []
    invoices = []
    for contract, charge, units, rate in (("line", "CASE", 100, 1), ("annex", named, dear, 5)):
        amount = units * rate
        told = expected(charge=charge, quantity=Fraction(units), exact=Fraction(amount), factor=None, price=None,
                        amount=Money(Decimal(f"{amount}.00"), "EUR"))  # fmt: skip
        invoices.append(replace(month, contract=contract, lines=(told,), reasons=(), credits=(), discounts=()))
        cards.append(Card(charge, "per_contact", charge, contract=contract))
        lines.append(billed(charge, str(amount), contract=contract))
    given = replace(EMPTY, expected=tuple(invoices), cards=tuple(cards), received=tuple(lines) if received else (),
                    own_contacts={("line", "CASE"): 100, ("annex", named): dear},
                    contacts=Counted(100 + dear, 100 + dear))  # fmt: skip
    return side_of(given, cost_of(given))


@pytest.mark.parametrize("received", [False, True])
def test_charges_of_two_contracts_move_the_same_bars_whether_or_not_they_have_one_id(received: bool) -> None:
    """Mails go from 100 to 200: half of what was paid more is mix, and nothing is productivity or price."""
    falls = [
        waterfall(*(of_two_contracts(dear, named=named, received=received) for dear in (100, 200)))
        for named in ("CASE", "MAIL")
    ]
    assert bars(falls[0]) == bars(falls[1]) == {"volume": "300.00", "mix": "200.00"}
    both = [{share.key: share.amount for share in fall.bar("mix").shares} for fall in falls]
    assert both[0] == {"line/CASE": -50, "annex/CASE": 250}
    assert both[1] == {"CASE": -50, "MAIL": 250}
    assert {share.title for share in falls[0].bar("mix").shares} == {"line: Minutes", "annex: Minutes"}
    quarter = of_two_contracts(100, named="CASE").plus(of_two_contracts(200, named="CASE"), "both")
    assert [(one.contract, one.units, one.contacts) for one in quarter.items] == [
        ("line", 200, 200), ("annex", 300, 300)]  # fmt: skip


def test_a_charge_is_no_price_adjustment_because_another_contract_calls_one_of_its_own_so() -> None:
    """The annex adjusts prices under C1, and the line has a charge of that id."""
    cards = (Card("C1", "fixed", "Cabinet", contract="line"),)
    lines = (billed("C1", "30"), billed("C1", "-7", contract="annex"))
    given = replace(EMPTY, received=lines, cards=cards, credit_clauses=frozenset({"C1"}))
    found = side_of(given, cost_of(given))
    assert ([(one.contract, one.amount) for one in found.items], found.credits) == ([("line", 30)], -7)


@pytest.mark.parametrize("unknown", [{"exact": None}, {"amount": None}])
def test_a_line_that_comes_to_nothing_known_has_no_factors_and_those_behind_it_have_theirs(
    unknown: dict[str, None],
) -> None:
    received = (billed("OTHER", "50", quantity=Fraction(2)), billed("MIN", "2060"))
    found = side(expected(charge="OTHER", **unknown), expected(), received=received)
    other, minutes = found.items
    assert (other.units, other.exact, other.counted) == (2, 0, True)
    assert (minutes.units, minutes.exact) == (1000, 10_000)


def test_what_is_passed_on_does_not_come_with_contacts_and_one_count_that_does_is_enough() -> None:
    beside = CountedQuantity("cost", MeasureRequest.of("documented_costs"), (), Fraction(9), 1, 0, ())
    assert not only(side(expected(counted=(beside,)))).counted
    assert only(side(expected(counted=(*expected().counted, beside)))).counted
    assert not only(side(expected(counted=()))).counted


def test_a_line_with_counts_is_of_their_rows_and_any_other_of_one() -> None:
    """A site is one piece, and so is a discount; 900 calls and 30 costs are behind the minutes."""
    beside = CountedQuantity("cost", MeasureRequest.of("documented_costs"), (), Fraction(9), 30, 0, ())
    loyalty = ExpectedDiscount("D1", "Loyalty", Money(Decimal("-60.00"), "EUR"), ())
    lines = (expected(counted=(*expected().counted, beside)), expected(charge="SITE", counted=()))
    contract, _ = load_text(TEXT.encode(), "line.yaml")
    assert contract is not None
    invoice = replace(invoice_of(contract, "2026-03", {}), lines=lines, discounts=(loyalty,), reasons=(), credits=())
    cost = cost_of(replace(EMPTY, expected=(invoice,)))
    assert [(line.charge, line.n, line.on_rate_card) for line in cost.lines] == [
        ("MIN", 930, True), ("SITE", 1, True), ("D1", 1, True)]  # fmt: skip
    assert str(cost.total) == "EUR 4,060.00"


def test_a_line_that_no_record_explains_takes_the_billed_units_and_one_piece_is_a_fee() -> None:
    """Two lines of 3 and 4 are 7 units; where one of them says none, nothing is known of them."""

    def item(*quantities: str | None, name: str = "HELP") -> Item:
        lines = tuple(billed(name, "10", "Helpers", quantity=None if one is None else Fraction(one))
                      for one in quantities)  # fmt: skip
        given = replace(EMPTY, received=lines, cards=() if not name else EMPTY.cards)
        return only(side_of(given, cost_of(given)))

    assert [(one.units, one.counted, one.key) for one in (item("3", "4"), item("1"), item("3", None), item(None))] == [
        (7, True, "HELP"), (1, False, "HELP"), (None, False, "HELP"), (None, False, "HELP")]  # fmt: skip
    assert (item("0").units, item("0").counted, item("2").counted) == (0, True, True)
    assert (item("3", "4", name="").key, item("3", "4", name="").units) == ("Helpers", 7)


def test_what_is_not_the_rate_cards_is_told_by_name_and_credits_and_rework_apart() -> None:
    books = (booked(1, "tools", "5"), booked(2, "licences", "6"), booked(3, "rework", "7"), booked(4, "rework", "8"))
    received = (billed("C1", "-3"), billed("C1", "-4"), billed("", "20", "Storage"), billed("", "1", "Parking"))
    given = replace(MARCH, received=received, booked=books)
    found = side_of(given, cost_of(given))
    assert (found.items, found.credits, found.rework) == ((), -7, 15)
    assert found.other == {"charges outside the rate card": 21, "licences": 6, "tools": 5}
    assert (found.label, found.currency, found.contacts) == ("2026-03", "EUR", 8000)
    nobody = replace(given, contacts=Counted())
    assert side_of(nobody, cost_of(nobody)).contacts is None


def test_a_period_is_called_by_its_month_or_its_first_and_last_or_as_one_says() -> None:
    months = [(given, cost_of(given)) for given in (replace(MARCH, month=f"2026-0{n}") for n in (1, 2, 3))]
    assert [period_of(months[:n]).label for n in (1, 2, 3)] == ["2026-01", "2026-01..2026-02", "2026-01..2026-03"]
    assert [period_of(months[:n], "so far").label for n in (1, 2, 3)] == ["so far"] * 3
    assert [period_of(months[:n]).total for n in (1, 2, 3)] == [n * Fraction("26350.01") for n in (1, 2, 3)]
    silent = replace(MARCH, month="2026-04", received=(), booked=())
    with pytest.raises(UsageError, match="2026-04"):
        period_of([*months, (silent, cost_of(silent))])


def test_an_index_that_rises_is_the_bar_of_the_index() -> None:
    """1,000 x RON 10 at 0.20: the index goes from 1.03 to 1.05, 2,060 to 2,100."""
    dearer = expected(factor=Fraction("1.05"), amount=Money(Decimal("2100.00"), "EUR"))
    assert bars(waterfall(side(expected()), side(dearer))) == {"index": "40.00"}
