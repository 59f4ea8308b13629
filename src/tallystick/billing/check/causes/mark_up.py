"""Costs that are passed on carry another mark-up than the text agrees."""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item, quantity_of
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.charges.pass_through import PassThrough
from tallystick.contract.quantity import percentage_text

STEPS = (Fraction(1, 100), Fraction(1, 200))
MOST = Fraction(1, 2)


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    """The mark-up in half per cent that comes nearest to what was billed for the costs."""
    costs = quantity_of(item.workings)
    if not isinstance(item.part.charge, PassThrough) or not costs or item.billed is None:
        return
    multiplier = item.part.multiplier or Fraction(1)
    told = Fraction(item.billed.amount) / (costs * multiplier) - 1
    for step in STEPS:
        mark_up = round(told / step) * step
        if -MOST <= mark_up <= MOST:
            says = f"A mark-up of {percentage_text(mark_up)} is billed."
            yield from bench.reword(item, says, mark_up=mark_up)


CAUSE = Cause(__name__, __doc__, "Mark-up", "rate", Stage.PRICE, rank=20, readings=_readings)
