"""A price is rounded before it is multiplied, where the contract rounds the line once."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item, price_of, quantity_of
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.stages import rounded
from tallystick.contract.quantity import figure_text


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    price, units = price_of(item.workings), quantity_of(item.workings)
    if price is None or units is None:
        return
    for decimals in (2, 3, 4):
        short = rounded(price, decimals)
        if short == price or not short:
            continue
        found = []
        for one in item.workings:
            own = one.charged.quantity or Fraction(0)
            multiplier = one.part.multiplier or Fraction(1)
            charged = replace(one.charged, amount=own * short / multiplier, rate=short / multiplier)
            found.append(replace(one, charged=charged))
        reading = bench.reading(f"The price is rounded to {decimals} decimals before it is multiplied.", found)
        said = (
            f"{figure_text(units)} x {figure_text(short, 6)} in place of {figure_text(units)} x {figure_text(price, 9)}"
        )
        yield replace(reading, formula="units x rounded price", inserted=f"{said} -> {reading.amount}")


CAUSE = Cause(__name__, __doc__, "Rounded price", "rounding", Stage.PRICE, rank=30, readings=_readings)
