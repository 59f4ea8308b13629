"""Lines stand more often for one charge than is expected, with the same quantity, price, days and amount.

Lines alike may be right: one for each of two teams, or for each half of a month. So the lines of a charge, or of a part
of the month where they tell it, are held together against what is expected. Where they come to its quantity or its
amount, none is told. Else lines alike are taken out, one by one, as long as what is left comes nearer to it.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from tallystick.billing.check.bench import SHOWN_DECIMALS, quantity_of, same
from tallystick.billing.check.cause import Cause, Doubled, Stage
from tallystick.billing.check.doubles import History
from tallystick.billing.check.received import Told, days_of
from tallystick.billing.check.units import factor

# A quantity that is shown with the fewest decimals may lie so far from the exact one.
NEAR = Fraction(1, 2 * 10**SHOWN_DECIMALS)


def _doubles(lines: tuple[Told, ...], history: History) -> Iterator[Doubled]:
    """Lines alike beyond what is expected; where that is not known, beyond the parts of the charge. Words may differ.

    Of another month nothing is expected here, so one of its lines is enough. Where nothing expected tells what is too
    much, a line that is taken back with its whole invoice is no other one's double.
    """
    left = [line for line in lines if line.document.key not in history.taken_back]
    if history.owed is None:
        parts = max(len(history.item.workings), 1) if history.item is not None else 1
        for group in _alike(left):
            yield from _doubled(group, len(group) - (1 if group[0].span is not None else parts))
        return
    for group in _alike([line for line in left if history.elsewhere(line)]):
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
    counted = quantity_of(history.item.workings) if history.item is not None else None
    owed = Fraction(history.owed.amount) if history.owed is not None else Fraction(0)
    units = [_units(line, history) for line in lines]
    quantity = None if None in units else sum((one for one in units if one is not None), Fraction(0))
    sizes = [Fraction(0)] * len(groups)
    if quantity is not None and counted is not None:
        sizes = [_units(group[0], history) or Fraction(0) for group in groups]
    else:
        quantity = counted = None

    def off(net: Fraction, left: Fraction | None) -> Fraction:
        """How far an amount is from the expected one; not at all where the quantity is the counted one."""
        if left is not None and counted is not None and same(left, counted):
            return Fraction(0)
        return abs(net - owed)

    def spare(place: int) -> bool:
        return extra[place] < len(groups[place]) - 1

    by_net = _Sorted((group[0].net, place) for place, group in enumerate(groups))
    by_size = _Sorted(zip(sizes, range(len(groups)), strict=True))
    net = sum((line.net for line in lines), Fraction(0))
    now = off(net, quantity)
    while True:
        # Only the amounts on either side of what is too much can lead nearest, or a quantity that leads to the counted.
        places = by_net.around(net - owed, spare)
        if quantity is not None and counted is not None:
            places += by_size.within(quantity - counted, NEAR, spare)
        ways = []
        for place in places:
            left = None if quantity is None else quantity - sizes[place]
            ways.append((off(net - groups[place][0].net, left), place, left))
        if not ways or (best := min(ways))[0] >= now:
            return extra
        now, place, quantity = best
        net -= groups[place][0].net
        extra[place] += 1


class _Sorted:
    """Places of groups by a figure, to be found by it; a place without a line to spare is dropped when it is met."""

    def __init__(self, figures: Iterable[tuple[Fraction, int]]) -> None:
        self._places: dict[Fraction, deque[int]] = {}
        for figure, place in figures:
            self._places.setdefault(figure, deque()).append(place)
        self._figures = sorted(self._places)

    def around(self, figure: Fraction, spare: Callable[[int], bool]) -> list[int]:
        """The first place at the nearest figure below, and at the nearest that is not below."""
        at, found = bisect_left(self._figures, figure), []
        while at < len(self._figures):
            if (place := self._first(at, spare)) is not None:
                found.append(place)
                break
        while at > 0:
            at -= 1
            if (place := self._first(at, spare)) is not None:
                found.append(place)
                break
        return found

    def within(self, figure: Fraction, reach: Fraction, spare: Callable[[int], bool]) -> list[int]:
        """The first place at each figure that is no farther away."""
        at, found = bisect_left(self._figures, figure - reach), []
        while at < len(self._figures) and self._figures[at] <= figure + reach:
            if (place := self._first(at, spare)) is not None:
                found.append(place)
                at += 1
        return found

    def _first(self, at: int, spare: Callable[[int], bool]) -> int | None:
        """The first place at a figure with a line to spare; where there is none, the figure goes."""
        places = self._places[self._figures[at]]
        while places and not spare(places[0]):
            places.popleft()
        if places:
            return places[0]
        del self._figures[at]
        return None


def _units(line: Told, history: History) -> Fraction | None:
    """The quantity of a line in the unit of its charge; None where it tells none that compares."""
    if line.quantity is None or history.item is None:
        return None
    last = history.item.workings[-1]
    size = factor(line.unit, last.charged.unit or last.part.charge.unit_word, last.line.currency)
    return None if size is None else line.quantity * size


CAUSE = Cause(__name__, __doc__, "Line billed twice", "duplicate", Stage.DOUBLE, rank=20, doubles=_doubles)
