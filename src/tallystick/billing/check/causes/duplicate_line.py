"""Lines stand more often for one charge than is expected, with the same quantity, price, days and amount.

Lines alike may be right: one for each of two teams, or for each half of a month. So the lines of a charge, or of a part
of the month where they tell it, are held together against what is expected. Where they come to its quantity or its
amount, none is told. Else lines alike are taken out, one by one, as long as what is left comes nearer to it.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from tallystick.billing.check.bench import quantity_of, same
from tallystick.billing.check.cause import Cause, Doubled, Stage
from tallystick.billing.check.doubles import History
from tallystick.billing.check.received import Told, days_of
from tallystick.billing.check.units import factor


def _doubles(lines: tuple[Told, ...], history: History) -> Iterator[Doubled]:
    """Lines alike beyond what is expected; where that is not known, beyond the parts of the charge. Words may differ.

    Of another month nothing is expected here, so one of its lines is enough.
    """
    if history.owed is None:
        parts = max(len(history.item.workings), 1) if history.item is not None else 1
        for group in _alike(lines):
            yield from _doubled(group, len(group) - (1 if group[0].span is not None else parts))
        return
    for group in _alike([line for line in lines if history.elsewhere(line)]):
        yield from _doubled(group, len(group) - 1)
    within = [line for line in lines if not history.elsewhere(line)]
    groups = _alike(within)
    for group, many in zip(groups, _beyond(within, groups, history), strict=True):
        yield from _doubled(group, many)


def _alike(lines: Sequence[Told]) -> list[list[Told]]:
    """The lines that may bill one thing twice, each with those alike."""
    groups: dict[object, list[Told]] = {}
    for line in lines:
        key = (line.quantity, line.unit, line.price, line.net, days_of(line), line.allowance)
        groups.setdefault(key, []).append(line)
    return [group for group in groups.values() if len(group) > 1 and group[0].net > 0]


def _doubled(group: list[Told], many: int) -> Iterator[Doubled]:
    if many > 0:
        first = ", ".join(line.ref for line in group[:-many])
        says = f"The same quantity, price and days are billed on {first} already."
        yield Doubled(tuple(group[-many:]), says, (first,))


def _beyond(lines: Sequence[Told], groups: Sequence[list[Told]], history: History) -> list[int]:
    """How many lines of each group are too many: the one that leads nearest to what is expected goes first."""
    extra = [0] * len(groups)
    net = sum((line.net for line in lines), Fraction(0))
    units = [_units(line, history) for line in lines]
    quantity = None if None in units else sum((one for one in units if one is not None), Fraction(0))
    now = _off(net, quantity, history)
    while True:
        ways = []
        for place, group in enumerate(groups):
            if extra[place] < len(group) - 1:
                less = None if quantity is None else quantity - (_units(group[0], history) or 0)
                ways.append((_off(net - group[0].net, less, history), place, less))
        if not ways or (best := min(ways))[0] >= now:
            return extra
        now, place, quantity = best
        net -= groups[place][0].net
        extra[place] += 1


def _off(net: Fraction, quantity: Fraction | None, history: History) -> Fraction:
    """How far an amount is from the expected one; not at all where the quantity is the counted one."""
    counted = quantity_of(history.item.workings) if history.item is not None else None
    if quantity is not None and counted is not None and same(quantity, counted):
        return Fraction(0)
    return abs(net - Fraction(history.owed.amount)) if history.owed is not None else Fraction(0)


def _units(line: Told, history: History) -> Fraction | None:
    """The quantity of a line in the unit of its charge; None where it tells none that compares."""
    if line.quantity is None or history.item is None:
        return None
    last = history.item.workings[-1]
    size = factor(line.unit, last.charged.unit or last.part.charge.unit_word, last.line.currency)
    return None if size is None else line.quantity * size


CAUSE = Cause(__name__, __doc__, "Line billed twice", "duplicate", Stage.DOUBLE, rank=20, doubles=_doubles)
