"""A month of which a part is billed: the rest stands as expected, and nobody calls the month whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.billing.invoice import ExpectedDiscount, ExpectedInvoice, ExpectedLine, InvoiceState
from tallystick.contract.load import load_text
from tallystick.cost.month import MonthCost, cost_of
from tallystick.cost.month_inputs import Basis, BilledLine, Card, MonthInputs
from tallystick.cost.side import side_of
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.finding import Severity
from tallystick.vocabulary.money import Money
from tests.billing.by_day import invoice_of
from tests.billing.desk import TEXT
from tests.cost.test_month import billed, booked

CARDS = tuple(
    Card(charge, kind, charge.title(), timed=charge == "MIN", contract="line")
    for charge, kind in {"MIN": "per_minute", "SITE": "fixed", "SET": "one_off"}.items()
)


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def line(charge: str, amount: str) -> ExpectedLine:
    value = Fraction(amount)
    return ExpectedLine(charge, "per_minute", charge.title(), date(2026, 3, 1), date(2026, 4, 1), "", None, "", None,
                        "EUR", value, None, None, euro(amount), (), ())  # fmt: skip


def invoice(*lines: ExpectedLine, off: str = "", credit: str = "", reasons: tuple[str, ...] = ()) -> ExpectedInvoice:
    contract, _ = load_text(TEXT.encode(), "line.yaml")
    assert contract is not None
    discounts = (ExpectedDiscount("OFF", "Discount", euro(off), ()),) if off else ()
    credits_ = (CreditLine("C1", "T1", euro(credit), euro(credit), ()),) if credit else ()
    bare = invoice_of(contract, "2026-03", {})
    return replace(bare, lines=lines, discounts=discounts, credits=credits_, reasons=reasons)


def month(expected: ExpectedInvoice, *received: BilledLine, **parts: Any) -> MonthCost:
    inputs = MonthInputs("aurora", "2026-03", "EUR", (expected,), received, cards=CARDS,
                         credit_clauses=frozenset({"C1"}))  # fmt: skip
    inputs = replace(inputs, **parts)
    cost = cost_of(inputs)
    assert cost.total is not None
    assert side_of(inputs, cost).total == Fraction(cost.total.amount), "the waterfall closes"
    return cost


def note(charge: str, amount: str) -> BilledLine:
    return billed(charge, amount, takes_off=True)


def ids(cost: MonthCost) -> list[str]:
    return [finding.id for finding in cost.findings]


def told(cost: MonthCost) -> dict[str, str]:
    return {f"{one.charge} {one.basis}": f"{one.amount.amount:f}" for one in cost.lines}


def test_a_credit_note_alone_is_taken_off_the_expected_invoice() -> None:
    cost = month(invoice(line("MIN", "40000")), note("MIN", "-200"))
    assert (str(cost.total), cost.is_whole, ids(cost)) == ("EUR 39,800.00", True, [])
    assert (cost.charged, cost.model) == ((("per_minute", euro("39800.00")),), "per_minute")


def test_a_credit_note_of_a_price_adjustment_or_discount_is_not_taken_off_twice() -> None:
    expected = invoice(line("MIN", "40000"), off="-600", credit="500")
    assert str(month(expected).total) == "EUR 38,900.00"
    assert str(month(expected, note("C1", "-450")).total) == "EUR 38,950.00"
    assert str(month(expected, note("OFF", "-600")).total) == "EUR 38,900.00"
    assert str(month(expected, note("", "-1")).total) == "EUR 38,899.00"


def test_an_invoice_of_the_set_up_is_not_the_whole_cost_of_a_month_that_runs() -> None:
    accrual = replace(invoice(line("MIN", "12000"), reasons=("it runs",)), state=InvoiceState.ACCRUAL)
    cost = month(accrual, billed("SET", "500"), runs=True)
    assert told(cost) == {"SET received": "500.00", "MIN accrual": "12000.00"}
    assert (str(cost.total), cost.hidden, cost.hidden_share, cost.is_whole) == ("EUR 12,500.00", None, None, False)
    assert ids(cost) == ["TS-K010", "TS-K004", "TS-K009"]
    unbilled = cost.findings[0]
    assert (unbilled.severity, unbilled.count) == (Severity.WARNING, 1)
    assert unbilled.message == ("No invoice names Min of line, expected with EUR 12,000.00, so it stands as expected.")
    assert str(month(accrual, billed("", "500"), runs=True).total) == "EUR 12,500.00", "under words of its own"


def test_charges_that_no_invoice_names_stand_when_the_month_is_over_and_nothing_is_called_hidden() -> None:
    expected = invoice(line("MIN", "12000"), line("SITE", "300"), line("SET", "40"))
    cost = month(expected, billed("MIN", "11000"), booked=(booked(1, "tools", "9"),))
    assert told(cost) == {"MIN received": "11000.00", "SITE expected": "300.00", "SET expected": "40.00",
                          " booked": "9.00"}  # fmt: skip
    assert (ids(cost), cost.findings[0].count, cost.hidden) == (["TS-K010"], 2, None)
    assert "Site, Set of line, expected with EUR 340.00" in cost.findings[0].message
    whole = month(expected, *(billed(name, "1") for name in ("MIN", "SITE", "SET")), booked=(booked(1, "tools", "9"),))
    assert (str(whole.total), str(whole.hidden), whole.is_whole, ids(whole)) == ("EUR 12.00", "EUR 9.00", True, [])


@pytest.mark.parametrize(
    ("beside", "total", "words"),
    [("150", "EUR 11,150.00", "come to EUR 150.00, so they are taken for it"),
     ("149.99", "EUR 11,449.99", "so it stands as expected")],
)  # fmt: skip
def test_lines_that_no_price_names_stand_for_unbilled_charges_from_half_of_them_on(
    beside: str, total: str, words: str
) -> None:
    """The site of 300 may be billed as “Rooms”."""
    expected = invoice(line("MIN", "11000"), line("SITE", "300"), reasons=("a count is open",))
    cost = month(expected, billed("MIN", "11000"), billed("", beside, "Rooms"))
    assert (str(cost.total), cost.is_whole) == (total, False)
    assert words in next(one.message for one in cost.findings if one.id == "TS-K010")
    assert ("TS-K004" in ids(cost)) is (beside == "149.99"), "what is not counted need not be final"


def test_what_one_line_bills_under_words_of_its_own_keeps_the_model_that_is_expected() -> None:
    """“Services” of 9,100 names no charge; 9,000 in two lines, and what is not known or in lei is in neither."""
    lei = replace(line("SITE", "700"), kind="fixed", amount=Money(Decimal(700), "RON"))
    lines = (line("MIN", "8000"), line("MIN", "1000"), replace(line("SITE", "5"), kind="fixed", amount=None), lei)
    cost = month(invoice(*lines), billed("", "9100", "Services"))
    assert (str(cost.total), cost.charged, cost.hidden) == ("EUR 9,100.00", (("per_minute", euro("9000.00")),), None)
    with_site = month(invoice(line("MIN", "8000"), replace(line("SITE", "5"), kind="fixed")), billed("", "9100"))
    assert dict(with_site.charged) == {"per_minute": euro("8000.00"), "fixed": euro("5.00")}


def test_only_lines_of_invoices_in_the_contracts_own_currency_may_be_a_charge_under_other_words() -> None:
    expected = invoice(line("MIN", "11000"), line("SITE", "300"))
    rest = billed("MIN", "11000")
    assert str(month(expected, rest, billed("", "9000", currency="RON")).total) == "EUR 11,300.00"
    assert str(month(expected, rest, note("", "-9000")).total) == "EUR 2,300.00"
    assert str(month(expected, rest, note("", "9000")).total) == "EUR 20,300.00"
    assert str(month(expected, rest, billed("C1", "-9000")).total) == "EUR 2,300.00"
    both = month(expected, rest, billed("", "100", "A"), billed("", "50", "B"))
    assert str(both.total) == "EUR 11,150.00"


def test_a_discount_that_no_document_names_comes_off_for_the_part_that_is_not_billed_yet() -> None:
    """600 of discount and 100 of adjustment on 12,000; 3,000 are billed, three quarters of both are to come."""
    expected = invoice(line("MIN", "9000"), line("SITE", "3000"), line("SET", "-50"), off="-600", credit="100.01")
    cost = month(expected, billed("SITE", "3100"))
    assert told(cost) == {"SITE received": "3100.00", "MIN expected": "9000.00", "SET expected": "-50.00",
                          "OFF expected": "-450.00", "C1 expected": "-75.01"}  # fmt: skip
    (off,) = (one for one in cost.lines if one.charge == "OFF")
    (step,) = off.steps
    assert (step.clause, step.label, step.unit) == ("OFF", "not billed yet", "EUR")
    assert step.inserted == "EUR -600.00 x 75 % -> EUR -450.00"
    assert (off.n, off.refs, step.result) == (1, ("line:OFF",), off.amount)
    named = month(expected, billed("SITE", "3100"), billed("OFF", "-7"), billed("C1", "-8"))
    assert told(named) == {"SITE received": "3100.00", "OFF received": "-7.00", "C1 received": "-8.00",
                           "MIN expected": "9000.00", "SET expected": "-50.00"}  # fmt: skip
    assert [one.steps for one in month(expected).lines if one.charge == "OFF"] == [()]


def test_where_every_charge_is_billed_nothing_expected_is_added_or_taken_off() -> None:
    """A charge of nothing, and what is settled in the client's favour, leave no invoice short."""
    expected = invoice(line("MIN", "9000"), line("SITE", "0"), line("SET", "-50"), off="-600", reasons=("open",))
    cost = month(expected, billed("MIN", "8000"))
    assert (told(cost), cost.is_whole, ids(cost)) == ({"MIN received": "8000.00"}, True, ["TS-K011"])


def test_what_should_come_off_billed_charges_and_no_document_gives_is_told() -> None:
    expected = invoice(line("MIN", "9000"), line("SITE", "3000"), off="-600", credit="100")
    (found,) = month(invoice(line("MIN", "9000"), credit="100"), billed("MIN", "9000")).findings
    assert (found.id, found.severity, found.count) == ("TS-K011", Severity.WARNING, 1)
    says = "should come off what is billed, and no document of the month names it, so it lowers no cost yet."
    assert found.message == f"line: price adjustment C1 (EUR -100.00) {says}"
    # Three quarters are billed; the rest comes off the charge that stands as expected.
    partly = month(expected, billed("MIN", "9000"))
    assert [one.message for one in partly.findings if one.id == "TS-K011"] == [
        f"line: Discount, price adjustment C1 (EUR -525.00) {says}"
    ]
    given = month(expected, billed("MIN", "9000"), note("C1", "-100"), billed("OFF", "-600"))
    assert "TS-K011" not in ids(given)
    assert "TS-K011" not in ids(month(expected)), "no invoice came, so all of it comes off"
    cent = invoice(line("MIN", "9000"), line("SITE", "0.01"))
    assert month(cent, billed("MIN", "8000")).is_whole is False
    unknown = invoice(line("MIN", "9000"), replace(line("SITE", "5"), amount=None))
    assert month(unknown, billed("MIN", "8000")).is_whole is True


def test_an_invoice_of_another_contract_stands_for_nothing_of_this_one() -> None:
    expected = invoice(line("MIN", "9000"))
    elsewhere = month(expected, billed("MIN", "70", contract="annex"))
    assert (str(elsewhere.total), ids(elsewhere), elsewhere.is_whole) == ("EUR 9,070.00", [], True)
    for named in ("line", ""):
        assert str(month(expected, billed("MIN", "70", contract=named)).total) == "EUR 70.00"


def test_a_month_that_runs_is_never_whole_even_where_everything_so_far_is_billed() -> None:
    cost = month(invoice(line("MIN", "9000")), billed("MIN", "9000"), runs=True)
    assert (ids(cost), cost.hidden, cost.is_whole) == (["TS-K009"], None, False)
    assert cost.findings[0].severity is Severity.NOTE
    assert cost_of(MonthInputs("aurora", "2026-03", "EUR", runs=True)).findings == ()


def test_beside_a_credit_note_alone_the_books_stand_for_the_invoice() -> None:
    """Without a rate card in the text: 24,000 and travel that the books call on the card, less a credit of 200."""
    rows = (booked(1, "invoice", "24000"), booked(2, "travel", "80", on_rate_card=True))
    inputs = MonthInputs("aurora", "2026-03", "EUR", received=(note("", "-200"),), booked=rows, unbilled=("frame",))
    cost = cost_of(inputs)
    assert (str(cost.total), cost.left_out, cost.is_whole) == ("EUR 23,880.00", (), True)
    came = cost_of(replace(inputs, received=(billed("", "24100"), note("", "-200")), unbilled=()))
    assert (str(came.total), dict(came.left_out)) == ("EUR 23,900.00", {"on the invoice already": 2})
    expected = month(invoice(line("MIN", "9000")), note("MIN", "-200"), booked=rows)
    assert (str(expected.total), dict(expected.left_out)) == ("EUR 8,800.00", {"on the invoice already": 2})


AMOUNT = st.integers(-30_000, 90_000).map(lambda minor: f"{Decimal(minor) / 100:f}")
NAMES = ("MIN", "SITE", "SET")


@settings(max_examples=120, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), AMOUNT, max_size=3), AMOUNT, AMOUNT,
    st.lists(st.tuples(st.sampled_from((*NAMES, "OFF", "C1", "")), AMOUNT, st.booleans()), max_size=6), st.booleans(),
)  # fmt: skip
def test_whatever_is_billed_of_a_month_its_lines_add_up_to_its_cost_and_to_its_side(
    expected: dict[str, str], off: str, credit: str, received: list[tuple[str, str, bool]], runs: bool
) -> None:
    made = invoice(*(line(name, amount) for name, amount in expected.items()), off=off, credit=credit)
    given_lines = tuple(billed(name, amount, takes_off=off_) for name, amount, off_ in received)
    cost = month(made, *given_lines, runs=runs)
    assert cost.total is not None
    assert sum((Fraction(one.amount.amount) for one in cost.lines), Fraction(0)) == Fraction(cost.total.amount)
    bills = {name for name, _, takes_off in received if not takes_off}
    standing = {one.charge for one in cost.lines if one.basis is not Basis.RECEIVED}
    assert not standing & bills
    if not bills:
        assert set(expected) <= standing
    assert not (cost.is_whole and runs)
