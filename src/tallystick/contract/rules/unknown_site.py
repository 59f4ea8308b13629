"""A programme names a site that the text does not declare.

Cause: the name is misspelt, or the site is missing.
Cure: declare it under `sites`, or correct the name.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known = contract.declared("sites")
    for name, programme in contract.programmes.items():
        if programme.site is not None and programme.site not in known:
            cure = did_you_mean(programme.site, known, "Declare it under `sites`.")
            place = contract.place("programmes", name, "site")
            yield RULE.found(place, f"There is no site named {programme.site!r}.", cure)


RULE = Rule(
    "TS-C027",
    Severity.ERROR,
    "Unknown site",
    "Declare the site under `sites`.",
    _look,
)
