"""Two time targets hold for the same clock, cases and time.

Cause: a case would have two due moments. The populations are compared field by field, with what the programmes mean;
two clauses overlap unless a field keeps them apart or one is retired before the other begins.
Cure: narrow one of the populations. A second tier (80 % within one hour and 95 % within four) is written as a `kpi`
clause on `sla_attainment` with `params: {clock: ..., within: 4h}`.
"""

from collections.abc import Iterator
from datetime import date

from tallystick.contract.card import Cards
from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.model import Contract
from tallystick.contract.populations import clashing_targets
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for earlier, later in clashing_targets(contract):
        if _together(contract, earlier, later):
            message = f"Clauses {earlier.id} and {later.id} both set the clock {later.clock} for the same cases."
            yield RULE.found(contract.clause_place(later, "id"), message)


def _together(contract: Contract, one: SlaTarget, other: SlaTarget) -> bool:
    """Whether both are alive on some day of the term."""
    days = {contract.term.from_on, *(part.from_on for clause in (one, other) for part in clause.state)}
    return any(
        one.state_on(day) != "retired" and other.state_on(day) != "retired" and _begun(one, day) and _begun(other, day)
        for day in days
        if contract.term.from_on <= day <= contract.whole_term.to_on
    )


def _begun(clause: SlaTarget, day: date) -> bool:
    return not clause.state or any(part.from_on <= day for part in clause.state)


RULE = Rule(
    "TS-C051",
    Severity.ERROR,
    "Two targets hold for the same cases",
    "Narrow one `for`, or write the second tier as a kpi clause.",
    _look,
)
