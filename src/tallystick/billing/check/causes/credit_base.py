"""A price adjustment is taken of another base: before or after discounts, or of the fee that stands in the text."""

from collections.abc import Iterator

from tallystick.billing.check.adjusted import Adjusted
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Kind
from tallystick.contract.billing_terms import AFTER, BEFORE
from tallystick.vocabulary.money import Money


def _readings(given: Adjusted) -> Iterator[Rereading]:
    if given.kind is not Kind.CREDIT:
        return
    for base, said in ((BEFORE, "before"), (AFTER, "after")):
        fees = {name: fee.model_copy(update={"base": base}) for name, fee in given.billing.fees.items()}
        if fees != given.billing.fees:
            sums = given.books.sums(fees=fees)
            told = ", ".join(f"{name} {amount}" for name, amount in sums.fees.items())
            says = f"The price adjustment is taken of the fee {said} discounts."
            amount = given.of(sums)
            yield given.reading(says, amount, f"percentage of the fee {said} discounts", f"{told} -> {amount}")
    if given.billing.fees:
        amount = -sum(
            (line.payable for line in given.books.credits_on({}).lines if line.clause == given.id),
            Money.zero(given.follows.currency),
        )
        says = "The price adjustment is taken of the fee of the text, not of what the charges come to."
        yield given.reading(says, amount, "percentage of the fee in the text")


CAUSE = Cause(
    __name__, __doc__, "Base of a price adjustment", "credit", Stage.ADJUSTMENT, rank=20, adjustments=_readings
)
