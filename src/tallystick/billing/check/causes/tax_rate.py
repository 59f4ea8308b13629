"""Tax is billed at another rate or under another category than the text says."""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.billing.check.adjusted import Adjusted, added
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.contract.quantity import figure_text
from tallystick.vocabulary.money import Money, money_of


def _readings(given: Adjusted) -> Iterator[Rereading]:
    """The documents' own rates on their own taxable sums, where they are not those of the text."""
    if {group.rate for group in given.taxes} == {one.percentage * 100 for one in added(given.text)}:
        return
    currency, told = given.follows.currency, []
    total = Money.zero(currency)
    for group in given.taxes:
        if group.rate is None or group.taxable is None:
            return
        amount = money_of(group.taxable * group.rate / 100, currency)
        total += amount
        name = f"{group.category} {figure_text(group.rate)} %".strip()
        told.append(f"{figure_text(group.taxable, 2)} x {name} = {amount}")
    taxable = sum((group.taxable or Fraction(0) for group in given.taxes), Fraction(0))
    if given.taxes and given.net is not None and taxable == Fraction(given.net.amount):
        yield given.reading("Tax is billed at another rate than the text says.", total, "taxable sum x billed rate",
                            "; ".join(told))  # fmt: skip


CAUSE = Cause(__name__, __doc__, "Tax rate", "tax", Stage.TAX, rank=10, adjustments=_readings)
