"""A cap can never bind, because another one is always reached first.

Cause: a cap of single services is larger than the cap of all of them over the same span, in percent of the same fee.
Cure: lower the cap of the service, or raise the one over all.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.model import Contract
from tallystick.contract.quantity import percentage_text
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    caps = [clause for clause in contract.clauses if isinstance(clause, CreditCap) and clause.percentage is not None]
    for cap in caps:
        covered = set(cap.covered(contract))
        for other in caps:
            wider = covered < set(other.covered(contract)) and (other.of, other.over) == (cap.of, cap.over)
            if wider and cap.percentage is not None and other.percentage is not None:
                if cap.percentage < other.percentage:
                    continue
                message = (
                    f"Cap {cap.id} ({percentage_text(cap.percentage)}) never binds: cap {other.id} "
                    f"({percentage_text(other.percentage)}) covers all that it covers."
                )
                yield RULE.found(contract.clause_place(cap, "percentage"), message)


RULE = Rule(
    "TS-C132",
    Severity.NOTE,
    "A cap that can never bind",
    "Lower the cap of the part, or raise the cap of the whole.",
    _look,
)
