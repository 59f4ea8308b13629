"""The sums of the document: BR-CO-10 to BR-CO-16, each exact to the last digit, as the norm has it, and BR-CO-17."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tallystick.invoices.rule import Family, Miss, Rule, cents, differs, number, total
from tallystick.invoices.value import Invoice

ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)


def _lines(invoice: Invoice) -> Iterator[Miss]:
    computed = total(line.net for line in invoice.lines)
    yield from differs("totals/lines", "The sum of lines (BT-106)", invoice.totals.lines, computed,
                       f"the sum of {len(invoice.lines)} line(s)")  # fmt: skip


def _allowances(invoice: Invoice) -> Iterator[Miss]:
    computed = total(one.amount for one in invoice.allowances if not one.charge)
    yield from differs("totals/allowances", "The sum of allowances (BT-107)", invoice.totals.allowances, computed,
                       "what the document takes off")  # fmt: skip


def _charges(invoice: Invoice) -> Iterator[Miss]:
    computed = total(one.amount for one in invoice.allowances if one.charge)
    yield from differs("totals/charges", "The sum of charges (BT-108)", invoice.totals.charges, computed,
                       "what the document adds")  # fmt: skip


def _net(invoice: Invoice) -> Iterator[Miss]:
    sums = invoice.totals
    computed = (sums.lines or ZERO) - (sums.allowances or ZERO) + (sums.charges or ZERO)
    yield from differs("totals/net", "The total without tax (BT-109)", sums.net, computed,
                       "lines - allowances + charges")  # fmt: skip


def _tax(invoice: Invoice) -> Iterator[Miss]:
    computed = total(group.tax for group in invoice.taxes)
    yield from differs("totals/tax", "The total tax (BT-110)", invoice.totals.tax, computed,
                       f"the sum of {len(invoice.taxes)} tax group(s)")  # fmt: skip


def _gross(invoice: Invoice) -> Iterator[Miss]:
    sums = invoice.totals
    computed = (sums.net or ZERO) + (sums.tax or ZERO)
    yield from differs(
        "totals/gross", "The total with tax (BT-112)", sums.gross, computed, "the total without tax + tax"
    )


def _payable(invoice: Invoice) -> Iterator[Miss]:
    sums = invoice.totals
    computed = (sums.gross or ZERO) - (sums.prepaid or ZERO) + (sums.rounding or ZERO)
    yield from differs("totals/payable", "The amount due (BT-115)", sums.payable, computed,
                       "the total with tax - prepaid + rounding")  # fmt: skip


def _rates(invoice: Invoice) -> Iterator[Miss]:
    for at, group in enumerate(invoice.taxes, start=1):
        if group.taxable is None or group.tax is None:
            continue
        rate = group.rate or ZERO
        computed = cents(group.taxable * rate / 100)
        # The artefacts of the norm: nothing at a rate of 0, else less than one unit beside.
        if abs(group.tax - computed) >= (HALF if abs(rate) < HALF else ONE):
            message = (
                f"The tax of {group.category} is {number(group.tax)}; {number(rate)} % of {number(group.taxable)} is "
                f"{number(computed)}."
            )
            yield Miss(f"tax {at}/tax", message, number(group.tax))


def _payable_until(invoice: Invoice) -> Iterator[Miss]:
    sums, payment = invoice.totals, invoice.payment
    if (sums.payable or ZERO) > 0 and payment.due_on is None and not payment.terms:
        message = f"{number(sums.payable)} are due, and neither a day (BT-9) nor terms (BT-20) say until when."
        yield Miss("totals/payable", message, number(sums.payable))


def _accounting(invoice: Invoice) -> Iterator[Miss]:
    if invoice.tax_currency and invoice.totals.tax_accounting is None:
        message = f"The tax is accounted in {invoice.tax_currency} (BT-6), and its total in it (BT-111) is missing."
        yield Miss("totals", message, invoice.tax_currency)


FAMILY = Family(
    "The sums of the document",
    (
        Rule("BR-CO-10", "The sum of line net amounts is the sum of the lines.", _lines, of_sums=True),
        Rule("BR-CO-11", "The sum of allowances is that of the document's allowances.", _allowances, of_sums=True),
        Rule("BR-CO-12", "The sum of charges is that of the document's charges.", _charges, of_sums=True),
        Rule("BR-CO-13", "The total without tax is lines - allowances + charges.", _net, of_sums=True),
        Rule("BR-CO-14", "The total tax is the sum of the tax groups.", _tax),
        Rule("BR-CO-15", "The total with tax is the total without tax + the total tax.", _gross, of_sums=True),
        Rule("BR-CO-16", "The amount due is the total with tax - prepaid + rounding.", _payable, of_sums=True),
        Rule("BR-CO-17", "A tax is its taxable sum x its rate, less than one unit of currency beside.", _rates),
        Rule("BR-CO-25", "Where something is due, a day or terms say until when.", _payable_until),
        Rule("BR-53", "A currency of accounting comes with the total tax in it.", _accounting),
    ),
)
