"""What several files of a log say of one case, laid together: the same row, however the log was cut and arrived.

Of each attribute the earliest word counts. `said_at` of a case tells at which place it stands, where that is not the
creation's own: twice the microsecond, plus one beside the creation. Laying together is then picking the smaller place,
in any order and as often as one likes. `at=` is the version of a row that has no creation yet, `creates=` says that no
activity tells of creations, so that the first row is one, and `fed=` that the partner is the feed's.
"""

# Names in SQL are declared columns, never input.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.lake import Lake
from tallystick.records.ordering import starts
from tallystick.records.table import GENERATION, INSTANT, table
from tallystick.vocabulary.scope import Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What a row says of a case -> the column that holds it.
ATTRIBUTES = {
    "channel": "channel",
    "language": "language",
    "queue": "queue",
    "priority": "priority",
    "reason": "reason",
    "requester": "requester_key",
    "partner_given": "partner_given",
}
# The version of a case that has no creation yet: whatever another source says of the case stands above it.
NEVER = 0
FED = "fed=1"
CREATES = "creates=1"
_LAST = 2**62


def places_told(
    told: Mapping[str, NDArray[np.int64]],
    usual: NDArray[np.int64],
    version: NDArray[np.int64],
    known: NDArray[np.bool_],
    *,
    creates: bool,
) -> pa.Array:
    """`said_at` of cases: places that are not the usual one, the version of those whose creation is not known."""
    rows = len(usual)
    parts = [pa.repeat(pa.scalar(CREATES if creates else "", pa.string()), rows)]
    if not known.all():
        parts.append(_named("at", version, ~known))
    for name in ATTRIBUTES:
        place = told[name]
        listed = (place != _LAST) & (place != usual)
        if listed.any():
            parts.append(_named(name, place, listed))
    return parts[0] if len(parts) == 1 else _spaced(*parts)


def _spaced(*parts: pa.Array | pa.ChunkedArray | str) -> pa.Array:
    """Words with blanks between them, nulls passed over. The first is never null: Arrow drops rows of nulls only."""
    return pc.ascii_ltrim_whitespace(pc.binary_join_element_wise(*parts, " ", null_handling="skip"))


def _named(name: str, values: NDArray[np.int64], where: NDArray[np.bool_]) -> pa.Array:
    words = pc.binary_join_element_wise(name, pa.array(values).cast(pa.string()), "=")
    return pc.if_else(pa.array(where), words, pa.scalar(None, pa.string()))


def with_feed_marked(said_at: pa.ChunkedArray, where: pa.ChunkedArray) -> pa.ChunkedArray:
    """`said_at` with the note that the partner is the feed's, where it is and the case is a log's."""
    plain = said_at.cast(pa.string())
    return pc.if_else(where, _spaced(pc.fill_null(plain, ""), FED), plain)


def creates(said_at: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which cases were created by their first row."""
    return pc.fill_null(pc.match_substring(said_at.cast(pa.string()), CREATES), False)


def laid_beside(lake: Lake | None, rows: pa.Table, generation: int) -> tuple[pa.Table, pa.Table | None]:
    """Rows of cases with what the lake holds of the same log's cases laid into them, and those stored versions.

    Hashes are those of the arriving rows; `superseding` sets them when the partners are known. None where nothing is
    stored of any.
    """
    if lake is None or rows.column("said_at").null_count == rows.num_rows:
        return rows, None
    keys = rows.filter(pc.is_valid(rows.column("said_at"))).select(["case_key"])
    everyone = Scope.of_client(lake.client)
    with lake.borrowed(log_cases=keys) as connection:
        if not (view := lake.versions(everyone, "case", connection)):
            return rows, None
        sql = (
            f"select * from {view} where said_at is not null and revision // {GENERATION} = {generation}"
            " and case_key in (select case_key from log_cases)"
        )
        stored = connection.sql(sql).to_arrow_table()
    if not stored.num_rows:
        return rows, None
    stored = stored.select(table("case").schema.names).cast(table("case").schema)
    met = pc.is_in(rows.column("case_key"), value_set=stored.column("case_key").combine_chunks())
    met = pc.and_(met, pc.is_valid(rows.column("said_at")))
    apart, near = rows.filter(pc.invert(met)), rows.filter(met)
    return pa.concat_tables([_plain(apart), _together(lake, _plain(near), stored)]), stored


def superseding(rows: pa.Table, stored: pa.Table, hashed: pa.Array) -> pa.Table:
    """Those of the rows `rows` that say something else than the newest stored version of their key, above it.

    `hashed` are the hashes of the stored versions as they would be made of what they say.
    """
    keys = stored.column("case_key").to_numpy()
    source_at = stored.column("source_at").cast(pa.int64()).fill_null(-_LAST).to_numpy()
    row_hash, revision = stored.column("row_hash").to_numpy(), stored.column("revision").to_numpy()
    order = np.lexsort((revision, row_hash, source_at, keys))
    newest = order[np.r_[starts(keys[order])[1:], True]] if len(order) else order
    return above(rows, "case_key", stored.take(pa.array(newest)), pc.take(hashed, pa.array(newest)))


def above(rows: pa.Table, key: str, newest: pa.Table, hashed: pa.Array | None = None) -> pa.Table:
    """Rows made to win over the newest stored version of their key, without those that say the same.

    Between versions of one instant the hash decides; a row that must win whatever its hash takes that of the stored
    version and the next revision. Where `hashed` is given, rows with this hash and this version are left out.
    """
    held = newest.column(key).to_numpy()
    order = np.argsort(held, kind="stable")
    wanted = rows.column(key).to_numpy()
    if not len(held):
        return rows
    at = np.minimum(np.searchsorted(held[order], wanted), len(held) - 1)
    place = order[at]
    met = held[place] == wanted
    theirs = newest.column("source_at").cast(pa.int64()).fill_null(-_LAST).to_numpy()[place]
    ours = rows.column("source_at").cast(pa.int64()).fill_null(-_LAST).to_numpy()
    their_revision = newest.column("revision").to_numpy().astype(np.int64)[place]
    our_revision = rows.column("revision").to_numpy().astype(np.int64)
    one = met & (their_revision // GENERATION >= our_revision // GENERATION)
    low = one & (ours <= theirs)
    columns = {name: rows.column(name) for name in rows.column_names}
    columns["source_at"] = pa.array(np.where(low, theirs, ours), pa.int64(), mask=np.where(low, theirs, ours) == -_LAST)
    columns["source_at"] = columns["source_at"].cast(INSTANT)
    our_hash = rows.column("row_hash").to_numpy()
    their_hash = newest.column("row_hash").to_numpy()[place]
    columns["row_hash"] = pa.array(np.where(low, their_hash, our_hash))
    columns["revision"] = pa.array(np.where(low, their_revision + 1, our_revision).astype(np.int32))
    found = pa.table({name: columns[name] for name in rows.column_names})
    if hashed is None:
        return found
    same = met & (our_hash == pc.take(hashed, pa.array(place)).to_numpy()) & (ours == theirs)
    return found.filter(pa.array(~same))


def _plain(rows: pa.Table) -> pa.Table:
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def _together(lake: Lake, arriving: pa.Table, stored: pa.Table) -> pa.Table:
    """One row per case out of arriving and stored ones."""
    names = [name for name in arriving.column_names if name in stored.column_names]
    sketch = pa.concat_tables([arriving.select(names), stored.select(names).cast(arriving.select(names).schema)])
    usual = f"epoch_us(created_at) * 2 + (said_at like '%{CREATES}%')::bigint"

    def told(name: str) -> str:
        return f"try_cast(nullif(regexp_extract(said_at, '(?:^| ){name}=(-?[0-9]+)', 1), '') as bigint)"

    places = ", ".join(f"coalesce({told(name)}, {usual}) as at_{name}" for name in ATTRIBUTES)
    replaced = f"case when said_at like '%{FED}%' then null else partner_given end as partner_given"
    sketches = (
        f"select * replace ({replaced}), coalesce({told('at')}, epoch_us(source_at)) as version, {places} from sketch"
    )
    picked = ", ".join(
        f"arg_min({column}, (at_{name}, {column})) filter ({column} is not null) as {column},"
        f" min(at_{name}) filter ({column} is not null) as at_{name}"
        for name, column in ATTRIBUTES.items()
    )
    sql = (
        f"select case_key, min(epoch_us(created_at)) as created_us, max(version) as version,"
        f" max(epoch_us(source_due_at)) as due_us, bool_or(said_at like '%{CREATES}%') as creates, {picked}"
        f" from ({sketches}) group by case_key order by case_key"
    )
    with lake.borrowed(sketch=sketch) as connection:
        found = connection.sql(sql).to_arrow_table().combine_chunks()
    order = pc.sort_indices(arriving, sort_keys=[("case_key", "ascending")])
    rows = arriving.take(order)
    created = found.column("created_us")
    known = created.is_valid().to_numpy()
    first = created.fill_null(0).to_numpy()
    version = found.column("version").to_numpy()
    made = found.column("creates").to_numpy(zero_copy_only=False).astype(bool)
    told_at = {name: found.column(f"at_{name}").fill_null(_LAST).to_numpy() for name in ATTRIBUTES}
    usual_place = np.where(known, 2 * first + made, _LAST)
    said = places_told(told_at, usual_place, version, known, creates=bool(made.any()))
    columns = {name: rows.column(name) for name in rows.column_names}
    for column in ATTRIBUTES.values():
        columns[column] = found.column(column).cast(arriving.schema.field(column).type)
    columns["created_at"] = created.cast(INSTANT)
    columns["source_due_at"] = found.column("due_us").cast(INSTANT)
    columns["source_at"] = pa.array(np.where(known, version, NEVER)).cast(INSTANT)
    columns["said_at"] = said
    return pa.table({name: columns[name] for name in rows.column_names})
