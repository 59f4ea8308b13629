"""A charge counts its quantity by a measure, or a version of one, that does not exist.

Cause: `measure` is no id of the catalogue of measures, or `version` is none of its versions.
Cure: the finding names measures that look alike; `tally list kpis` shows all.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.charge import asked
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for charge in contract.charges if cards else ():
        for role, one in asked(charge, contract):
            known = cards.get(one.measure)
            if known is None:
                cure = did_you_mean(one.measure, cards, "`tally list kpis` shows every measure.")
                message = f"There is no measure named {one.measure!r}."
                yield RULE.found(contract.charge_place(charge, role, "measure"), message, cure, one.measure)
            elif all(card.version != one.version for card in known):
                message = f"The measure {one.measure!r} has no version {one.version}."
                cure = f"Use version {' or '.join(str(card.version) for card in known)}."
                yield RULE.found(contract.charge_place(charge, role, "version"), message, cure)


RULE = Rule(
    "TS-C141",
    Severity.ERROR,
    "A charge counts by a measure that does not exist",
    "Use a measure that exists: `tally list kpis`.",
    _look,
)
