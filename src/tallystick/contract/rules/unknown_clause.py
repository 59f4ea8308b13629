"""A clause is named that does not exist.

Cause: a credit, a cap, a relief event or a worked example refers to a clause that the text does not hold, so it would
never take effect.
Cure: correct the id.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Place, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.assumed("clauses"):
        return
    known = contract.declared("clauses")
    named: list[tuple[str, Place]] = []
    for clause in contract.clauses:
        named += [(name, contract.clause_place(clause, *path)) for name, path in clause.references()]
    for index, relief in enumerate(contract.relief):
        named += [(name, contract.place("relief", index, "clauses", at)) for at, name in enumerate(relief.clauses)]
    for index, example in enumerate(contract.examples):
        named.append((example.clause, contract.place("examples", index, "clause")))
        named += [(name, contract.place("examples", index, "given", "values", name)) for name in example.given.values]
        named += [
            (name, contract.place("examples", index, "earlier", at, "values", name))
            for at, counts in enumerate(example.earlier)
            for name in counts.values
        ]
    for name, place in named:
        if name not in known:
            cure = did_you_mean(name, known, "Name a clause of this contract.")
            yield RULE.found(place, f"There is no clause {name!r}.", cure)


RULE = Rule(
    "TS-C028",
    Severity.ERROR,
    "Unknown clause",
    "Name a clause of this contract.",
    _look,
)
