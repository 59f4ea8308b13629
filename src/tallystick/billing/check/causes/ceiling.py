"""A limit of the text is passed over: more seats, hours, costs or units than are paid, or units that are free."""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage

LIMITS = (
    ("per_fte", "most", "More full-time equivalents are billed than are ever paid."),
    ("per_hour", "at_most", "Hours beyond those asked for are billed."),
    ("pass_through", "at_most", "Costs beyond the ceiling are billed."),
    ("per_unit", "free", "Units that are free are billed."),
)


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    for kind, key, says in LIMITS:
        if item.kind == kind:
            yield from bench.reword(item, says, **{key: None})


CAUSE = Cause(__name__, __doc__, "Limit passed over", "quantity", Stage.QUANTITY, rank=15, readings=_readings)
