"""A measure does not know the period rule or attribution that a clause asks for.

Cause: a survey has no due date, so it cannot be counted by `due-in`; a backlog has no clock that could be shared. What
the contract says under `definitions` holds where the measure knows it, and the measure's own rule holds elsewhere; but
a clause that asks for it itself must be able to get it.
Cure: use one of the rules that the finding names, or leave the key out of the clause.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards, card_of
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for clause in contract.counted:
        card = card_of(cards, clause.measure, clause.version)
        if card is None:
            continue
        for key, said, known in (
            ("period_rule", clause.period_rule, card.period_rules),
            ("attribution", clause.attribution, card.attributions),
        ):
            if said is not None and known and said not in known:
                message = f"The measure {clause.measure!r} cannot be counted by {said}."
                cure = f"Use {' or '.join(known)}, or leave `{key}` out."
                yield RULE.found(contract.clause_place(clause, key), message, cure)


RULE = Rule(
    "TS-C067", Severity.ERROR, "A rule that the measure does not know", "Leave the key out of the clause.", _look
)
