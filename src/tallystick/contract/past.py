"""What earlier periods of the same contract and partner ended in, as clauses that look back are given it.

A clause that looks back says how far (`Clause.remembers`); nothing else of the past reaches it, and what reaches it is
pinned by the verdicts that it moves.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from tallystick.vocabulary.money import Money

IN_EFFECT, RETIRED = "in-effect", "retired"
# Months that no term has: as far back as there is anything.
WHOLE_TERM = 1200


def months_after(day: date, months: int) -> date:
    """The first of the month that lies some months after (or, negative, before) the month of a day."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month where it has no such day."""
    first = months_after(day, -months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def year_of(first_on: date, on: date) -> tuple[date, date]:
    """The year [begin, end) of a contract that began on `first_on` in which a day lies.

    Of a contract that began on the 29th of February a year without that day begins with March.
    """
    years = on.year - first_on.year
    if _anniversary(first_on, years) > on:
        years -= 1
    return _anniversary(first_on, years), _anniversary(first_on, years + 1)


def _anniversary(first_on: date, years: int) -> date:
    try:
        return first_on.replace(year=first_on.year + years)
    except ValueError:
        return date(first_on.year + years, 3, 1)


@dataclass(frozen=True)
class PastClause:
    """How one clause ended in one earlier period.

    `outcome` is that of the verdict, empty for a clause that judges nothing; `value` the value that was compared, with
    its n and, where rows were counted, numerator and denominator. `granted` is what a clause granted, `credit` what was
    left of it under every limit; `points` what it gave. `reached` says of a cap that nothing was left under it.
    """

    SPARSE: ClassVar = (
        "outcome",
        "lifecycle",
        "value",
        "n",
        "numerator",
        "denominator",
        "level",
        "granted",
        "credit",
        "points",
        "reached",
    )

    clause: str
    outcome: str = ""
    lifecycle: str = ""
    value: Fraction | None = None
    n: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    level: str = ""
    granted: Money | None = None
    credit: Money | None = None
    points: Fraction | None = None
    reached: bool = False

    @property
    def binding(self) -> bool:
        """Whether it counted: in effect, and neither a mere note nor a baseline."""
        return self.lifecycle in ("", IN_EFFECT)

    @property
    def missed(self) -> bool:
        """Whether the clause was missed while it was in effect."""
        return self.outcome == "missed" and self.binding

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> PastClause:
        """What was written as JSON."""
        given = dict(parts)
        for name in ("value", "points"):
            given[name] = None if given.get(name) is None else Fraction(given[name])
        for name in ("granted", "credit"):
            money = given.get(name)
            given[name] = None if money is None else Money(Decimal(money["amount"]), money["currency"])
        return cls(**given)


@dataclass(frozen=True)
class PastPeriod:
    """One earlier period, the days [from_on, end_on). `judged` is the digest of the judging that stood for it."""

    label: str
    from_on: date
    end_on: date
    judged: str
    clauses: tuple[PastClause, ...] = ()

    def of(self, clause: str) -> PastClause | None:
        """How a clause ended in it; None where it was not applied."""
        return next((one for one in self.clauses if one.clause == clause), None)

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> PastPeriod:
        """What was written as JSON."""
        return cls(
            parts["label"],
            date.fromisoformat(parts["from_on"]),
            date.fromisoformat(parts["end_on"]),
            parts["judged"],
            tuple(PastClause.from_json(one) for one in parts["clauses"]),
        )


@dataclass(frozen=True)
class Past:
    """Earlier periods, the oldest first."""

    periods: tuple[PastPeriod, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.periods)

    def of(self, clause: str, since: date | None = None) -> Iterator[tuple[PastPeriod, PastClause]]:
        """The periods in which a clause was applied, the oldest first; from a day on where one is given."""
        for period in self.periods:
            found = period.of(clause)
            if found is not None and (since is None or period.from_on >= since):
                yield period, found

    def run(self, clause: str, on: date) -> list[tuple[PastPeriod, PastClause]]:
        """The unbroken row of periods that ends on `on` (half-open), the newest first."""
        found, end = [], on
        for period, one in reversed(list(self.of(clause))):
            if period.end_on != end:
                break
            found.append((period, one))
            end = period.from_on
        return found

    @classmethod
    def from_json(cls, parts: Any) -> Past:
        """What was written as JSON."""
        return cls(tuple(PastPeriod.from_json(one) for one in (parts or {}).get("periods", ())))


NO_PAST = Past()
