"""A line bills days of another month that no earlier invoice billed: it belongs to the check of that month."""

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Stage
from tallystick.billing.check.received import Told, outside


def _alone(told: Told, item: Item | None, bench: Bench) -> str | None:  # noqa: ARG001 - one signature for all of them
    month = bench.work.order.month
    if told.span is not None and outside(told, month.start_on):
        return f"It bills {told.span[0].isoformat()} to {told.span[1].isoformat()}, no day of {month.label}."
    return None


CAUSE = Cause(__name__, __doc__, "Days of another month", "unauthorised line", Stage.ALONE, rank=10, alone=_alone)
