"""From a bill to the document that a partner sends, and from documents to the check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.received import Document
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.expected import CreditsOn, Order
from tallystick.billing.invoice import GivenCredits
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money, money_of
from tallystick.vocabulary.period import Period
from tests.billing.check.papers import L, Off, paper
from tests.billing.planted.bills import MISSED, Bill, shown
from tests.billing.planted.cards import TEXTS
from tests.billing.planted.source import World


@cache
def contract_of(model: str) -> Contract:
    contract, findings = load_text(TEXTS[model])
    assert contract is not None, findings
    return contract


def document(bill: Bill, number: str = "", **parts: object) -> Document:
    """The bill as a document; quantities with six decimals, prices in full."""
    lines = [
        L(
            code=one.code,
            quantity=None if one.quantity is None else shown(one.quantity),
            unit=one.unit,
            price=None if one.price is None else shown(one.price, 8),
            net=one.net,
            name=one.name,
            days=one.span,
        )
        for one in bill.rows
    ]
    off = [Off(*pair) for pair in (("D1", bill.discount), ("C1", bill.adjustment)) if pair[1] is not None]
    given = {"rate": str(bill.rate), **parts}
    return paper(number or f"{bill.model}-{bill.month}", bill.month, lines, off, **given)  # type: ignore[arg-type]


def credits_on(contract: Contract, month: str) -> CreditsOn:
    """3 % of the fee in months with a miss: of what the charges come to, else of the fee that stands in the text."""

    def given(fees: Mapping[str, Money]) -> GivenCredits:
        if month not in MISSED:
            return GivenCredits()
        fee = fees.get("monthly") or contract.fee("monthly")
        assert fee is not None
        money = money_of(Fraction(fee.amount) * 3 / 100, "EUR")
        return GivenCredits((CreditLine("C1", "S1", money, money, ()),))

    return given


def checked(model: str, month: str, documents: Sequence[Document]) -> InvoiceCheck:
    contract = contract_of(model)
    order = Order(contract, "aurora", Period.parse(month, contract.zone), datetime(2028, 1, 1, tzinfo=UTC), None)
    source = World()
    return check_invoice(Given(order, source, tuple(documents), credits_on(contract, month), source))
