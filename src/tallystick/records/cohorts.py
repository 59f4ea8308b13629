"""The month a case was created in, fixed at its first arrival: where its rows lie."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tallystick.records.keys import distinct
from tallystick.records.lake import Change, Lake
from tallystick.records.ordering import LAST, ordered, starts
from tallystick.records.table import Table, table
from tallystick.records.word_columns import laid_together

Integers = npt.NDArray[np.int64]


def with_cohorts(
    lake: Lake | None, resolved: AbstractMapping[str, pa.Table], moved: AbstractMapping[str, pa.Table]
) -> list[Change]:
    """Complete rows per table: each case keeps the cohort of its first arrival."""
    changes = []
    known: tuple[Integers, pa.DictionaryArray] | None = None
    for name in sorted({*resolved, *moved}):
        declared = table(name)
        parts = [moved[name]] if name in moved else []
        if name in resolved and resolved[name].num_rows:
            rows = resolved[name]
            if declared.partitioned:
                known = known if known is not None else _cohorts(lake, resolved)
                rows = _placed(rows, *known)
            parts.insert(0, _declared(declared, rows))
        if parts:
            changes.append(Change(name, laid_together(parts)))
    return changes


def _declared(declared: Table, rows: pa.Table) -> pa.Table:
    """The declared columns in their types; columns of codes stay as they are."""
    picked = rows.select(declared.schema.names)
    fields = [
        kept if pa.types.is_dictionary(kept.type) else wanted
        for kept, wanted in zip(picked.schema, declared.schema, strict=True)
    ]
    return picked.cast(pa.schema(fields))


def _placed(rows: pa.Table, keys: Integers, cohorts: pa.DictionaryArray) -> pa.Table:
    at = np.searchsorted(keys, rows.column("case_key").to_numpy())
    return rows.append_column("cohort", cohorts.take(pa.array(at)))


def _cohorts(lake: Lake | None, resolved: AbstractMapping[str, pa.Table]) -> tuple[Integers, pa.DictionaryArray]:
    """(keys, cohorts) of every case in the load, sorted by key: as stored, else the UTC month it was created in.

    The case's own row tells it, else its first event, else its first message.
    """
    keys, instants = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for name in ("case", "case_event", "message"):
        if name in resolved and resolved[name].num_rows:
            rows = resolved[name]
            first = _first_of_case(rows.column("case_key"), rows.column(table(name).at))
            keys, instants = _more_cases(keys, instants, *first)
    micros = np.where(instants == LAST, 0, instants)
    months = micros.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    stored = lake.cohorts_of(pa.array(keys)) if lake is not None else None
    if stored is not None and stored.num_rows:
        days = stored.column("cohort").cast(pa.int32()).to_numpy().astype("datetime64[D]")
        at = np.searchsorted(keys, stored.column("case_key").to_numpy())
        months[at] = days.astype("datetime64[M]").astype(np.int64)
    listed = distinct(months)
    days = pa.array(listed.astype("datetime64[M]").astype("datetime64[D]"), pa.date32())
    return keys, pa.DictionaryArray.from_arrays(pa.array(np.searchsorted(listed, months).astype(np.int32)), days)


def _first_of_case(case_key: pa.ChunkedArray, at: pa.ChunkedArray) -> tuple[Integers, Integers]:
    """(keys, first instants) of the cases, sorted by key."""
    keys, instants = case_key.to_numpy(), at.cast(pa.int64()).fill_null(LAST).to_numpy()
    order = ordered([keys, instants])
    first = order[starts(keys[order])]
    return keys[first], instants[first]


def _more_cases(keys: Integers, instants: Integers, more: Integers, begun: Integers) -> tuple[Integers, Integers]:
    """Cases with those of another table laid under: what has an instant already keeps it."""
    every = np.r_[keys, more]
    order = np.argsort(every, kind="stable")
    ranked, told = every[order], np.r_[instants, begun][order]
    fresh = starts(ranked)
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:], len(ranked)] - 1
    return ranked[first], np.where(told[first] == LAST, told[last], told[first])
