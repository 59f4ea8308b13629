"""Two charges count the same rows on the same days.

Cause: both count by one measure with the same parameters, and a row can belong to both populations. What is meant as an
addition is a premium.
Cure: narrow one of them with `for`, or make it `kind: premium`.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.charge import QUANTITY, Charge, Quantity, asked
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _same_days(one: Charge, other: Charge, contract: Contract) -> bool:
    return one.begins(contract) < other.ends(contract) and other.begins(contract) < one.ends(contract)


def _same_rows(one: Quantity, other: Quantity) -> bool:
    """Whether a row can belong to both; days of a calendar are taken to part them only where they are opposites."""
    if (one.measure, one.version, one.params) != (other.measure, other.version, other.params):
        return False
    if one.days is not None and other.days is not None and one.days != other.days:
        return False
    for part in one.population:
        beside = other.population.of(part.field)
        if beside is None:
            continue
        if part.op == "in" and beside.op == "in" and not set(part.values) & set(beside.values):
            return False
        if part.op != beside.op:
            inside, outside = (part, beside) if part.op == "in" else (beside, part)
            if not set(inside.values) - set(outside.values):
                return False
    return True


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    known: list[tuple[Charge, Quantity]] = []
    for charge in contract.charges:
        if charge.kind == "premium":
            continue
        own = [one for name, one in asked(charge, contract) if name == QUANTITY]
        for one in own:
            for other, before in known:
                if _same_days(charge, other, contract) and _same_rows(one, before):
                    message = f"Charges {other.id} and {charge.id} both count {one.measure!r} over the same rows."
                    yield RULE.found(contract.charge_place(charge, "id"), message)
                    break
        known += [(charge, one) for one in own]


RULE = Rule(
    "TS-C157",
    Severity.WARNING,
    "The same rows are charged twice",
    "Narrow one of the charges, or make it a premium.",
    _look,
)
