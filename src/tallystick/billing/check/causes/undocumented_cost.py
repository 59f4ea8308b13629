"""Costs are passed on for which no document is known."""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item, quantity_of
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.charges.pass_through import PassThrough
from tallystick.contract.quantity import amount_text


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    charge, known = item.part.charge, quantity_of(item.workings)
    if not isinstance(charge, PassThrough) or known is None or len(item.workings) != 1:
        return
    told = item.quantity
    if told is None and item.billed is not None and item.part.multiplier:
        told = Fraction(item.billed.amount) / item.part.multiplier / (1 + charge.mark_up)
    if told is not None and told > known:
        currency = charge.currency_under(item.part.text)
        says = f"Costs of {amount_text(told, currency)} are billed; documents show {amount_text(known, currency)}."
        yield bench.reading(says, bench.with_units(item, told).workings)


CAUSE = Cause(__name__, __doc__, "Costs without a document", "quantity", Stage.QUANTITY, rank=80, readings=_readings)
