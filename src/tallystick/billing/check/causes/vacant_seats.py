"""Seats are billed after their people left: a vacancy for longer than the replacement window, or to the month's end."""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.causes._settings import Tried, by_settings

MEASURES = frozenset({"billable_seat_days"})
WINDOWS = (92, 60, 45, 31, 30, 28, 21, 14, 10, 7)


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    tried: list[Tried] = [({"window_days": 0}, "Vacant seats are not billed.")]
    tried += [({"window_days": days}, f"Vacant seats are billed for {days} days.") for days in WINDOWS]
    tried.append(({"role": "all"}, "People in other roles are billed as agents."))
    yield from by_settings(item, bench, MEASURES, tried)


CAUSE = Cause(__name__, __doc__, "Vacant seats", "proration", Stage.QUANTITY, rank=20, readings=_readings)
