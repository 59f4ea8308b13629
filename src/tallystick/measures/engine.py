"""Adding up marked rows: the same answer from DuckDB in bulk and from plain Arrow tables.

`Sums` says what to add up. Both engines give one Arrow table with the group columns, whole-number sums, and lists of
gathered keys. This is the only module of the stage that knows an engine, and DuckDB is imported only by the caller who
hands over its relations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.vocabulary.errors import UsageError


@dataclass(frozen=True)
class Sums:
    """Columns to group by, conditions to count, whole numbers to add, and (values, condition) to gather in lists."""

    groups: tuple[str, ...]
    counts: tuple[str, ...]
    totals: tuple[str, ...]
    lists: tuple[tuple[str, str, str], ...] = ()


def is_lazy(native: Any) -> bool:
    """Whether `native` is a relation of an engine; an Arrow table is not. Raises UsageError for anything else."""
    if isinstance(native, pa.Table):
        return False
    if type(native).__module__.partition(".")[0] in ("duckdb", "_duckdb"):
        return True
    raise UsageError(
        f"A fact table cannot be a {type(native).__name__}.", "Hand over an Arrow table or a DuckDB relation."
    )


def framed(native: Any) -> nw.LazyFrame[Any] | nw.DataFrame[Any]:
    """A fact table as a Narwhals frame."""
    return cast("nw.LazyFrame[Any] | nw.DataFrame[Any]", nw.from_native(native))


def with_seconds(native: Any, instants: list[str]) -> Any:
    """A fact table with `<name>_second` for each of its instants named: UTC seconds since 1970, rounded down."""
    if not is_lazy(native):
        for name in instants:
            microseconds = native.column(name).cast(pa.int64())
            native = native.append_column(f"{name}_second", _floor_to_seconds(microseconds))
        return native
    made = [f"(epoch_us({_quoted(name)}) // 1000000)::BIGINT AS {_quoted(name + '_second')}" for name in instants]
    return native.project(", ".join(["*", *made])) if made else native


def _floor_to_seconds(microseconds: pa.ChunkedArray) -> pa.ChunkedArray:
    million = pa.scalar(1_000_000, pa.int64())
    whole = pc.divide(microseconds, million)
    above = pc.greater(pc.multiply(whole, million), microseconds)
    return pc.subtract(whole, above.cast(pa.int64()))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sum_relation(relation: Any, sums: Sums) -> pa.Table:
    groups = [_quoted(name) for name in sums.groups]
    wanted = [*groups]
    wanted += [f"CAST(count_if({_quoted(name)}) AS BIGINT) AS {_quoted(name)}" for name in sums.counts]
    wanted += [f"CAST(sum({_quoted(name)}) AS BIGINT) AS {_quoted(name)}" for name in sums.totals]
    wanted += [
        f"list({_quoted(value)}) FILTER (WHERE {_quoted(where)}) AS {_quoted(name)}"
        for name, value, where in sums.lists
    ]
    return relation.aggregate(", ".join(wanted), ", ".join(groups)).to_arrow_table()


def _sum_table(table: pa.Table, sums: Sums) -> pa.Table:
    wanted: list[tuple[str, str]] = [(name, "sum") for name in (*sums.counts, *sums.totals)]
    gathered = table
    for name, value, where in sums.lists:
        kept = pc.if_else(table.column(where), table.column(value), None)
        gathered = gathered.append_column(name, kept)
        wanted.append((name, "list"))
    grouped = gathered.group_by(list(sums.groups), use_threads=False)
    answer = grouped.aggregate(wanted)
    names = {f"{name}_{how}": name for name, how in wanted}
    return answer.rename_columns([names.get(name, name) for name in answer.column_names])


def added_up(frame: nw.LazyFrame[Any] | nw.DataFrame[Any], sums: Sums) -> pa.Table:
    """One row for each group, in no particular order; no row where the frame has none."""
    native = frame.to_native()
    return _sum_relation(native, sums) if is_lazy(native) else _sum_table(native, sums)


def listed(frame: nw.LazyFrame[Any] | nw.DataFrame[Any]) -> pa.Table:
    """The rows of a frame as an Arrow table."""
    native = frame.to_native()
    return native.to_arrow_table() if is_lazy(native) else native
