"""compute: from fact tables and requests to measure values, one look at the rows for all requests that share one.

Requests that share fact table, period rule and attribution share a look; within it the rows of each kind of clock are
looked at once, by the measures on that clock only. Every value comes from parts that add up (`compute_parts`), and
`counted_rows` lists the rows behind a value from the same marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import compress
from operator import add
from typing import Any, TypeVar

import narwhals as nw
import numpy as np
import pyarrow as pa

from tallystick.measures.by_cell import NO_VALUE, Added, AddedRelation, AddedRows
from tallystick.measures.engine import added_up, is_lazy, listed
from tallystick.measures.fact_columns import keys
from tallystick.measures.kinds import QUANTILE, Figures, Resampling, figures_of, kind_for, values_of
from tallystick.measures.marking import (
    EXCLUDED,
    WHOLE_PPM,
    Look,
    Marked,
    Moment,
    Pass,
    PeriodLike,
    look,
    planned,
)
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.measures.parts import (
    NO_TRUTHS,
    NOTHING,
    Cell,
    Counts,
    Gathered,
    Parts,
    PartsByCell,
    Truths,
    Whole,
    add_counts,
    merge,
)
from tallystick.vocabulary.cycles import no_search_for_cycles
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.measure_value import MeasureValue

COUNTED, PENDING = "counted", "pending"
Given = TypeVar("Given")
Answer = TypeVar("Answer")


def _parts_of(plan: Marked, added: Added) -> PartsByCell:
    """The parts of one plan by cell, cells in order, from the added-up table of its pass."""
    rows, pending = added.numbers(plan.mark("n")), added.numbers(plan.mark("p"))
    above = added.numbers(plan.mark("wv" if plan.weighted else "v"))
    has_below = plan.weighted or plan.counting.denominator is not None
    below = added.numbers(plan.mark("wd" if plan.weighted else "d")) if has_below else rows
    squares = added.numbers(plan.mark("q"))
    lots = {reason: added.numbers(plan.mark("n"), reason) for reason in added.reasons}
    for place, reason in enumerate(plan.reasons):
        lots[reason] = lots.get(reason, 0) + added.numbers(plan.mark(f"x{place}"))
    present = np.any([rows, pending, *lots.values()], axis=0)
    keys, hit = _keys_and_hits(plan, added)
    silent = plan.counting.silent
    none = np.zeros(np.count_nonzero(present), dtype=np.int64)
    return PartsByCell(
        cells=list(compress(added.cells, present.tolist())),
        n=(none if silent else rows[present]).tolist(),
        numerator=above[present].tolist(),
        denominator=below[present].tolist(),
        squares=squares[present].tolist(),
        pending=(none if silent else pending[present]).tolist(),
        excluded=_outside({} if silent else {reason: lots[reason][present] for reason in sorted(lots)}, len(none)),
        per=WHOLE_PPM if plan.weighted else 1,
        # A cell without a row has no keys either, so that those of the others lie side by side.
        keys=Gathered(keys.flat, keys.ends[present]),
        hit=hit,
        clusters=[],
    )


def _outside(lots: Mapping[str, Whole], cells: int) -> list[Counts]:
    """Each cell's counts by reason, those of 0 left out."""
    found: list[Counts] = [()] * cells
    for reason, sizes in lots.items():
        # Equal counts share one pair: cells are many and their counts small.
        pairs = {size: ((reason, size),) if size else () for size in np.unique(sizes).tolist()}
        found = list(map(add, found, map(pairs.__getitem__, sizes.tolist())))
    return found


def _keys_and_hits(plan: Marked, added: Added) -> tuple[Gathered, Truths]:
    """The gathered keys, and which are of rows that fulfil the numerator; a pair is twice the key plus that."""
    if plan.counting.key is None:
        return added.keys(plan.mark("keys")), NO_TRUTHS
    pairs = added.keys(plan.mark("pairs"))
    return Gathered(pairs.flat >> 1, pairs.ends), (pairs.flat & 1).astype(np.bool_)


def _clustered(found: PartsByCell, by: tuple[str, ...]) -> PartsByCell:
    """Parts by cell, agent and day as parts by cell that keep their agent-days as clusters."""
    kept = set(by)
    gathered: dict[Cell, dict[tuple[str, str], Parts]] = {}
    for cell, parts in found.each().items():
        names = dict(cell)
        cluster = (names["agent"], names["day"])
        inner = gathered.setdefault(tuple(pair for pair in cell if pair[0] in kept), {})
        inner[cluster] = parts
    answer: dict[Cell, Parts] = {}
    for cell, clusters in gathered.items():
        answer[cell] = merge(clusters.values())
        answer[cell].clusters = {name: clusters[name] for name in sorted(clusters) if clusters[name].n}
    return PartsByCell.of(answer)


def _looked(facts: Any, lot: Pass, plans: list[Marked], moment: Moment, by: tuple[str, ...]) -> list[PartsByCell]:
    seen = look(facts, lot, plans, moment, by, in_place=True)
    native = seen.frame.to_native()
    added: Added = (
        AddedRelation(added_up(native, seen.sums), by)
        if is_lazy(native)
        else AddedRows(native, seen.places, seen.sums, seen.inside)
    )
    return [_parts_of(plan, added) for plan in plans]


def _counted(
    facts: Any, requests: Sequence[MeasureRequest], by: tuple[str, ...], moment: Moment, clusters: bool, threads: int
) -> dict[MeasureRequest, PartsByCell]:
    """The parts of every request, each kind of rows looked at once."""
    passes: dict[tuple[Pass, bool], list[Marked]] = {}
    for plan in planned(list(dict.fromkeys(requests)), moment):
        apart = clusters and kind_for(plan.measure, plan.params).clustered
        passes.setdefault((plan.lot, apart), []).append(plan)
    found: dict[MeasureRequest, list[PartsByCell]] = {request: [] for request in requests}

    def looked(one: tuple[tuple[Pass, bool], list[Marked]]) -> list[PartsByCell]:
        (lot, apart), plans = one
        if not apart:
            return _looked(facts, lot, plans, moment, by)
        wanted = (*by, *(name for name in ("agent", "day") if name not in by))
        return [_clustered(parts, by) for parts in _looked(facts, lot, plans, moment, wanted)]

    for plans, answers in zip(passes.values(), _side_by_side(looked, passes.items(), threads), strict=True):
        for plan, parts in zip(plans, answers, strict=True):
            found[plan.request].append(parts)
    return {request: _together(countings) for request, countings in found.items()}


def compute_parts(
    facts: Any,
    requests: Sequence[MeasureRequest],
    *,
    by: Sequence[str] = (),
    period: PeriodLike | None,
    as_of: datetime,
    clusters: bool = False,
    threads: int = 1,
) -> dict[MeasureRequest, dict[Cell, Parts]]:
    """The parts of every request by cell; cells without a row are absent. They add up: see `parts.merge`.

    With `clusters`, parts of means and quantiles also hold their agent-days, for resampling. For `threads` see
    `compute_each`.
    """
    with no_search_for_cycles():
        found = _counted(facts, requests, tuple(dict.fromkeys(by)), _moment(period, as_of), clusters, threads)
        return {request: parts.each() for request, parts in found.items()}


def _side_by_side(work: Callable[[Given], Answer], given: Iterable[Given], threads: int) -> Iterable[Answer]:
    """The answers in the order of what was given, made by so many threads; nearly all of the work is Arrow's."""
    if threads < 2:
        return map(work, given)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, given))


def _together(countings: list[PartsByCell]) -> PartsByCell:
    """The parts of all countings of a request by cell, cells in order."""
    if len(countings) == 1:
        return countings[0]
    if any(counting.clusters or len(counting.keys.flat) for counting in countings):
        return _merged(countings)
    cells = sorted(set().union(*(counting.cells for counting in countings)))
    place = {cell: at for at, cell in enumerate(cells)}
    names = ("n", "numerator", "denominator", "squares", "pending")
    sums = {name: np.zeros(len(cells), dtype=np.int64) for name in names}
    excluded: list[Counts] = [()] * len(cells)
    for counting in countings:
        at = [place[cell] for cell in counting.cells]
        for name in names:
            sums[name][at] += np.array(getattr(counting, name), dtype=np.int64)
        for where, counts in zip(at, counting.excluded, strict=True):
            excluded[where] = _both(excluded[where], counts)
    columns = {name: column.tolist() for name, column in sums.items()}
    nothing = Gathered.of([NOTHING] * len(cells))
    per = max(counting.per for counting in countings)
    return PartsByCell(cells, **columns, excluded=excluded, per=per, keys=nothing, hit=NO_TRUTHS, clusters=[])


def _both(counts: Counts, more: Counts) -> Counts:
    if not counts or not more:
        return counts or more
    whole = dict(counts)
    add_counts(whole, dict(more))
    return tuple(sorted(whole.items()))


def _merged(countings: list[PartsByCell]) -> PartsByCell:
    """The same where keys or clusters have to be merged, cell by cell."""
    each = [counting.each() for counting in countings]
    answer: dict[Cell, Parts] = {}
    for cell in sorted(set().union(*each)):
        parts = [found[cell] for found in each if cell in found]
        answer[cell] = parts[0] if len(parts) == 1 else merge(parts)
    return PartsByCell.of(answer)


def _moment(period: PeriodLike | None, as_of: datetime) -> Moment:
    if as_of.tzinfo is None:
        raise UsageError("as_of needs a zone.", "Give an instant such as 2026-04-15T00:00:00Z.")
    return Moment(period, as_of)


def compute_each(
    facts: Any,
    requests: Sequence[MeasureRequest],
    *,
    by: Sequence[str] = (),
    period: PeriodLike | None,
    as_of: datetime,
    resamples: int = 0,
    seed: int = 0,
    threads: int = 1,
) -> dict[MeasureRequest, list[MeasureValue]]:
    """The values of every request, cells in order. Without `by` there is always exactly one, None where no row counts.

    `facts` maps `clock`, `case`, `survey` (and `owner_share` for clock-share) to Arrow tables or DuckDB relations, or
    is a fact set with `table(name, columns)`. `resamples` above 0 gives means and quantiles their interval from that
    many draws with `seed`. `threads` above 1 look at several kinds of rows at once, which only Arrow tables can
    stand: relations of one connection take turns. Raises UsageError or NotFound for a request that cannot be computed.
    """
    moment, drawn = _moment(period, as_of), Resampling(resamples, seed)
    values: dict[MeasureRequest, list[MeasureValue]] = {}
    with no_search_for_cycles():
        found = _counted(facts, requests, tuple(dict.fromkeys(by)), moment, resamples > 0, threads)
        for request, parts in found.items():
            measure = measure_of(request)
            shown = parts if by or parts.cells else PartsByCell.of({(): Parts()})
            values[request] = values_of(measure, measure.settle(dict(request.params)), shown, moment.label, drawn)
    return values


def compute(
    facts: Any,
    requests: Sequence[MeasureRequest],
    *,
    by: Sequence[str] = (),
    period: PeriodLike | None,
    as_of: datetime,
    resamples: int = 0,
    seed: int = 0,
    threads: int = 1,
) -> list[MeasureValue]:
    """The values of all requests in the order asked, cells in order within each; see `compute_each`."""
    values = compute_each(
        facts, requests, by=by, period=period, as_of=as_of, resamples=resamples, seed=seed, threads=threads
    )
    return [value for request in requests for value in values[request]]


def _cell_condition(name: str, value: str) -> nw.Expr:
    column = nw.col(f"by_{name}")
    if value == NO_VALUE:
        return column.is_null() if name in ("week", "month") else column.fill_null("") == ""
    if name == "week":
        return column == date.fromisoformat(value)
    if name == "month":
        return column == int(value.replace("-", ""))
    return column == value


def _status(plan: Marked) -> nw.Expr:
    plain = nw.col(EXCLUDED).is_null()
    status = nw.when(plain & nw.col(plan.mark("n"))).then(nw.lit(COUNTED)).otherwise(nw.col(EXCLUDED))
    if plan.counting.pending is not None:
        status = nw.when(nw.col(plan.mark("p"))).then(nw.lit(PENDING)).otherwise(status)
    for place, reason in enumerate(plan.reasons):
        status = nw.when(nw.col(plan.mark(f"x{place}"))).then(nw.lit(reason)).otherwise(status)
    return status


def _row_columns(plan: Marked, seen: Look) -> list[nw.Expr]:
    is_counted = nw.col("status") == COUNTED
    above = nw.col(plan.mark("wv" if plan.weighted else "v"))
    if plan.weighted:
        below = nw.col(plan.mark("wd"))
    elif plan.counting.denominator is not None:
        below = nw.col(plan.mark("d"))
    else:
        below = nw.col(plan.mark("n")).cast(nw.Int64)
    nothing = nw.lit(0).cast(nw.Int64)
    columns = [
        nw.when(is_counted).then(above.cast(nw.Int64)).otherwise(nothing).alias("numerator"),
        nw.when(is_counted).then(below).otherwise(nothing).alias("denominator"),
    ]
    key = plan.mark("v") if plan.kind == QUANTILE else plan.mark("k")
    if plan.kind == QUANTILE or plan.counting.key is not None:
        columns.append(nw.when(is_counted).then(nw.col(key)).otherwise(nw.lit(None)).cast(nw.Int64).alias("key"))
    else:
        columns.append(nw.lit(None).cast(nw.Int64).alias("key"))
    columns.append(nw.lit(plan.counting.silent).alias("silent"))
    columns += [nw.col(f"by_{name}") for name in seen.by]
    return columns


def counted_rows(
    facts: Any,
    request: MeasureRequest,
    cell: Cell = (),
    *,
    period: PeriodLike | None,
    as_of: datetime,
    keep: Sequence[str] = (),
) -> pa.Table:
    """Every row that the period rule put into a cell, sorted by its key, with the place it takes in the figure.

    Columns: the fact's key; `status` (counted, pending, or the reason of its exclusion); `numerator` and `denominator`
    (what the row brings; for a share 0 or 1, for a mean its value and weight); `key` (the value of a quantile, the
    interval of interval attainment); `silent` rows bring something but are not in n. `recount` makes the figure again.
    `keep` are further columns of the fact to carry along.
    """
    moment = _moment(period, as_of)
    by = tuple(name for name, _ in cell)
    tables: list[pa.Table] = []
    for plan in planned([request], moment):
        carried = tuple(dict.fromkeys((*keys(plan.lot.fact), *keep)))
        seen = look(facts, plan.lot, [plan], moment, by, keep=carried)
        frame = seen.frame.filter(nw.col(plan.mark("in"))) if plan.narrowed else seen.frame
        for name, value in cell:
            frame = frame.filter(_cell_condition(name, value))
        frame = frame.with_columns(_status(plan).alias("status"))
        frame = frame.select(*(nw.col(name) for name in carried), nw.col("status"), *_row_columns(plan, seen))
        tables.append(listed(frame))
    rows = pa.concat_tables(tables, promote_options="permissive")
    named = keys(measure_of(request).fact)
    if _rises_strictly(rows, named):
        return rows
    return rows.sort_by([(key, "ascending") for key in (*named, "silent", "status")])


def _rises_strictly(rows: pa.Table, named: Sequence[str]) -> bool:
    """Whether the whole numbers that lead the key tell all rows apart and are in order, as facts lie."""
    same = np.ones(max(rows.num_rows - 1, 0), np.bool_)
    for name in named:
        column = rows.column(name)
        if not pa.types.is_integer(column.type) or column.null_count:
            return False
        values = np.asarray(column, dtype=np.int64)
        if (same & (values[1:] < values[:-1])).any():
            return False
        same &= values[1:] == values[:-1]
        if not same.any():
            return True
    return False


def recount(request: MeasureRequest, rows: pa.Table) -> Figures:
    """The figure that a listing of `counted_rows` gives, row by row: what proves that list and figure agree."""
    measure = measure_of(request)
    params = measure.settle(dict(request.params))
    parts = Parts()
    keys: list[int] = []
    hits: list[int] = []
    for row in rows.to_pylist():
        if row["status"] == COUNTED:
            parts.n += 0 if row["silent"] else 1
            parts.numerator += row["numerator"]
            parts.denominator += row["denominator"]
            parts.squares += row["numerator"] ** 2
            if row["key"] is not None:
                keys.append(row["key"])
                hits += [row["key"]] if row["numerator"] else []
        elif not row["silent"]:
            if row["status"] == PENDING:
                parts.pending += 1
            else:
                parts.excluded[row["status"]] = parts.excluded.get(row["status"], 0) + 1
    parts.keys = np.sort(np.array(keys, dtype=np.int64))
    parts.hits = np.sort(np.array(hits, dtype=np.int64))
    return figures_of(measure, params, parts)


__all__ = ["Cell", "compute", "compute_each", "compute_parts", "counted_rows", "recount"]
