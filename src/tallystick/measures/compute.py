"""compute: from fact tables and requests to measure values, one look at the rows for all requests that share one.

Requests that share fact table, period rule and attribution share a look; within it the rows of each kind of clock are
looked at once, by the measures on that clock only. Every value comes from parts that add up (`compute_parts`), and
`counted_rows` lists the rows behind a value from the same marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.measures.engine import added_up, listed
from tallystick.measures.fact_columns import KEYS
from tallystick.measures.kinds import QUANTILE, Figures, Resampling, kind_for, values_of
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
from tallystick.measures.parts import NOTHING, Cell, Parts, Whole, merge
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.measure_value import MeasureValue

NO_VALUE = "(none)"
COUNTED, PENDING = "counted", "pending"


def _text(dimension: str, value: Any) -> str:
    if value is None or value == "":
        return NO_VALUE
    if dimension == "month":
        return f"{int(value) // 100:04d}-{int(value) % 100:02d}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _encoded(column: pa.ChunkedArray) -> tuple[list[Any], Whole]:
    """The different values of a column, None among them, and for each row which one it has."""
    if not len(column):
        return [], NOTHING
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    encoded = pc.dictionary_encode(column, null_encoding="encode").combine_chunks()
    return encoded.dictionary.to_pylist(), np.asarray(encoded.indices, dtype=np.int64)


def _placed(table: pa.Table, by: tuple[str, ...]) -> tuple[list[Cell], Whole]:
    """The cells of an added-up table in order, and for each row the place of its cell among them."""
    cells: list[Cell] = [()]
    place: Whole = np.zeros(table.num_rows, dtype=np.int64)
    for name in sorted(by):
        values, codes = _encoded(table.column(f"by_{name}"))
        texts = [_text(name, value) for value in values]
        pairs = [(name, text) for text in sorted(set(texts))]
        rank = {text: order for order, (_, text) in enumerate(pairs)}
        ranks = np.array([rank[text] for text in texts], dtype=np.int64)
        kept, place = np.unique(place * len(pairs) + ranks[codes], return_inverse=True)
        cells = [(*cells[code // len(pairs)], pairs[code % len(pairs)]) for code in kept.tolist()]
    return cells, place


class _Added:
    """An added-up table by cell: cells in order, every column as one number or one sorted array for each of them.

    An empty text and no text are one cell, so a cell may come in several rows, besides those for each exclusion.
    """

    def __init__(self, table: pa.Table, by: tuple[str, ...]) -> None:
        self._table = table
        self.cells, self._place = _placed(table, by)
        reasons, codes = _encoded(table.column(EXCLUDED))
        self._rows = {reason: np.flatnonzero(codes == code) for code, reason in enumerate(reasons)}
        self.reasons = sorted(reason for reason in reasons if reason is not None)

    def numbers(self, name: str, reason: str | None = None) -> Whole:
        """A column over the rows excluded for a reason (without one: not excluded); zeros where it is not there."""
        totals: Whole = np.zeros(len(self.cells), dtype=np.int64)
        rows = self._rows.get(reason, NOTHING)
        if name in self._table.column_names and len(rows):
            values = np.asarray(pc.fill_null(self._table.column(name), 0), dtype=np.int64)
            np.add.at(totals, self._place[rows], values[rows])
        return totals

    def keys(self, name: str) -> list[Whole]:
        """A column of gathered keys over the rows not excluded; empty arrays where it is not there."""
        found = [NOTHING] * len(self.cells)
        rows = self._rows.get(None, NOTHING)
        if name not in self._table.column_names or not len(rows):
            return found
        column = self._table.column(name).combine_chunks()
        sizes = np.asarray(pc.fill_null(pc.list_value_length(column), 0), dtype=np.int64)
        values = pc.list_flatten(column)
        if values.null_count:
            known = np.asarray(pc.is_valid(values))
            sizes = np.bincount(np.repeat(np.arange(len(sizes)), sizes)[known], minlength=len(sizes))
            values = values.drop_null()
        flat = np.array(values, dtype=np.int64)
        ends = np.cumsum(sizes)
        begins = ends - sizes
        for place, begin, end in zip(*(part[rows].tolist() for part in (self._place, begins, ends)), strict=True):
            own = flat[begin:end] if not len(found[place]) else np.concatenate([found[place], flat[begin:end]])
            # Sorting cell by cell is eight times faster than sorting all rows by cell and value at once.
            own.sort()
            found[place] = own
        return found


def _parts_of(plan: Marked, added: _Added) -> dict[Cell, Parts]:
    """The parts of one plan by cell, cells in order, from the added-up table of its pass."""
    rows, pending = added.numbers(plan.mark("n")), added.numbers(plan.mark("p"))
    above = added.numbers(plan.mark("wv" if plan.weighted else "v"))
    has_below = plan.weighted or plan.counting.denominator is not None
    below = added.numbers(plan.mark("wd" if plan.weighted else "d")) if has_below else rows
    squares = added.numbers(plan.mark("q"))
    lots = {reason: added.numbers(plan.mark("n"), reason) for reason in added.reasons}
    for place, reason in enumerate(plan.reasons):
        lots[reason] = lots.get(reason, 0) + added.numbers(plan.mark(f"x{place}"))
    outside = {reason: sizes.tolist() for reason, sizes in lots.items() if sizes.any()}
    present = np.flatnonzero(np.any([rows, pending, *lots.values()], axis=0)).tolist()
    columns = [column.tolist() for column in (rows, above, below, squares, pending)]
    keys, hits = _keys_and_hits(plan, added)
    per = WHOLE_PPM if plan.weighted else 1
    found: dict[Cell, Parts] = {}
    for place in present:
        count, up, down, square, waits = (column[place] for column in columns)
        lot = {reason: sizes[place] for reason, sizes in outside.items() if sizes[place]}
        found[added.cells[place]] = Parts(count, up, down, per, square, waits, lot, keys[place], hits[place], {})
    if plan.counting.silent:
        for parts in found.values():
            parts.n, parts.pending, parts.excluded = 0, 0, {}
    return found


def _keys_and_hits(plan: Marked, added: _Added) -> tuple[list[Whole], list[Whole]]:
    """Each cell's gathered keys, and those of rows that fulfil the numerator; a pair is twice the key plus that."""
    if plan.counting.key is None:
        return added.keys(plan.mark("keys")), [NOTHING] * len(added.cells)
    pairs = added.keys(plan.mark("pairs"))
    return [pair >> 1 for pair in pairs], [pair[pair & 1 == 1] >> 1 for pair in pairs]


def _clustered(found: Mapping[Cell, Parts], by: tuple[str, ...]) -> dict[Cell, Parts]:
    """Parts by cell, agent and day as parts by cell that keep their agent-days as clusters."""
    kept = set(by)
    gathered: dict[Cell, dict[tuple[str, str], Parts]] = {}
    for cell, parts in found.items():
        names = dict(cell)
        cluster = (names["agent"], names["day"])
        inner = gathered.setdefault(tuple(pair for pair in cell if pair[0] in kept), {})
        inner[cluster] = parts
    answer: dict[Cell, Parts] = {}
    for cell, clusters in gathered.items():
        answer[cell] = merge(clusters.values())
        answer[cell].clusters = {name: clusters[name] for name in sorted(clusters) if clusters[name].n}
    return answer


def _looked(facts: Any, lot: Pass, plans: list[Marked], moment: Moment, by: tuple[str, ...]) -> list[dict[Cell, Parts]]:
    seen = look(facts, lot, plans, moment, by)
    added = _Added(added_up(seen.frame, seen.sums), by)
    return [_parts_of(plan, added) for plan in plans]


def compute_parts(
    facts: Any,
    requests: Sequence[MeasureRequest],
    *,
    by: Sequence[str] = (),
    period: PeriodLike | None,
    as_of: datetime,
    clusters: bool = False,
) -> dict[MeasureRequest, dict[Cell, Parts]]:
    """The parts of every request by cell; cells without a row are absent. They add up: see `parts.merge`.

    With `clusters`, parts of means and quantiles also hold their agent-days, for resampling.
    """
    moment, dims = _moment(period, as_of), tuple(dict.fromkeys(by))
    passes: dict[tuple[Pass, bool], list[Marked]] = {}
    for plan in planned(list(dict.fromkeys(requests)), moment):
        apart = clusters and kind_for(plan.measure, plan.params).clustered
        passes.setdefault((plan.lot, apart), []).append(plan)
    found: dict[MeasureRequest, list[dict[Cell, Parts]]] = {request: [] for request in requests}
    for (lot, apart), plans in passes.items():
        wanted = (*dims, *(name for name in ("agent", "day") if name not in dims)) if apart else dims
        for plan, parts in zip(plans, _looked(facts, lot, plans, moment, wanted), strict=True):
            found[plan.request].append(_clustered(parts, dims) if apart else parts)
    return {request: _together(countings) for request, countings in found.items()}


def _together(countings: list[dict[Cell, Parts]]) -> dict[Cell, Parts]:
    """The parts of all countings of a request by cell, cells in order."""
    answer: dict[Cell, Parts] = {}
    for cell in sorted(set().union(*countings)):
        parts = [found[cell] for found in countings if cell in found]
        answer[cell] = parts[0] if len(parts) == 1 else merge(parts)
    return answer


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
) -> dict[MeasureRequest, list[MeasureValue]]:
    """The values of every request, cells in order. Without `by` there is always exactly one, None where no row counts.

    `facts` maps `clock`, `case`, `survey` (and `owner_share` for clock-share) to Arrow tables or DuckDB relations, or
    is a fact set with `table(name, columns)`. `resamples` above 0 gives means and quantiles their interval from that
    many draws with `seed`. Raises UsageError or NotFound for a request that cannot be computed.
    """
    parts = compute_parts(facts, requests, by=by, period=period, as_of=as_of, clusters=resamples > 0)
    label = _moment(period, as_of).label
    drawn = Resampling(resamples, seed)
    values: dict[MeasureRequest, list[MeasureValue]] = {}
    for request, cells in parts.items():
        measure = measure_of(request)
        params = measure.settle(dict(request.params))
        shown: Iterable[tuple[Cell, Parts]] = cells.items() if by else [((), cells.get((), Parts()))]
        values[request] = values_of(measure, params, shown, label, drawn)
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
) -> list[MeasureValue]:
    """The values of all requests in the order asked, cells in order within each; see `compute_each`."""
    values = compute_each(facts, requests, by=by, period=period, as_of=as_of, resamples=resamples, seed=seed)
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
    facts: Any, request: MeasureRequest, cell: Cell = (), *, period: PeriodLike | None, as_of: datetime
) -> pa.Table:
    """Every row that the period rule put into a cell, sorted by its key, with the place it takes in the figure.

    Columns: the fact's key; `status` (counted, pending, or the reason of its exclusion); `numerator` and `denominator`
    (what the row brings; for a share 0 or 1, for a mean its value and weight); `key` (the value of a quantile, the
    interval of interval attainment); `silent` rows bring something but are not in n. `recount` makes the figure again.
    """
    moment = _moment(period, as_of)
    by = tuple(name for name, _ in cell)
    tables: list[pa.Table] = []
    for plan in planned([request], moment):
        keys = KEYS[plan.lot.fact]
        seen = look(facts, plan.lot, [plan], moment, by, keep=keys)
        frame = seen.frame.filter(nw.col(plan.mark("in")))
        for name, value in cell:
            frame = frame.filter(_cell_condition(name, value))
        frame = frame.with_columns(_status(plan).alias("status"))
        frame = frame.select(*(nw.col(key) for key in keys), nw.col("status"), *_row_columns(plan, seen))
        tables.append(listed(frame))
    rows = pa.concat_tables(tables, promote_options="permissive")
    order = [(key, "ascending") for key in (*KEYS[measure_of(request).fact], "silent", "status")]
    return rows.sort_by(order)


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
    return kind_for(measure, params).figures(measure, params, parts)


__all__ = ["Cell", "compute", "compute_each", "compute_parts", "counted_rows", "recount"]
