"""figures: what the lines of documents tell of a charge's quantity and price, in the charge's own unit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tallystick.billing.check.bench import amount_of, known, price_of, quantity_of
from tallystick.billing.check.received import Told
from tallystick.billing.check.units import factor
from tallystick.billing.expected import Working
from tallystick.vocabulary.money import money_of


def part_of(told: Told, workings: Sequence[Working], currency: str) -> int | None:
    """Which part of the month a line bills: the one that holds its days, else the only one with its price."""
    if told.span is not None:
        inside = [place for place, one in enumerate(workings)
                  if one.part.from_on <= told.span[0] and told.span[1] <= one.part.end_on]  # fmt: skip
    else:
        size = factor(told.unit, workings[0].charged.unit, currency)
        price = None if size is None or told.price is None else told.price / size
        inside = [place for place, one in enumerate(workings) if price is not None and price_of([one]) == price]
        if len({price_of([one]) for one in workings}) < len(workings) or len(inside) != 1:
            return None
    return inside[0] if len(inside) == 1 else None


def figures_of(
    told: Sequence[Told], sizes: Sequence[Fraction | None], workings: Sequence[Working], currency: str
) -> tuple[Fraction | None, Fraction | None]:
    """Quantity and price of lines together in the charge's unit; None where a line does not tell them.

    One unit at the price of the whole line is a lump sum, which tells no quantity: beside lines that tell one it is an
    amount alone. So are several lines of one unit each that come to one expected unit together.
    """
    agreed, counted = price_of(workings), quantity_of(workings)
    net = money_of(sum((one.net for one in told), Fraction(0)), currency)
    right = known(workings) and net == amount_of(workings, currency)
    if len(told) > 1 and counted == 1 and all(one.quantity == 1 for one in told) and right:
        return None, None
    quantity, prices, lumps = Fraction(0), set[Fraction](), 0
    for one, size in zip(told, sizes, strict=True):
        if one.quantity is None or size is None:
            return None, None
        price = None if one.price is None else one.price / size
        if counted not in (1, -1) and abs(one.quantity) == 1 and _is_lump(one, size, agreed, right=right):
            if agreed is None or right:
                return None, None
            lumps += 1
            continue
        quantity += one.quantity * size
        if price is not None:
            prices.add(price)
    if lumps:
        return (None if lumps == len(told) else quantity), None
    return quantity, prices.pop() if len(prices) == 1 else None


def _is_lump(told: Told, size: Fraction, agreed: Fraction | None, *, right: bool) -> bool:
    """Whether a line of one unit is a sum in one: where the whole is right, or no price of a unit is near its own.

    Near is up to the double and down to the half: that may be a wrong price.
    """
    price = (abs(told.net) if told.price is None else told.price) / size
    if agreed is None or price == agreed:
        return agreed is None
    return right or not agreed / 2 < price < agreed * 2
