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
from tallystick.measures.kinds import QUANTILE, Figures, Resampling, kind_for, value_of
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
from tallystick.measures.parts import NOTHING, Parts, Whole, add_counts, merge
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.measure_value import MeasureValue

Cell = tuple[tuple[str, str], ...]

NO_VALUE = "(none)"
COUNTED, PENDING = "counted", "pending"


def _text(dimension: str, value: Any) -> str:
    if value is None or value == "":
        return NO_VALUE
    if dimension == "month":
        return f"{int(value) // 100:04d}-{int(value) % 100:02d}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _cells(table: pa.Table, by: tuple[str, ...]) -> list[Cell]:
    """The cell of each row; equal values share one text, so that millions of cells stay cheap."""
    if not table.num_rows:
        return []
    order = sorted(by)
    columns: list[list[tuple[str, str]]] = []
    for name in order:
        column = table.column(f"by_{name}")
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        encoded = pc.dictionary_encode(column, null_encoding="encode").combine_chunks()
        words = [(name, _text(name, value)) for value in encoded.dictionary.to_pylist()]
        columns.append([words[code] for code in encoded.indices.to_pylist()])
    if not columns:
        return [()] * table.num_rows
    return list(zip(*columns, strict=True))


def _gathered(table: pa.Table, name: str) -> list[Whole]:
    """A list column as one sorted array for each row."""
    if not table.num_rows:
        return []
    column = table.column(name).combine_chunks()
    owner = np.asarray(pc.list_parent_indices(column), dtype=np.int64)
    values = pc.list_flatten(column)
    if values.null_count:
        kept = np.asarray(pc.is_valid(values))
        owner, values = owner[kept], values.drop_null()
    flat = _sorted_within(owner, np.asarray(values, dtype=np.int64), table.num_rows)
    ends = np.cumsum(np.bincount(owner, minlength=table.num_rows)).tolist()
    return [flat[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)]


def _sorted_within(owner: Whole, values: Whole, owners: int) -> Whole:
    """Values sorted within each owner, owners in order. Packing both into one number sorts five times faster."""
    if not len(values):
        return values
    low, span = int(values.min()), int(values.max()) - int(values.min()) + 1
    if span * owners < 2**62:
        packed = np.sort(owner * span + (values - low))
        return np.asarray(packed % span + low)
    return np.asarray(values[np.lexsort((values, owner))])


class _Columns:
    """The columns of an added-up table as plain lists, each turned once."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._none: list[int] = [0] * table.num_rows

    def numbers(self, name: str) -> list[int]:
        """A column of whole numbers; zeros where the pass has no such column."""
        if name not in self._table.column_names:
            return self._none
        column = self._table.column(name)
        filled: list[int] = np.asarray(pc.fill_null(column, 0), dtype=np.int64).tolist()
        return filled

    def keys(self, name: str) -> list[Whole]:
        """A column of gathered keys; empty arrays where the pass has none."""
        if name not in self._table.column_names:
            return [NOTHING] * self._table.num_rows
        return _gathered(self._table, name)


def _parts_of(plan: Marked, table: pa.Table, cells: Sequence[Cell]) -> dict[Cell, Parts]:
    """The parts of one plan by cell, from the added-up table of its pass."""
    columns = _Columns(table)
    rows, pending = columns.numbers(plan.mark("n")), columns.numbers(plan.mark("p"))
    above = columns.numbers(plan.mark("wv" if plan.weighted else "v"))
    has_below = plan.weighted or plan.counting.denominator is not None
    below = columns.numbers(plan.mark("wd" if plan.weighted else "d")) if has_below else rows
    squares = columns.numbers(plan.mark("q"))
    left_out = [columns.numbers(plan.mark(f"x{place}")) for place in range(len(plan.reasons))]
    outside = list(zip(*left_out, strict=True)) if left_out else [()] * table.num_rows
    keys, hits = columns.keys(plan.mark("keys")), columns.keys(plan.mark("hits"))
    per = WHOLE_PPM if plan.weighted else 1
    found: dict[Cell, Parts] = {}
    apart: list[tuple[Cell, str, int]] = []
    reasons = table.column(EXCLUDED).to_pylist()
    for row, (cell, reason, count, waits, out) in enumerate(zip(cells, reasons, rows, pending, outside, strict=True)):
        if reason is not None:
            if count:
                apart.append((cell, reason, count))
        elif count or waits or any(out):
            lot = {name: size for name, size in zip(plan.reasons, out, strict=True) if size}
            parts = Parts(count, above[row], below[row], per, squares[row], waits, lot, keys[row], hits[row], {})
            # An empty text and no text are one cell, so a cell may come in two rows.
            found[cell] = merge([found[cell], parts]) if cell in found else parts
    for cell, reason, count in apart:
        add_counts(found.setdefault(cell, Parts(per=per)).excluded, {reason: count})
    if plan.counting.silent:
        for parts in found.values():
            parts.n, parts.pending, parts.excluded = 0, 0, {}
    return found


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
    table = added_up(seen.frame, seen.sums)
    cells = _cells(table, by)
    return [_parts_of(plan, table, cells) for plan in plans]


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
    found: dict[MeasureRequest, dict[Cell, list[Parts]]] = {request: {} for request in requests}
    for (lot, apart), plans in passes.items():
        wanted = (*dims, *(name for name in ("agent", "day") if name not in dims)) if apart else dims
        for plan, parts in zip(plans, _looked(facts, lot, plans, moment, wanted), strict=True):
            for cell, part in (_clustered(parts, dims) if apart else parts).items():
                found[plan.request].setdefault(cell, []).append(part)
    return {
        request: {cell: parts[0] if len(parts) == 1 else merge(parts) for cell, parts in sorted(cells.items())}
        for request, cells in found.items()
    }


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
        values[request] = [value_of(measure, params, part, cell, label, drawn) for cell, part in shown]
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
