"""A discount that the text grants is not on the invoice."""

from collections.abc import Iterator

from tallystick.billing.check.adjusted import Adjusted
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Kind
from tallystick.vocabulary.money import Money


def _readings(given: Adjusted) -> Iterator[Rereading]:
    if given.kind is Kind.DISCOUNT and not given.told:
        nothing = Money.zero(given.follows.currency)
        yield given.reading("The discount is missing.", nothing, "discount that was not given")


CAUSE = Cause(__name__, __doc__, "Discount missing", "discount", Stage.ADJUSTMENT, rank=10, adjustments=_readings)
