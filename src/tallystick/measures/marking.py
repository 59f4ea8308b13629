"""Marking each row of a fact table with the place it takes in a measure: excluded, left out, pending, counted.

Marks are columns, built in four stages for all measures of one pass at once; the engine then only adds them up. The
same marks list the counted rows, so a figure and its list cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol

import narwhals as nw

from tallystick.measures import fact_columns
from tallystick.measures.engine import Frame, Sums, framed, is_lazy, kept, prepared
from tallystick.measures.fact_columns import begins, dimension, dimension_columns, period_moment
from tallystick.measures.kinds import CENSUS, COUNT, INDEX, QUANTILE, SHARE
from tallystick.measures.measure import (
    CLOCK_SHARE,
    DIMENSIONS,
    At,
    Condition,
    Counting,
    Measure,
    MeasureRequest,
    Setting,
    measure_of,
)
from tallystick.vocabulary.errors import UsageError

EXCLUDED = "excluded"
PLAIN, INSIDE = "at_plain", "at_inside"
OWNER_SHARE = "owner_share"
WHOLE_PPM = 1_000_000
DAY = "day"


class PeriodLike(Protocol):
    """What a period must tell: local dates, half-open, and the instant of its end as UTC seconds."""

    @property
    def label(self) -> str:
        """How people name it."""

    @property
    def start_on(self) -> date:
        """First local date."""

    @property
    def end_on(self) -> date:
        """First local date after it."""

    @property
    def end_s(self) -> int:
        """Instant at which it ends."""


@dataclass(frozen=True)
class Moment:
    """When is asked and about when."""

    period: PeriodLike | None
    as_of: datetime

    @property
    def until(self) -> datetime:
        """The snapshot: the end of the period, or `as_of` where that comes first."""
        if self.period is None:
            return self.as_of
        return min(self.as_of, datetime.fromtimestamp(self.period.end_s, UTC))

    @property
    def label(self) -> str:
        """The period's name; `all` without one."""
        return "all" if self.period is None else self.period.label


@dataclass(frozen=True)
class Pass:
    """What rows share one look: fact table, kind of clock, period rule, attribution, and whether it is a snapshot."""

    fact: str
    clock: str | None
    rule: str
    attribution: str
    snapshot: bool


@dataclass
class Marked:
    """One counting of one request, and the names of its marks."""

    name: str
    request: MeasureRequest
    measure: Measure
    params: Mapping[str, Setting]
    counting: Counting
    at: At
    lot: Pass
    reasons: tuple[str, ...] = ()
    kind: str = ""

    def mark(self, part: str) -> str:
        """The name of one mark's column."""
        return f"{self.name}_{part}"

    @property
    def narrowed(self) -> bool:
        """Whether it is about some rows of its pass only; then the mark `in` says which."""
        return bool(self.request.population) or self.counting.rows is not None

    @property
    def weighted(self) -> bool:
        """Whether rows are shared out among owners by their part of the clock."""
        return self.lot.attribution == CLOCK_SHARE


@dataclass
class Look:
    """One look at a fact table: the frame with all marks, and what to add up.

    `places` are the columns that hold each dimension, the first one first, where the frame has no `by_` columns.
    `inside` names the column of the rows that are looked at, where the frame holds others too.
    """

    lot: Pass
    marked: list[Marked]
    frame: Frame
    sums: Sums
    by: tuple[str, ...] = field(default=())
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inside: str | None = None


def _settled_rule(measure: Measure, request: MeasureRequest) -> tuple[str, str]:
    rule = request.period_rule or measure.period_rules[0]
    attribution = request.attribution or measure.attributions[0]
    if rule not in measure.period_rules:
        raise UsageError(
            f"{measure.id} cannot be assigned to periods by {rule}.", f"Use one of: {', '.join(measure.period_rules)}."
        )
    if attribution not in measure.attributions:
        raise UsageError(
            f"{measure.id} cannot be attributed by {attribution}.", f"Use one of: {', '.join(measure.attributions)}."
        )
    return rule, attribution


def planned(requests: Sequence[MeasureRequest], moment: Moment) -> list[Marked]:
    """Every counting of every request, with its pass; raises UsageError or NotFound for a request that cannot be."""
    plans: list[Marked] = []
    for place, request in enumerate(requests):
        measure = measure_of(request)
        params = measure.settle(dict(request.params))
        rule, attribution = _settled_rule(measure, request)
        kind = measure.kind_in(params)
        if attribution == CLOCK_SHARE and (kind == QUANTILE or measure.counting.key):
            raise UsageError(
                f"A quantile has no shares: {measure.id} cannot be attributed by {CLOCK_SHARE}.",
                "Ask for the mean, or attribute by owner-at-due.",
            )
        for leg, counting in enumerate((measure.counting, *measure.beside)):
            clock = counting.clock(params) if counting.clock else None
            lot = Pass(measure.fact, clock, counting.rule or rule, attribution, counting.snapshot)
            at = _at(lot, moment, params)
            reasons = tuple(reason for reason, _ in counting.left_out)
            plans.append(Marked(f"r{place}_{leg}", request, measure, params, counting, at, lot, reasons, kind))
    return plans


def _at(lot: Pass, moment: Moment, params: Mapping[str, Setting]) -> At:
    """The instant by which rows are judged: `as_of`, for a snapshot the end of the period."""
    return At(moment.until if lot.snapshot else moment.as_of, params)


def _holds(at: At, fact: str, lot: Pass, condition: Condition) -> nw.Expr:
    column = dimension(at, fact, lot.rule, lot.attribution, condition.field)
    found = column.is_in(list(condition.value)).fill_null(value=False)
    return found if condition.op in ("is", "in") else ~found


def _all(conditions: Sequence[nw.Expr]) -> nw.Expr:
    whole = conditions[0]
    for condition in conditions[1:]:
        whole = whole & condition
    return whole


def _sure(condition: nw.Expr) -> nw.Expr:
    return condition.fill_null(value=False)


def _in_pass(lot: Pass, at: At, moment: Moment) -> list[nw.Expr]:
    """The conditions that decide whether a row is looked at: clock, begun by `as_of`, in the period."""
    conditions = [at.col(begins(lot.fact)) <= at.as_of]
    if lot.clock is not None:
        conditions.append(at.word("kind", lot.clock))
    if lot.snapshot:
        return conditions
    if moment.period is not None:
        on = period_moment(at, lot.fact, lot.rule, "on")
        conditions += [on >= moment.period.start_on, on < moment.period.end_on]
    if lot.rule == "resolved-in":
        ended = at.col("stop_at" if lot.fact == fact_columns.CLOCK else "first_solved_at")
        conditions.append(ended <= at.as_of)
    return conditions


def _membership(plan: Marked) -> nw.Expr:
    conditions = [_holds(plan.at, plan.lot.fact, plan.lot, condition) for condition in plan.request.population]
    if plan.counting.rows is not None:
        conditions.append(_sure(plan.counting.rows(plan.at)))
    return _all(conditions)


def _stages(plans: Sequence[Marked]) -> list[list[nw.Expr]]:
    """The marks of all plans, stage by stage; a later stage reads the marks of the earlier."""
    plain = nw.col(PLAIN)
    inside, outside, waiting, counted, brought, weighed = ([] for _ in range(6))
    for plan in plans:
        free, barred = plain, ~plain
        if plan.narrowed:
            inside.append(_membership(plan).alias(plan.mark("in")))
            free, barred = nw.col(plan.mark("in")) & plain, nw.col(plan.mark("in")) & ~plain
        for place, (_, reason) in enumerate(plan.counting.left_out):
            before = free
            for earlier in range(place):
                before = before & ~_sure(plan.counting.left_out[earlier][1](plan.at))
            outside.append((before & _sure(reason(plan.at))).alias(plan.mark(f"x{place}")))
        for place in range(len(plan.reasons)):
            free = free & ~nw.col(plan.mark(f"x{place}"))
        if plan.counting.pending is not None:
            waiting.append((free & _sure(plan.counting.pending(plan.at))).alias(plan.mark("p")))
            free = free & ~nw.col(plan.mark("p"))
        counted.append((free | barred).alias(plan.mark("n")))
        brought += _brought(plan)
        weighed += _weighed(plan)
    shared = [_shared(plans, level) for level in (0, 1)]
    shared[0].append(nw.col(EXCLUDED).is_null().alias(PLAIN))
    return [stage for stage in (*shared, inside, outside, waiting, counted, brought, weighed) if stage]


def _shared(plans: Sequence[Marked], level: int) -> list[nw.Expr]:
    """What several conditions of a pass read, once each."""
    named = {name: made for plan in plans for name, made in plan.at.shared[level].items()}
    return [made.alias(name) for name, made in sorted(named.items())]


def is_condition(plan: Marked) -> bool:
    """Whether the numerator of a plan is a condition to count rather than a number to add."""
    return plan.kind in (SHARE, COUNT, CENSUS)


def _brought(plan: Marked) -> list[nw.Expr]:
    counted = nw.col(plan.mark("n"))
    marks: list[nw.Expr] = []
    numerator = plan.counting.numerator(plan.at)
    if is_condition(plan):
        marks.append((counted & _sure(numerator)).alias(plan.mark("v")))
    else:
        whole = numerator.cast(nw.Int64)
        marks.append(nw.when(counted).then(whole).otherwise(nw.lit(0)).fill_null(0).alias(plan.mark("v")))
    if plan.counting.denominator is not None:
        below = plan.counting.denominator(plan.at).cast(nw.Int64)
        marks.append(nw.when(counted).then(below).otherwise(nw.lit(0)).fill_null(0).alias(plan.mark("d")))
    if plan.counting.key is not None:
        marks.append(plan.counting.key(plan.at).cast(nw.Int64).alias(plan.mark("k")))
    return marks


def _weighed(plan: Marked) -> list[nw.Expr]:
    value = nw.col(plan.mark("v"))
    marks: list[nw.Expr] = []
    if plan.weighted:
        weight = plan.at.col("share_ppm")
        as_number = value.cast(nw.Int64) if is_condition(plan) else value
        below = nw.col(plan.mark("d" if plan.counting.denominator is not None else "n")).cast(nw.Int64)
        marks += [(as_number * weight).alias(plan.mark("wv")), (below * weight).alias(plan.mark("wd"))]
    if plan.kind == INDEX:
        marks.append((value * value).alias(plan.mark("q")))
    if plan.counting.key is not None:
        marks.append((nw.col(plan.mark("k")) * 2 + value.cast(nw.Int64)).alias(plan.mark("kv")))
    return marks


def _sums(plans: Sequence[Marked], groups: tuple[str, ...]) -> Sums:
    counts: list[str] = []
    totals: list[str] = []
    lists: list[tuple[str, str, str]] = []
    for plan in plans:
        counts += [plan.mark("n"), *(plan.mark(f"x{place}") for place in range(len(plan.reasons)))]
        if plan.counting.pending is not None:
            counts.append(plan.mark("p"))
        if plan.weighted:
            totals += [plan.mark("wv"), plan.mark("wd")]
            continue
        if plan.kind == QUANTILE:
            lists.append((plan.mark("keys"), plan.mark("v"), plan.mark("n")))
        elif plan.counting.key is not None:
            lists.append((plan.mark("pairs"), plan.mark("kv"), plan.mark("n")))
        else:
            (counts if is_condition(plan) else totals).append(plan.mark("v"))
        if plan.counting.denominator is not None:
            totals.append(plan.mark("d"))
        if plan.kind == INDEX:
            totals.append(plan.mark("q"))
    return Sums((*groups, EXCLUDED), tuple(counts), tuple(totals), tuple(lists))


def _native(facts: Any, lot: Pass, columns: list[str]) -> Any:
    """A fact table with the columns in use: from a mapping of tables, or from a fact set's `table`."""
    if isinstance(facts, Mapping):
        return _of_mapping(facts, lot.fact)
    if lot.fact == fact_columns.CLOCK and lot.clock is not None:
        return facts.table(lot.fact, columns, kinds=[lot.clock])
    return facts.table(lot.fact, columns)


def _of_mapping(facts: Mapping[str, Any], name: str) -> Any:
    if name not in facts:
        raise UsageError(f"There are no {name} facts.", f"Hand over the table {name!r} beside the others.")
    return facts[name]


def _with_shares(facts: Any, frame: Frame) -> Frame:
    """Each clock once for each owner, with the owner's part of it in whole millionths that add up to a million.

    Rounding runs over the cumulated seconds in the order of owners, so the parts of one clock always make the whole.
    """
    columns = ["case_key", "kind", "n", "owner", "owned_before_s", "owned_s", "owned_total_s"]
    is_mapping = isinstance(facts, Mapping)
    native = _of_mapping(facts, OWNER_SHARE) if is_mapping else facts.table(OWNER_SHARE, columns)
    shares = framed(native).select(columns)
    before, owned, total = nw.col("owned_before_s"), nw.col("owned_s"), nw.col("owned_total_s")
    divisor = nw.when(total > 0).then(total).otherwise(nw.lit(1))
    part = (before + owned) * WHOLE_PPM // divisor - before * WHOLE_PPM // divisor
    ppm = nw.when(total > 0).then(part).otherwise(nw.lit(WHOLE_PPM)).cast(nw.Int64)
    shares = shares.with_columns(ppm.alias("share_ppm")).rename({"owner": "share_owner"})
    keys = ["case_key", "kind", "n"]
    wanted = shares.select([*keys, "share_owner", "share_ppm"])
    return frame.join(wanted, on=keys, how="inner")  # type: ignore[arg-type]


def look(
    facts: Any,
    lot: Pass,
    plans: list[Marked],
    moment: Moment,
    by: tuple[str, ...],
    *,
    keep: tuple[str, ...] = (),
    in_place: bool = False,
) -> Look:
    """The marked frame of one pass; `keep` are columns to carry along for a listing.

    `in_place` leaves the dimensions of an Arrow table in their columns, for `by_cell`.
    """
    for name in by:
        if name not in (*DIMENSIONS, DAY):
            raise UsageError(f"There is no dimension {name!r}.", f"Use some of: {', '.join(DIMENSIONS)}.")
    at = _at(lot, moment, plans[0].params)
    inside = _in_pass(lot, at, moment)
    dims = [dimension(at, lot.fact, lot.rule, lot.attribution, name).alias(f"by_{name}") for name in by]
    places = {name: dimension_columns(lot.fact, lot.rule, lot.attribution, name) for name in by}
    stages = _stages(plans)
    asked = [at, *(plan.at for plan in plans)]
    instants = sorted(set().union(*(one.instants for one in asked)))
    words = sorted(set().union(*(one.words for one in asked)))
    codes = sorted(set().union(*(one.codes for one in asked)))
    used = {EXCLUDED, *keep, *instants, *codes, *(word.column for word in words)}.union(*(one.used for one in asked))
    borrowed = {"share_owner", "share_ppm"} if lot.attribution == CLOCK_SHARE else set()
    needed = sorted(used - borrowed | ({"case_key", "kind", "n"} if borrowed else set()))
    native = prepared(_native(facts, lot, needed), instants, words, codes)
    made = [
        *(f"{name}_second" for name in instants),
        *(word.flag for word in words),
        *(f"{name}_code" for name in codes),
    ]
    in_place = in_place and not is_lazy(native)
    frame = kept(framed(native).select([*needed, *made]), _all(inside), INSIDE if in_place and not borrowed else None)
    if borrowed:
        frame = _with_shares(facts, frame)
    if dims and not in_place:
        frame = frame.with_columns(*dims)
    for stage in stages:
        frame = frame.with_columns(*stage)
    groups = tuple(f"by_{name}" for name in by)
    marked = INSIDE if INSIDE in frame.columns else None
    return Look(lot, plans, frame, _sums(plans, groups), by, places if in_place else {}, marked)
