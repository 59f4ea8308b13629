"""Every unit is billed at twice its price."""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    rate = getattr(item.part.charge, "rate", None)
    if rate is not None:
        yield from bench.reword(item, "The price is billed twice over.", rate=2 * rate)


CAUSE = Cause(__name__, __doc__, "Price doubled", "rate", Stage.PRICE, rank=5, readings=_readings)
