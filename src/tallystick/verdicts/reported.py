"""What the partner reports beside what we counted, the difference, and its cause.

The cause is looked for in this order, and the first that gives the partner's figure (at the digits it reports, and at
its denominator where it gives one) is named:

1. `same` or `rounding`: our own value, exact or at the report's digits.
2. `definition`: our rows counted by another definition. Single ones first, then pairs: open past due left out, pauses
   with a waiting customer taken off, the clock run day and night (or in opening hours only), exclusions counted,
   another period rule, another attribution, and last automatic replies taken for replies.
3. `cases`: a group of cases left out (one queue, channel, priority, reason, language, programme, or who began).
4. `unexplained`: the failed cases nearest to their due moment are listed, as many as would have to be met.

A cause found is a definition that *reproduces* the figure; it is evidence, not proof of what the partner did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import floor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.beside import beside
from tallystick.measures.compute import COUNTED
from tallystick.measures.fact_columns import keys as keys_of_fact
from tallystick.verdicts.measured import Facts, Measured, ReportedFigure
from tallystick.verdicts.verdict import CaseNote, Reported
from tallystick.vocabulary.measure_value import MeasureValue

SAME, ROUNDING, DEFINITION, CASES, UNEXPLAINED = "same", "rounding", "definition", "cases", "unexplained"
AUTOMATIC = "automatic-replies"
MOST_CASES = 50
REPLY_CLOCKS = frozenset({"first_reply", "next_reply", "periodic_update", "pausable_update", "customer_first_reply"})
GROUPS = ("queue", "channel", "priority", "reason", "language", "programme", "initiated_by")

# Folds rows again after a change to the events; None where rows are not at hand.
Refold = Callable[[Mapping[str, pa.Table]], Facts]


@dataclass(frozen=True)
class Alternative:
    """Another way to count: code, words, and what it changes. `family` keeps two of a kind from being paired."""

    code: str
    words: str
    family: str
    how: Callable[[Measured], Measured] = lambda how: how
    facts: Callable[[Facts], Facts] = lambda facts: facts


def compare(
    how: Measured | None,
    facts: Facts,
    rows: Mapping[str, pa.Table],
    refold: Refold | None,
    ours: MeasureValue | None,
    figure: ReportedFigure | None,
) -> Reported | None:
    """The partner's figure beside ours with the cause of the difference; None where the partner reports none."""
    if figure is None:
        return None
    if how is None or ours is None or ours.value is None:
        return _answer(figure, None, UNEXPLAINED, "We have no value of our own to compare it with.")
    difference = figure.value - ours.value
    if _gives(figure, ours):
        cause = SAME if difference == 0 else ROUNDING
        words = "It is the same as ours." if difference == 0 else "It is ours, rounded."
        return _answer(figure, difference, cause, words, (), ours.value)
    for by, words, value in _alternatives(how, facts, rows, refold, ours):
        if value is not None and value.value is not None and value.value != ours.value and _gives(figure, value):
            sentence = (
                f"Their figure comes out when {words}: {_fraction_words(value)} instead of {_fraction_words(ours)}."
            )
            return _answer(figure, difference, DEFINITION, sentence, by, value.value)
    listed = how.rows(facts)
    return (
        _left_out(how, facts, listed, figure, ours, difference)
        or _nearest(how, facts, listed, figure, ours, difference)
    )  # fmt: skip


def _answer(
    figure: ReportedFigure,
    difference: Fraction | None,
    cause: str,
    sentence: str,
    by: tuple[str, ...] = (),
    alternative: Fraction | None = None,
    cases: tuple[CaseNote, ...] = (),
    total: int = 0,
) -> Reported:
    return Reported(
        figure.name,
        figure.value,
        figure.numerator,
        figure.denominator,
        figure.place,
        difference,
        cause,
        sentence,
        by,
        alternative,
        cases,
        total,
    )


def _fraction_words(value: MeasureValue) -> str:
    if value.numerator is not None and value.denominator:
        return f"{value.numerator:,} of {value.denominator:,}"
    return f"n = {value.n or 0:,}"


def _gives(figure: ReportedFigure, value: MeasureValue) -> bool:
    """Whether a value is the reported one: the same counts where they are given, else equal at the report's digits."""
    assert value.value is not None  # noqa: S101 - without one nothing is compared
    if figure.denominator is not None and value.denominator is not None and value.kind == "share":
        if figure.numerator is not None:
            return (figure.numerator, figure.denominator) == (value.numerator, value.denominator)
        if figure.denominator != value.denominator:
            return False
    # A report's percentage has at least one digit after the point, and 93.0 % arrives here as 0.93.
    digits = max(figure.decimals, 3) if value.unit == "ratio" else figure.decimals
    return abs(value.value - figure.value) <= Fraction(1, 2 * 10**digits)


def _alternatives(
    how: Measured, facts: Facts, rows: Mapping[str, pa.Table], refold: Refold | None, ours: MeasureValue
) -> Iterator[tuple[tuple[str, ...], str, MeasureValue | None]]:
    """Each alternative's codes, words and value: single ones, pairs of those that matter, then automatic replies.

    A definition that alone changes nothing is left out of pairs; folding again is last, because it costs most.
    """
    moving: list[Alternative] = []
    for one in _definitions(how, facts):
        value = one.how(how).value(one.facts(facts))
        if value is not None and _figure(value) != _figure(ours):
            moving.append(one)
            yield (one.code,), one.words, value
    for one, two in combinations(moving, 2):
        if one.family != two.family:
            yield (
                (one.code, two.code),
                f"{one.words}, and {two.words}",
                two.how(one.how(how)).value(two.facts(one.facts(facts))),
            )
    events = rows["case_event"]
    if refold is None or _clock(how) not in REPLY_CLOCKS or not _has_automatic(events):
        return
    counted = refold({**rows, "case_event": _automatic_as_public(events)})
    words = "automatic replies are taken for replies"
    yield (AUTOMATIC,), words, how.value(counted)
    for one in moving:
        yield (AUTOMATIC, one.code), f"{words}, and {one.words}", one.how(how).value(one.facts(counted))


def _figure(value: MeasureValue) -> tuple[int | None, int | None, Fraction | None]:
    return value.numerator, value.denominator, value.value


def _clock(how: Measured) -> str:
    return str(how.measure.settle(dict(how.request.params)).get("clock", ""))


def _automatic(events: pa.Table) -> Any:
    found = pc.and_(pc.equal(events.column("kind"), "message"), pc.equal(events.column("value"), "auto"))
    return pc.fill_null(found, fill_value=False)


def _has_automatic(events: pa.Table) -> bool:
    return bool(pc.any(_automatic(events)).as_py())


def _automatic_as_public(events: pa.Table) -> pa.Table:
    """The events with every automatic message turned into a public one of an agent."""
    automatic = _automatic(events)
    for name, word in (("value", "public"), ("actor", "agent")):
        at = events.column_names.index(name)
        changed = pc.if_else(automatic, pa.scalar(word, events.schema.field(name).type), events.column(name))
        events = events.set_column(at, events.schema.field(name), changed)
    return events


def _definitions(how: Measured, facts: Facts) -> Iterator[Alternative]:
    """Other ways to count, what scorecards most often do first, because the first that fits is named."""
    rule, attribution = how.request.period_rule, how.request.attribution
    fact = how.measure.fact
    table = facts[fact]
    if fact == "clock":
        yield from _clock_definitions()
    if table.column("excluded").null_count < table.num_rows:
        words = "cases that the contract excludes (spam, tests ...) are counted"
        yield Alternative("exclusions-counted", words, "exclusions", facts=_on(fact, _none_excluded))
    for other in how.measure.period_rules:
        if other != rule:
            words = f"cases count in the period they were {_RULE_WORDS[other]}"
            yield Alternative(other, words, "period rule", _with("period_rule", other))
    for other in how.measure.attributions:
        if other not in (attribution, "clock-share"):
            words = f"the {other.replace('-', ' ')} answers for a case"
            yield Alternative(other, words, "attribution", _with("attribution", other))


_RULE_WORDS = {
    "created-in": "created in",
    "due-in": "due in",
    "resolved-in": "answered or resolved in",
    "measured-in": "measured in",
}


def _with(name: str, value: str) -> Callable[[Measured], Measured]:
    return lambda how: how.instead(**{name: value})


def _on(fact: str, change: Callable[[pa.Table], pa.Table]) -> Callable[[Facts], Facts]:
    return lambda facts: {**facts, fact: change(facts[fact])}


def _clock_definitions() -> Iterator[Alternative]:
    words = "cases still open past their due moment are left out"
    yield Alternative("open-left-out", words, "open", facts=_on("clock", _only_stopped))
    words = "every pause is taken off, also while the customer waits"
    yield Alternative("all-pauses", words, "pauses", facts=_on("clock", _all_pauses_off))
    yield Alternative("day-and-night", "the clock runs day and night", "hours", facts=_on("clock", _day_and_night))
    words = "the clock runs in opening hours only"
    yield Alternative("opening-hours", words, "hours", facts=_on("clock", _opening_hours_only))


def _only_stopped(clock: pa.Table) -> pa.Table:
    return clock.filter(pc.not_equal(clock.column("state"), "running"))


def _due_moved(clock: pa.Table, due: Any) -> pa.Table:
    at = clock.column_names.index("due_at")
    return clock.set_column(at, "due_at", due.cast(clock.schema.field("due_at").type))


def _micros(column: Any) -> Any:
    return column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())


def _instants(micros: Any) -> Any:
    return micros.cast(pa.timestamp("us", "UTC"))


def _all_pauses_off(clock: pa.Table) -> pa.Table:
    other = pc.multiply(pc.fill_null(clock.column("paused_other_s"), 0).cast(pa.int64()), 1_000_000)
    return _due_moved(clock, _instants(pc.add(_micros(clock.column("due_at")), other)))


def _day_and_night(clock: pa.Table) -> pa.Table:
    """Due at start plus the target in calendar seconds, legitimate pauses still taken off."""
    extra = pc.add(
        clock.column("target_s").cast(pa.int64()), pc.fill_null(clock.column("paused_s"), 0).cast(pa.int64())
    )
    due = pc.add(_micros(clock.column("start_at")), pc.multiply(extra, 1_000_000))
    business = pc.fill_null(pc.equal(clock.column("basis"), "business"), fill_value=False)
    return _due_moved(clock, _instants(pc.if_else(business, due, _micros(clock.column("due_at")))))


def _opening_hours_only(clock: pa.Table) -> pa.Table:
    """A stopped calendar clock is met where its business seconds are within the target."""
    stop = _micros(clock.column("stop_at"))
    met = pc.less_equal(clock.column("business_s").cast(pa.int64()), clock.column("target_s").cast(pa.int64()))
    moved = pc.if_else(pc.fill_null(met, fill_value=False), stop, pc.subtract(stop, 1))
    wanted = pc.and_(pc.equal(clock.column("basis"), "calendar"), pc.equal(clock.column("state"), "stopped"))
    wanted = pc.fill_null(wanted, fill_value=False)
    return _due_moved(clock, _instants(pc.if_else(wanted, moved, _micros(clock.column("due_at")))))


def _none_excluded(table: pa.Table) -> pa.Table:
    at = table.column_names.index("excluded")
    field = table.schema.field("excluded")
    return table.set_column(at, field, pa.nulls(table.num_rows, field.type))


def _with_columns(how: Measured, facts: Facts, listed: pa.Table) -> pa.Table:
    """The listed rows with the dimensions of their fact rows, sorted by key as before."""
    fact = how.measure.fact
    keys = [name for name in keys_of_fact(fact) if name != "case_id"]
    wanted = [name for name in (*GROUPS, "due_at", "stop_at", "start_at") if name in facts[fact].column_names]
    return beside(listed, facts[fact], keys, wanted)


def _left_out(
    how: Measured, facts: Facts, listed: pa.Table, figure: ReportedFigure, ours: MeasureValue, difference: Fraction
) -> Reported | None:
    """The group of cases without which the figure comes out, the smallest group first."""
    if ours.kind != "share":
        return None
    assert ours.numerator is not None and ours.denominator is not None  # noqa: S101, PT018 - a share is of two counts
    counted = _with_columns(how, facts, listed.filter(pc.equal(listed.column("status"), COUNTED)))
    found: list[tuple[int, str, str, MeasureValue]] = []
    for name in GROUPS:
        sums = counted.group_by(name).aggregate([("numerator", "sum"), ("denominator", "sum")]).to_pylist()
        for group in sums:
            rest_met = ours.numerator - group["numerator_sum"]
            rest = ours.denominator - group["denominator_sum"]
            if rest <= 0 or group[name] is None:
                continue
            value = _as_share(ours, rest_met, rest)
            if _gives(figure, value):
                found.append((group["denominator_sum"], name, str(group[name]), value))
    if not found:
        return None
    size, name, word, value = min(found, key=lambda one: one[:3])
    group = counted.filter(pc.equal(counted.column(name), word))
    notes = tuple(
        CaseNote(row["case_id"], "met" if row["numerator"] else "missed")
        for row in group.slice(0, MOST_CASES).to_pylist()
    )
    sentence = (
        f"Their figure comes out when the {size:,} cases with {name.replace('_', ' ')} {word} are left out: "
        f"{_fraction_words(value)} instead of {_fraction_words(ours)}."
    )
    return _answer(figure, difference, CASES, sentence, (name, word), value.value, notes, size)


def _as_share(ours: MeasureValue, met: int, total: int) -> MeasureValue:
    return MeasureValue(
        ours.measure, ours.version, "share", ours.unit, ours.cell, ours.period, total, met, total, Fraction(met, total)
    )


def _nearest(
    how: Measured, facts: Facts, listed: pa.Table, figure: ReportedFigure, ours: MeasureValue, difference: Fraction
) -> Reported:
    """Nothing gives their figure: how many rows it would take, and the failed ones nearest to their due moment."""
    if ours.kind != "share":
        return _answer(figure, difference, UNEXPLAINED, "No definition that we know gives their figure.")
    assert ours.numerator is not None and ours.denominator is not None  # noqa: S101, PT018 - a share is of two counts
    above = floor(figure.value * ours.denominator + Fraction(1, 2)) - ours.numerator
    better = "more" if above > 0 else "fewer"
    sentence = (
        f"No definition that we know gives their figure. On our {ours.denominator:,} cases it would take "
        f"{abs(above):,} {better} met than the {ours.numerator:,} in the records."
    )
    if figure.denominator is not None and figure.denominator != ours.denominator:
        sentence += f" They count {figure.denominator:,} cases, we count {ours.denominator:,}."
    failed = listed.filter(pc.and_(pc.equal(listed.column("status"), COUNTED), pc.equal(listed.column("numerator"), 0)))
    rows = _with_columns(how, facts, failed).to_pylist()
    noted = sorted(
        ((_late_by(row), row["case_id"]) for row in rows), key=lambda one: (one[0] is None, one[0] or 0, one[1])
    )
    wanted = noted[: min(MOST_CASES, max(above, 0))]
    notes = tuple(CaseNote(case, _late_words(late)) for late, case in wanted)
    return _answer(figure, difference, UNEXPLAINED, sentence, (), None, notes, max(above, 0))


def _late_by(row: Mapping[str, Any]) -> int | None:
    if row.get("due_at") is None or row.get("stop_at") is None:
        return None
    return int((row["stop_at"] - row["due_at"]).total_seconds())


def _late_words(late: int | None) -> str:
    if late is None:
        return "still open past its due moment"
    hours, rest = divmod(late, 3600)
    return f"late by {hours} h {rest // 60} min"
