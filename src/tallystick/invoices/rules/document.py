"""What a document must say at all: parties, totals, tax groups, reasons, days in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tallystick.invoices.rule import Family, Miss, Rule
from tallystick.invoices.value import Invoice


def _total(name: str, what: str) -> Callable[[Invoice], Iterator[Miss]]:
    def find(invoice: Invoice) -> Iterator[Miss]:
        if getattr(invoice.totals, name) is None:
            yield Miss("totals", f"There is no {what}.")

    return find


def _said(where: str, what: str, of: Callable[[Invoice], object]) -> Callable[[Invoice], Iterator[Miss]]:
    def find(invoice: Invoice) -> Iterator[Miss]:
        if not of(invoice):
            yield Miss(where, f"There is no {what}.")

    return find


def _turned(invoice: Invoice) -> Iterator[Miss]:
    first, last = invoice.period.first, invoice.period.last
    if first and last and last < first:
        yield Miss("period/last", f"The period ends on {last}, before it begins on {first}.", str(last))


def _taxless(*, charge: bool) -> Callable[[Invoice], Iterator[Miss]]:
    def find(invoice: Invoice) -> Iterator[Miss]:
        for at, one in enumerate(invoice.allowances, start=1):
            if one.charge is charge and not one.category:
                yield Miss(f"allowance {at}", f"{'A charge' if charge else 'An allowance'} has no tax category.")

    return find


def _reasonless(*, charge: bool) -> Callable[[Invoice], Iterator[Miss]]:
    def find(invoice: Invoice) -> Iterator[Miss]:
        for at, one in enumerate(invoice.allowances, start=1):
            if one.charge is charge and not one.reason and not one.code:
                yield Miss(
                    f"allowance {at}", f"{'A charge' if charge else 'An allowance'} has neither reason nor code."
                )

    return find


def _group(part: str, what: str) -> Callable[[Invoice], Iterator[Miss]]:
    def find(invoice: Invoice) -> Iterator[Miss]:
        for at, one in enumerate(invoice.taxes, start=1):
            if getattr(one, part) in (None, "") and not (part == "rate" and one.category == "O"):
                yield Miss(f"tax {at}", f"Tax group {one.category or at} has no {what}.")

    return find


def _prefix(invoice: Invoice) -> Iterator[Miss]:
    for where, party in (("seller", invoice.seller), ("buyer", invoice.buyer), ("seller", invoice.representative)):
        told = party.vat_id if party is not None else ""
        if told and not (told[:2].isalpha() and told[:2].isupper()) and not told.startswith("1A"):
            yield Miss(where, f"The VAT id {told!r} does not begin with a country.", told)


def _two_points(invoice: Invoice) -> Iterator[Miss]:
    if invoice.tax_point_on and invoice.tax_point_code:
        yield Miss("tax_point_on", "Both a day (BT-7) and a code (BT-8) say when the tax is due.")


SELLER_KNOWN = "id, legal registration or VAT id of the seller (BT-29, BT-30, BT-31)"
FAMILY = Family(
    "What a document must say",
    (
        Rule("BR-06", "The seller has a name.",
             _said("seller", "name of the seller (BT-27)", lambda one: one.seller.name)),
        Rule("BR-07", "The buyer has a name.", _said("buyer", "name of the buyer (BT-44)", lambda one: one.buyer.name)),
        Rule("BR-09", "The seller's address has a country.",
             _said("seller", "country of the seller (BT-40)", lambda one: one.seller.address.country)),
        Rule("BR-11", "The buyer's address has a country.",
             _said("buyer", "country of the buyer (BT-55)", lambda one: one.buyer.address.country)),
        Rule("BR-12", "There is a sum of lines.", _total("lines", "sum of lines (BT-106)")),
        Rule("BR-13", "There is a total without tax.", _total("net", "total without tax (BT-109)")),
        Rule("BR-14", "There is a total with tax.", _total("gross", "total with tax (BT-112)")),
        Rule("BR-15", "There is an amount due.", _total("payable", "amount due (BT-115)")),
        Rule("BR-16", "There is at least one line.", _said("", "line (BG-25)", lambda one: one.lines)),
        Rule("BR-29", "The period does not end before it begins.", _turned),
        Rule("BR-32", "An allowance of the document has a tax category.", _taxless(charge=False)),
        Rule("BR-33", "An allowance of the document has a reason.", _reasonless(charge=False)),
        Rule("BR-37", "A charge of the document has a tax category.", _taxless(charge=True)),
        Rule("BR-38", "A charge of the document has a reason.", _reasonless(charge=True)),
        Rule("BR-45", "A tax group has a taxable sum.", _group("taxable", "taxable sum (BT-116)")),
        Rule("BR-46", "A tax group has a tax.", _group("tax", "tax (BT-117)")),
        Rule("BR-47", "A tax group has a category.", _group("category", "category (BT-118)")),
        Rule("BR-48", "A tax group has a rate, unless it is outside of tax.", _group("rate", "rate (BT-119)")),
        Rule("BR-CO-03", "A day or a code says when the tax is due, not both.", _two_points),
        Rule("BR-CO-09", "A VAT id begins with its country.", _prefix),
        Rule("BR-CO-18", "There is at least one tax group.", _said("", "tax group (BG-23)", lambda one: one.taxes)),
        Rule("BR-CO-26", "The seller can be told by an id.", _said(
            "seller", SELLER_KNOWN, lambda one: one.seller.ids or one.seller.legal_id or one.seller.vat_id)),
    ),
)  # fmt: skip
