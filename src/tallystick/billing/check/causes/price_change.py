"""A price of another text is billed: a change within the month ignored or carried to all of it, an old price kept.

Read with the charge as it stands in every text that can be in force, for all days of the month.
"""

from collections.abc import Iterator
from dataclasses import replace

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.parts import Part
from tallystick.contract.model import Contract


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    known_on = bench.work.order.known_on
    whole = bench.contract
    for since in whole.changes_between(known_on):
        text = whole.in_force(since, known_on)
        charge = text.charge(item.charge)
        if charge is None:
            continue

        def change(part: Part, text: Contract = text) -> Part | None:
            own = text.charge(part.charge.id)
            return None if own is None or own == part.charge else replace(part, charge=own, text=text)

        says = f"The price of the text in force from {since.isoformat()} is billed for all days of the line."
        yield from bench.reread(item, says, change)


CAUSE = Cause(__name__, __doc__, "Price of another text", "rate", Stage.PRICE, rank=10, readings=_readings)
