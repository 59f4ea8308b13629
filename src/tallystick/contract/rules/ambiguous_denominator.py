"""A share does not say which cases it counts.

Cause: a percentage is only as clear as its denominator. Three things must be stated, in the clause or under
`definitions`: the period rule (which period a case belongs to), the attribution (which partner answers for it) and
the kinds of case that are left out (`excluded`, an empty list where none is).
Cure: add what the finding names.
"""

from collections.abc import Iterator

from tallystick.contract.card import RATIO, Cards, card_of
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        card = card_of(cards, clause.measure, clause.version)
        is_share = (card.family(clause.measure_params) if card else clause.target.unit) == RATIO
        if clause.value != "measured" or not is_share:
            continue
        lacking = [
            name
            for name, value in (
                ("period_rule", contract.period_rule_of(clause)),
                ("attribution", contract.attribution_of(clause)),
                ("excluded", contract.definitions.excluded),
            )
            if value is None
        ]
        if lacking:
            message = f"Clause {clause.id} is a share, but nothing states its {', '.join(lacking)}."
            yield RULE.found(contract.clause_place(clause, "id"), message)


RULE = Rule(
    "TS-C053",
    Severity.ERROR,
    "It is not said who is counted",
    "State it in the clause, or for all clauses under `definitions`.",
    _look,
    whole=("definitions",),
)
