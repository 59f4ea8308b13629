"""A price adjustment is added to the invoice in place of being taken off."""

from collections.abc import Iterator

from tallystick.billing.check.adjusted import Adjusted
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Kind


def _readings(given: Adjusted) -> Iterator[Rereading]:
    if given.kind is Kind.CREDIT and given.told:
        says = "The price adjustment is added, not taken off."
        yield given.reading(says, -given.follows, "price adjustment with the other sign")


CAUSE = Cause(
    __name__, __doc__, "Sign of a price adjustment", "credit", Stage.ADJUSTMENT, rank=15, adjustments=_readings
)
