"""The contract holds no clause that could be met or missed.

Cause: `clauses` is missing or holds credits and caps only, so no verdict can follow.
Cure: add an `sla_target` or a `kpi`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if contract.assumed("clauses"):
        return
    if not contract.declared("clauses") or (
        contract.clauses and not contract.counted and len(contract.clauses) == len(contract.declared("clauses"))
    ):
        yield RULE.found(contract.place("clauses"), "The contract holds no clause with a target.")


RULE = Rule(
    "TS-C077",
    Severity.WARNING,
    "The contract promises nothing",
    "Add a clause.",
    _look,
)
