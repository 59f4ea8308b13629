"""A premium is billed with the price that it is added to, though that is billed on its own line."""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.charges.premium import Premium


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    charge = item.part.charge
    if isinstance(charge, Premium) and charge.percentage is not None:
        says = "The whole price with the premium is billed, though the price has a line of its own."
        yield from bench.reword(item, says, percentage=charge.percentage + Fraction(1))


CAUSE = Cause(__name__, __doc__, "Base of a premium", "rate", Stage.PRICE, rank=20, readings=_readings)
