"""A credit note from a value: what is credited, for which invoice, why. Sums and taxes follow from the lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tallystick.invoices.rule import EXACT, check
from tallystick.invoices.value import (
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Period,
    Reference,
    TaxGroup,
    Totals,
)
from tallystick.reports.credit_note import cii, factur_x, ubl
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Severity
from tallystick.vocabulary.money import exponent

PROFILE = "urn:cen.eu:en16931:2017"
CREDIT_NOTE = "381"
# Units of UN/ECE Recommendation 20: one piece.
ONE = "C62"


@dataclass(frozen=True)
class CreditLine:
    """What is credited: `quantity` x `price` without tax, rounded once to the minor unit, halves up.

    `item` names it, `reason` says why in words that both sides understand, `code` is a clause of the contract or a code
    of the rate card. `category` and `rate` (percent) are the tax of the line that is corrected.
    """

    item: str
    price: Decimal
    category: str
    rate: Decimal | None
    quantity: Decimal = Decimal(1)
    unit: str = ONE
    reason: str = ""
    code: str = ""
    period: Period = field(default_factory=Period)


@dataclass(frozen=True)
class CreditNote:
    """A credit note of the seller to the buyer; amounts are positive, as the norm has them.

    `preceding` are the invoices that it corrects, `exemptions` leads from a category without tax to its reason. `terms`
    says when and how it is settled; the norm asks for it where something is due.
    """

    number: str
    issued_on: date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[CreditLine, ...]
    preceding: tuple[Reference, ...] = ()
    contract: str = ""
    order: str = ""
    period: Period = field(default_factory=Period)
    notes: tuple[str, ...] = ()
    terms: str = "To be set off against the next invoice."
    buyer_reference: str = ""
    exemptions: tuple[tuple[str, str], ...] = ()

    @property
    def document(self) -> Invoice:
        """The document of the norm: every sum follows from the lines; tax is rounded once per category and rate."""
        lines = tuple(self._line(at, one) for at, one in enumerate(self.lines, start=1))
        taxable: dict[tuple[str, Decimal | None], Decimal] = {}
        for line in lines:
            key = (line.category, line.rate)
            taxable[key] = EXACT.add(taxable.get(key, Decimal(0)), line.net or Decimal(0))
        reasons = dict(self.exemptions)
        groups = tuple(
            TaxGroup(category, rate, net, self._rounded(EXACT.multiply(net, (rate or Decimal(0)) / 100)),
                     reasons.get(category, ""))
            for (category, rate), net in taxable.items()
        )  # fmt: skip
        net = sum((line.net or Decimal(0) for line in lines), Decimal(0))
        tax = sum((group.tax or Decimal(0) for group in groups), Decimal(0))
        references = [*self.preceding]
        references += [Reference("order", self.order)] * bool(self.order)
        references += [Reference("contract", self.contract)] * bool(self.contract)
        return Invoice(
            number=self.number,
            issued_on=self.issued_on,
            kind=CREDIT_NOTE,
            currency=self.currency,
            seller=self.seller,
            buyer=self.buyer,
            totals=Totals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
            lines=lines,
            taxes=groups,
            references=tuple(references),
            notes=tuple(Note(text) for text in self.notes),
            period=self.period,
            payment=Payment(terms=self.terms),
            buyer_reference=self.buyer_reference,
            profile=PROFILE,
        )

    def _rounded(self, value: Decimal) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-exponent(self.currency)), ROUND_HALF_UP, EXACT)

    def _line(self, at: int, one: CreditLine) -> Line:
        return Line(
            id=str(at),
            quantity=one.quantity,
            unit=one.unit,
            net=self._rounded(EXACT.multiply(one.quantity, one.price)),
            price=one.price,
            name=one.item,
            seller_item=one.code,
            category=one.category,
            rate=one.rate,
            period=one.period,
            notes=(one.reason,) if one.reason else (),
        )


def checked(note: CreditNote) -> Invoice:
    """The document of a credit note; UsageError names the rules of EN 16931 that it would break."""
    document = note.document
    broken = [fault for fault in check(document) if fault.severity is not Severity.NOTE]
    if broken:
        told = "; ".join(f"{fault.rule.id}: {fault.miss.message}" for fault in broken[:5])
        raise UsageError(f"This credit note would break {len(broken)} rule(s) of EN 16931: {told}")
    return document


def write_ubl(note: CreditNote) -> bytes:
    """The credit note as a UBL 2.1 CreditNote; raises UsageError where it would break a rule."""
    return ubl.write(checked(note))


def write_cii(note: CreditNote) -> bytes:
    """The credit note as a Cross Industry Invoice of code 381; raises UsageError where it would break a rule."""
    return cii.write(checked(note))


def write_factur_x(note: CreditNote, language: str = "en") -> bytes:
    """The credit note as Factur-X, level EN 16931; raises UsageError where it would break a rule."""
    return factur_x.write(checked(note), language)
