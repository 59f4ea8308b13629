"""A price adjustment that follows from the promises is not on the invoice, nor on any credit note of the month.

One that stood on an invoice is gone where a credit note has taken that back. Where several windows grant a price
adjustment, that of some may be missing.
"""

from collections.abc import Iterator

from tallystick.billing.check.adjusted import Adjusted
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Kind
from tallystick.vocabulary.money import Money


def _readings(given: Adjusted) -> Iterator[Rereading]:
    if given.kind is not Kind.CREDIT:
        return
    nothing = Money.zero(given.follows.currency)
    if given.billed == nothing:
        yield given.reading("The price adjustment is missing.", nothing, "price adjustment that was not given")
    for which, amount in given.of_windows():
        says = f"The price adjustment of {which} is missing."
        yield given.reading(says, given.follows + amount, "price adjustment of a window that was not given")


CAUSE = Cause(__name__, __doc__, "Price adjustment missing", "credit", Stage.ADJUSTMENT, rank=10, adjustments=_readings)
