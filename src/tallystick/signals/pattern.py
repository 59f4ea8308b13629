"""What a pattern of the gaming catalogue is, and what one says of a partner's period.

A file of `signals/patterns/` has a docstring with the sections of `SECTIONS` and `PATTERN = Pattern(...)`. Its
`search` looks for rows that honest work hardly leaves (suspects); whether so many are more than chance is decided here,
alike for all: the exact tail under the pattern's allowance must stay below the shared budget (`chance`), and the effect
must be worth a word. Below that nobody is named, because single suspects occur in honest work too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from tallystick.registry import load_folder, load_one
from tallystick.signals.chance import BUDGET, binomial_tail
from tallystick.signals.evidence import Evidence

PATTERNS = "tallystick.signals.patterns"
SECTIONS = ("Looks like", "Look-alikes", "Reads", "Sign", "Test", "Recomputed", "Source")
_HEADING = re.compile(r"^(Looks like|Look-alikes|Reads|Sign|Test|Recomputed|Source): ", re.MULTILINE)


class Severity(StrEnum):
    """How grave a pattern is once it is found: money or trust, a figure turned, or a figure polished."""

    SEVERE = "severe"
    SERIOUS = "serious"
    NOTABLE = "notable"


class State(StrEnum):
    """What a pattern says of a period."""

    FOUND = "found"
    CLEAR = "clear"
    NO_DATA = "no data"


@dataclass(frozen=True)
class Figure:
    """A KPI's value as the exact ratio it is, in `unit` (ratio, seconds, hours, contacts).

    `n` are the rows behind it: the denominator of a share, the rows of a sum. Without rows the value is None.
    """

    kpi: str
    numerator: Fraction
    denominator: Fraction
    n: int
    unit: str = "ratio"

    @property
    def value(self) -> Fraction | None:
        """The figure; None without any row."""
        return self.numerator / self.denominator if self.n and self.denominator else None


def share(kpi: str, numerator: int, denominator: int) -> Figure:
    """A share of rows."""
    return Figure(kpi, Fraction(int(numerator)), Fraction(int(denominator)), int(denominator))


def mean(kpi: str, total: int, n: int, unit: str = "seconds") -> Figure:
    """A mean of rows."""
    return Figure(kpi, Fraction(int(total)), Fraction(int(n)), int(n), unit)


def amount(kpi: str, total: Fraction | int, n: int, unit: str) -> Figure:
    """A sum of rows."""
    return Figure(kpi, Fraction(total), Fraction(1), int(n), unit)


@dataclass(frozen=True)
class Flagged:
    """One row that the manipulation touched: its table and key, what people call it, when, and why, in numbers."""

    table: str
    key: int
    id: str
    at_s: int
    reason: str


@dataclass(frozen=True)
class Suspects:
    """What a pattern's search gives: the flagged rows among `n` rows that could have shown the sign.

    `chance` is the chance of so many where the pattern has a test of its own; None: the tail under `allowance`.
    `worth` is whether the effect is large enough beyond the counts that every pattern asks for.
    """

    cases: tuple[Flagged, ...]
    n: int
    reported: Figure | None = None
    recomputed: Figure | None = None
    chance: float | None = None
    worth: bool = True
    left_out: int = 0


@dataclass(frozen=True)
class Detected:
    """What a pattern found: `cases` are named only where it is found; `suspects` counts them in any case.

    `chance` is how often honest work at the allowance would show as many in one month. `difference` is the part of the
    reported figure that the manipulation made: of a share its difference in points, else the part of the whole.
    """

    pattern: str
    finding: str
    state: State
    severity: Severity
    suspects: int = 0
    n: int = 0
    chance: float | None = None
    cases: tuple[Flagged, ...] = ()
    reported: Figure | None = None
    recomputed: Figure | None = None
    left_out: int = 0
    lacking: tuple[str, ...] = ()

    @property
    def difference(self) -> Fraction | None:
        """Reported less recomputed: in points of a share, else as a part of the reported amount; None without both."""
        before = self.reported.value if self.reported else None
        after = self.recomputed.value if self.recomputed else None
        if before is None or after is None or self.reported is None:
            return None
        if self.reported.unit == "ratio":
            return before - after
        return (before - after) / before if before else None


@dataclass(frozen=True)
class Pattern:
    """One gaming pattern.

    `finding` is the id under which it is told. `reads` are the tables (canonical rows) and facts without which nothing
    can be said. `flatters` is the KPI that it polishes, `row` what it counts. `allowance` is the share of rows that
    honest work is granted; `least` rows and `least_share` of rows are the least effect.
    """

    module: str
    text: str
    finding: str
    title: str
    severity: Severity
    flatters: str
    reads: tuple[str, ...]
    search: Callable[[Evidence], Suspects]
    row: str = "case"
    allowance: Fraction = Fraction(1, 200)
    least: int = 5
    least_share: Fraction = Fraction(1, 200)

    @property
    def id(self) -> str:
        """The pattern's id: its file's name."""
        return self.module.rpartition(".")[2]

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """The docstring by section; the first line stands under the empty name."""
        parts = _HEADING.split(self.text.strip())
        found = {"": " ".join(parts[0].split())}
        return found | {name: " ".join(body.split()) for name, body in zip(parts[1::2], parts[2::2], strict=True)}

    def detect(self, evidence: Evidence) -> Detected:
        """What the pattern says of a partner's period."""
        lacking = tuple(name for name in self.reads if not evidence.has(name))
        if lacking:
            return Detected(self.id, self.finding, State.NO_DATA, self.severity, lacking=lacking)
        suspects = self.search(evidence)
        count = len(suspects.cases)
        if not suspects.n:
            return Detected(self.id, self.finding, State.NO_DATA, self.severity, left_out=suspects.left_out)
        chance = suspects.chance
        if chance is None:
            chance = binomial_tail(count, suspects.n, self.allowance)
        enough = count >= self.least and Fraction(count, suspects.n) >= self.least_share and suspects.worth
        is_found = enough and chance <= BUDGET
        return Detected(
            self.id,
            self.finding,
            State.FOUND if is_found else State.CLEAR,
            self.severity,
            suspects=count,
            n=suspects.n,
            chance=chance,
            cases=suspects.cases if is_found else (),
            reported=suspects.reported,
            recomputed=suspects.recomputed if is_found else suspects.reported,
            left_out=suspects.left_out,
        )


def patterns() -> Mapping[str, Pattern]:
    """Every pattern by id, sorted."""
    return load_folder(PATTERNS, Pattern)


def pattern(name: str) -> Pattern | None:
    """One pattern without loading its neighbours; None where there is none."""
    return load_one(PATTERNS, Pattern, name)


def detect(evidence: Evidence, names: Sequence[str] = ()) -> tuple[Detected, ...]:
    """What every pattern (or those named) says of a partner's period, found ones first, graver ones before others."""
    known = patterns()
    chosen = [known[name] for name in names] if names else list(known.values())
    states, severities = list(State), list(Severity)
    answers = [one.detect(evidence) for one in chosen]
    return tuple(
        sorted(
            answers,
            key=lambda one: (states.index(one.state), severities.index(one.severity), -one.suspects, one.pattern),
        )
    )
