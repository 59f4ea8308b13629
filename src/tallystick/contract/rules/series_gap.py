"""A series lacks a month that a price is computed from.

Cause: the base month of an indexation has no value, or a month that a review looks up is missing between others. What
lies after the last month of the series is not published yet and no mistake.
Cure: bring the value as it was published.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for place, one in enumerate(contract.billing.indexation):
        series = contract.series.get(one.series)
        if series is None:
            continue
        last = max(series.values)
        months = [one.base, *(month for _, month in one.reviews(contract.whole_term.to_on) if month <= last)]
        for month in months:
            if series.at(month) is None:
                at = contract.place("billing", "indexation", place, "base" if month == one.base else "series")
                yield RULE.found(at, f"The series {one.series!r} has no value of {month}.")


RULE = Rule(
    "TS-C146",
    Severity.ERROR,
    "A series lacks a month that prices are computed from",
    "Bring the value of that month.",
    _look,
)
