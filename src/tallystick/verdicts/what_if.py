"""What would be judged with another target, or without some of the rows that failed: the contract's own arithmetic.

Nothing is counted anew: the counts that the verdict keeps are held against another level, and every clause of the text
is applied again. What stands is asked first; where this arithmetic does not give exactly what was judged, it
says nothing about money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tallystick.contract.clause import Values
from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.contract.quantity import Level, parse_level
from tallystick.verdicts.census import take_census
from tallystick.verdicts.consequences import follow
from tallystick.verdicts.judge_version import judged_by, rules_of
from tallystick.verdicts.statement import settle
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import IN_EFFECT, Outcome, Verdict
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.money import Money

SETTLED = (Outcome.MET, Outcome.MISSED)


@dataclass(frozen=True)
class WhatIf:
    """What would be judged: outcome and compared value of the clause, and the period's price adjustments.

    `before` and `after` are the sums after the caps, as judged and with the change; None where nothing can be said.
    """

    target: Level
    without: int
    outcome: Outcome
    value: MeasureValue
    more_to_meet: int | None
    before: Money | None
    after: Money | None


def can_ask(verdict: Verdict) -> bool:
    """Whether the question makes sense: a settled, binding verdict that no relief has moved."""
    relieved = verdict.relief is not None and bool(verdict.relief.agreed)
    return (
        verdict.outcome in SETTLED
        and verdict.lifecycle == IN_EFFECT
        and verdict.value is not None
        and verdict.value.n is not None
        and not relieved
    )


def most_without(verdict: Verdict) -> int:
    """How many rows that count against the clause could be taken out at most; 0 for a figure that counts no rows."""
    value = verdict.value
    if value is None or value.kind != "share" or value.numerator is None or value.n is None:
        return 0
    if value.denominator != value.n:
        return 0
    return value.numerator if verdict.better == "lower" else value.n - value.numerator


def what_if(
    contract: Contract,
    record: Judged,
    verdicts: Sequence[Verdict],
    verdict: Verdict,
    target: str = "",
    without: int = 0,
) -> WhatIf:
    """The verdict with `target` instead of its own, and without `without` of the rows that count against it.

    `verdicts` are all of the judging. Raises UsageError for a level of another unit, for more rows than there are, and
    where the verdict cannot be asked.
    """
    on = max(verdict.from_on, contract.term.from_on)
    text = contract.in_force(on, record.known_on).at(on)
    clause = text.clause(verdict.clause)
    if not can_ask(verdict) or not isinstance(clause, CountedClause) or verdict.value is None:
        raise UsageError("This verdict is not settled by its counts alone.", "Ask one that was met or missed.")
    level = _level(clause, target)
    if not 0 <= without <= most_without(verdict):
        raise UsageError(
            f"{without:,} rows cannot be taken out.", f"At most {most_without(verdict):,} count against the clause."
        )
    changed = clause.model_copy(update={"target": level})
    value = _without(verdict, without)
    census = take_census(changed, value, verdict.better)
    figures = {one.clause: found for one in verdicts if (found := one.assessed) is not None}
    outcomes = {one.clause: one.outcome for one in verdicts}
    before, _ = _ended(text, record, verdicts, figures, outcomes)
    judged = record.statement.total if record.statement else None
    clauses = tuple(changed if one is clause else one for one in text.clauses)
    other = text.model_copy(update={"clauses": clauses})
    ends = {**outcomes, verdict.clause: census.outcome}
    after, ended = _ended(other, record, verdicts, {**figures, verdict.clause: value}, ends)
    # A tolerance of volume may take the miss away.
    outcome, known = Outcome(ended[verdict.clause]), before == judged
    return WhatIf(
        level, without, outcome, value, census.more_to_meet, judged if known else None, after if known else None
    )


def _level(clause: CountedClause, target: str) -> Level:
    if not target.strip():
        return clause.target
    try:
        level = parse_level(target)
    except ValueError as error:
        raise UsageError(f"{target!r} is no level.", "Write it as in the contract: 92%, 4h or 4.2.") from error
    if level.unit != clause.target.unit:
        raise UsageError(f"{target!r} is not written as the target {clause.target.text}.", "Use the same unit.")
    return level


def _without(verdict: Verdict, rows: int) -> MeasureValue:
    """The value without some of the rows that count against it."""
    value = verdict.value
    assert value is not None  # noqa: S101  the caller has looked
    if not rows or value.numerator is None or value.denominator is None:
        return value
    numerator = value.numerator - rows if verdict.better == "lower" else value.numerator
    n = value.denominator - rows
    share = Fraction(numerator, n) if n else None
    return replace(value, n=n, numerator=numerator, denominator=n, value=share, interval=None)


def _ended(
    text: Contract,
    record: Judged,
    verdicts: Sequence[Verdict],
    figures: Mapping[str, MeasureValue],
    outcomes: Mapping[str, Outcome],
) -> tuple[Money, Mapping[str, str]]:
    """What follows from figures and outcomes after the caps, and the outcomes after every tolerance."""
    on = max(verdicts[0].from_on, text.term.from_on)
    values = Values(
        contract=text,
        on=on,
        measured=figures,
        better={one.clause: one.better for one in verdicts},
        outcomes={clause.id: outcomes[clause.id].value for clause in text.counted if clause.id in outcomes},
        earlier=dict(record.earlier),
        past=record.past,
        label=record.period,
        from_on=verdicts[0].from_on,
        end_on=verdicts[0].end_on,
        partner=record.partner,
        rules=rules_of(judged_by(verdicts)),
        known_on=record.known_on,
    )
    after = follow(values, values.outcomes)
    return settle(after)[2], after.values.outcomes
