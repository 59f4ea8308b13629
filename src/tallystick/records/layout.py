"""How rows are laid into files: cut by cohort, the newest version of each key apart from older ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.keys import distinct
from tallystick.records.ordering import in_natural_order
from tallystick.records.table import GENERATION, Table
from tallystick.records.word_columns import taken


def by_cohort(declared: Table, rows: pa.Table) -> Iterable[tuple[date | None, pa.Table]]:
    """The rows of each cohort in natural order."""
    order = in_natural_order(declared, rows)
    if not declared.partitioned:
        yield None, taken(rows, order)
        return
    cohorts = _listed(rows.column("cohort"))
    codes = cohorts.indices.to_numpy().astype(np.int16)[order]
    order = order[np.argsort(codes, kind="stable")]
    ends = np.cumsum(np.bincount(codes, minlength=len(cohorts.dictionary)))
    bounds = dict(zip(cohorts.dictionary.to_pylist(), zip(np.r_[0, ends[:-1]], ends, strict=True), strict=True))
    for cohort, (low, high) in sorted(bounds.items()):
        yield cohort, taken(rows, order[low:high])


def split_newest(declared: Table, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Sorted rows into (the newest of each key, not retracted) and (the rest). Linear where keys are unique."""
    keys = rows.column(declared.key).to_numpy()
    present = pc.is_valid(rows.column(declared.presence)).to_numpy()
    if len(distinct(keys)) == len(keys):
        if present.all():
            return rows, rows.slice(0, 0)
        return rows.filter(pa.array(present)), rows.filter(pa.array(~present))
    source = rows.column("source_at").cast(pa.int64()).fill_null(-(2**62)).to_numpy()
    revision = rows.column("revision").to_numpy()
    row_hash = rows.column("row_hash").to_numpy()
    # A version may have another instant than its successor, so versions of one key need not be neighbours here.
    order = np.lexsort((revision, row_hash, source, revision // GENERATION, keys))
    ranked = keys[order]
    last = np.r_[ranked[1:] != ranked[:-1], True]
    newest = np.zeros(len(keys), dtype=bool)
    newest[order[last]] = True
    newest &= present
    return rows.filter(pa.array(newest)), rows.filter(pa.array(~newest))


def _listed(column: pa.ChunkedArray) -> pa.DictionaryArray:
    array = column.combine_chunks()
    return array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
