"""What earlier periods ended in, read from the judgings that stand, as far as the clauses of a text look back.

A period is earlier where it ended before, or ended on the same day and is shorter (a month before its quarter). Only
what a clause names is read, so that nothing else of the past can move a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tallystick.contract.clause import POINTS
from tallystick.contract.clauses.credit_cap import is_reached
from tallystick.contract.model import Contract
from tallystick.contract.past import NO_PAST, Past, PastClause, PastPeriod, months_after
from tallystick.verdicts.statement import CreditLine, Statement, Tally
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period


def looks_back(contract: Contract) -> dict[str, int]:
    """The clauses whose past is read, by id: how many months back."""
    found: dict[str, int] = {}
    for clause in contract.clauses:
        for name, months in clause.remembers(contract):
            found[name] = max(months, found.get(name, 0))
    return found


def narrowed(contract: Contract, period: Period, periods: Iterable[PastPeriod]) -> Past:
    """Of earlier periods what the text's clauses are given, the oldest first."""
    since = {name: months_after(period.start_on, -months) for name, months in looks_back(contract).items()}
    found = []
    for other in periods:
        kept = [one for one in other.clauses if one.clause in since and other.from_on >= since[one.clause]]
        if kept:
            found.append(replace(other, clauses=tuple(sorted(kept, key=lambda one: one.clause))))
    return Past(tuple(sorted(found, key=lambda one: (one.end_on, -one.from_on.toordinal()))))


@dataclass
class Remembered:
    """Reads judgings that stand as past periods; what was read is kept, as every later period asks again."""

    store: VerdictStore
    _read: dict[str, dict[str, PastClause]] = field(default_factory=dict)

    def before(self, contract: Contract, partner: str, period: Period) -> Past:
        """What the text's clauses are given of the periods before `period`; empty where none looks back."""
        if not looks_back(contract):
            return NO_PAST
        found = []
        for record in self.store.judged(contract.contract, partner):
            other = Period.parse(record.period, record.zone)
            if (other.end_on, other.days) < (period.end_on, period.days):
                clauses = tuple(self._of(record).values())
                found.append(PastPeriod(other.label, other.start_on, other.end_on, record.digest, clauses))
        return narrowed(contract, period, found)

    def _of(self, record: Judged) -> Mapping[str, PastClause]:
        if record.digest not in self._read:
            self._read[record.digest] = past_clauses(self.store.verdicts_of(record), record.statement)
        return self._read[record.digest]


def past_clauses(verdicts: Iterable[Verdict], statement: Statement | None) -> dict[str, PastClause]:
    """How each clause of a judging ended, by id."""
    found: dict[str, PastClause] = {}
    for verdict in verdicts:
        found[verdict.clause] = _of_verdict(verdict)
    if statement is None:
        return found
    return with_money(found, statement.lines, statement.tallies, statement.caps)


def with_money(
    judged: Mapping[str, PastClause], lines: Iterable[CreditLine], tallies: Iterable[Tally], limits: Iterable[Step]
) -> dict[str, PastClause]:
    """How clauses ended, with what was granted, counted and left under the limits."""
    found = dict(judged)
    for line in lines:
        found[line.clause] = PastClause(
            line.clause, **_outcome_of(found.get(line.clause)), granted=line.amount, credit=line.payable
        )
    for tally in tallies:
        points = [step.result for step in tally.steps if step.label == POINTS]
        if points and points[-1] is not None:
            found[tally.clause] = PastClause(tally.clause, points=Fraction(points[-1]))
    caps: dict[str, list[Step]] = {}
    for step in limits:
        caps.setdefault(step.clause, []).append(step)
    for name, steps in caps.items():
        credit = next((money_in(step.result) for step in steps if step.label == "credit"), None)
        found[name] = PastClause(name, credit=credit, reached=is_reached(tuple(steps)))
    return found


def _of_verdict(verdict: Verdict) -> PastClause:
    """A verdict as later periods see it: with agreed relief taken out, as credits are computed."""
    value, n = verdict.compared, verdict.value.n if verdict.value is not None else None
    counts = (verdict.value.numerator, verdict.value.denominator) if verdict.value is not None else (None, None)
    relief = verdict.relief
    if relief is not None and relief.agreed:
        value, n, counts = relief.value, relief.n, (relief.numerator, relief.denominator)
    return PastClause(
        verdict.clause,
        verdict.outcome.value,
        verdict.lifecycle,
        value,
        n,
        *counts,
        level=verdict.level,
    )


def _outcome_of(known: PastClause | None) -> dict[str, Any]:
    return {} if known is None else {"outcome": known.outcome, "lifecycle": known.lifecycle, "value": known.value}


def money_in(result: Any) -> Money | None:
    """The amount of a step, live or as it was kept; None where it is no money."""
    if isinstance(result, Money):
        return result
    return Money(Decimal(result["amount"]), result["currency"]) if isinstance(result, Mapping) else None
