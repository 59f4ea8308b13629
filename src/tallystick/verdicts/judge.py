"""judge: from a contract in force and a period's evidence to verdicts and a statement of credits.

Order, for one partner and period: first the counted clauses, each of which gets a value, a census, relief, the gate, an
outcome; then what follows from them (`consequences`), tolerances of volume first, each clause after those it needs,
applied by the clause itself to the outcomes so far and to what earlier periods ended in (`past`). Pure: the same
evidence, past, text and `as_of` give the same bytes on any machine.

The text that judges a period is the one in force on its first day, by what was known on the day of `as_of`; inside the
facts every clock keeps the time that was in force when it ran (R1). The lifecycle is that of the same first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from tallystick.contract.clause import COMPARED, Clause, Values, credit_of, number_of, outcome_of
from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.contract.past import Past
from tallystick.contract.triggered import better_of, level_of
from tallystick.verdicts.census import Census, take_census
from tallystick.verdicts.consequences import Consequences, follow, level_by_steps
from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.judge_version import rules_of
from tallystick.verdicts.measured import (
    MEASURED,
    Measured,
    ReportedFigure,
    Waiting,
    first_day_in_term,
    how_measured,
    part_judged,
    reported_figure,
    value_of_clause,
    window_matches,
)
from tallystick.verdicts.promise import Promise, known_on
from tallystick.verdicts.relief import Relieved, outcome_after, relief_digest, relieved
from tallystick.verdicts.reported import Refold, compare
from tallystick.verdicts.rows_read import content_digest
from tallystick.verdicts.statement import Statement, Tally, settle
from tallystick.verdicts.tolerance import after_tolerances
from tallystick.verdicts.verdict import (
    IN_EFFECT,
    RETIRED,
    SUSPENDED,
    IntervalPosition,
    Outcome,
    Pins,
    Reported,
    Verdict,
)
from tallystick.vocabulary.canonical import digest, plain
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.opening import ZoneOffsets, local_day, zone_lists
from tallystick.vocabulary.period import Period

RELIEF_LABEL, GATE_LABEL = "relief", "data gate"
NOTHING = "0" * 64


@dataclass(frozen=True)
class Judgement:
    """The verdicts of one partner and period in the order of the text, and the money that follows."""

    verdicts: tuple[Verdict, ...]
    statement: Statement | None


@dataclass(frozen=True)
class _Case:
    """All that stays the same while one period is judged: `period` is the part of `window` in the term's months."""

    promise: Promise
    contract: Contract
    partner: str
    window: Period
    period: Period
    on: date
    as_of: datetime
    evidence: PeriodEvidence
    refold: Refold | None
    pinned: Pins


def judge(
    promise: Promise,
    window: Period,
    evidence: PeriodEvidence,
    *,
    as_of: datetime,
    earlier: Mapping[str, Money] | None = None,
    past: Past | None = None,
    refold: Refold | None = None,
) -> Judgement:
    """Judge every clause of a window, for one partner, over the part of it that lies in the months of the term.

    The promise's contract is the text as written; it is put in force here. `earlier` is what caps of longer spans have
    used up, by cap id; `past` what earlier periods ended in, as far as clauses look back. `refold`
    folds changed rows again, to try what a partner may have counted. Returns no verdict where the window lies outside
    the contract's term.
    """
    on = first_day_in_term(promise.contract, window, known_on(as_of))
    if on is None:
        return Judgement((), None)
    period = part_judged(promise, window, as_of)
    text = promise.contract.in_force(on, known_on(as_of)).at(on)
    before = past or Past()
    pinned = Pins(
        rows=evidence.read,
        contract=promise.text,
        lock=promise.lock,
        terms=promise.terms.digest(),
        versions=(("fold", str(promise.terms.fold_version)), ("judge", promise.judged_by)),
        relief=relief_digest(text, promise.partner, period, promise.terms.zone),
        gate=digest(evidence.gate.reasons),
        as_of=str(plain(as_of.astimezone(UTC))),
        past=digest(before) if before else "",
    )
    case = _Case(promise, text, promise.partner, window, period, on, as_of, evidence, refold, pinned)
    values = Values(
        contract=text,
        on=on,
        earlier=dict(earlier or {}),
        past=before,
        label=period.label,
        from_on=period.start_on,
        end_on=period.end_on,
        partner=promise.partner,
        rules=rules_of(promise.judged_by),
        known_on=known_on(as_of),
    )
    return _in_order(case, values)


def _in_order(case: _Case, values: Values) -> Judgement:
    found: dict[str, Verdict] = {}
    for clause in case.contract.counted:
        state = clause.state_on(case.on)
        if state != RETIRED and window_matches(clause, case.window):
            verdict, counted = _judged(case, clause, state)
            found[clause.id] = verdict
            values = _with_value(values, clause, counted, verdict)
    after = follow(values, found)
    found = after_tolerances(case.contract, found, after)
    for clause_id, steps in after.judged.items():
        clause_by_steps = case.contract.clause(clause_id)
        assert clause_by_steps is not None  # noqa: S101 - it was applied
        found[clause_id] = _by_steps(case, clause_by_steps, clause_by_steps.state_on(case.on), steps)
    return _with_credits(case, found, after)


def _with_value(values: Values, clause: CountedClause, counted: MeasureValue | None, verdict: Verdict) -> Values:
    measured = {**values.measured, clause.id: counted} if counted is not None else values.measured
    return replace(
        values,
        measured=measured,
        better={**values.better, clause.id: verdict.better},
        outcomes={**values.outcomes, clause.id: verdict.outcome.value},
    )


def _with_credits(case: _Case, found: Mapping[str, Verdict], after: Consequences) -> Judgement:
    """Put each credit beside the verdict it follows from, and settle them under the limits."""
    verdicts = dict(found)
    for follows, steps in after.granted.values():
        old, amount = verdicts[follows], credit_of(steps)
        assert amount is not None  # noqa: S101 - without one nothing was granted
        total = amount if old.credit is None else old.credit + amount
        verdicts[follows] = replace(old, credit=total, steps=(*old.steps, *steps))
    ordered = tuple(verdicts[clause.id] for clause in case.contract.clauses if clause.id in verdicts)
    if not after.granted and not after.tallies:
        return Judgement(ordered, None)
    lines, cap_steps, total_due = settle(after)
    statement = Statement(
        contract=case.contract.contract,
        partner=case.partner,
        period=case.period.label,
        currency=case.contract.currency,
        lines=lines,
        caps=cap_steps,
        total=total_due,
        verdicts=tuple((verdict.clause, verdict.digest) for verdict in ordered),
        as_of=case.pinned.as_of,
        tallies=tuple(
            Tally(clause.id, *after.tallies[clause.id])
            for clause in case.contract.clauses
            if clause.id in after.tallies
        ),
    )
    return Judgement(ordered, statement)


def _judged(case: _Case, clause: CountedClause, state: str) -> tuple[Verdict, MeasureValue | None]:
    """The verdict of a counted clause, and the value that credits are computed from (relief taken out)."""
    how = how_measured(case.promise, case.contract, clause, case.period, case.as_of)
    facts = case.evidence.facts
    figure = _reported_figure(case, clause)
    value = value_of_clause(clause, how, facts, figure, case.promise, case.period)
    better = how.measure.better if how else clause.direction
    census = take_census(clause, value, better)
    found = listed = waiting = None
    if how is not None and clause.value == MEASURED:
        found = relieved(case.contract, case.promise.terms.zone, clause, how, facts, value, census)
        listed = how.rows(facts)
        waiting = how.waiting(facts, listed)
    outcome, reasons, extra = _outcome(case, clause, state, value, census, found, figure, waiting)
    verdict = Verdict(
        **_named(case, clause, state),
        outcome=outcome,
        arithmetic=census.outcome,
        reasons=reasons,
        value=value,
        target=clause.target.value,
        minimum=clause.minimum.value if clause.minimum else None,
        better=better,
        level=census.level,
        compared=census.compared,
        interval_position=census.interval_position,
        more_to_meet=census.more_to_meet,
        provenance=clause.value,
        steps=(*census.steps, *extra),
        credit=None,
        relief=found.effect if found else None,
        reported=_compared(case, clause, how, value, figure),
        counted=_counted(listed),
        pins=_pins_of(case, how),
    )
    counted = found.value if found is not None and found.census is not None else value
    return verdict, counted


def _reported_figure(case: _Case, clause: CountedClause) -> ReportedFigure | None:
    """What the partner reports for the part that is judged, or else for the whole window by its name."""
    rows = case.evidence.rows["reported_value"]
    found = (reported_figure(rows, case.contract, clause, period) for period in (case.period, case.window))
    return next((figure for figure in found if figure is not None), None)


def _compared(
    case: _Case, clause: CountedClause, how: Measured | None, value: MeasureValue | None, figure: ReportedFigure | None
) -> Reported | None:
    """What the partner reports beside our own count; for an imported clause our count is taken for the comparison."""
    ours = value
    if clause.value != MEASURED:
        ours = how.value(case.evidence.facts) if how is not None else None
    return compare(how, case.evidence.facts, case.evidence.rows, case.refold, ours, figure)


def _outcome(
    case: _Case,
    clause: CountedClause,
    state: str,
    value: MeasureValue | None,
    census: Census,
    found: Relieved | None,
    figure: ReportedFigure | None,
    waiting: Waiting | None,
) -> tuple[Outcome, tuple[str, ...], tuple[Step, ...]]:
    """The outcome after relief, lifecycle and gate, why, and the steps that say so."""
    reasons: list[str] = []
    steps: list[Step] = []
    outcome = outcome_after(census, found)
    if found is not None:
        steps.append(_relief_step(clause, found))
        if outcome is Outcome.EXCUSED:
            reasons.append(f"agreed relief {', '.join(found.effect.agreed)} turns the miss")
    if state == SUSPENDED:
        outcome = Outcome.NOT_ASSESSABLE
        reasons.append(f"the clause is suspended on {case.on.isoformat()}")
    elif state != IN_EFFECT:
        reasons.append(f"{state} on {case.on.isoformat()}: noted, moves no money")
    if outcome is Outcome.NOT_ASSESSABLE and state != SUSPENDED:
        reasons.append(_not_assessed(census, value))
    if clause.value != MEASURED:
        reasons.append(_provenance(clause, figure))
    provisional = _provisional(case, clause, waiting)
    # Too few rows may become enough when those that wait for time are decided; suspended stays suspended.
    undecided = outcome is not Outcome.NOT_ASSESSABLE or (waiting is not None and state != SUSPENDED)
    if provisional and undecided:
        steps += [
            clause.step(GATE_LABEL, "below the data gate nothing is final", reason, Outcome.PROVISIONAL.value)
            for reason in provisional
        ]
        outcome = Outcome.PROVISIONAL
    return outcome, (*reasons, *provisional), tuple(steps)


def _not_assessed(census: Census, value: MeasureValue | None) -> str:
    """Why nothing was assessed; where every row of the period was left out, for which reasons."""
    words = census.steps[-1].formula
    if value is None or value.n or not value.excluded:
        return words
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in value.excluded)
    return f"{words}; every row is left out: {left_out}"


def _provenance(clause: CountedClause, figure: ReportedFigure | None) -> str:
    if figure is not None and clause.value == "imported":
        rows = "" if figure.n is not None else "; the report does not say how many rows it rests on"
        return f"imported: {figure.name} in {figure.place}{rows}"
    return f"{clause.value}: {clause.evidence}" if clause.evidence else clause.value


def _provisional(case: _Case, clause: CountedClause, waiting: Waiting | None) -> tuple[str, ...]:
    reasons = case.evidence.gate.reasons if clause.value == MEASURED else ()
    if case.as_of.timestamp() < case.period.end_s:
        return (*reasons, f"the period is not over: it ends on {case.period.last_on.isoformat()}")
    if waiting is not None:
        on = _local_date(case.promise.terms.zone, waiting.until_s)
        rows = f"{waiting.rows:,} row{' waits' if waiting.rows == 1 else 's wait'}"
        return (*reasons, f"{rows} for a window to close, the last on {on.isoformat()}")
    return tuple(reasons)


def _local_date(zone: ZoneOffsets, second: int) -> date:
    return date(1970, 1, 1) + timedelta(days=local_day(zone_lists(zone), second))


def _relief_step(clause: CountedClause, found: Relieved) -> Step:
    effect = found.effect
    names = ", ".join(effect.agreed or effect.requested)
    status = "agreed" if effect.agreed else "requested, so it changes nothing"
    with_rows = f"{effect.numerator:,} / {effect.denominator:,}" if effect.denominator else f"n = {effect.n:,}"
    return clause.step(
        RELIEF_LABEL,
        f"without the rows that {names} covers ({status})",
        f"{effect.rows_relieved:,} rows taken out: {with_rows}",
        effect.outcome_with,
    )


def _named(case: _Case, clause: Clause, state: str) -> dict[str, Any]:
    """What names a verdict: contract, clause, partner, period, and the population the clause counts."""
    conditions = clause.population.conditions if isinstance(clause, CountedClause) else ()
    return {
        "contract": case.contract.contract,
        "contract_version": case.contract.version,
        "partner": case.partner,
        "clause": clause.id,
        "kind": clause.kind,
        "title": clause.title or clause.kind.replace("_", " "),
        "period": case.period.label,
        "from_on": case.period.start_on,
        "end_on": case.period.end_on,
        "population": tuple((part.field, part.op, tuple(part.values)) for part in conditions),
        "lifecycle": state,
    }


def _by_steps(case: _Case, clause: Clause, state: str, steps: tuple[Step, ...]) -> Verdict:
    """The verdict of a clause that judges by its own steps, without a measure of its own."""
    outcome = Outcome(outcome_of(steps) or Outcome.NOT_ASSESSABLE)
    target, minimum = level_of(clause, "target"), level_of(clause, "minimum")
    compared = number_of(steps, COMPARED)
    return Verdict(
        **_named(case, clause, state),
        outcome=outcome,
        arithmetic=outcome,
        reasons=(),
        value=None,
        target=target.value if target is not None else None,
        minimum=minimum.value if minimum is not None else None,
        better=better_of(Values(case.contract, case.on), clause),
        level=level_by_steps(outcome, steps),
        compared=compared,
        interval_position=IntervalPosition.NONE,
        more_to_meet=None,
        provenance=MEASURED,
        steps=steps,
        credit=None,
        relief=None,
        reported=None,
        counted=NOTHING,
        pins=case.pinned,
    )


def _counted(listed: pa.Table | None) -> str:
    if listed is None:
        return NOTHING
    kept = [name for name in listed.column_names if not name.startswith("by_")]
    return content_digest("counted", listed.select(kept))


def _pins_of(case: _Case, how: Measured | None) -> Pins:
    if how is None:
        return case.pinned
    measure = how.measure
    kind = measure.kind_in(dict(how.request.params))
    more = (("measure", f"{measure.id} {measure.version}"), ("interval", f"{kind} 1"))
    return replace(case.pinned, versions=tuple(sorted((*case.pinned.versions, *more))))
