"""Contacts that the text leaves free are billed: transfers, repeats, merged or short ones; or the other way round."""

from collections.abc import Iterator

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.causes._settings import Tried, by_settings

MEASURES = frozenset({"billable_calls", "billable_cases", "billable_call_time"})
NAMED = {
    "transfers": "contacts that were passed on",
    "merges": "cases merged into another",
    "repeats": "cases that came back",
}


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    tried: list[Tried] = [
        ({"repeat_s": None}, "Repeats within the free time are billed."),
        ({"least_s": 0}, "Short calls are billed."),
    ]
    for rule, said in (("charged", "are billed"), ("free", "are not billed")):
        tried += [({name: rule}, f"{what.capitalize()} {said}.") for name, what in NAMED.items()]
    tried.append(({"repeat_s": None, "least_s": 0}, "Repeats and short calls are billed."))
    charged = dict.fromkeys(NAMED, "charged")
    tried.append(({"transfers": "charged", "repeat_s": None}, "Transfers and repeats are billed."))
    tried.append(({**charged}, "Transfers, merged cases and returns are billed."))
    yield from by_settings(item, bench, MEASURES, tried)


CAUSE = Cause(__name__, __doc__, "Free contacts", "quantity", Stage.QUANTITY, rank=25, readings=_readings)
