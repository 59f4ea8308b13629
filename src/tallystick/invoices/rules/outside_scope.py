"""What is outside of tax (category O): BR-O; where one thing is, everything is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tallystick.invoices.rule import Family, Miss, Rule
from tallystick.invoices.rules._category import Category
from tallystick.invoices.value import Invoice


def _outside(invoice: Invoice) -> bool:
    return any(group.category == "O" for group in invoice.taxes)


def _groups(invoice: Invoice) -> Iterator[Miss]:
    for at, group in enumerate(invoice.taxes, start=1):
        if _outside(invoice) and group.category != "O":
            yield Miss(
                f"tax {at}", f"Beside what is outside of tax there is a group of {group.category}.", group.category
            )


def _lines(invoice: Invoice) -> Iterator[Miss]:
    for at, line in enumerate(invoice.lines, start=1):
        if _outside(invoice) and line.category != "O":
            yield Miss(
                f"line {at}", f"Beside what is outside of tax, line {line.id!r} is {line.category}.", line.category
            )


def _document(*, charge: bool) -> Callable[[Invoice], Iterator[Miss]]:
    def find(invoice: Invoice) -> Iterator[Miss]:
        for at, one in enumerate(invoice.allowances, start=1):
            if _outside(invoice) and one.charge is charge and one.category != "O":
                what = "a charge" if charge else "an allowance"
                yield Miss(f"allowance {at}", f"Beside what is outside of tax, {what} is {one.category}.", one.category)

    return find


CATEGORY = Category("O", "BR-O", "outside of tax", rate="none", ids="neither", exempt=True)
FAMILY = Family(
    "Outside of tax",
    (
        *CATEGORY.rules(),
        Rule("BR-O-11", "Beside a group outside of tax there is no other group.", _groups),
        Rule("BR-O-12", "Beside a group outside of tax every line is outside of tax.", _lines),
        Rule("BR-O-13", "Beside a group outside of tax every allowance is outside of tax.", _document(charge=False)),
        Rule("BR-O-14", "Beside a group outside of tax every charge is outside of tax.", _document(charge=True)),
    ),
)
