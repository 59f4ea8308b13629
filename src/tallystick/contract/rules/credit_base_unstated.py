"""A rate card stands in the text, and a percentage of a fee does not say what the fee is in a month.

Cause: credits and caps take percentages of a fee with a fixed amount, while the invoice comes from charges. Whether the
base is the fixed amount, or what charges come to before or after discounts, would be argued about every month.
Cure: name the fee under `billing.fees` with `charges` and `base`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    if not contract.charges:
        return
    seen: set[str] = set()
    charged = {name for charge in contract.charges for name, _ in charge.fee_references()}
    for clause in contract.clauses:
        for name, path in clause.fee_references():
            if name not in contract.billing.fees and name not in charged and name not in seen:
                seen.add(name)
                message = f"Nothing says what the fee {name!r} comes to on a month's invoice."
                yield RULE.found(contract.clause_place(clause, *path), message)


RULE = Rule(
    "TS-C156",
    Severity.WARNING,
    "The base of a credit is not said",
    "Say under `billing.fees` which charges the fee is, and whether before or after discounts.",
    _look,
    whole=("charges",),
)
