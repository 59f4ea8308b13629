"""The month a case was created in, fixed at its first arrival: where its rows lie."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.lake import Change, Lake
from tallystick.records.table import table


def with_cohorts(
    lake: Lake | None, resolved: AbstractMapping[str, pa.Table], moved: AbstractMapping[str, pa.Table]
) -> list[Change]:
    """Complete rows per table: each case keeps the cohort of its first arrival."""
    changes = []
    known: pa.Table | None = None
    for name in sorted({*resolved, *moved}):
        declared = table(name)
        parts = [moved[name]] if name in moved else []
        if name in resolved and resolved[name].num_rows:
            rows = resolved[name]
            if declared.partitioned:
                known = known if known is not None else _cohorts(lake, resolved)
                rows = _placed(rows, known)
            parts.insert(0, rows.select(declared.schema.names).cast(declared.schema))
        if parts:
            changes.append(Change(name, pa.concat_tables(parts)))
    return changes


def _placed(rows: pa.Table, known: pa.Table) -> pa.Table:
    ranked = known.column("case_key").to_numpy()
    at = np.searchsorted(ranked, rows.column("case_key").to_numpy())
    return rows.append_column("cohort", known.column("cohort").take(pa.array(at)))


def _cohorts(lake: Lake | None, resolved: AbstractMapping[str, pa.Table]) -> pa.Table:
    """(case_key, cohort) of every case in the load, sorted: as stored, else the UTC month it was created in."""
    firsts = []
    for rank, name in enumerate(("case", "case_event", "message")):
        if name in resolved and resolved[name].num_rows:
            declared = table(name)
            rows = resolved[name]
            columns = {"case_key": rows.column("case_key"), "at": rows.column(declared.at)}
            grouped = pa.table(columns).group_by("case_key").aggregate([("at", "min")])
            firsts.append(grouped.append_column("rank", pa.repeat(pa.scalar(rank), grouped.num_rows)))
    every = pa.concat_tables(firsts)
    keys = every.column("case_key").to_numpy()
    instants = every.column("at_min").cast(pa.int64()).fill_null(2**62).to_numpy()
    ranks = every.column("rank").to_numpy() + np.where(instants == 2**62, 10, 0)
    order = np.lexsort((ranks, keys))
    ranked = keys[order]
    first = np.r_[True, ranked[1:] != ranked[:-1]]
    chosen = order[first]
    micros = np.where(instants[chosen] == 2**62, 0, instants[chosen])
    months = micros.astype("datetime64[us]").astype("datetime64[M]").astype("datetime64[D]")
    found = pa.table({"case_key": ranked[first], "cohort": pa.array(months, pa.date32())})
    stored = lake.cohorts_of(found.column("case_key")) if lake is not None else None
    if stored is None or not stored.num_rows:
        return found
    at = pc.index_in(found.column("case_key"), value_set=stored.column("case_key"))
    sticky = stored.column("cohort").take(at)
    return found.set_column(1, "cohort", pc.coalesce(sticky, found.column("cohort")))
