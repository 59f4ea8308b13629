"""A discount that the text grants is not on the invoice, or is gone with one that was taken back."""

from collections.abc import Iterator

from tallystick.billing.check.adjusted import Adjusted
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Kind
from tallystick.vocabulary.money import Money


def _readings(given: Adjusted) -> Iterator[Rereading]:
    nothing = Money.zero(given.follows.currency)
    # One that stood on an invoice is gone again where a credit note has taken that back.
    if given.kind is Kind.DISCOUNT and given.billed == nothing:
        yield given.reading("The discount is missing.", nothing, "discount that was not given")


CAUSE = Cause(__name__, __doc__, "Discount missing", "discount", Stage.ADJUSTMENT, rank=10, adjustments=_readings)
