"""From rows in memory to facts: no lake, no engine, no compiler. What `verify` and `explain` run.

`merged` is also what `derive` does for the few cases that were merged, so both paths share every rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import Integers, coded, integers, seconds
from tallystick.facts.columns import CASE_COLUMNS, EVENT_COLUMNS, case_columns, event_columns
from tallystick.facts.encode import Batch, Overrides, encode
from tallystick.facts.fact_set import FactSet
from tallystick.facts.fold.layout import E_MERGED, E_UNMERGED, EVENT_KINDS
from tallystick.facts.folding import fold_batch
from tallystick.facts.layers import Layer, stored
from tallystick.facts.merge import Link, last_links, survivors
from tallystick.facts.term_tables import StatusWord, TermTables, status_words
from tallystick.vocabulary.clock_terms import ClockTerms

INSTANT = pa.timestamp("us", tz="UTC")
_CASE_TYPES: dict[str, pa.DataType] = {
    "case_key": pa.int64(),
    "created_at": INSTANT,
    "requester_key": pa.int64(),
    "source_due_at": INSTANT,
}
_EVENT_TYPES: dict[str, pa.DataType] = {
    "case_key": pa.int64(),
    "event_key": pa.int64(),
    "event_at": INSTANT,
    "seq": pa.int32(),
}
_TAKEN_OVER = ("message", "note")

Rows = Any  # an Arrow table, or a sequence of mappings


def _table(rows: Rows, columns: Iterable[str], types: Mapping[str, pa.DataType]) -> pa.Table:
    """`rows` with exactly `columns`; a missing one is null."""
    names = list(columns)
    if isinstance(rows, pa.Table):
        missing = [name for name in names if name not in rows.column_names]
        for name in missing:
            rows = rows.append_column(name, pa.nulls(len(rows), types.get(name, pa.string())))
        return rows.select(names)
    arrays = {name: pa.array([row.get(name) for row in rows], types.get(name, pa.string())) for name in names}
    return pa.table(arrays)


def in_total_order(event_rows: pa.Table) -> pa.Table:
    """Events by case and by (instant, sequence, rank of kind, event key): the one order in which they are folded."""
    if not len(event_rows):
        return event_rows
    rank = pc.index_in(event_rows["kind"].cast(pa.string()), pa.array(EVENT_KINDS))
    columns = [
        integers(pc.fill_null(event_rows["event_key"], 0)),
        integers(pc.fill_null(rank, len(EVENT_KINDS))),
        integers(pc.fill_null(event_rows["seq"], 0)),
        integers(event_rows["event_at"].cast(pa.int64())),
        integers(event_rows["case_key"]),
    ]
    order = np.lexsort(columns)
    if (order == np.arange(len(order))).all():
        return event_rows
    return event_rows.take(pa.array(order))


def merge_links(case_rows: pa.Table, event_rows: pa.Table, kind: Integers | None = None) -> dict[int, Link]:
    """The last merge of each case that has any; `event_rows` are in total order, `kind` their kinds where known."""
    if kind is None:
        kind = coded(event_rows["kind"], EVENT_KINDS).codes
    found = np.flatnonzero((kind == E_MERGED) | (kind == E_UNMERGED))
    if not len(found):
        return {}
    case_key = integers(event_rows["case_key"])[found]
    sources = case_rows.select(["case_key", "source"])
    wanted = sources.filter(pc.is_in(sources["case_key"], pa.array(np.unique(case_key))))
    source = dict(zip(wanted["case_key"].to_pylist(), wanted["source"].to_pylist(), strict=True))
    return last_links(
        (key, at_us, is_merge, survivor, source.get(key) or "")
        for key, at_us, is_merge, survivor in zip(
            case_key.tolist(),
            _picked(event_rows["event_at"].cast(pa.int64()), found),
            (kind[found] == E_MERGED).tolist(),
            _picked(event_rows["value"], found),
            strict=True,
        )
    )


def _picked(column: Any, places: Integers) -> list[Any]:
    """The values at some sorted places. Chunk by chunk, because taking from a chunked column joins it first."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    ends = np.cumsum([len(chunk) for chunk in chunks])
    cuts = np.searchsorted(places, ends)
    values: list[Any] = []
    for number, chunk in enumerate(chunks):
        since = cuts[number - 1] if number else 0
        values += chunk.take(pa.array(places[since : cuts[number]] - (ends[number] - len(chunk)))).to_pylist()
    return values


def take_over(
    case_rows: pa.Table, event_rows: pa.Table, links: Mapping[int, Link], into: Mapping[int, int]
) -> tuple[pa.Table, Overrides]:
    """The events with each survivor's taken-over messages, and where survivors begin and children end (R6)."""
    if not into:
        return event_rows, Overrides({}, {})
    case_key = integers(case_rows["case_key"])
    created = dict(zip(case_key.tolist(), seconds(case_rows["created_at"]).tolist(), strict=True))
    opener = dict(zip(case_key.tolist(), case_rows["initiated_by"].to_pylist(), strict=True))
    children = pa.array(sorted(into), pa.int64())
    kind = event_rows["kind"].cast(pa.string())
    of_child = pc.is_in(event_rows["case_key"], children)
    taken = event_rows.filter(pc.and_(of_child, pc.is_in(kind, pa.array(_TAKEN_OVER))))
    begin_s: dict[int, int] = {}
    earliest: dict[int, int] = {}
    written = pc.and_(
        pc.equal(taken["actor"].cast(pa.string()), "customer"),
        pc.fill_null(pc.equal(taken["value"].cast(pa.string()), "public"), fill_value=False),
    )
    by_customer = taken.filter(written)
    for key, at_s in zip(by_customer["case_key"].to_pylist(), seconds(by_customer["event_at"]).tolist(), strict=True):
        earliest[key] = min(earliest.get(key, at_s), at_s)
    for child, survivor in into.items():
        first = earliest.get(child, created[child] if opener.get(child) == "customer" else None)
        begin_s.setdefault(survivor, created[survivor])
        if first is not None:
            begin_s[survivor] = min(begin_s[survivor], first)
    moved = pa.array([into[key] for key in taken["case_key"].to_pylist()], pa.int64())
    partner = pa.nulls(len(taken), pa.string())
    decoded = {name: _plain(event_rows[name]) for name in event_rows.column_names}
    whole = pa.table(decoded)
    extra = pa.table({name: _plain(taken[name]) for name in taken.column_names})
    extra = extra.set_column(extra.schema.get_field_index("case_key"), "case_key", moved)
    extra = extra.set_column(extra.schema.get_field_index("partner"), "partner", partner)
    merged_at_s = {child: links[child].at_us // 1_000_000 for child in into}
    return in_total_order(pa.concat_tables([whole, extra.cast(whole.schema)])), Overrides(begin_s, merged_at_s)


def _plain(column: Any) -> Any:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def merged(
    case_rows: pa.Table, event_rows: pa.Table
) -> tuple[pa.Table, dict[int, Link], dict[int, int], Overrides | None]:
    """Whole cases with their merges: events with those taken over, links, who goes on as whom, and what that moves."""
    links = merge_links(case_rows, event_rows)
    into = survivors(links, case_rows["case_key"].to_pylist()) if links else {}
    if not into:
        return event_rows, links, into, None
    events, overrides = take_over(case_rows, event_rows, links, into)
    return events, links, into, overrides


def _batch(
    case_rows: pa.Table, event_rows: pa.Table, words: tuple[StatusWord, ...], tables: TermTables
) -> tuple[Batch, dict[int, int]]:
    """Whole cases, merges applied: the batch, and the case as which each merged one goes on."""
    if event_rows["event_at"].null_count:  # retractions: the lake's own reading leaves them out
        event_rows = event_rows.filter(pc.is_valid(event_rows["event_at"]))
    events, _, into, overrides = merged(case_rows, event_rows)
    return encode(case_columns(case_rows), event_columns(events), words, tables, overrides), into


def _canonical(case_rows: Rows, event_rows: Rows) -> tuple[pa.Table, pa.Table]:
    """The rows as the folds want them: their columns only, in the total order."""
    cases = _table(case_rows, CASE_COLUMNS, _CASE_TYPES).sort_by("case_key")
    events = _table(event_rows, (*EVENT_COLUMNS, "seq", "event_key"), _EVENT_TYPES)
    return cases, in_total_order(events)


def batch_of_rows(case_rows: Rows, event_rows: Rows, mapping: Any, terms: ClockTerms) -> Batch:
    """Rows in memory as integers, merges applied: what `trace` steps through."""
    return _batch(*_canonical(case_rows, event_rows), status_words(mapping), TermTables(terms))[0]


def facts_of_rows(
    case_rows: Rows, event_rows: Rows, mapping: Any, terms: ClockTerms, *, compiled: bool = False
) -> FactSet:
    """The facts of cases and events in memory; `mapping` is the mapping table or a list of its rows.

    Rows are canonical (one per key) in any order. Nothing is read or kept elsewhere.
    """
    cases, events = _canonical(case_rows, event_rows)
    batch, into = _batch(cases, events, status_words(mapping), TermTables(terms))
    facts = stored(fold_batch(batch, compiled=compiled), into, Counter(into.values()))
    return FactSet(terms, (Layer("rows", facts),), len(batch.orphans))


def fold_rows(
    case_rows: Rows, event_rows: Rows, mapping: Any, terms: ClockTerms, *, compiled: bool = False
) -> tuple[pa.Table, pa.Table]:
    """The `clock` and the `case` facts of rows in memory, as `facts_of_rows` makes them."""
    facts = facts_of_rows(case_rows, event_rows, mapping, terms, compiled=compiled)
    return facts.table("clock"), facts.table("case")
