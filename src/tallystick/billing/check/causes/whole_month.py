"""A part of a month is billed as a whole one, or a month is divided by other days than the text says.

A price that begins or ends within the month is prorated by days. Read with the whole month; with all days in place of
the opening days of a calendar; with each calendar of the text in place of the one that is named; and, of seats, with
all of their days over the opening days of a calendar.
"""

from collections.abc import Iterator
from dataclasses import replace

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.parts import Part, first_of
from tallystick.contract.charges.per_fte import PerFte


def _whole(part: Part) -> Part | None:
    first = first_of(part.from_on)
    following = first_of(first, 1)
    if (part.from_on, part.end_on) == (first, following):
        return None
    return replace(part, from_on=first, end_on=following)


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    if len(item.workings) == 1 and item.kind in ("fixed", "per_fte", "anchored", "bank_of_hours", "minimum_commitment"):
        yield from bench.reread(item, "A part of the month is billed as a whole one.", _whole)
    if item.kind in ("fixed", "per_fte"):
        now = getattr(item.part.charge, "working_days", None)
        if now is not None:
            yield from bench.reword(item, "The month is divided by all of its days.", working_days=None)
        for name in sorted(item.part.text.calendars):
            if name != now:
                says = f"The month is divided by the open days of “{name}”."
                yield from bench.reword(item, says, working_days=name)
    charge = item.part.charge
    if isinstance(charge, PerFte) and charge.full_day is None:
        every = charge.counted.model_copy(update={"days": None})
        for name in sorted(item.part.text.calendars):
            says = f"Every day of a seat is counted, and divided by the open days of “{name}” alone."
            yield from bench.reword(item, says, working_days=name, quantity=every)


CAUSE = Cause(__name__, __doc__, "Part of a month", "proration", Stage.QUANTITY, rank=10, readings=_readings)
