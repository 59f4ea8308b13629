"""Something is taken off that neither a discount nor a price adjustment of the text explains."""

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Stage
from tallystick.billing.check.received import Told


def _alone(told: Told, item: Item | None, bench: Bench) -> str | None:  # noqa: ARG001 - one signature for all of them
    if item is None and told.net < 0:
        return "No discount, price adjustment or settlement of the text comes to this."
    return None


CAUSE = Cause(
    __name__, __doc__, "Deduction that nothing explains", "unauthorised line", Stage.ALONE, rank=40, alone=_alone
)
