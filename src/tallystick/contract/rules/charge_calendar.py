"""A charge goes by the days of a calendar that the text does not declare.

Cause: `days` or `working_days` names no entry of `calendars`.
Cure: declare it; a calendar that is open every day but on public holidays tells holidays from other days.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.charge import asked
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("calendars")
    for charge in contract.charges:
        named = {(one.days.calendar, "days") for _, one in asked(charge, contract) if one.days is not None}
        if (own := charge.day_calendar()) is not None:
            named.add((own, "working_days"))
        for name, key in sorted(named):
            if name not in known:
                cure = did_you_mean(name, known, "Declare it under `calendars`.")
                yield RULE.found(contract.charge_place(charge, key), f"There is no calendar named {name!r}.", cure)


RULE = Rule(
    "TS-C158",
    Severity.ERROR,
    "A charge goes by opening hours that are not declared",
    "Declare the calendar under `calendars`.",
    _look,
)
