"""Lines of received invoices: signs, months, and which part of the contract each is taken for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.contract.load import load_text
from tallystick.cost.received import CardNames, billed_lines
from tallystick.invoices.value import Allowance, Invoice, Line, Party, Period, Totals
from tests.billing.desk import TEXT

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(scope="module")
def names() -> CardNames:
    contract, _ = load_text(TEXT.encode(), "line.yaml")
    assert contract is not None
    return CardNames.of([contract])


def invoice(*lines: Line, kind: str = "380", period: Period = MARCH, allowances: tuple[Allowance, ...] = ()) -> Invoice:
    return Invoice("A-1", date(2026, 4, 2), kind, "EUR", Party("Aurora"), Party("Lumen"), Totals(), lines,
                   allowances=allowances, period=period)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("MIN",), "MIN"),
        (("", "", "Minutes"), "MIN"),
        (("", "", "MIN: handling in March"), "MIN"),
        (("", "", "min rate"), ""),
        (("4711", "", "Site"), "SITE"),
        (("", "", "C1 service level"), "C1"),
        (("", "", "T1"), ""),
        (("", "", "Calls to other countries"), ""),
        (("", "", "Price  PER minute"), "MIN"),
        ((), ""),
    ],
)
def test_a_line_belongs_to_what_its_code_or_words_name_and_to_nothing_by_likeness(
    names: CardNames, words: tuple[str, ...], part: str
) -> None:
    """Ids and titles as they are written, small and large letters alike; an id before other words as it is written."""
    assert names.charge_of(*words) == part


def test_amounts_of_a_credit_note_are_below_zero_and_so_is_what_a_document_takes_off(names: CardNames) -> None:
    off, on = Allowance(charge=False, amount=Decimal(20), reason="C1"), Allowance(charge=True, amount=Decimal(7))
    line = Line("1", quantity=Decimal(2), net=Decimal("100.50"), name="Minutes")
    billed = [one for _, one in billed_lines(invoice(line, allowances=(off, on)), names)]
    assert [(one.charge, one.amount, one.title) for one in billed] == [
        ("MIN", Fraction("100.50"), "Minutes"), ("C1", -20, "C1"), ("", 7, "charge")]  # fmt: skip
    note = [one for _, one in billed_lines(invoice(line, kind="381", allowances=(off,)), names)]
    assert [one.amount for one in note] == [Fraction("-100.50"), 20]


def test_a_line_without_a_net_amount_is_quantity_times_price(names: CardNames) -> None:
    line = Line("1", quantity=Decimal(3), price=Decimal(10), base_quantity=Decimal(4), name="Minutes")
    silent = Line("2", name="Minutes")
    assert [one.amount for _, one in billed_lines(invoice(line, silent), names)] == [Fraction(30, 4)]


def test_the_month_is_that_of_the_line_then_of_the_invoice_then_of_its_issue(names: CardNames) -> None:
    own = Line("1", net=Decimal(1), period=Period(date(2026, 2, 1), date(2026, 2, 28)))
    plain = Line("2", net=Decimal(1))
    assert [day for day, _ in billed_lines(invoice(own, plain), names)] == [date(2026, 2, 1), date(2026, 3, 1)]
    (undated,) = billed_lines(invoice(plain, period=Period()), names)
    assert (undated[0], undated[1].dated) == (date(2026, 4, 2), False)
