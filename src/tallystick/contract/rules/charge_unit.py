"""A charge is priced by time and its measure counts something else, or the other way round; or it counts a share.

Cause: a price per hour or minute needs seconds, other prices a number of things. A share or a mean
cannot be charged, because the days of a month do not add up to it.
Cure: choose a measure in the right unit, or another kind of charge.
"""

from collections.abc import Iterator

from tallystick.contract.card import SECONDS, Cards, card_of
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity

ADDING = ("sum", "count", "census")


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    for charge in contract.charges:
        for key, role in {**charge.roles(contract), **charge.later_roles(contract)}.items():
            for one in role.of:
                card = card_of(cards, one.measure, one.version)
                if card is None:
                    continue
                place = contract.charge_place(charge, key, "measure")
                if card.kind and card.kind not in ADDING:
                    message = f"Charge {charge.id}: the measure {one.measure!r} is no sum of what it counts."
                    yield RULE.found(place, message)
                elif card.family(one.params) != role.unit:
                    wanted = "seconds" if role.unit == SECONDS else "a number"
                    message = f"Charge {charge.id} needs {wanted}, and the measure {one.measure!r} does not count that."
                    yield RULE.found(place, message)


RULE = Rule(
    "TS-C143",
    Severity.ERROR,
    "A charge counts in another unit than it is priced in",
    "Count seconds for time, and a number of things for everything else.",
    _look,
)
