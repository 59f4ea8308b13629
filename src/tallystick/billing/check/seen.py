"""What is said of the documents of a month before any line is looked at, and the check of which nothing comes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tallystick.billing.check.adjusted import added
from tallystick.billing.check.linked import findings_of_links
from tallystick.billing.check.received import BY_ISSUE, Document, several
from tallystick.billing.check.value import InvoiceCheck, SeenDocument
from tallystick.billing.expected import Order
from tallystick.billing.invoice import ExpectedInvoice
from tallystick.contract.lock import text_digest
from tallystick.invoices.rule import check
from tallystick.vocabulary.finding import Finding, Place, Severity
from tallystick.vocabulary.money import Money, money_of

MISSING, CURRENCY, NO_TEXT, SEVERAL, ASSUMED, BROKEN, NOT_FINAL, NO_TAX, SPANNING, AGAIN = (
    "TS-P001", "TS-P002", "TS-P003", "TS-P004", "TS-P005", "TS-P006", "TS-P007", "TS-P008", "TS-P009", "TS-P014",
)  # fmt: skip
_PERIOD = "Ask for the period on the invoice (BT-73, BT-74)."
_PERIOD_OR_NUMBER = "Ask for its period (BT-73, BT-74), or for the number of the invoice that it credits (BT-25)."
Mine = Sequence[tuple[Document, str]]


def seen(mine: Mine, currency: str) -> tuple[SeenDocument, ...]:
    """The documents as a check shows them; a total of another currency is not shown."""
    return tuple(
        SeenDocument(
            key=one.key,
            number=one.name,
            issued_on=one.invoice.issued_on,
            is_credit_note=one.sign < 0,
            code=one.invoice.kind,
            replaced_by=one.replaced_by,
            file=one.file,
            currency=one.invoice.currency,
            month_by=by,
            total=money_of(one.total, currency) if one.total is not None and one.invoice.currency == currency else None,
        )
        for one, by in mine
    )


def findings_of(order: Order, expected: ExpectedInvoice | None, mine: Mine, currency: str) -> list[Finding]:
    """What a reader must know of the documents of a month, and of what they are held against."""
    label, partner, contract = order.month.label, order.partner, order.contract.contract
    found = []
    if expected is None:
        says = f"No text of {contract} charges {label}, so nothing can be held against an invoice."
        cure = "Correct the term, or check the invoice under the contract that it belongs to."
        found.append(Finding(NO_TEXT, Severity.ERROR, says, Place(key=label), cure))
    counted = [one for one, _ in mine if not one.replaced_by]
    if not counted and expected is not None:
        says = f"No invoice of {partner} for {label} under {contract} is in the records."
        cure = "Take it in with `tally ingest`; until then the expected invoice is what to accrue."
        found.append(Finding(MISSING, Severity.WARNING, says, Place(table="invoice", key=label), cure))
    for one, by in mine:
        found += findings_of_links(one) if one.replaced_by else _of_document(one, by, currency, label)
    invoices = [one.name for one in counted if one.sign > 0 and one.invoice.currency == currency]
    if len(invoices) > 1:
        says = f"{len(invoices)} invoices bill {label}: {', '.join(invoices)}. They are checked together."
        found.append(Finding(SEVERAL, Severity.WARNING, says, Place(table="invoice", key=label),
                             "Ask which of them holds, where one corrects the other and does not say so."))  # fmt: skip
    if expected is not None:
        found += [
            Finding(NOT_FINAL, Severity.WARNING, f"What is expected is not final: {reason}.", Place(key=label),
                    "Check again when it is known.")
            for reason in expected.reasons
        ]  # fmt: skip
        taxed = sum((abs(one.tax or Fraction(0)) for one in counted), Fraction(0))
        if taxed and not added(order.text):
            says = f"The text names no tax, so the tax billed for {label} is not checked, and sums are without tax."
            found.append(Finding(NO_TAX, Severity.NOTE, says, Place(key=label), "Name it under `billing.taxes`."))
    return found


def _of_document(one: Document, by: str, currency: str, label: str) -> list[Finding]:
    place, found = Place(file=one.file, table="invoice", key=one.name), findings_of_links(one)
    if one.invoice.currency != currency:
        says = (
            f"{one.name} is in {one.invoice.currency or 'no currency'}, the contract in {currency}; it is not compared."
        )
        found.append(Finding(CURRENCY, Severity.ERROR, says, place, f"Ask for an invoice in {currency}."))
    if by == BY_ISSUE:
        period = one.invoice.period
        told = "no period"
        if period.first is not None and period.last is not None:
            told = f"a period that cannot be, {period.first.isoformat()} to {period.last.isoformat()}"
        says = f"{one.name} tells {told}: it is taken to bill {label}, the month before its day of issue."
        found.append(Finding(ASSUMED, Severity.WARNING, says, place, _PERIOD if one.sign > 0 else _PERIOD_OR_NUMBER))
    if several(one):
        says = f"{one.name} bills several months; its lines of {label} are checked, without tax."
        found.append(Finding(SPANNING, Severity.WARNING, says, place, "Ask for one invoice for each month."))
    sums = [fault for fault in check(one.invoice, of_sums=True) if fault.severity is Severity.ERROR]
    if sums:
        told = "; ".join(f"{fault.rule.id}: {fault.miss.message}" for fault in sums[:3])
        found.append(Finding(BROKEN, Severity.WARNING, f"The sums of {one.name} break rules of EN 16931: {told}", place,
                             "Ask for a corrected invoice.", count=len(sums)))  # fmt: skip
    return found


def billed_again(charge: str, earlier: Sequence[str], now: Sequence[str], label: str) -> Finding:
    """What is said where a month is billed in full that a line of an earlier one bills too."""
    says = f"{charge}: {', '.join(earlier)} bills days of {label} too, and {', '.join(now)} bills {label} in full."
    cure = "What the earlier line brings for this month is too much: ask for a credit note."
    return Finding(AGAIN, Severity.WARNING, says, Place(table="invoice", key=label), cure)


def nothing_checked(
    order: Order, expected: ExpectedInvoice | None, currency: str, mine: Mine, findings: Sequence[Finding]
) -> InvoiceCheck:
    """A check of which nothing comes: no document, none in the currency, or no text; the findings say which."""
    zero = Money.zero(currency)
    return InvoiceCheck(
        contract=order.contract.contract,
        version=expected.version if expected is not None else "",
        text=text_digest(order.contract),
        partner=order.partner,
        period=order.month.label,
        currency=currency,
        checked=False,
        with_tax=False,
        documents=seen(mine, currency),
        lines=(),
        billed_total=zero,
        expected_total=zero,
        findings=tuple(findings),
        expected=expected,
        as_of=order.as_of.isoformat(),
    )
