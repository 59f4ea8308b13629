"""Tiers are read another way: marginal as all units or the reverse, a year's volume begun anew each month."""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.charges.tiered import Tiered


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    charge = item.part.charge
    if not isinstance(charge, Tiered):
        return
    other = "all-units" if charge.model == "marginal" else "marginal"
    said = {
        "all-units": "All units are billed at the tier that the volume has reached, not each by its own.",
        "marginal": "Each unit is billed by its own tier, not all by the one that the volume has reached.",
    }
    yield from bench.reword(item, said[other], model=other)
    if charge.over == "year":
        yield from bench.reword(item, "The volume of the month alone decides, not that of the year.", over="month")
    else:
        yield from bench.reword(item, "The volume of the year decides, not that of the month.", over="year")
    if charge.model == "all-units" and charge.over == "year":
        words = "not priced anew" if charge.reprice else "priced anew"
        yield from bench.reword(item, f"Earlier months of the year are {words}.", reprice=not charge.reprice)
    for place, tier in enumerate(charge.tiers, start=1):
        only = (tier.model_copy(update={"up_to": None}),)
        yield from bench.reword(item, f"All units are billed at the price of tier {place}.", tiers=only)


CAUSE = Cause(__name__, __doc__, "Tiers", "tier", Stage.PRICE, rank=10, readings=_readings)
