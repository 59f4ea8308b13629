"""An amendment takes effect outside the term, or leaves days between the old term and the new one.

Cause: `effective` lies before the first day of the contract, or after the last day of the term that the earlier
amendments leave. Such an amendment would never hold; one that prolongs the term would leave a gap, whose days belong
to no term and are charged nowhere. So it is effective while the old term still runs, or on the day after its last one.
Cure: correct the day; let an amendment that prolongs the term be effective on the day after its old end at the latest,
and say under `known` when it was agreed.
"""

from collections.abc import Iterator
from datetime import date

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.contract.section import DAY
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    first = contract.term.from_on
    for index, amendment in enumerate(contract.amendments):
        day = amendment.effective
        old, new = contract.last_day_by(day - DAY), contract.last_day_by(day)
        if first <= day <= _latest(old, new):
            continue
        message = f"Amendment {amendment.id} takes effect on {day}; until then the term runs from {first} to {old}."
        cure = ""
        if day > old and new >= day:
            message += f" The days from {old + DAY} to {day - DAY} would belong to no term."
            cure = f"Write `effective: {old + DAY}` or an earlier day, and under `known` when it was agreed."
        yield RULE.found(contract.place("amendments", index, "effective"), message, cure)


def _latest(old: date, new: date) -> date:
    """The last day on which an amendment may take effect: one that prolongs the term may join on to the old end."""
    return max(old, min(old + DAY, new))


RULE = Rule(
    "TS-C041",
    Severity.ERROR,
    "An amendment takes effect outside the term",
    "Correct the effective day: it lies within the term that the earlier amendments leave.",
    _look,
    # What prolongs the term may be the one that is broken.
    whole=("amendments",),
)
