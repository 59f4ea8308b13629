"""A commitment or a bank of units is charged another way: bank not drawn, minimum left out, one price for all.

Read with nothing banked before; with the latest forecast; with the commitment left out; with the committed units at the
price of those above them; and with those above them at the committed price.
"""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.causes._settings import with_settings
from tallystick.contract.charges.bank_of_hours import BankOfHours
from tallystick.contract.charges.minimum_commitment import FORECAST, MinimumCommitment
from tallystick.contract.quantity import Number


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    charge = item.part.charge
    if not isinstance(charge, MinimumCommitment | BankOfHours):
        return
    if any(lot.month != one.values.month for one in item.workings for lot in one.values.lots):
        yield from bench.unbanked(item, "The units banked in earlier months are not used up.")
    if isinstance(charge, MinimumCommitment):
        yield from bench.recount(
            item,
            "The commitment is taken of the latest forecast, not of the one in force at its lock date.",
            lambda request: with_settings(request, {"forecast": "latest"}),
            FORECAST,
        )
        if charge.share is not None:
            yield from bench.reword(item, "The commitment is left out.", share=Fraction(0))
        else:
            yield from bench.reword(item, "The commitment is left out.", units=Number(0))
        if charge.excess_rate is not None:
            yield from bench.reword(item, "Units above the commitment are billed at the committed price.",
                                    excess_rate=None)  # fmt: skip
            yield from bench.reword(item, "All units are billed at the price of those above the commitment.",
                                    rate=charge.excess_rate)  # fmt: skip


CAUSE = Cause(__name__, __doc__, "Commitment and bank", "commitment", Stage.QUANTITY, rank=15, readings=_readings)
