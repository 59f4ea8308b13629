"""A line stands twice for one charge, with the same quantity, price, days and amount."""

from collections.abc import Iterator

from tallystick.billing.check.cause import Cause, Doubled, Stage
from tallystick.billing.check.doubles import History
from tallystick.billing.check.received import Told


def _doubles(lines: tuple[Told, ...], history: History) -> Iterator[Doubled]:
    """Lines alike beyond the parts of the charge that are expected alike; words may differ."""
    parts = max(len(history.item.workings), 1) if history.item is not None else 1
    groups: dict[object, list[Told]] = {}
    for line in lines:
        groups.setdefault((line.quantity, line.unit, line.price, line.net, line.span, line.allowance), []).append(line)
    for group in groups.values():
        allowed = 1 if group[0].span is not None else parts
        if len(group) > allowed and group[0].net > 0:
            first = ", ".join(line.ref for line in group[:allowed])
            says = f"The same quantity, price and days are billed on {first} already."
            yield Doubled(tuple(group[allowed:]), says, (first,))


CAUSE = Cause(__name__, __doc__, "Line billed twice", "duplicate", Stage.DOUBLE, rank=20, doubles=_doubles)
