"""What came back is given back otherwise: by another share, or at today's price in place of the price of then."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.parts import Part
from tallystick.contract.charges.per_resolution import PerResolution

SHARES = (Fraction(1, 2), Fraction(1), Fraction(1, 4), Fraction(3, 4))


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    if not item.settles or not isinstance(item.part.charge, PerResolution):
        return
    for share in SHARES:
        yield from bench.reword(item, f"A share of {share} is given back.", claw_back=share)
    text = bench.work.order.text
    now = text.charge(item.charge)

    def change(part: Part) -> Part | None:
        return None if now is None or now == part.charge else replace(part, charge=now, text=text)

    yield from bench.reread(item, "What came back is given back at the price of now.", change)


CAUSE = Cause(__name__, __doc__, "Claw-back", "rate", Stage.PRICE, rank=15, readings=_readings)
