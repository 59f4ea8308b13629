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
        given = {example.clause: example.given, **example.given.values}
        figures = [(*pair, "given") for pair in given.items()]
        for one in example.earlier:
            figures += [(*pair, "earlier") for pair in ((example.clause, one), *one.values.items())]
        for name, counts, key in figures:
            place = contract.place("examples", index, key)
            if counts.met is not None and counts.total is None:
                yield RULE.found(place, f"The example of {name} says `met` without `total`.")
            elif counts.met is not None and counts.total is not None and counts.met > counts.total:
                yield RULE.found(place, f"The example of {name} has {counts.met} met of {counts.total}.")
        expect = example.expect
        said = (expect.verdict, expect.value, expect.credit, expect.payable, expect.points, expect.steps or None)
        if all(part is None for part in said):
            place = contract.place("examples", index, "expect")
            yield RULE.found(place, f"The example of {example.clause} expects nothing.")


RULE = Rule(
    "TS-C084",
    Severity.ERROR,
    "A worked example that cannot be",
    "Correct the given figures.",
    _look,
)
