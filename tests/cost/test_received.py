"""Lines of received invoices: signs, months, and which part of the contract each is taken for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.billing.check.received import Document
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.cost.month_inputs import BilledLine
from tallystick.cost.received import billed_lines, contract_of, targets_of
from tallystick.cost.ruling import Ruling
from tallystick.invoices.value import Allowance, Invoice, Line, Party, Period, Reference, Totals
from tests.billing.desk import TEXT

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(scope="module")
def text() -> Contract:
    contract, _ = load_text(TEXT.encode(), "line.yaml")
    assert contract is not None
    return contract


def lines_of(invoice: Invoice, text: Contract) -> list[tuple[date, BilledLine]]:
    return list(billed_lines(Document(1, invoice), text.contract, targets_of(ruling(text), {"C1": ("T1", "T2")})))


def ruling(text: Contract) -> Ruling:
    return Ruling(text.contract, (text,), tuple((text, charge) for charge in text.charges))


def invoice(*lines: Line, kind: str = "380", period: Period = MARCH, allowances: tuple[Allowance, ...] = ()) -> Invoice:
    return Invoice("A-1", date(2026, 4, 2), kind, "EUR", Party("Aurora"), Party("Lumen"), Totals(), lines,
                   allowances=allowances, period=period)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "words", "part"),
    [
        ("MIN", "", "MIN"),
        ("", "Minutes", "MIN"),
        ("", "MIN: handling in March", "MIN"),
        ("", "min rate", ""),
        ("4711", "Site", "SITE"),
        ("", "C1 service level", "C1"),
        ("", "adjustment for T1", "C1"),
        ("", "adjustment for T2 of the quarter", "C1"),
        ("", "Price  PER minute", ""),
        ("", "Storage of recordings", ""),
    ],
)
def test_a_line_belongs_to_what_its_code_or_words_name(text: Contract, code: str, words: str, part: str) -> None:
    """The signs of the invoice check; the desk's charges have titles, so what their kinds are called is no name."""
    ((_, line),) = lines_of(invoice(Line("1", net=Decimal(5), name=words, seller_item=code)), text)
    assert line.charge == part


def test_a_charge_without_a_title_goes_by_its_kind_where_it_is_the_only_one(text: Contract) -> None:
    bare = [one.model_copy(update={"title": None}) for one in text.charges if one.id in ("MIN", "CALL")]
    alone, twice = (
        {target.id: target.title for target in targets_of(ruling(text.model_copy(update={"charges": charges})), {})}
        for charges in (tuple(bare), (*bare, bare[0].model_copy(update={"id": "MIN-2"})))
    )
    assert (alone["MIN"], twice["MIN"], twice["CALL"]) == ("Price per minute", "", "Price per contact")


def test_amounts_of_a_credit_note_are_below_zero_and_so_is_what_a_document_takes_off(text: Contract) -> None:
    off, on = Allowance(charge=False, amount=Decimal(20), reason="C1"), Allowance(charge=True, amount=Decimal(7))
    line = Line("1", quantity=Decimal(2), net=Decimal("100.50"), name="Minutes")
    billed = [one for _, one in lines_of(invoice(line, allowances=(off, on)), text)]
    assert [(one.charge, one.amount, one.title) for one in billed] == [
        ("MIN", Fraction("100.50"), "Minutes"), ("C1", -20, "C1"), ("", 7, "charge 2")]  # fmt: skip
    note = [one for _, one in lines_of(invoice(line, kind="381", allowances=(off,)), text)]
    assert [one.amount for one in note] == [Fraction("-100.50"), 20]


def test_the_month_is_that_of_the_line_then_of_the_invoice_then_the_one_before_its_issue(text: Contract) -> None:
    own = Line("1", net=Decimal(1), period=Period(date(2026, 2, 10), date(2026, 2, 28)))
    plain = Line("2", net=Decimal(1))
    assert [day for day, _ in lines_of(invoice(own, plain), text)] == [date(2026, 2, 1), date(2026, 3, 1)]
    assert [one.dated for _, one in lines_of(invoice(own, plain), text)] == [True, True]
    (undated,) = lines_of(invoice(plain, period=Period()), text)
    assert (undated[0], undated[1].dated) == (date(2026, 3, 1), False)


def test_a_document_belongs_to_the_contract_it_names_or_to_the_one_whose_codes_it_bills(text: Contract) -> None:
    main = text.model_copy(update={"contract": "main", "charges": ()})
    naming = replace(invoice(Line("1", net=Decimal(1))), references=(Reference("contract", "MAIN"),))
    assert contract_of(Document(1, naming), [text, main], [text]) == "main"
    assert contract_of(Document(1, invoice(Line("1", net=Decimal(1)))), [text, main], [text]) == "line"
    assert contract_of(Document(1, invoice(Line("1", net=Decimal(1)))), [main], []) == ""
    other = text.model_copy(update={"contract": "other", "charges": text.charges[:1]})
    coded = invoice(Line("1", net=Decimal(1), seller_item="CALL"))
    assert contract_of(Document(1, coded), [other, text], [other, text]) == "line"


def test_a_discount_goes_by_its_title(text: Contract) -> None:
    card = TEXT.replace("billing:\n", "billing:\n  discounts: [{id: D1, title: Loyalty bonus, percentage: 2%}]\n")
    with_one, findings = load_text(card.encode(), "line.yaml")
    assert with_one is not None, findings
    line = invoice(Line("1", net=Decimal(-5), name="Loyalty bonus"))
    assert [[one.charge for _, one in lines_of(line, under)] for under in (with_one, text)] == [["D1"], [""]]


def test_a_price_alone_is_no_name_even_where_there_is_one_charge(text: Contract) -> None:
    alone = text.model_copy(update={"charges": text.charges[:1], "clauses": ()})
    line = Line("1", quantity=Decimal(2), net=Decimal("1.20"), price=Decimal("0.60"), unit="MIN", name="Storage")
    ((_, billed),) = lines_of(invoice(line), alone)
    assert billed.charge == ""


@pytest.mark.parametrize(
    ("kind", "nets", "takes_off"),
    [("380", ("5", "-5"), False), ("380", ("5", "-5.01"), True), ("384", ("-0.01",), True), ("381", ("5",), True),
     ("381", ("-5",), True)],
)  # fmt: skip
def test_a_credit_note_and_what_comes_to_less_than_nothing_take_off_and_bill_nothing(
    text: Contract, kind: str, nets: tuple[str, ...], takes_off: bool
) -> None:
    made = invoice(*(Line(str(at), net=Decimal(net), name="Minutes") for at, net in enumerate(nets, 1)), kind=kind)
    assert {line.takes_off for _, line in lines_of(made, text)} == {takes_off}
