"""Another exchange rate is billed: the band is ignored, its sharing left out, or another month's rate is taken.

Read at the month's own rate without the band; with all of what lies beyond the band, and with none of it; by the rates
of the three months before and after; and with the amount not converted at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.parts import Part, first_of
from tallystick.billing.stages import Factor, unit_price

MONTHS = (-1, 1, -2, 2, -3, 3)


def _with(part: Part, **words: object) -> Part | None:
    code = part.charge.currency_under(part.text)
    rule = part.text.billing.currencies.get(code)
    if rule is None:
        return None
    rules = {**part.text.billing.currencies, code: rule.model_copy(update=words)}
    text = part.text.model_copy(update={"billing": part.text.billing.model_copy(update={"currencies": rules})})
    return _at(part, unit_price(text, part.charge.id, code, part.from_on))


def _at(part: Part, price: Factor) -> Part | None:
    return None if price.value in (None, part.price.value) else replace(part, price=price)


def _shifted(part: Part, months: int) -> Part | None:
    code = part.charge.currency_under(part.text)
    return _at(part, unit_price(part.text, part.charge.id, code, first_of(part.from_on, months)))


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    if item.part.charge.currency_under(item.part.text) == bench.currency:
        return
    ways: list[tuple[str, Callable[[Part], Part | None]]] = [
        ("The rate of the month is billed, though it lies within the band or is shared beyond it.",
         lambda part: _with(part, band=None, reference=None)),
        ("What lies beyond the band is not shared.", lambda part: _with(part, sharing=Fraction(1))),
        ("The agreed rate is billed, though the month's lies beyond the band.",
         lambda part: _with(part, sharing=Fraction(0))),
        ("The amount is not converted.", lambda part: _at(part, Factor(Fraction(1)))),
    ]  # fmt: skip
    for months in MONTHS:
        side = f"{abs(months)} month{'s' if abs(months) > 1 else ''} {'before' if months < 0 else 'after'}"
        ways.append((f"The exchange rate of {side} is billed.", partial(_shifted, months=months)))
    for says, change in ways:
        yield from bench.reread(item, says, change)


CAUSE = Cause(__name__, __doc__, "Exchange rate", "currency", Stage.PRICE, rank=20, readings=_readings)
