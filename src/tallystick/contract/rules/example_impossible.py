"""A worked example gives figures that cannot be.

Cause: more cases met than there were, a `met` without its `total`, or an example that expects nothing.
Cure: correct the figures.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for index, example in enumerate(contract.examples):
        place = contract.place("examples", index, "given")
        for name, counts in {example.clause: example.given, **example.given.values}.items():
            if counts.met is not None and counts.total is None:
                yield RULE.found(place, f"The example of {name} says `met` without `total`.")
            elif counts.met is not None and counts.total is not None and counts.met > counts.total:
                yield RULE.found(place, f"The example of {name} has {counts.met} met of {counts.total}.")
        expect = example.expect
        if expect.verdict is None and expect.value is None and expect.credit is None:
            place = contract.place("examples", index, "expect")
            yield RULE.found(place, f"The example of {example.clause} expects nothing.")


RULE = Rule(
    "TS-C084",
    Severity.ERROR,
    "A worked example that cannot be",
    "Correct the given figures.",
    _look,
)
