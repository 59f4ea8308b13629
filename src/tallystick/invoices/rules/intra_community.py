"""Supplies to another member state (category K): BR-IC, with the day and the country that prove them."""

from __future__ import annotations

from collections.abc import Iterator

from tallystick.invoices.rule import Family, Miss, Rule
from tallystick.invoices.rules._category import Category
from tallystick.invoices.value import Invoice


def _used(invoice: Invoice) -> bool:
    return any(group.category == "K" for group in invoice.taxes)


def _undated(invoice: Invoice) -> Iterator[Miss]:
    if _used(invoice) and invoice.delivered_on is None and not (invoice.period.first or invoice.period.last):
        yield Miss("", "Neither a day of delivery (BT-72) nor a period (BG-14) is given.")


def _nowhere(invoice: Invoice) -> Iterator[Miss]:
    if _used(invoice) and not (invoice.deliver_to is not None and invoice.deliver_to.address.country):
        yield Miss("", "The country to which it was delivered (BT-80) is not given.")


CATEGORY = Category("K", "BR-IC", "intra-community", rate="zero", ids="vat", exempt=True)
FAMILY = Family(
    "Intra-community supply",
    (
        *CATEGORY.rules(),
        Rule("BR-IC-11", "A supply to another member state has a day of delivery or a period.", _undated),
        Rule("BR-IC-12", "A supply to another member state has the country of delivery.", _nowhere),
    ),
)
