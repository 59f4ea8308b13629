"""An amendment changes a definition that one run of the clocks can hold only once.

Cause: pausing statuses, the reopen and repeat windows and the excluded kinds shape every clock of the term, the lock of
forecasts every requirement. Changed in the middle, what crosses the day would be counted by two definitions.
Cure: end the term, and write a new contract text with the new definition from that day on. Period rule, attribution
and calendars may be amended.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for index, amendment in enumerate(contract.amendments):
        for at, change in enumerate(amendment.changes):
            if change.section != "definitions":
                continue
            for key in change.set:
                if key in {"pausing_statuses", "reopen_window", "repeat_window", "forecast_lock", "excluded"}:
                    place = contract.place("amendments", index, "changes", at, "set", key)
                    yield RULE.found(place, f"Amendment {amendment.id} changes `{key}` within the term.")


RULE = Rule(
    "TS-C049",
    Severity.ERROR,
    "A definition cannot change within a contract",
    "Begin a new contract text with its own term.",
    _look,
)
