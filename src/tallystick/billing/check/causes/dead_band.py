"""Volume around a baseline is charged another way: the dead-band, the part Z or the reduced resource credit left out.

Read without the dead-band; with the whole rate in place of its part Z; without the credit below the baseline or the
charge above it; and with the ordinary baseline in place of the month's own.
"""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.charges.anchored import Anchored
from tallystick.contract.quantity import Number


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    charge = item.part.charge
    if not isinstance(charge, Anchored):
        return
    free = {"rate": Number(0)}
    yield from bench.reword(item, "The dead-band is left out.", dead_band=None)
    yield from bench.reword(item, "The reduced resource credit is left out.", rrc=charge.rrc.model_copy(update=free))
    yield from bench.reword(item, "The additional charge is left out.", arc=charge.arc.model_copy(update=free))
    for name, part in (("additional charge", "arc"), ("reduced resource credit", "rrc")):
        whole = getattr(charge, part).model_copy(update={"factor": Fraction(1)})
        yield from bench.reword(item, f"The {name} is billed at the whole rate.", **{part: whole})
    yield from bench.reword(item, "The ordinary baseline is billed, not that of the month.", baselines={})


CAUSE = Cause(__name__, __doc__, "Baseline and dead-band", "quantity", Stage.PRICE, rank=10, readings=_readings)
