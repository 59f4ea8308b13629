"""Another time is billed than the one that is paid: all hours logged in, wrap-up too, exceptions nobody approved.

Read with every word that the measure knows for its time: talk, hold and wrap-up of calls; all, working and productive
hours of agents; planned instead of real activities; exceptions with and without approval.
"""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.causes._settings import Setting, Tried, by_settings
from tallystick.measures.measure import MeasureRequest, measure_of

NAMES = ("time", "exceptions", "source", "part")
MEASURES = frozenset({"billable_call_time", "login_time", "adherent_time", "activity_time", "requested_time"})


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    tried, seen = list[Tried](), set[tuple[str, Setting]]()
    for name in sorted(item.asked & MEASURES):
        params = measure_of(MeasureRequest.of(name)).params
        for key in NAMES:
            for word in params[key].choices if key in params else ():
                if (key, word) not in seen:
                    seen.add((key, word))
                    said = str(word).replace("_", ", ")
                    tried.append(({key: word}, f"Counted by {key} “{said}”, which the text does not pay."))
    yield from by_settings(item, bench, MEASURES, tried)


CAUSE = Cause(__name__, __doc__, "Time that is not paid", "quantity", Stage.QUANTITY, rank=30, readings=_readings)
