"""From a clause to its value: the request that the clause means, and the value measured, imported or typed.

Every value is computed for one partner on plain Arrow tables of exactly the rows that the verdict pins, the same code
when a period is judged and when a bundle is verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.contract.cells import fact_population
from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.contract.past import RETIRED, months_after
from tallystick.facts.beside import beside
from tallystick.measures.compute import PENDING, compute, counted_rows
from tallystick.measures.fact_columns import keys as keys_of_fact
from tallystick.measures.measure import Condition, Measure, MeasureRequest, measure_of
from tallystick.verdicts.judge_version import counts_unstated_n_as_one, rules_of
from tallystick.verdicts.promise import Promise, known_on, settled
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period, periods_within

# Draws for the interval of means and quantiles; a share's interval is exact arithmetic and needs none.
RESAMPLES = 400
SEED = 1
IMPORTED, TYPED, MEASURED = "imported", "typed", "measured"

Facts = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Waiting:
    """Rows of a figure that time alone will decide: how many, and the UTC second at which the last is decided."""

    rows: int
    until_s: int


@dataclass(frozen=True)
class Measured:
    """How a clause is measured for one partner and period: the request, the measure, and when."""

    request: MeasureRequest
    measure: Measure
    partner: str
    period: Period
    as_of: datetime

    @property
    def cell(self) -> tuple[tuple[str, str], ...]:
        """The cell that the partner is."""
        return (("partner", self.partner),)

    def value(self, facts: Facts, *, resamples: int = 0) -> MeasureValue | None:
        """The partner's value; None where no row of the period is the partner's at all."""
        found = compute(
            facts,
            [self.request],
            by=("partner",),
            period=self.period,
            as_of=self.as_of,
            resamples=resamples,
            seed=SEED,
        )
        return next((value for value in found if value.cell == self.cell), None)

    def rows(self, facts: Any, keep: Sequence[str] = ()) -> pa.Table:
        """Every row behind the value with its status; see `measures.compute.counted_rows`."""
        return counted_rows(facts, self.request, self.cell, period=self.period, as_of=self.as_of, keep=keep)

    def waiting(self, facts: Facts, listed: pa.Table) -> Waiting | None:
        """The rows of a figure whose window is still open at `as_of`; None where there is none.

        `listed` are the rows behind the value (`rows`). What waits for an event instead of time is not among them.
        """
        counting = self.measure.counting
        params = self.measure.settle(dict(self.request.params))
        pending = listed.filter(pc.equal(listed.column("status"), PENDING))
        if counting.settles is None or not pending.num_rows:
            return None
        settles = counting.settles(params)
        keys = [name for name in keys_of_fact(self.measure.fact) if name != "case_id"]
        begun = beside(pending, facts[self.measure.fact], keys, [settles.column]).column(settles.column)
        window_s = int(str(params[settles.window])) if settles.window else 0
        # Up to the next whole second, as the instant itself may lie inside one.
        ends = pc.add(pc.divide(begun.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), 1_000_000), window_s + 1)
        open_yet = ends.filter(pc.greater(ends, int(self.as_of.timestamp())))
        if not len(open_yet):
            return None
        return Waiting(len(open_yet), pc.max(open_yet).as_py())

    def instead(self, **parts: Any) -> Measured:
        """The same with another period rule, attribution or parameters: what a partner may have counted."""
        return replace(self, request=replace(self.request, **parts))


def how_measured(
    promise: Promise, contract: Contract, clause: CountedClause, period: Period, as_of: datetime
) -> Measured | None:
    """The request that a clause means; None where its measure does not exist (it rests on an imported or typed value).

    `contract` is the text in force, of which `clause` is one; the promise's is the text as written. Of a window counts
    what `part_judged` leaves.
    """
    population = fact_population(promise.contract, clause)
    request = MeasureRequest.of(
        clause.measure,
        *(Condition.of(part.field, part.op, *part.values) for part in population),
        version=clause.version,
    )
    try:
        measure = measure_of(request)
    except NotFound:
        return None
    params = {name: value for name, value in clause.measure_params.items() if name in measure.params}
    if isinstance(clause, SlaTarget):
        # The facts carry the time in force when each clock ran (R1); a clause's `within` of today would overrule it.
        params.pop("within", None)
    request = replace(
        request,
        params=tuple(sorted((name, str(value)) for name, value in params.items())),
        period_rule=clause.period_rule or measure.rule_or_default(contract.definitions.period_rule),
        attribution=clause.attribution or measure.attribution_or_default(contract.definitions.attribution),
    )
    return Measured(request, measure, promise.partner, part_judged(promise, period, as_of), as_of)


@dataclass(frozen=True)
class ReportedFigure:
    """One row of `reported_value` that speaks of a clause."""

    name: str
    value: Fraction
    numerator: int | None
    denominator: int | None
    n: int | None
    place: str
    decimals: int


def reported_figure(rows: pa.Table, contract: Contract, clause: CountedClause, period: Period) -> ReportedFigure | None:
    """What the partner reports for a clause: same period, same cell, and the clause's name for it (`reported_as`).

    Without such a name the measure decides, and where several rows fit, the words of the clause and its clock.
    """
    fitting = [row for row in rows.to_pylist() if _same_period(row, period) and _same_cell(row, clause, contract)]
    if clause.reported_as:
        wanted = clause.reported_as.casefold()
        fitting = [row for row in fitting if (row["reported_name"] or "").casefold() == wanted]
    else:
        fitting = [row for row in fitting if row["measure"] == clause.measure]
        fitting = _best_named(fitting, clause, contract)
    if len(fitting) != 1:
        return None
    row = fitting[0]
    place = " ".join(part for part in (row["file"], row["place"]) if part)
    exact = row["value"].normalize()
    decimals = max(0, -int(exact.as_tuple().exponent))
    return ReportedFigure(
        row["reported_name"] or clause.measure,
        Fraction(row["value"]),
        row["numerator"],
        row["denominator"],
        row["n"] if row["n"] is not None else row["denominator"],
        place,
        decimals,
    )


def _same_period(row: Mapping[str, Any], period: Period) -> bool:
    return bool(row["period_from"] == period.start_on and row["period_to"] == period.end_on)


def _same_cell(row: Mapping[str, Any], clause: CountedClause, contract: Contract) -> bool:
    """Whether the row's cell is the clause's population: what one names and the other does not is another cell."""
    for field in ("programme", "queue", "language", "channel"):
        condition = clause.population.of(field)
        given = row[field]
        if condition is None:
            if given is not None and not _only_value(contract, field, given):
                return False
        elif (
            condition.op != "in"
            or given is None
            or given.casefold() not in {v.casefold() for v in condition.values}
            or len(condition.values) != 1
        ):
            return False
    return True


def _only_value(contract: Contract, field: str, given: str) -> bool:
    """Whether a cell that the clause does not name is all there is: the only programme, every language (`de, ro`)."""
    named = {word.strip().casefold() for word in given.split(",")}
    if field == "programme":
        return {name.casefold() for name in contract.programmes} == named
    known = {
        word.casefold() for programme in contract.programmes.values() for word in getattr(programme, f"{field}s", ())
    }
    return known == named


def _best_named(rows: list[dict[str, Any]], clause: CountedClause, contract: Contract) -> list[dict[str, Any]]:
    if not rows:
        return rows
    rivals = [one for one in contract.counted if one.measure == clause.measure and one.population == clause.population]
    scored = [(_score(clause, row), row) for row in rows]
    best = max(score for score, _ in scored)
    if best == 0 and len(rivals) > 1:
        return []  # two clauses share measure and cell, and the report's name speaks for neither
    chosen = [row for score, row in scored if score == best]
    return [row for row in chosen if all(_score(other, row) <= best for other in rivals)]


def _score(clause: CountedClause, row: Mapping[str, Any]) -> int:
    return len(_words(f"{clause.title or ''} {getattr(clause, 'clock', '')}") & _words(row["reported_name"] or ""))


def _words(text: str) -> frozenset[str]:
    plain = "".join(letter if letter.isalnum() else " " for letter in text.casefold().replace("_", " "))
    return frozenset(_STEMS.get(word, word) for word in plain.split() if len(word) > 2)


_STEMS = {
    "response": "reply",
    "responses": "reply",
    "replies": "reply",
    "frt": "first",
    "resolved": "resolution",
    "solved": "resolution",
    "resolutions": "resolution",
}


def value_of_clause(
    clause: CountedClause,
    how: Measured | None,
    facts: Facts,
    figure: ReportedFigure | None,
    promise: Promise,
    period: Period,
) -> MeasureValue | None:
    """The value that a clause rests on: measured from facts, imported from the partner's report, or typed."""
    if clause.value == MEASURED:
        return None if how is None else how.value(facts, resamples=RESAMPLES)
    if clause.value == IMPORTED:
        if figure is None:
            return None
        return _given(clause, how, period, promise, figure.value, figure.n, figure, IMPORTED)
    typed = next(
        (one for one in clause.typed if one.period == period.label and one.partner in (None, promise.partner)),
        None,
    )
    if typed is None:
        return None
    return _given(clause, how, period, promise, typed.value.value, typed.n, None, TYPED)


def _given(
    clause: CountedClause,
    how: Measured | None,
    period: Period,
    promise: Promise,
    value: Fraction,
    n: int | None,
    figure: ReportedFigure | None,
    provenance: str,
) -> MeasureValue:
    """A value that was not counted here. Where nobody says how many rows it rests on, its n is None."""
    unstated = 1 if counts_unstated_n_as_one(promise.judged_by) else None
    return MeasureValue(
        measure=clause.measure,
        version=clause.version,
        kind=how.measure.kind_in(dict(how.request.params)) if how else "",
        unit=how.measure.unit_in(dict(how.request.params)) if how else clause.target.unit,
        cell=(("partner", promise.partner),),
        period=period.label,
        n=unstated if n is None else n,
        numerator=figure.numerator if figure else None,
        denominator=figure.denominator if figure else None,
        value=None if n == 0 else value,
        provenance=provenance,
    )


def window_matches(clause: CountedClause, period: Period) -> bool:
    """Whether a period is a whole window of the clause."""
    window = clause.window
    if window.count == 1:
        return period.kind in (window.unit, f"fiscal {window.unit}") or (
            window.unit == "month" and period.kind == "fiscal period"
        )
    if window.unit in ("day", "week"):
        days = window.count * (7 if window.unit == "week" else 1)
        return period.kind == "rolling days" and period.days == days
    months = window.count * (3 if window.unit == "quarter" else 1)
    span = (period.end_on.year - period.start_on.year) * 12 + period.end_on.month - period.start_on.month
    return period.kind == "rolling months" and span == months


def windows_of(contract: Contract, period: Period, known_on: date | None = None) -> tuple[Period, ...]:
    """The windows that end with `period`: itself, and a quarter, year or rolling span of a clause that closes there.

    With the period in which the term ends, by what was known on `known_on` (None: by all that is written), windows
    close that would have gone on; none closes with a later one.
    """
    to_on = contract.whole_term_by(known_on).to_on
    if period.start_on > to_on:
        # What reaches beyond the term has closed with it: a window belongs to one invoice.
        return (period,)
    last = to_on if period.start_on <= to_on < period.end_on else None
    return windows_ending((clause for text in contract.states() for clause in text.counted), period, last)


def windows_due(contract: Contract, period: Period, known_on: date | None = None) -> tuple[str, ...]:
    """Of the windows that end with `period` those in which a clause in force is judged, by label."""
    found = []
    for window in windows_of(contract, period, known_on):
        on = first_day_in_term(contract, window, known_on)
        if on is None:
            continue
        clauses = contract.in_force(on, known_on).counted
        if any(window_matches(one, window) and one.state_on(on) != RETIRED for one in clauses):
            found.append(window.label)
    return tuple(found)


def windows_ending(
    clauses: Iterable[CountedClause], period: Period, term_ends: date | None = None
) -> tuple[Period, ...]:
    """The windows of clauses that end with `period`; those that hold `term_ends` too, where it is a day of it."""
    found = {period.label: period}
    for clause in clauses:
        if window_matches(clause, period):
            continue
        window, last = clause.window, period.last_on if term_ends is None else term_ends
        if window.count == 1:
            ending = Period.containing(window.unit, last, period.zone)
        elif window.unit in ("day", "week"):
            days = window.count * (7 if window.unit == "week" else 1)
            ending = Period.rolling_days(days, period.last_on, period.zone)
        else:
            months = window.count * (3 if window.unit == "quarter" else 1)
            ending = Period.rolling_months(months, period.last_on, period.zone)
        closes = ending.end_on == period.end_on and ending.start_on < period.start_on
        is_cut = term_ends is not None and ending.end_on > period.end_on and ending.start_on <= period.start_on
        if closes or is_cut:
            found[ending.label] = ending
    return tuple(sorted(found.values(), key=lambda one: (one.end_on, -one.start_on.toordinal())))


def first_day_in_term(contract: Contract, period: Period, known_on: date | None = None) -> date | None:
    """The day whose text judges a period: its first, or the term's first where the term begins inside it.

    None where it lies outside the term, by what was known on `known_on` (None: by all that is written).
    """
    if period.start_on > contract.whole_term_by(known_on).to_on or period.end_on <= contract.term.from_on:
        return None
    return max(period.start_on, contract.term.from_on)


def part_in_term(contract: Contract, window: Period, known_on: date | None = None) -> Period:
    """The part of a window in the months of the term: a quarter or year that the term cuts, with the window's label.

    By what was known on `known_on` (None: by all that is written). Months are not cut. A window that shares no month
    with the term is left as it is.
    """
    term = contract.whole_term_by(known_on)
    start = max(window.start_on, months_after(term.from_on, 0))
    end = min(window.end_on, months_after(term.to_on, 1))
    whole = (start, end) == (window.start_on, window.end_on)
    return window if whole or start >= end else replace(window, start_on=start, end_on=end)


def part_judged(promise: Promise, window: Period, as_of: datetime) -> Period:
    """The part of a window that is judged as of an instant (`part_in_term`); before version 5 the whole."""
    if rules_of(promise.judged_by) < 5:
        return window
    part = part_in_term(promise.contract, window, known_on(as_of))
    return window if part is window else settled(part, promise.terms.zone)


def months_due(promise: Promise, as_of: datetime) -> list[Period]:
    """Every month of the contract's term that was over at `as_of`, oldest first."""
    term, zone = promise.contract.whole_term_by(known_on(as_of)), promise.contract.zone
    months = periods_within("month", term.from_on, term.to_on + timedelta(days=1), zone)
    settled_months = (promise.period(month.label) for month in months)
    return [month for month in settled_months if month.end_s <= as_of.timestamp()]
