"""A clause names a measure that does not exist.

Cause: `measure` is no id of the catalogue of measures. A clause whose value is imported or typed may name any
measure.
Cure: the finding names measures that look alike; `tally list kpis` shows all.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        if cards and clause.value == "measured" and clause.measure not in cards:
            cure = did_you_mean(clause.measure, cards, "`tally list kpis` shows every measure.")
            message = f"There is no measure named {clause.measure!r}."
            yield RULE.found(contract.clause_place(clause, "measure"), message, cure, clause.measure)


RULE = Rule(
    "TS-C021",
    Severity.ERROR,
    "Unknown measure",
    "Use a measure that exists: `tally list kpis`.",
    _look,
)
