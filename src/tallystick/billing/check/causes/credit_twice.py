"""A price adjustment is taken off more than once; where several windows grant it, that of one or of some."""

from collections.abc import Iterator

from tallystick.billing.check.adjusted import Adjusted, names_of
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Kind


def _readings(given: Adjusted) -> Iterator[Rereading]:
    many = len(given.told)
    if given.kind is Kind.CREDIT and many > 1:
        says = f"The price adjustment is taken off {many} times: {', '.join(names_of(given.told))}."
        yield given.reading(says, given.follows * many, "price adjustment x times taken", f"{given.follows} x {many}")
    elif given.kind is Kind.CREDIT and many == 1:
        says = "The price adjustment is taken off twice in one sum."
        yield given.reading(says, given.follows * 2, "price adjustment x 2", f"{given.follows} x 2")
    if given.kind is Kind.CREDIT:
        for which, amount in given.of_windows():
            says = f"The price adjustment of {which} is taken off twice."
            yield given.reading(says, given.follows - amount, "price adjustment of a window x 2")


CAUSE = Cause(__name__, __doc__, "Price adjustment twice", "credit", Stage.ADJUSTMENT, rank=15, adjustments=_readings)
