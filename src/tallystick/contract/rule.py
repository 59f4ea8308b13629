"""A rule that a contract's text must satisfy: its id, its weight, what it looks for and the cure.

The module docstring of a rule's file explains cause and cure; `tally explain TS-C051` prints it. A rule without a
`look` function is reported by the reader itself, while the text is turned into a Contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from tallystick.registry import load_folder, load_one
from tallystick.vocabulary.finding import Finding, Place, Severity

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

PACKAGE = "tallystick.contract.rules"


@dataclass(frozen=True)
class Rule:
    """One rule. `look` yields a finding for each breach in a contract, given the cards of the existing measures.

    `whole` names the parts (clauses, definitions, examples ...) of which the rule must see every entry: where one of
    them is broken and taken out, the rule waits, because it would miss what is only misspelt.
    """

    id: str
    severity: Severity
    title: str
    cure: str
    look: Callable[[Contract, Cards], Iterable[Finding]] | None = None
    whole: tuple[str, ...] = ()

    def found(self, place: Place, message: str, cure: str = "", value: str = "") -> Finding:
        """A finding of this rule; `cure` replaces the rule's own where it can be more exact."""
        return Finding(self.id, self.severity, message, place, cure or self.cure, value)


def rules() -> Mapping[str, Rule]:
    """Every rule by the name of its file."""
    return load_folder(PACKAGE, Rule)


@cache
def reading_rule(name: str) -> Rule:
    """One rule by the name of its file; a bug where there is none."""
    rule = load_one(PACKAGE, Rule, name)
    if rule is None:
        raise LookupError(name)
    return rule


def near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Known names that look like `name`, the nearest first; at most three, and none that is clearly further off."""
    likeness = {
        candidate: SequenceMatcher(None, name.lower(), candidate.lower()).ratio() for candidate in sorted(known)
    }
    best = max(likeness.values(), default=0.0)
    matches = [candidate for candidate, ratio in likeness.items() if ratio >= 0.6 and ratio > best - 0.1]
    return tuple(sorted(matches, key=lambda candidate: -likeness[candidate])[:3])


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """The cure for an unknown name: the names that look alike, or else `otherwise`."""
    known = tuple(known)
    matches = near(name, known)
    if matches:
        return f"Did you mean {' or '.join(repr(match) for match in matches)}?"
    listed = ", ".join(sorted(known)[:8])
    return f"{otherwise} Known: {listed}{' …' if len(known) > 8 else ''}." if known else otherwise
