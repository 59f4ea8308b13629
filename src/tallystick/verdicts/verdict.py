"""The verdict: one clause, one partner, one period, and everything that led to it, as a value with a digest.

A verdict is a pure function of what it pins. The digest covers every fact that the pinned inputs decide. Not hashed
are the words that tell the facts to a reader (`WORDS`, see `wording`), and what the store adds later: which verdict it
restates, the lake versions that were current.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from tallystick.verdicts.wording import facts_in
from tallystick.vocabulary.canonical import digest, plain
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money


class Outcome(StrEnum):
    """What a verdict says. Never two of them at once, and never "met" on absent data."""

    MET = "met"
    MISSED = "missed"
    EXCUSED = "excused"
    NOT_ASSESSABLE = "not assessable"
    PROVISIONAL = "provisional"


IN_EFFECT = "in-effect"
REPORTING_ONLY = "reporting-only"
BASELINING = "baselining"
SUSPENDED = "suspended"
RETIRED = "retired"


class IntervalPosition(StrEnum):
    """Where the 95 % interval lies: the statistical question, which never decides the contractual one."""

    BELOW = "interval below the target"
    REACHES = "interval reaches over the target"
    ABOVE = "interval above the target"
    NONE = "no interval"


@dataclass(frozen=True)
class RowsRead:
    """The canonical rows of one table that a verdict read: how many, and the SHA-256 of their content."""

    table: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Pins:
    """Every input of a verdict. Digests are SHA-256, `as_of` is an instant in ISO 8601 UTC.

    `versions` are (name, version) of fold, measure, interval method and judge; `relief` is the digest of the agreed
    relief events that touch the period, `gate` of the data gate's reasons (its findings and the freshness of feeds
    stand beside: they also tell of arrival), `past` of what earlier periods ended in, where a clause looks back.
    """

    SPARSE: ClassVar = ("past",)

    rows: tuple[RowsRead, ...]
    contract: str
    lock: str
    terms: str
    versions: tuple[tuple[str, str], ...]
    relief: str
    gate: str
    as_of: str
    past: str = ""


@dataclass(frozen=True)
class CaseNote:
    """One case behind a difference, by the source's own id, with what sets it apart."""

    WORDS: ClassVar = ("note",)

    case_id: str
    note: str


@dataclass(frozen=True)
class Reported:
    """What the partner says of the same promise, and why it differs from ours.

    `difference` is theirs minus ours in the measure's unit (a share: 0.01 is one percentage point). `cause` is
    `same`, `rounding`, `definition` (an alternative definition gives their figure), `cases` (a group of cases is left
    out) or `unexplained`. `by` says which definitions, or which group: codes, of which `sentence` is the wording.
    `alternative` is the value that the cause gives.
    """

    WORDS: ClassVar = ("sentence",)

    name: str
    value: Fraction
    numerator: int | None
    denominator: int | None
    place: str
    difference: Fraction | None
    cause: str
    sentence: str
    by: tuple[str, ...] = ()
    alternative: Fraction | None = None
    cases: tuple[CaseNote, ...] = ()
    cases_total: int = 0


@dataclass(frozen=True)
class ReliefEffect:
    """What relief does: the value with the relieved rows taken out, beside the value with them.

    `agreed` ids excuse; `requested` ids are computed and shown and change nothing.
    """

    agreed: tuple[str, ...]
    requested: tuple[str, ...]
    rows_relieved: int
    value: Fraction | None
    n: int
    numerator: int | None
    denominator: int | None
    outcome_with: str
    outcome_without: str


@dataclass(frozen=True)
class RecordDifference:
    """One record that moved a verdict: table, natural key, and whether it was added, changed or removed."""

    table: str
    key: int
    name: str
    change: str


@dataclass(frozen=True)
class Verdict:
    """One clause judged for one partner and one period.

    `arithmetic` is what the census alone says (met, missed, not assessable); `outcome` is what follows after
    relief, the data gate and tolerances of volume. `lifecycle` other than in-effect is noted and moves no money.
    `target` and `minimum` are in the unit of the value. `level` is `target`, `minimum` or `below`, the highest
    threshold that was reached. `more_to_meet` is how many more rows would have had to meet (0 where it is met).
    `counted` is the digest of the counted rows.
    """

    contract: str
    contract_version: str
    partner: str
    clause: str
    kind: str
    title: str
    period: str
    from_on: date
    end_on: date
    population: tuple[tuple[str, str, tuple[str, ...]], ...]
    outcome: Outcome
    arithmetic: Outcome
    lifecycle: str
    reasons: tuple[str, ...]
    value: MeasureValue | None
    target: Fraction | None
    minimum: Fraction | None
    better: str
    level: str
    compared: Fraction | None
    interval_position: IntervalPosition
    more_to_meet: int | None
    provenance: str
    steps: tuple[Step, ...]
    credit: Money | None
    relief: ReliefEffect | None
    reported: Reported | None
    counted: str
    pins: Pins
    restates: str | None = None
    differing: tuple[RecordDifference, ...] = ()
    noted: Mapping[str, Any] = field(default_factory=dict)

    BESIDE: ClassVar = ("restates", "differing", "noted")
    WORDS: ClassVar = ("reasons",)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """All that the inputs decide, the pins included, without words: what the digest covers."""
        return {name: part for name, part in facts_in(self).items() if name not in self.BESIDE}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the inputs decide, the pins included."""
        return digest(self.facts)

    @cached_property
    def claim(self) -> str:
        """SHA-256 of what the verdict says, without the pins: equal claims need no restatement."""
        return digest({name: part for name, part in self.facts.items() if name != "pins"})

    @property
    def name(self) -> str:
        """The short name: `aurora/A1/2026-03`. Two contracts of a partner may each have a verdict of that name."""
        return f"{self.partner}/{self.clause}/{self.period}"

    @property
    def whole_name(self) -> str:
        """The name that no other verdict bears: `acme-aurora/aurora/A1/2026-03`. The newest of that name is meant."""
        return f"{self.contract}/{self.name}"

    @property
    def id(self) -> str:
        """The name with the first 12 digits of the digest: one verdict, for ever."""
        return f"{self.whole_name}@{self.digest[:12]}"

    @property
    def moves_money(self) -> bool:
        """Whether a credit of this verdict is posted: in effect, and decided."""
        return self.lifecycle == IN_EFFECT and self.outcome is Outcome.MISSED

    @property
    def assessed(self) -> MeasureValue | None:
        """The value that credits are computed from: without the rows of agreed relief."""
        value, relief = self.value, self.relief
        if value is None or relief is None or not relief.agreed:
            return value
        return replace(
            value,
            n=relief.n,
            numerator=relief.numerator,
            denominator=relief.denominator,
            value=relief.value,
            interval=None,
        )

    def restating(self, old: Verdict, differing: tuple[RecordDifference, ...]) -> Verdict:
        """This verdict as the one that takes the place of `old`, with the records that moved it."""
        return replace(self, restates=old.id, differing=differing)

    def as_json(self) -> dict[str, Any]:
        """The verdict as plain JSON values, with its id, digest and claim; `from_json` reads it back."""
        parts: dict[str, Any] = plain({part.name: getattr(self, part.name) for part in fields(self)})
        return {"id": self.id, "digest": self.digest, "claim": self.claim, **parts}

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> Verdict:
        """The verdict that `as_json` wrote; its digest is computed again, never taken over."""
        given = {part.name: parts[part.name] for part in fields(cls) if part.name in parts}
        given["from_on"] = date.fromisoformat(given["from_on"])
        given["end_on"] = date.fromisoformat(given["end_on"])
        given["population"] = tuple((name, op, tuple(values)) for name, op, values in given["population"])
        given["outcome"], given["arithmetic"] = Outcome(given["outcome"]), Outcome(given["arithmetic"])
        given["interval_position"] = IntervalPosition(given["interval_position"])
        given["reasons"] = tuple(given["reasons"])
        given["value"] = _measure_value(given["value"])
        for name in ("target", "minimum", "compared"):
            given[name] = _fraction(given[name])
        given["steps"] = tuple(Step(**step) for step in given["steps"])
        credit = given["credit"]
        given["credit"] = None if credit is None else Money(Decimal(credit["amount"]), credit["currency"])
        given["relief"] = _relief(given["relief"])
        given["reported"] = _reported(given["reported"])
        given["pins"] = _pins(given["pins"])
        given["differing"] = tuple(RecordDifference(**one) for one in given.get("differing", ()))
        return cls(**given)


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _measure_value(parts: Mapping[str, Any] | None) -> MeasureValue | None:
    if parts is None:
        return None
    given = dict(parts)
    given["cell"] = tuple((name, value) for name, value in given["cell"])
    given["value"] = _fraction(given["value"])
    if given["interval"] is not None:
        low, high = given["interval"]
        given["interval"] = (Decimal(low), Decimal(high))
    given["excluded"] = tuple((reason, count) for reason, count in given["excluded"])
    return MeasureValue(**given)


def _relief(parts: Mapping[str, Any] | None) -> ReliefEffect | None:
    if parts is None:
        return None
    given = dict(parts)
    given["agreed"], given["requested"] = tuple(given["agreed"]), tuple(given["requested"])
    given["value"] = _fraction(given["value"])
    return ReliefEffect(**given)


def _reported(parts: Mapping[str, Any] | None) -> Reported | None:
    if parts is None:
        return None
    given = dict(parts)
    for name in ("value", "difference", "alternative"):
        given[name] = _fraction(given[name])
    given["by"] = tuple(given["by"])
    given["cases"] = tuple(CaseNote(**case) for case in given["cases"])
    return Reported(**given)


def _pins(parts: Mapping[str, Any]) -> Pins:
    given = dict(parts)
    given["rows"] = tuple(RowsRead(**rows) for rows in given["rows"])
    given["versions"] = tuple((name, version) for name, version in given["versions"])
    return Pins(**given)
