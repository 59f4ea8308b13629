"""A clause names a clock that does not exist.

Cause: `clock` is none of the clocks that a case runs, such as first_reply, next_reply or full_resolution.
Cure: the finding names the clocks that look alike.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule, did_you_mean
from tallystick.vocabulary.clock_terms import CLOCK_KINDS
from tallystick.vocabulary.finding import Finding, Severity


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.counted:
        named = [(("clock",), getattr(clause, "clock", None)), (("params", "clock"), clause.params.get("clock"))]
        for path, clock in named:
            if clock is not None and clock not in CLOCK_KINDS:
                cure = did_you_mean(str(clock), CLOCK_KINDS, "Use a clock that exists.")
                yield RULE.found(contract.clause_place(clause, *path), f"There is no clock named {clock!r}.", cure)


RULE = Rule(
    "TS-C024",
    Severity.ERROR,
    "Unknown clock",
    "Use a clock that exists.",
    _look,
)
