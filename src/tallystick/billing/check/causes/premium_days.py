"""A premium is billed for other days or other units than those that the text names.

Read over all days; over the days on which each other calendar of the text is closed or open; and over everybody, where
the premium is for some alone.
"""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.charge import Days
from tallystick.contract.charges.premium import Premium
from tallystick.contract.section import Population


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    charge = item.part.charge
    if not isinstance(charge, Premium):
        return
    if charge.days is not None:
        yield from bench.reword(item, "The premium is billed for every day.", days=None)
        for name in sorted(item.part.text.calendars):
            for said in ("closed", "open"):
                days = Days.model_validate({said: name})
                if days != charge.days:
                    says = f"The premium is billed for days on which “{name}” is {said}."
                    yield from bench.reword(item, says, days=days)
    if charge.population:
        yield from bench.reword(item, "The premium is billed for everybody.", population=Population())


CAUSE = Cause(__name__, __doc__, "Days of a premium", "quantity", Stage.QUANTITY, rank=20, readings=_readings)
