"""A programme can never hold a case, because an earlier one takes them all.

Cause: a case belongs to the first programme that matches, and an earlier one matches everything that this one does.
Cure: put the narrower programme first.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    listed = list(contract.programmes.items())
    for index, (name, programme) in enumerate(listed):
        for earlier_name, earlier in listed[:index]:
            covered = all(
                not wide or (narrow and set(narrow) <= set(wide))
                for wide, narrow in (
                    (earlier.languages, programme.languages),
                    (earlier.channels, programme.channels),
                    (earlier.queues, programme.queues),
                )
            )
            if covered:
                message = f"Every case of {name!r} already belongs to {earlier_name!r}, which stands before it."
                yield RULE.found(contract.place("programmes", name), message)
                break


RULE = Rule(
    "TS-C065",
    Severity.WARNING,
    "A programme that no case can reach",
    "Put the narrower programme first.",
    _look,
)
