"""A price per full-time equivalent counts other days than those by which it divides.

Cause: `working_days` names a calendar, and `quantity` counts days without `days: {open: ...}` of the same calendar. A
seat that is held the whole month would come to more or less than one full-time equivalent.
Cure: write `days: {open: ...}` with that calendar into `quantity`, or leave out `working_days`. Time, with `full_day`,
is counted on every day and needs neither.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.charges.per_fte import PerFte
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for charge in contract.charges:
        if not isinstance(charge, PerFte) or charge.working_days is None or charge.full_day is not None:
            continue
        days = charge.counted.days
        if days is None or days.open_on != charge.working_days:
            message = (
                f"Charge {charge.id} divides by the days on which “{charge.working_days}” is open and counts "
                f"{'days of every kind' if days is None else f'those {days.words}'}."
            )
            cure = f"Write `days: {{open: {charge.working_days}}}` into `quantity`, or leave out `working_days`."
            yield RULE.found(contract.charge_place(charge, "quantity"), message, cure)


RULE = Rule(
    "TS-C164",
    Severity.ERROR,
    "Days that are counted are not those that are divided by",
    "Count the open days of the calendar that `working_days` names.",
    _look,
)
