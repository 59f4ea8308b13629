"""Changes that no activity of a log tells of, found by comparing what the rows of a case say one after another.

Each event of a log keeps what stood in its row (`seen`). What was a change follows from all rows of the case that are
known, wherever they came from: it is worked out anew for every case that a load touches, an event is added where a
change has become known, and taken back where it turns out that nothing changed. So the cut of a log into files, their
order and their repetition leave no trace, and a state that is merely repeated never reaches a fold.

The first word of a case is an event too: what stood there from the first row on. Rows of one instant have no order. Of
several words at one instant the one that stood before goes first, and the one that stands afterwards last.

Events of this sort carry an empty `seen`. Lakes of earlier versions hold some without it, which each file found alone:
they count as words of a row of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.file_load import Load
from tallystick.records.keys import mixed
from tallystick.records.lake import Lake
from tallystick.records.log_cases import above, creates
from tallystick.records.ordering import ordered, starts
from tallystick.records.row_hash import hash_of
from tallystick.records.table import GENERATION, INSTANT, table
from tallystick.records.word_columns import encoded, repeated, written_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

# What the key of such an event is made of, beside case, instant and word. Never renumber: stored keys depend on it.
SORTS = {"queue": 21, "priority": 22, "owner": 23, "status": 24}
CREATION = 1
# The partner that the row names, among what it says.
PARTNER = "partner"
DERIVED = ""


@dataclass(frozen=True)
class Words:
    """What rows say of one attribute: case, instant (microseconds), word and partner by their places in the alphabet.

    A partner is -1 where the row names none.
    """

    case: Integers
    at: Integers
    word: Integers
    partner: Integers


def fed_words(seen: pa.ChunkedArray, feed: str) -> pa.ChunkedArray:
    """`seen` with the feed's partner where the row names none."""

    def filled(word: str | None) -> str | None:
        if not word:
            return word
        return json.dumps({PARTNER: feed, **json.loads(word)}, ensure_ascii=False, sort_keys=True)

    words, codes = encoded(seen)
    return pa.array([*map(filled, words), None], pa.string()).take(pa.array(codes))


def with_changes(
    load: Load, lake: Lake | None, new: dict[str, pa.Table], withdrawn: AbstractMapping[str, pa.Table], feed: str
) -> dict[str, pa.Table]:
    """The new rows with the events that follow from them, and with stored ones taken back that follow no more."""
    events = new.get("case_event")
    cases = new.get("case")
    begun = _creations(load, cases, feed) if cases is not None else None
    gone = withdrawn.get("case_event")
    told = events is not None and _says_something(events)
    keys = [rows.column("case_key") for rows in (events, gone, begun) if rows is not None]
    if not keys:
        return new
    touched = pc.unique(pa.chunked_array([chunk for part in keys for chunk in part.chunks], pa.int64()))
    stored = _stored(lake, touched, needed=told or begun is not None)
    if not told and begun is None and stored is None:
        return new
    found = [] if begun is None else [begun if stored is None else above(begun, "event_key", stored)]
    found += _derived(load, events, gone, stored)
    added = [part for part in found if part.num_rows]
    if not added:
        return new
    return {**new, "case_event": _joined([*([events] if events is not None else []), *added])}


def _joined(parts: list[pa.Table]) -> pa.Table:
    plain = [written_out(part) for part in parts]
    return pa.concat_tables([part.select(plain[0].column_names).cast(plain[0].schema) for part in plain])


def _says_something(events: pa.Table) -> bool:
    seen = events.column("seen")
    if seen.null_count == len(seen):
        return False
    return bool(pc.any(pc.not_equal(seen.cast(pa.string()), DERIVED)).as_py())


def _stored(lake: Lake | None, touched: pa.Array, *, needed: bool) -> pa.Table | None:
    """The newest stored versions of the events of these cases, retractions among them; None where none matters."""
    if lake is None:
        return None
    pin = lake.pin()
    if "case_event" not in pin.versions:
        return None
    if not needed and not lake.holds_any("case_event", touched, pin, "seen is not null"):
        return None
    rows = lake.newest_of_cases("case_event", touched, pin)
    return rows if rows.num_rows else None


def _creations(load: Load, cases: pa.Table, feed: str) -> pa.Table | None:
    """The creation of each case whose log tells of none: the instant of its first row."""
    rows = cases.filter(pc.and_(creates(cases.column("said_at")), pc.is_valid(cases.column("created_at"))))
    if not (count := rows.num_rows):
        return None
    key = rows.column("case_key").combine_chunks()
    partner = rows.column("partner_given").cast(pa.string())
    return _completed(
        load,
        {
            "case_key": key,
            "event_key": mixed(key, pa.repeat(pa.scalar(CREATION, pa.int64()), count)),
            "event_at": rows.column("created_at"),
            "seq": pa.repeat(pa.scalar(-1, pa.int32()), count),
            "kind": repeated("created", count),
            "actor": repeated("customer", count),
            "value": pa.nulls(count, pa.string()),
            "partner_given": pc.fill_null(partner, feed) if feed else partner,
            "source_at": rows.column("source_at"),
        },
    )


def _completed(load: Load, columns: dict[str, Any]) -> pa.Table:
    """Events that follow from others, with what every stored event has."""
    count = len(columns["case_key"])
    columns |= {
        "agent": pa.nulls(count, pa.string()),
        "seen": repeated(DERIVED, count),
        "revision": pa.repeat(pa.scalar(load.generation * GENERATION, pa.int32()), count),
        "load_id": repeated(load.load_id, count),
        "source_row": pa.repeat(pa.scalar(0, pa.int64()), count),
    }
    columns["row_hash"] = hash_of(table("case_event"), columns)
    names = [name for name in table("case_event").schema.names if name not in ("cohort", "partner")]
    return pa.table({name: columns[name] for name in [*names, "source_row"]})


# ---- what follows from the rows ---------------------------------------------------------------------------------


def _derived(load: Load, events: pa.Table | None, gone: pa.Table | None, stored: pa.Table | None) -> list[pa.Table]:
    """The changes that are not known yet, and retractions of those that are none."""
    rows = _newest(events, gone, stored)
    words, named, said = _words(rows)
    found: list[pa.Table] = []
    right: list[pa.Array] = []
    for kind, one in said.items():
        made = _completed(load, _changed(kind, one, words, named))
        right.append(made.column("event_key").combine_chunks())
        found.append(made)
    changes = pa.concat_tables([written_out(part) for part in found]) if found else None
    if stored is None:
        return [changes] if changes is not None else []
    parts: list[pa.Table] = []
    sort = _is_derived(rows)
    held = rows.filter(pa.array(sort)).append_column("known", pa.array(_is_old(rows)[sort]))
    present = pc.is_valid(held.column("event_at"))
    if changes is not None:
        parts.append(_added(changes, held))
    wrong = present
    if right:
        wrong = pc.and_(present, pc.invert(pc.is_in(held.column("event_key"), pa.concat_arrays(right))))
    taken = held.filter(wrong).drop_columns(["known"])
    if taken.num_rows:
        columns = {name: taken.column(name) for name in taken.column_names}
        columns["event_at"] = pa.nulls(taken.num_rows, INSTANT)
        columns["load_id"] = pa.array([load.load_id] * taken.num_rows, pa.string())
        revision = np.maximum(taken.column("revision").to_numpy() + 1, load.generation * GENERATION)
        columns["revision"] = pa.array(revision.astype(np.int32))
        columns["source_row"] = pa.array(np.zeros(taken.num_rows, np.int64))
        names = [name for name in table("case_event").schema.names if name not in ("cohort", "partner")]
        parts.append(pa.table({name: columns[name] for name in [*names, "source_row"]}))
    return parts


def _added(changes: pa.Table, held: pa.Table) -> pa.Table:
    """The changes that are not stored, or otherwise; each above what is stored under its key."""
    at = pc.index_in(changes.column("event_key"), value_set=held.column("event_key").combine_chunks())
    met = pc.is_valid(at)
    theirs = held.take(at.fill_null(0).combine_chunks()) if held.num_rows else None
    if theirs is None:
        return changes
    same = pc.and_(met, pc.is_valid(theirs.column("event_at")))
    same = pc.and_(same, pc.equal(theirs.column("seq"), changes.column("seq")))
    given = pc.fill_null(changes.column("partner_given"), "")
    same = pc.and_(same, pc.equal(pc.fill_null(theirs.column("partner_given"), ""), given))
    # A word that an earlier version of Tallystick stored stays one.
    known = pc.and_(met, theirs.column("known"))
    changes = changes.set_column(
        changes.schema.get_field_index("seen"),
        "seen",
        pc.if_else(known, pa.scalar(None, pa.string()), changes.column("seen")),
    )
    return above(changes.filter(pc.invert(same)), "event_key", held)


def _newest(events: pa.Table | None, gone: pa.Table | None, stored: pa.Table | None) -> pa.Table:
    """The newest version of each event, retractions among them."""
    names = [name for name in table("case_event").schema.names if name not in ("cohort", "partner")]
    parts = [part.select(names) for part in (events, gone, stored) if part is not None]
    rows = parts[0] if len(parts) == 1 else pa.concat_tables([written_out(part) for part in parts])
    rows = rows.combine_chunks()
    keys = rows.column("event_key").to_numpy()
    revision = rows.column("revision").to_numpy()
    source_at = rows.column("source_at").cast(pa.int64()).fill_null(-(2**62)).to_numpy()
    order = np.argsort(keys, kind="stable")
    if starts(keys[order]).all():
        return rows
    order = np.lexsort((revision, rows.column("row_hash").to_numpy(), source_at, revision // GENERATION, keys))
    last = order[np.r_[starts(keys[order])[1:], True]]
    return rows.take(pa.array(np.sort(last)))


def _is_old(rows: pa.Table) -> Flags:
    """Which rows are changes that an earlier version found in one file: words of a row that is not stored itself."""
    kinds, codes = encoded(rows.column("kind"))
    sort = np.array([*(SORTS.get(kind, 0) for kind in kinds), 0])[codes]
    silent = rows.column("seen").is_null().to_numpy() & rows.column("source_at").is_valid().to_numpy() & (sort > 0)
    places = np.flatnonzero(silent)
    found = np.zeros(rows.num_rows, bool)
    if len(places):
        some = rows.select(["case_key", "source_at", "value", "event_key"]).take(pa.array(places)).combine_chunks()
        value = some.column("value").cast(pa.string())
        made = mixed(some.column("case_key"), some.column("source_at"), value, pa.array(sort[places]))
        found[places] = made.to_numpy() == some.column("event_key").to_numpy()
    return found


def _is_derived(rows: pa.Table) -> Flags:
    """Which rows are changes found by comparing rows, creations not among them."""
    seen = pc.equal(rows.column("seen").cast(pa.string()), DERIVED)
    kinds = pc.is_in(rows.column("kind").cast(pa.string()), value_set=pa.array(list(SORTS)))
    ours: Flags = pc.fill_null(pc.and_(seen, kinds), False).to_numpy()
    return ours | _is_old(rows)


def _words(rows: pa.Table) -> tuple[list[str], list[str], dict[str, Words]]:
    """(all words, all partners, per kind what the rows say), words and partners in the order of the alphabet."""
    said, codes = encoded(rows.column("seen"))
    read: list[dict[str, str]] = [*(json.loads(one) if one else {} for one in said), {}]
    old = np.flatnonzero(_is_old(rows))
    old_kinds = rows.column("kind").take(pa.array(old)).cast(pa.string()).to_pylist()
    old_values = rows.column("value").take(pa.array(old)).cast(pa.string()).to_pylist()
    old_given = rows.column("partner_given").take(pa.array(old)).cast(pa.string()).to_pylist()
    words = sorted({one[kind] for one in read for kind in SORTS if kind in one} | set(old_values))
    partners = sorted({one[PARTNER] for one in read if PARTNER in one} | {one for one in old_given if one})
    word_at = {word: place for place, word in enumerate(words)}
    partner_at: dict[str | None, int] = {partner: place for place, partner in enumerate(partners)}
    present = rows.column("event_at").is_valid().to_numpy()
    case = rows.column("case_key").to_numpy()
    at = rows.column("event_at").cast(pa.int64()).fill_null(0).to_numpy()
    of_partner = np.array([partner_at.get(one.get(PARTNER), -1) for one in read], np.int64)
    found: dict[str, Words] = {}
    for kind in SORTS:
        of_word = np.array([word_at[one[kind]] if kind in one else -1 for one in read], np.int64)
        mine = [place for place, of in enumerate(old_kinds) if of == kind]
        if (of_word < 0).all() and not mine:
            continue
        told = of_word[codes]
        here = np.flatnonzero((told >= 0) & present)
        there = old[mine]
        source_at = rows.column("source_at").cast(pa.int64()).take(pa.array(there)).to_numpy()
        found[kind] = Words(
            np.r_[case[here], case[there]],
            np.r_[at[here], source_at],
            np.r_[told[here], np.array([word_at[old_values[place]] for place in mine], np.int64)],
            np.r_[
                of_partner[codes][here], np.array([partner_at.get(old_given[place], -1) for place in mine], np.int64)
            ],
        )
    return words, partners, found


def _changed(kind: str, said: Words, words: list[str], partners: list[str]) -> dict[str, Any]:
    """The changes of one attribute as columns of events."""
    order = ordered([said.case, said.at, said.word, -said.partner])
    case, at, word, partner = (part[order] for part in (said.case, said.at, said.word, said.partner))
    once = starts(case) | starts(at) | starts(word)
    if not once.all():
        case, at, word, partner = case[once], at[once], word[once], partner[once]
    of_case = starts(case)
    instant = of_case | starts(at)
    seq = np.zeros(len(case), np.int64)
    if not instant.all():
        rank = _ranks(word, of_case, instant)
        order = np.lexsort((word, rank, np.cumsum(instant)))
        word, partner = word[order], partner[order]
    picked = np.flatnonzero(of_case | starts(word))
    if not instant.all():
        fresh = starts(np.cumsum(instant, dtype=np.int64)[picked])
        seq[picked] = np.arange(len(picked)) - np.flatnonzero(fresh)[np.cumsum(fresh) - 1]
    count = len(picked)
    key, moment = pa.array(case[picked]), pa.array(at[picked]).cast(INSTANT)
    value = pa.array(words, pa.string()).take(pa.array(word[picked]))
    sort = pa.repeat(pa.scalar(SORTS[kind], pa.int64()), count)
    coded = pa.DictionaryArray.from_arrays(pa.array(word[picked].astype(np.int32)), pa.array(words, pa.string()))
    return {
        "case_key": key,
        "event_key": mixed(key, moment, coded, sort),
        "event_at": moment,
        "seq": pa.array(seq[picked].astype(np.int32)),
        "kind": repeated(kind, count),
        "actor": repeated("system", count),
        "value": value,
        "partner_given": pa.array(partners, pa.string()).take(pa.array(partner[picked], mask=partner[picked] < 0)),
        "source_at": moment,
    }


def _ranks(word: Integers, of_case: Flags, instant: Flags) -> Integers:
    """Among words of one instant: 0 for the one that stood before, 2 for the one that stands afterwards, else 1.

    What stands after an instant is a word that the next instant has too, rather not one that the last one had.
    """
    group = np.cumsum(instant) - 1
    width = int(word.max(initial=0)) + 1
    first = np.flatnonzero(instant)
    begins_case = of_case[first]
    ends_case = np.r_[begins_case[1:], True]
    pairs = np.sort(group * width + word)

    def stands(at: Integers, possible: Flags) -> Flags:
        asked = at * width + word
        place = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
        found: Flags = possible & (pairs[place] == asked)
        return found

    score = 2 * stands(group + 1, ~ends_case[group]) - stands(group - 1, ~begins_case[group]).astype(np.int64)
    order = np.lexsort((word, score, group))
    last = np.r_[starts(group[order])[1:], True]
    after = word[order[last]]
    before = np.where(begins_case, -1, np.r_[-1, after[:-1]])
    rank: Integers = np.where(word == after[group], 2, np.where(word == before[group], 0, 1))
    return rank
