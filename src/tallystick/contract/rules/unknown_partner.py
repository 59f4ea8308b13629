"""A partner is named with whom the contract is not made.

Cause: a relief event or a typed value names a partner that is neither `partner` nor one of `partners`.
Cure: correct the id.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.partner_ids
    named = [
        (partner, contract.place("relief", index, "partners", at))
        for index, relief in enumerate(contract.relief)
        for at, partner in enumerate(relief.partners)
    ]
    named += [
        (typed.partner, contract.clause_place(clause, "typed", at, "partner"))
        for clause in contract.counted
        for at, typed in enumerate(clause.typed)
        if typed.partner
    ]
    for partner, place in named:
        if partner not in known:
            cure = did_you_mean(partner, known, "Name a partner of this contract.")
            yield RULE.found(place, f"There is no partner {partner!r} in this contract.", cure)


RULE = Rule(
    "TS-C034",
    Severity.ERROR,
    "Unknown partner",
    "Name a partner of this contract.",
    _look,
)
