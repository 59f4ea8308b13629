"""Calls are rounded up to another unit, or to another minimum, than the text says.

Rounding happens call by call: under a unit of 60 seconds a call of 61 seconds is two minutes. Read with units of 1, 6,
10, 15, 30 and 60 seconds and minimums of 0, 30, 60 and 120, each for itself and both together.
"""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.causes._settings import Tried, by_settings

MEASURES = frozenset({"billable_call_time"})
UNITS, LEAST = (60, 30, 1, 6, 10, 15), (0, 30, 60, 120)


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    units: list[Tried] = [({"unit_s": unit}, f"Each call is rounded up to {unit} s.") for unit in UNITS]
    least: list[Tried] = [({"least_s": one}, f"Each call is billed with at least {one} s.") for one in LEAST]
    both: list[Tried] = [
        ({"unit_s": unit, "least_s": one}, f"Each call is rounded up to {unit} s and billed with at least {one} s.")
        for unit in UNITS
        for one in LEAST
    ]
    yield from by_settings(item, bench, MEASURES, (*units, *least, *both))


CAUSE = Cause(__name__, __doc__, "Rounding of calls", "quantity", Stage.QUANTITY, rank=20, readings=_readings)
