"""A line bills what the rate card does not know, or what it does not charge on these days."""

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Stage
from tallystick.billing.check.received import Told


def _alone(told: Told, item: Item | None, bench: Bench) -> str | None:  # noqa: ARG001 - one signature for all of them
    if item is not None and not item.workings:
        return f"Charge {item.charge} stands in the text, but is not charged in this month."
    if told.net > 0:
        return "No charge of the text has this code, name, or unit and price."
    return None


CAUSE = Cause(__name__, __doc__, "Unauthorised line", "unauthorised line", Stage.ALONE, rank=50, alone=_alone)
