"""A relief event begins or ends at a local time that a clock change skips or repeats.

Cause: on the day when clocks go forward an hour does not exist, and on the day when they go back one exists twice.
Relief then begins with the first pass of the hour and ends with the second.
Cure: choose a time outside that hour where another reading was meant.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.zones import named_zone


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    try:
        named_zone(contract.zone)
    except UsageError:
        return
    for index, relief in enumerate(contract.relief):
        for key, moment in (("from", relief.from_at), ("to", relief.to_at)):
            first, second = moment.utc_s(contract.zone, fold=0), moment.utc_s(contract.zone, fold=1)
            if first != second:
                kind = "exists twice" if first < second else "does not exist"
                message = f"Relief {relief.id}: {moment.text} {kind} in {contract.zone}, where clocks change."
                yield RULE.found(contract.place("relief", index, key), message)


RULE = Rule(
    "TS-C048",
    Severity.WARNING,
    "A local time exists twice or not at all",
    "Choose a time outside the hour of the clock change.",
    _look,
)
