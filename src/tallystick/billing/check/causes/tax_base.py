"""Tax is taken of another sum: before price adjustments where the text deducts them first, or before discounts."""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.billing.check.adjusted import Adjusted, added
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.quantity import percentage_text
from tallystick.vocabulary.money import Money, money_of


def _readings(given: Adjusted) -> Iterator[Rereading]:
    taxes = [one for one in added(given.text) if not one.charges]
    if given.net is None or given.credited is None or given.discounted is None or not taxes:
        return
    currency = given.follows.currency
    nothing = Money.zero(currency)
    first = given.billing.deducts_before_tax
    moved = (
        (-given.credited if first else nothing, "Tax is taken before price adjustments are deducted."),
        (nothing if first else given.credited, "Tax is taken of the sum after price adjustments."),
        (-given.discounted, "Tax is taken before discounts."),
        (-given.credited - given.discounted if first else nothing,
         "Tax is taken before discounts and price adjustments."),
    )  # fmt: skip
    for amount, says in moved:
        if not amount.amount:
            continue
        base = given.net + amount if first else given.net - given.credited + amount
        total = sum((money_of(Fraction(base.amount) * one.percentage, currency) for one in taxes), Money.zero(currency))
        rates = " + ".join(percentage_text(one.percentage) for one in taxes)
        yield given.reading(says, total, "other sum x tax", f"{base} x {rates} = {total}")


CAUSE = Cause(__name__, __doc__, "Base of the tax", "tax", Stage.TAX, rank=20, adjustments=_readings)
