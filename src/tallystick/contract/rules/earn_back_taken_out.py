"""An amendment takes out a clause that may hold credits.

Cause: what becomes of a credit follows the text in which it was granted. Without its clause nobody settles what it
holds: what was deferred never falls due, and what was deducted never comes back.
Cure: let the clause retire instead. It then settles what it holds, and holds nothing new.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.clauses.earn_back import EarnBack
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    held = {one.id for one in contract.clauses if isinstance(one, EarnBack)}
    added = [change.add for amendment in contract.amendments for change in amendment.changes if change.add]
    held |= {str(one.get("id")) for one in added if one.get("kind") == "earn_back"}
    for index, amendment in enumerate(contract.amendments):
        for number, change in enumerate(amendment.changes):
            if change.remove and change.clause in held:
                message = f"Amendment {amendment.id} takes out {change.clause}, and with it the credits that it holds."
                cure = f"Write `set: {{state: [{{from: {amendment.effective}, as: retired}}]}}` instead of `remove`."
                yield RULE.found(contract.place("amendments", index, "changes", number), message, cure)


RULE = Rule(
    "TS-C170",
    Severity.ERROR,
    "An amendment takes out a clause that may hold credits",
    "Let the clause retire instead of taking it out.",
    _look,
)
