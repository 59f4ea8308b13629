"""How a verdict was computed, as data: the terminal, a page and JSON show the same parts in the same order.

Sentence -> formula with numbers put in -> clause text and version -> rows in and out, with counts that add up ->
calendar and zone -> sources and freshness -> the rows -> one case's time line -> what would change it -> the command
that repeats it. Everything comes from the evidence kept beside the verdict; neither lake nor engine is opened.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import pyarrow as pa

from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.counted import CountedClause, reaches
from tallystick.contract.model import Contract
from tallystick.contract.quantity import level_text
from tallystick.contract.triggered import unit_of
from tallystick.facts.stream import stream
from tallystick.measures.compute import COUNTED, compute
from tallystick.verdicts.cards import cards_of
from tallystick.verdicts.census import more_to_meet
from tallystick.verdicts.judge_version import judged_by
from tallystick.verdicts.listing import MET, MISSED, RowShown, row_words, rows_shown, rows_table
from tallystick.verdicts.measured import MEASURED, Measured, first_day_in_term, how_measured
from tallystick.verdicts.promise import UNLOCKED, Promise, kept_promise, known_on
from tallystick.verdicts.statement import CreditLine
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.tolerance import excused_by, is_turned
from tallystick.verdicts.verdict import IntervalPosition, Outcome, Verdict
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money


@dataclass(frozen=True)
class Explanation:
    """How one verdict came about. `counts` add up to `rows_total`; `rows` are the first of them, the failed first.

    `row` is what one of them is called: a case, a call, a survey ...
    """

    verdict: Verdict
    sentence: str
    signal: str
    steps: tuple[Step, ...]
    clause_text: tuple[str, ...]
    clause_source: str
    contract_version: str
    measure: str
    counts: tuple[tuple[str, int], ...]
    rows_total: int
    calendar: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, int, str], ...]
    rows: tuple[RowShown, ...]
    credits: tuple[CreditLine, ...]
    caps: tuple[Step, ...]
    what_would_change: tuple[str, ...]
    pins: tuple[tuple[str, str], ...]
    command: str
    weekly: tuple[MeasureValue, ...] = field(default=())
    row: str = "case"

    def as_json(self) -> dict[str, Any]:
        """The explanation as plain JSON values."""
        parts = {name: value for name, value in vars(self).items() if name != "verdict"}
        return {"verdict": self.verdict.as_json(), **plain(parts)}


@dataclass(frozen=True)
class Kept:
    """A verdict with all that was kept beside it, loaded as far as it is asked for."""

    store: VerdictStore
    record: Judged
    verdict: Verdict
    promise: Promise
    contract: Contract
    clause: Any

    @property
    def how(self) -> Measured | None:
        """How the clause is measured; None for a clause that is not."""
        if not isinstance(self.clause, CountedClause):
            return None
        as_of = datetime.fromisoformat(self.record.as_of)
        return how_measured(self.promise, self.contract, self.clause, self.promise.period(self.record.period), as_of)

    @property
    def row(self) -> str:
        """What a row behind the figure is called."""
        return row_words(self.how.measure.fact)[0] if self.how is not None else "case"

    @property
    def of_cases(self) -> bool:
        """Whether the rows behind the figure are those of cases, each of which can be drawn."""
        return self.how is None or row_words(self.how.measure.fact)[1]

    def table(self, name: str, columns: Sequence[str], kinds: Sequence[str] | None = None) -> pa.Table:
        """Columns of a fact table as kept, which is how measures ask for them; raises UsageError where it is missing.

        `kinds` may be passed over: whoever asks for some kinds of clocks looks again at each row.
        """
        del kinds
        found = self.store.facts(self.record, name, list(columns), coded=True)
        if found is None:
            raise UsageError(f"There are no {name} facts.", "Restore the period's evidence from a backup.")
        return found

    def fact_columns(self, name: str) -> tuple[str, ...]:
        """The columns that a fact table has as kept; none where there is no such table."""
        return self.store.fact_columns(self.record, name)


def kept(store: VerdictStore, verdict: Verdict) -> Kept:
    """A verdict with its judging and the text in force."""
    record = store.judging_of(verdict)
    as_of = datetime.fromisoformat(record.as_of)
    promise = kept_promise(store.texts(record), record.partner, known_on(as_of), judged_by([verdict]))
    on = first_day_in_term(promise.contract, promise.period(record.period)) or verdict.from_on
    contract = promise.contract.in_force(on, known_on(as_of)).at(on)
    return Kept(store, record, verdict, promise, contract, contract.clause(verdict.clause))


def explain(
    store: VerdictStore,
    verdict: Verdict,
    *,
    most: int = 50,
    weekly: bool = False,
    own: Kept | None = None,
    listed: pa.Table | None = None,
) -> Explanation:
    """Explain a verdict from what was kept beside it; `most` rows are listed, `weekly` adds its weeks.

    `own` is what `kept` gives, and `listed` what `rows_table` gives, for a caller that has them already.
    """
    own = own or kept(store, verdict)
    if listed is None and verdict.provenance == MEASURED:
        listed = rows_table(own)
    statement = own.record.statement
    lines = tuple(line for line in statement.lines if line.follows == verdict.clause) if statement else ()
    counts, total = _counts(verdict)
    return Explanation(
        verdict=verdict,
        sentence=sentence(own.contract, verdict, lines),
        signal=signal(verdict, _unit(own)),
        steps=verdict.steps,
        clause_text=tuple(own.clause.plain(own.contract, cards_of(own.contract))) if own.clause is not None else (),
        clause_source=_source(own.clause),
        contract_version=verdict.contract_version,
        measure=own.how.measure.definition if own.how else "",
        counts=counts,
        rows_total=total,
        calendar=_calendar(own),
        sources=own.record.gate.feeds,
        rows=rows_shown(listed.slice(0, most)) if listed is not None else (),
        credits=lines,
        caps=statement.caps if statement and lines else (),
        what_would_change=_what_would_change(own),
        pins=_pins(verdict),
        command=f"tally explain {verdict.whole_name}",
        weekly=weeks(own) if weekly else (),
        row=own.row,
    )


# ---- sentences ---------------------------------------------------------------------------------------------------


def _unit(own: Kept) -> str:
    return own.clause.target.unit if isinstance(own.clause, CountedClause) else "number"


def sentence(contract: Contract, verdict: Verdict, lines: Sequence[CreditLine] = ()) -> str:
    """The verdict in one plain sentence; `lines` are the credits that follow from it."""
    name = next((party.name for party in contract.parties if party.id == verdict.partner), verdict.partner)
    clause = contract.clause(verdict.clause)
    about = f"{verdict.clause} ({verdict.title}{_population(verdict)})"
    words = {
        Outcome.MET: f"{name} met {about} in {verdict.period}",
        Outcome.MISSED: f"{name} missed {about} in {verdict.period}",
        Outcome.EXCUSED: f"{name} missed {about} in {verdict.period} and is excused by {excused_by(verdict)}",
        Outcome.NOT_ASSESSABLE: f"{about} of {name} cannot be assessed for {verdict.period}",
        Outcome.PROVISIONAL: f"{about} of {name} for {verdict.period} is provisional ({verdict.arithmetic} so far)",
    }[verdict.outcome]
    value = verdict.value
    if value is None and verdict.compared is not None and verdict.target is not None:
        unit, side = unit_of(clause), "at least" if verdict.better == "higher" else "at most"
        figures = f"{level_text(verdict.compared, unit)} on average against {side} {level_text(verdict.target, unit)}"
        return f"{words}: {figures}{_credit_words(verdict, lines)}."
    if value is None or value.value is None or not isinstance(clause, CountedClause):
        return f"{words}: {_unstopped(verdict.reasons[0]) if verdict.reasons else 'there are no data'}."
    unit = clause.target.unit
    counted = f"{value.numerator:,} of {value.denominator:,}, " if value.kind == "share" and value.denominator else ""
    side = "at least" if verdict.better == "higher" else "at most"
    figures = f"{counted}{level_text(value.value, unit)} against {side} {level_text(clause.target.value, unit)}"
    return f"{words}: {figures}{_reason(verdict)}{_credit_words(verdict, lines)}."


def _reason(verdict: Verdict) -> str:
    """The reason that a sentence with figures tells: the tolerance's where one turned the miss, else the first."""
    if is_turned(verdict):
        return f"; {_unstopped(verdict.reasons[-1])}"
    told = verdict.reasons and verdict.outcome is not Outcome.EXCUSED
    return f"; {_unstopped(verdict.reasons[0])}" if told else ""


def _unstopped(reason: str) -> str:
    """A reason as part of a sentence that ends in a full stop of its own."""
    return reason.removesuffix(".")


def _credit_words(verdict: Verdict, lines: Sequence[CreditLine]) -> str:
    if verdict.credit is None or not verdict.credit.amount:
        return ""
    if verdict.credit.amount < 0:
        return f". An addition of {-verdict.credit} to the fees follows"
    words = f". A price adjustment of {verdict.credit} follows"
    payable = Money.zero(verdict.credit.currency)
    for line in lines:
        payable = payable + line.payable
    return f"{words}, of which the cap leaves {payable}" if lines and payable < verdict.credit else words


def _population(verdict: Verdict) -> str:
    parts = [
        f"{name.replace('_', ' ')} {'is' if op == 'in' else 'is not'} {' or '.join(values)}"
        for name, op, values in verdict.population
    ]
    return f", {', '.join(parts)}" if parts else ""


def signal(verdict: Verdict, unit: str) -> str:
    """What the interval says, which never decides the verdict."""
    value = verdict.value
    if value is None or value.interval is None:
        return "No interval is computed for this figure."
    low, high = (level_text(Fraction(round(bound, 3)), unit) for bound in value.interval)
    words = {
        IntervalPosition.BELOW: "lies below the target: the process itself is below it",
        IntervalPosition.ABOVE: "lies above the target: the process itself is above it",
        IntervalPosition.REACHES: "reaches over the target: as a signal about the process this is weak",
        IntervalPosition.NONE: "stands by itself",
    }[verdict.interval_position]
    return f"The 95 % interval, {low} to {high}, {words}. It decides nothing under the contract."


# ---- counts and rows ---------------------------------------------------------------------------------------------


def _counts(verdict: Verdict) -> tuple[tuple[tuple[str, int], ...], int]:
    """Every row that the period rule put into the period, by the place it takes; and their sum."""
    value = verdict.value
    if value is None or value.n is None:
        return (), 0
    found: list[tuple[str, int]] = []
    if value.kind == "share" and value.numerator is not None and value.denominator == value.n:
        good, bad = (value.numerator, value.n - value.numerator)
        names = (MET, MISSED) if verdict.better == "higher" else ("with it (counts against)", "without it")
        found += [(names[0], good), (names[1], bad)]
    else:
        found.append((COUNTED, value.n))
    if value.pending:
        found.append(("not due yet", value.pending))
    found += [(f"excluded: {reason}", count) for reason, count in value.excluded]
    return tuple(found), sum(count for _, count in found)


def weeks(own: Kept) -> tuple[MeasureValue, ...]:
    """The clause's value week by week inside the period, for a trend."""
    how = own.how
    if how is None:
        return ()
    found = compute(own, [how.request], by=("partner", "week"), period=how.period, as_of=how.as_of)
    return tuple(value for value in found if ("partner", how.partner) in value.cell)


# ---- text, calendar, change --------------------------------------------------------------------------------------


def _source(clause: Any) -> str:
    source = getattr(clause, "source", None)
    if source is None:
        return ""
    parts = [
        source.document or "",
        f"page {source.page}" if source.page else "",
        f"clause {source.clause}" if source.clause else "",
        f"“{source.span}”" if source.span else "",
    ]
    return ", ".join(part for part in parts if part)


def _calendar(own: Kept) -> tuple[tuple[str, str], ...]:
    """Zone, hours and where they come from."""
    terms = own.promise.terms
    lines = [("zone", own.contract.zone)]
    if isinstance(own.clause, SlaTarget):
        hours = "opening hours" if own.clause.hours == "business" else "day and night"
        lines.append(("the clock runs", hours))
        if own.clause.hours == "business":
            names = sorted({name for programme in terms.programmes for _, name in programme.hours})
            lines += [(f"calendar {name}", f"{terms.hours[name].zone}") for name in names if name in terms.hours]
    if own.how is None or stream(own.how.measure.fact) is None:
        lines.append(("pauses in", ", ".join(sorted(terms.pausing))))
    locked = own.promise.lock != UNLOCKED
    origin = (
        f"the lock {own.promise.lock[:12]}" if locked else "the holiday list and zone rules installed here (no lock)"
    )
    lines.append(("opening hours and zone from", origin))
    return tuple(lines)


def _what_would_change(own: Kept) -> tuple[str, ...]:
    """What would have to be otherwise for another outcome."""
    verdict, found = own.verdict, []
    more = verdict.more_to_meet
    if verdict.arithmetic is Outcome.MISSED and more is not None:
        word = "met" if verdict.better == "higher" else "without it"
        found.append(
            f"{more:,} more of the {verdict.value.n if verdict.value else 0:,} counted would have had to be {word}."
        )
    elif verdict.arithmetic is Outcome.MET and verdict.value is not None:
        slack = _slack(own)
        if slack is not None:
            found.append(f"{slack:,} more failed of the same rows, and it would be missed.")
    found += _to_minimum(own)
    if verdict.outcome is Outcome.NOT_ASSESSABLE and isinstance(own.clause, CountedClause):
        n = verdict.value.n if verdict.value else 0
        wanted = own.clause.minimum_volume or 1
        if n is None:
            found.append(f"A stated n of at least {wanted:,} would make it assessable; the figure came without one.")
        elif n < wanted:
            found.append(f"{wanted - n:,} more counted rows would make it assessable (n = {n:,}, minimum {wanted:,}).")
    if verdict.outcome is Outcome.PROVISIONAL:
        found += [f"It is settled once this is cured: {_unstopped(reason)}." for reason in verdict.reasons]
    if verdict.relief is not None and verdict.relief.requested and not verdict.relief.agreed:
        effect = verdict.relief
        found.append(f"Requested relief {', '.join(effect.requested)} would make it {effect.outcome_with} if agreed.")
    return tuple(found)


def _to_minimum(own: Kept) -> list[str]:
    """How far the figure is from the minimum level, in rows where it counts rows."""
    verdict, clause = own.verdict, own.clause
    if not isinstance(clause, CountedClause) or clause.minimum is None or verdict.value is None:
        return []
    if verdict.arithmetic not in (Outcome.MET, Outcome.MISSED) or verdict.value.value is None:
        return []
    level, unit = level_text(clause.minimum.value, clause.minimum.unit), clause.minimum.unit
    above = clause.model_copy(update={"target": clause.minimum})
    more = more_to_meet(above, verdict.value, verdict.better)
    if more:
        word = "met" if verdict.better == "higher" else "without it"
        return [f"{more:,} more {word} would have reached the minimum level of {level}."]
    if reaches(verdict.value.value, clause.minimum, verdict.better):
        distance = level_text(abs(verdict.value.value - clause.minimum.value), unit)
        slack = _slack(replace(own, clause=above))
        rows = f"; {slack:,} more failed rows, and it would be worse" if slack is not None else ""
        return [f"It keeps the minimum level of {level} by {distance}{rows}."]
    return [f"It is worse than the minimum level of {level}."]


def _slack(own: Kept) -> int | None:
    """How many more rows could have failed before a met clause would be missed."""
    value, verdict = own.verdict.value, own.verdict
    if value is None or value.kind != "share" or value.numerator is None or not value.denominator:
        return None
    hits, total = value.numerator, value.denominator
    step, room = (-1, hits) if verdict.better == "higher" else (1, total - hits)

    def missed(failed: int) -> bool:
        numerator = hits + step * failed
        changed = replace(value, numerator=numerator, value=Fraction(numerator, total))
        return more_to_meet(own.clause, changed, verdict.better) != 0

    failing = range(room + 1)
    at = bisect_left(failing, x=True, key=missed)
    return failing[at] if at < len(failing) else None


def _pins(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """What the verdict pins, by name."""
    pins = verdict.pins
    return (
        ("as of", pins.as_of),
        ("contract text", pins.contract),
        ("lock", pins.lock),
        ("clock terms", pins.terms),
        ("agreed relief", pins.relief),
        ("data gate", pins.gate),
        *((f"{name} version", version) for name, version in pins.versions),
        *((f"{rows.table} rows ({rows.rows:,})", rows.sha256) for rows in pins.rows),
    )
