"""A charge for an event is billed, and no such event of the month stands in the text."""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item, quantity_of
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.charges.one_off import OneOff
from tallystick.contract.quantity import figure_text


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    charge, agreed = item.part.charge, quantity_of(item.workings)
    if isinstance(charge, OneOff) and agreed is not None and item.quantity is not None and item.quantity > agreed:
        days = ", ".join(event.on.isoformat() for event in charge.events)
        told, there = figure_text(item.quantity), figure_text(agreed)
        says = f"{told} are billed, {there} stand in the text for this month (events: {days})."
        yield bench.reading(says, bench.with_units(item, item.quantity).workings)


CAUSE = Cause(
    __name__, __doc__, "Event that was not agreed", "unauthorised line", Stage.QUANTITY, rank=80, readings=_readings
)
