"""From a month's ledger to what a waterfall compares: charges with their quantities and factors, and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from tallystick.billing.otherwise import BESIDE_VOLUME
from tallystick.cost.month import CostLine, MonthCost
from tallystick.cost.month_inputs import BilledLine, MonthInputs
from tallystick.cost.part import INVOICE, REWORK
from tallystick.cost.waterfall import Item, Side
from tallystick.measures.measure import measure_of
from tallystick.vocabulary.errors import UsageError

NOTHING = Fraction(0)
OFF_CARD = "charges outside the rate card"


def side_of(given: MonthInputs, cost: MonthCost) -> Side:
    """One month as a side of a waterfall; its total is that of the ledger.

    Amounts are those of the ledger (received where an invoice came), units and factors those that the records and the
    rate card give, so that `rate` is the effective price of a counted unit. A line that no record explains takes the
    units that the invoice bills; one piece is a fixed fee. Charges of two contracts are two, whatever their ids.
    """
    counted = _counted(given)
    charges = {(card.contract, card.id) for card in given.cards}
    items: dict[tuple[str, str], Item] = {}
    credited = rework = NOTHING
    other: dict[str, Fraction] = {}
    for line in cost.lines:
        amount = Fraction(line.amount.amount)
        if line.part == REWORK:
            rework += amount
        elif line.part != INVOICE:
            name = line.title if line.title != line.part else line.part
            other[name] = other.get(name, NOTHING) + amount
        elif not line.on_rate_card:
            other[OFF_CARD] = other.get(OFF_CARD, NOTHING) + amount
        elif line.charge in given.credit_clauses and (line.contract, line.charge) not in charges:
            credited += amount
        else:
            key = _key(line)
            found = items.get(key)
            if found is not None:
                nobody = None if found.contacts is None else NOTHING
                items[key] = found.plus(Item(key[1], line.title, amount, NOTHING, nobody))
            elif key in counted:
                items[key] = replace(counted[key], amount=amount)
            else:
                units = _billed_units(given, key)
                is_counted = units is not None and units != 1
                items[key] = Item(key[1], line.title, amount, units, counted=is_counted, contract=key[0])
    return Side(
        label=given.month,
        currency=given.currency,
        items=tuple(items.values()),
        contacts=_exact(given.contacts.value),
        credits=credited,
        rework=rework,
        other=other,
    )


def _key(line: CostLine | BilledLine) -> tuple[str, str]:
    """Contract and charge of a line; the title alone where no charge is known."""
    return (line.contract, line.charge) if line.charge else ("", line.title)


def _billed_units(given: MonthInputs, key: tuple[str, str]) -> Fraction | None:
    """The units that received lines bill of a charge, or under a title; None where one of them names none."""
    told = [line.quantity for line in given.received if _key(line) == key]
    known = [quantity for quantity in told if quantity is not None]
    return sum(known, NOTHING) if known and len(known) == len(told) else None


def period_of(months: Sequence[tuple[MonthInputs, MonthCost]], label: str = "") -> Side:
    """Several months as one side.

    Raises UsageError for none, for months of which nothing is known, and for months in several currencies.
    """
    if not months:
        raise UsageError("A waterfall needs at least one month on each side.")
    silent = [cost.month for _, cost in months if cost.total is None]
    if silent:
        raise UsageError(
            f"Nothing is known of {months[0][1].partner} in {', '.join(silent)}.", "Name months whose cost is known."
        )
    sides = [side_of(given, cost) for given, cost in months]
    found = sides[0]
    for side in sides[1:]:
        found = found.plus(side, f"{sides[0].label}..{side.label}")
    return replace(found, label=label or found.label)


def _counted(given: MonthInputs) -> dict[tuple[str, str], Item]:
    """The charges of the expected invoices as items, by contract and id: units, amounts before and after factors."""
    found: dict[tuple[str, str], Item] = {}
    for invoice in given.expected:
        for line in invoice.lines:
            if line.amount is None or line.exact is None:
                continue
            indexed = line.exact * (line.factor if line.factor is not None else 1)
            item = Item(
                key=line.charge,
                title=line.title,
                amount=Fraction(line.amount.amount),
                units=line.quantity,
                exact=line.exact,
                indexed=indexed,
                priced=indexed * (line.price if line.price is not None else 1),
                counted=any(measure_of(one.request).fact not in BESIDE_VOLUME for one in line.counted),
                contract=invoice.contract,
            )
            found[item.name] = found[item.name].plus(item) if item.name in found else item
    return {name: replace(item, contacts=_exact(given.own_contacts.get(name))) for name, item in found.items()}


def _exact(contacts: int | None) -> Fraction | None:
    return None if contacts is None else Fraction(contacts)
