"""The contract holds credits but nothing limits their sum.

Cause: an uncapped adjustment (pools and weights have a limit of their own) grows with every clause that is added, and
a court may call it out of proportion.
Cure: add a `credit_cap`, commonly 10 to 15 % of the monthly fee.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    credits_ = [clause for clause in contract.clauses if clause.capped and not clause.bounded]
    caps = [clause for clause in contract.clauses if isinstance(clause, CreditCap)]
    covered = {name for cap in caps for name in cap.covered(contract)}
    open_ended = [credit for credit in credits_ if credit.id not in covered]
    if open_ended:
        names = ", ".join(credit.id for credit in open_ended)
        yield RULE.found(contract.clause_place(open_ended[0], "id"), f"No cap limits the price adjustments of {names}.")


RULE = Rule(
    "TS-C071",
    Severity.WARNING,
    "Credits without a cap",
    "Add a clause of kind credit_cap.",
    _look,
    whole=("clauses",),
)
