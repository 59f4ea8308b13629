"""The canonical rows that the verdicts of one partner and period read: which ones, their digest, and what moved.

Which cases (primary): those with a clock that starts, is due or stops in the period, or that still runs at its end;
created or solved in the period; surveyed in the period. Closure: merge partners of a case, and the chain of contacts
of the same requester with gaps of at most the repeat window, because their facts depend on one another. With the
closure, folding these rows alone gives the same facts as folding the partner's whole history.

Digest: content only. Columns that tell how or when a row arrived (load id, source time, row hash, partition) are left
out, so order and repetition of arrival never show. Rows are sorted by natural key; each column goes into SHA-256 as
its name, its type, one validity byte a row and its values (integers as 8 bytes little-endian, instants as microseconds
since 1970 UTC, dates as days, text as UTF-8 behind its lengths, decimals as text).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.keys import mixed
from tallystick.records.table import STORAGE, Personal
from tallystick.records.table import table as table_declared
from tallystick.verdicts.verdict import RowsRead

ARRIVAL_COLUMNS = STORAGE | {"source_at", "partner_given"}
# What every judging reads; others are read where a clause asks for a stream that they feed.
TABLES = ("case", "case_event", "survey_response", "mapping", "reported_value")
_LONGER_KEYS = {"case_event": ("case_key", "event_key")}
# No fold or measure reads them, so a verdict does not either: where a customer's words stand.
UNREAD_COLUMNS = frozenset({"text_id"})
INDEX = pa.schema([("table", pa.string()), ("key", pa.int64()), ("hash", pa.int64()), ("case_key", pa.int64())])
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical_table(name: str, table: pa.Table) -> pa.Table:
    """The content columns of `table` in order of name, rows by natural key; never a direct identifier or text."""
    kept = [column for column in canonical_columns(name) if column in table.column_names]
    chosen = table.select(kept)
    if not _is_ordered(chosen.column(natural_key(name)[0])):
        chosen = chosen.sort_by([(key, "ascending") for key in natural_key(name)])
    return chosen.combine_chunks()


def _is_ordered(column: pa.ChunkedArray) -> bool:
    """Whether the first column of the key rises strictly; then sorting would leave the rows where they are."""
    if column.null_count:
        return False
    key = np.asarray(column, dtype=np.int64)
    return bool((key[1:] > key[:-1]).all())


def natural_key(name: str) -> tuple[str, ...]:
    """The columns by which the rows of a table are told apart and ordered."""
    return _LONGER_KEYS.get(name) or (table_declared(name).key,)


def canonical_columns(name: str) -> list[str]:
    """Names of a table's canonical columns, sorted: what a digest covers and a bundle holds."""
    declared = table_declared(name)
    personal = {
        column.name for column in declared.all_columns if column.personal in (Personal.DIRECT, Personal.CONTENT)
    }
    return sorted(set(declared.schema.names) - ARRIVAL_COLUMNS - UNREAD_COLUMNS - personal)


def canonical_schema(name: str) -> pa.Schema:
    """The Arrow schema of a table's canonical columns."""
    schema = table_declared(name).schema
    return pa.schema([schema.field(column) for column in canonical_columns(name)])


def digest_of(name: str, table: pa.Table) -> RowsRead:
    """How many canonical rows, and the SHA-256 of their content; `table` comes from `canonical_table`."""
    return RowsRead(name, table.num_rows, content_digest(name, table))


def content_digest(name: str, table: pa.Table) -> str:
    """SHA-256 of the columns of a table in their order, as the module says; 64 hexadecimal digits."""
    state = hashlib.sha256(name.encode())
    for column_name in table.column_names:
        state.update(b"\x1e" + column_name.encode() + b"\x1f")
        for part in _column_bytes(table.column(column_name)):
            state.update(part)
    return state.hexdigest()


def _column_bytes(column: pa.ChunkedArray) -> Iterable[memoryview | bytes]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], type=kind)
    yield np.asarray(array.is_valid().cast(pa.uint8())).tobytes()
    if pa.types.is_boolean(kind):
        yield b"bool" + np.asarray(pc.fill_null(array, fill_value=False).cast(pa.uint8())).tobytes()
    elif pa.types.is_integer(kind):
        yield b"int" + _little(array.cast(pa.int64()))
    elif pa.types.is_timestamp(kind):
        yield b"instant" + _little(array.cast(pa.timestamp("us", kind.tz)).cast(pa.int64()))
    elif pa.types.is_date(kind):
        yield b"date" + _little(array.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()))
    elif pa.types.is_decimal(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = array if pa.types.is_string(kind) else array.cast(pa.string())
        yield from _text_bytes(text)
    else:
        raise TypeError(f"{kind} has no canonical form")


def _text_bytes(text: pa.Array) -> Iterable[memoryview | bytes]:
    """Lengths of texts, then the texts one behind another, where they lie already; one that is missing is empty."""
    if not len(text):
        yield b"text"
        return
    ends = np.frombuffer(text.buffers()[1], "<i4", len(text) + 1, text.offset * 4)
    lengths = np.diff(ends)
    if text.null_count and lengths[np.asarray(text.is_null())].any():
        yield from _text_bytes(text.fill_null(""))
        return
    yield b"text" + lengths.astype("<i8").tobytes()
    if ends[-1] > ends[0]:
        yield memoryview(text.buffers()[2])[ends[0] : ends[-1]]


def _little(array: pa.Array) -> bytes:
    return np.asarray(array.fill_null(0)).astype("<i8").tobytes()


def cases_of_period(
    clock: pa.Table, case: pa.Table, surveyed: Iterable[int], from_on: date, end_on: date, repeat_window_s: int
) -> pa.Array:
    """Sorted keys of the cases that a period's verdicts read: the primary ones and their closure (see above)."""
    parts = [_primary_by_clock(clock, from_on, end_on), _primary_by_case(case, from_on, end_on)]
    parts.append(pa.array(sorted(set(surveyed)), type=pa.int64()))
    primary = np.unique(np.concatenate([np.asarray(part, dtype=np.int64) for part in parts]))
    return pa.array(_closure(case, primary, repeat_window_s), type=pa.int64())


def _within(table: pa.Table, name: str, from_on: date, end_on: date) -> Any:
    column = table.column(name)
    inside = pc.and_(pc.greater_equal(column, pa.scalar(from_on)), pc.less(column, pa.scalar(end_on)))
    return pc.fill_null(inside, fill_value=False)


def _primary_by_clock(clock: pa.Table, from_on: date, end_on: date) -> Any:
    touched = _within(clock, "start_on", from_on, end_on)
    for name in ("due_on", "stop_on"):
        touched = pc.or_(touched, _within(clock, name, from_on, end_on))
    begun = pc.fill_null(pc.less(clock.column("start_on"), pa.scalar(end_on)), fill_value=False)
    unfinished = pc.fill_null(pc.greater_equal(clock.column("stop_on"), pa.scalar(end_on)), fill_value=True)
    return clock.filter(pc.or_(touched, pc.and_(begun, unfinished))).column("case_key")


def _primary_by_case(case: pa.Table, from_on: date, end_on: date) -> Any:
    touched = _within(case, "created_on", from_on, end_on)
    for name in ("solved_on", "due_on"):
        touched = pc.or_(touched, _within(case, name, from_on, end_on))
    return case.filter(touched).column("case_key")


def _closure(case: pa.Table, primary: Any, repeat_window_s: int) -> Any:
    keys = np.asarray(case.column("case_key"), dtype=np.int64)
    family = _family(case, keys, repeat_window_s)
    wanted = np.unique(family[np.isin(keys, primary)])
    return np.unique(np.concatenate([keys[np.isin(family, wanted)], primary]))


def _family(case: pa.Table, keys: Any, repeat_window_s: int) -> Any:
    """One label a case: the smallest position among all cases that it hangs together with."""
    position = np.arange(len(keys), dtype=np.int64)
    left: list[Any] = []
    right: list[Any] = []
    survivors = case.column("merged_into")
    merged = np.asarray(survivors.is_valid())
    if merged.any():
        order = np.argsort(keys, kind="stable")
        target = np.asarray(survivors.drop_null(), dtype=np.int64)
        at = np.searchsorted(keys[order], target).clip(0, len(keys) - 1)
        found = order[at]
        known = keys[found] == target
        left.append(position[merged][known])
        right.append(found[known])
    requester = case.column("requester_key")
    named = np.asarray(requester.is_valid())
    if named.any():
        who = np.asarray(requester.drop_null(), dtype=np.int64)
        created = np.asarray(case.column("created_at").cast(pa.int64()).fill_null(0))[named]
        order = np.lexsort((created, who))
        near = (np.diff(who[order]) == 0) & (np.diff(created[order]) <= repeat_window_s * 1_000_000)
        place = position[named][order]
        left.append(place[:-1][near])
        right.append(place[1:][near])
    label = position.copy()
    if not left:
        return label
    one, two = np.concatenate(left), np.concatenate(right)
    while True:  # each round at least one label falls; chains are short, so the rounds are few
        low = np.minimum(label[one], label[two])
        before = label.copy()
        np.minimum.at(label, one, low)
        np.minimum.at(label, two, low)
        label = label[label]
        if (label == before).all():
            return label


def row_index(name: str, table: pa.Table) -> pa.Table:
    """One line a canonical row: table, natural key, 63-bit hash of the content, case. What a restatement compares."""
    key = natural_key(name)[-1]
    hashes = (
        mixed(*(table.column(column) for column in table.column_names)) if table.num_rows else pa.array([], pa.int64())
    )
    case_key = table.column("case_key") if "case_key" in table.column_names else pa.nulls(table.num_rows, pa.int64())
    names = pa.array([name] * table.num_rows, pa.string())
    return pa.table({"table": names, "key": table.column(key), "hash": hashes, "case_key": case_key}, schema=INDEX)


def json_rows(table: pa.Table) -> Iterable[dict[str, Any]]:
    """Each row as plain JSON values: instants in ISO 8601 UTC, dates in ISO, decimals as text."""
    columns = {name: _plain_column(table.column(name)) for name in table.column_names}
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(names, values, strict=True))


def _plain_column(column: pa.ChunkedArray) -> list[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        micros = column.cast(pa.timestamp("us", kind.tz)).cast(pa.int64()).to_pylist()
        return [None if one is None else _instant_text(one) for one in micros]
    values = column.to_pylist()
    if pa.types.is_date(kind):
        return [None if one is None else one.isoformat() for one in values]
    if pa.types.is_decimal(kind):
        return [None if one is None else format(one, "f") for one in values]
    return list(values)


def _instant_text(micros: int) -> str:
    text = (EPOCH + timedelta(microseconds=micros)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.removesuffix(".000000") + "Z"


def json_line(row: Mapping[str, Any]) -> bytes:
    """One row as one line of JSON: keys sorted, no blanks, UTF-8."""
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def table_from_lines(lines: Iterable[bytes], schema: pa.Schema) -> pa.Table:
    """The table that was written as JSON lines; `schema` gives the types. Raises ValueError for a malformed line."""
    rows = [json.loads(line) for line in lines]
    arrays = [pa.array([_typed(row.get(one.name), one.type) for row in rows], type=one.type) for one in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _typed(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        at = datetime.fromisoformat(value)
        return (at - EPOCH) // timedelta(microseconds=1)
    if pa.types.is_date(kind):
        return date.fromisoformat(value)
    if pa.types.is_decimal(kind):
        return Decimal(value)
    return value
