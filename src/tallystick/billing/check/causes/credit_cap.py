"""A price adjustment is given without the caps of the contract, or cut where they leave room."""

from collections.abc import Iterator

from tallystick.billing.check.adjusted import Adjusted
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Kind


def _readings(given: Adjusted) -> Iterator[Rereading]:
    if given.kind is not Kind.CREDIT:
        return
    for line in given.books.sums().credits_given.lines:
        if line.clause == given.id and line.amount != line.payable:
            says = "The price adjustment is given without the limits that hold for it."
            yield given.reading(says, -line.amount, "price adjustment before its limits")


CAUSE = Cause(__name__, __doc__, "Cap of price adjustments", "credit", Stage.ADJUSTMENT, rank=25, adjustments=_readings)
