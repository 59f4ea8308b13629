"""The events of a queue_log as segments of calls.

The event that ends a segment tells the whole of it: CONNECT says how long the caller waited and the telephone rang,
COMPLETE how long was spoken. So each segment is made of its last event, under a key of that event, and a call whose
events lie in two files has the same segments in whatever order the files come. Only where an event tells no length
(tables without data) is the beginning looked for among the events of the same call in the file.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors._instants import MICROS, NONE, Flags, Integers
from tallystick.records.connectors.any_table.reader import Chunk, constant, micros
from tallystick.records.keys import keys_of

COMPLETES = {"COMPLETEAGENT": "agent", "COMPLETECALLER": "customer"}
TRANSFERS = {"BLINDTRANSFER": "blind", "TRANSFER": "blind", "ATTENDEDTRANSFER": "warm"}
# Event -> (result of the waiting, who ended it, place of the waiting time among the parameters; 0: none).
LEFT = {
    "CONNECT": ("answered", "", 1),
    "ABANDON": ("abandoned", "customer", 3),
    "EXITWITHTIMEOUT": ("timeout", "system", 3),
    "EXITEMPTY": ("overflow", "system", 3),
    "LEAVEEMPTY": ("overflow", "system", 0),
    "EXITWITHKEY": ("overflow", "customer", 4),
    "SYSCOMPAT": ("unknown", "system", 0),
}
# Callers who were turned away before they entered.
REFUSED = ("JOINEMPTY", "FULL", "CLOSED")
DIVERTED = ("DIVERT_CA_RATIO", "DIVERT_HOLDTIME")
RINGS = {"RINGNOANSWER": "no_answer", "RINGCANCELED": "abandoned"}
OF_CALLS = frozenset(
    {*LEFT, *COMPLETES, *TRANSFERS, *RINGS, *REFUSED, *DIVERTED, "ENTERQUEUE", "WRAPUPSTART", "HOLD", "UNHOLD"}
)
_SEQUENCE = {"queue": 0, "ring": 1, "talk": 2, "hold": 3, "wrap": 4}
_CALLER = r"^(?P<id>.*?)(?:\|\d{1,4}(?:\|.*)?)?$"


@dataclass
class Log:
    """The events of one file in the order of calls and time, with what is asked of them often."""

    chunk: Chunk
    event: pa.Array
    call: pa.Array
    agent: pa.Array
    at: Integers
    order: Integers
    group: Integers
    loose: int = 0

    @classmethod
    def of(cls, chunk: Chunk, agent: pa.Array) -> Log:
        """The events sorted by call, instant and line."""
        call = chunk.word("call").dictionary_encode()
        codes = np.asarray(call.indices.fill_null(len(call.dictionary)), np.int64)
        at = chunk.at("time")
        order = np.lexsort((chunk.ordinals, at, codes))
        return cls(chunk, chunk.word("event"), chunk.word("call"), agent, at, order, codes)

    def says(self, *events: str) -> Flags:
        """Which rows are one of some events."""
        found = pc.is_in(self.event, value_set=pa.array(events, pa.string()))
        return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)

    def number(self, place: int) -> Integers:
        """A parameter as a whole number, NONE where it is none."""
        return whole(self.chunk.word(f"data{place}")) if place else np.full(len(self.chunk), NONE, np.int64)

    def latest(self, wanted: Flags, over: Flags) -> Integers:
        """For each row the latest earlier wanted row of its call, -1 where there is none or one of `over` lies since.

        A row does not see itself: the end of a waiting sees the entry, the next one does not.
        """
        position = np.arange(len(self.order))
        sorted_group = self.group[self.order]
        first = np.r_[True, sorted_group[1:] != sorted_group[:-1]] if len(position) else np.zeros(0, np.bool_)
        begin = np.maximum.accumulate(np.where(first, position, 0)) if len(position) else position
        hit = _before(wanted[self.order], position)
        gone = _before(over[self.order], position)
        good = (hit >= begin) & (hit > gone)
        found = np.full(len(position), -1, np.int64)
        found[self.order] = np.where(good, self.order[np.maximum(hit, 0)], -1) if len(position) else found
        return found


def _before(marked: Flags, position: Integers) -> Integers:
    """For each place the last marked place before it, -1 where there is none."""
    last = np.maximum.accumulate(np.where(marked, position, -1)) if len(position) else position
    return np.r_[-1, last[:-1]].astype(np.int64) if len(position) else position


def whole(column: pa.Array) -> Integers:
    """The whole part of numbers in words, NONE where a cell is none."""
    text = pc.utf8_trim_whitespace(column)
    good = pc.fill_null(pc.match_substring_regex(text, r"^\d{1,12}(\.\d*)?$"), fill_value=False)
    digits = pc.replace_substring_regex(pc.if_else(good, text, None), r"\.\d*$", "")
    return np.asarray(pc.fill_null(digits.cast(pa.int64()), NONE), np.int64)


def segments(log: Log, source: str, keys: AbstractMapping[str, Any]) -> pa.Table:
    """Every segment that an event ends. `keys` leads from a pressed key to how the waiting ended (callback ...)."""
    parts = [_waits(log, keys), _turned_away(log), _rings(log), *_talks(log), _holds(log), _wraps(log)]
    return _table(log, source, pa.concat_tables(parts))


def unended(log: Log) -> int:
    """How many callers entered a queue and did nothing else in the file."""
    enters = log.says("ENTERQUEUE")
    later = log.says(*LEFT)
    # Seen from the end, the latest "earlier" event is the next one.
    last = Log(log.chunk, log.event, log.call, log.agent, log.at, log.order[::-1], log.group)
    return int((enters & (last.latest(later, enters) < 0)).sum())


def _rows(log: Log, where: Flags, kind: str, start: Integers, end: Integers, **columns: Any) -> pa.Table:
    """The segments of some rows; one that cannot tell its beginning is none, and is counted."""
    place = np.flatnonzero(where)
    known = start[place] != NONE
    log.loose += int((~known).sum())
    place = place[known]
    picked = pa.array(place)
    words = {
        name: value.take(picked) if isinstance(value, pa.Array) else constant(value or None, len(place))
        for name, value in columns.items()
    }
    nothing = pa.nulls(len(place), pa.string())
    return pa.table(
        {
            "place": picked,
            "kind": constant(kind, len(place)),
            "started_at": micros(start[place]),
            "ended_at": micros(end[place]),
            **{name: words.get(name, nothing) for name in _WORDS},
        }
    )


_WORDS = ("result", "ended_by", "agent", "transferred_to", "transfer", "caller")


def _since(log: Log, length: Integers, unit: int, entered: Integers) -> Integers:
    """Where a segment began: its end less the length told, else at the row that opened it."""
    told = np.where(length != NONE, log.at - np.where(length != NONE, length, 0) * unit, NONE)
    return np.where(told != NONE, told, np.where(entered >= 0, log.at[np.maximum(entered, 0)], NONE))


def _waits(log: Log, keys: AbstractMapping[str, Any]) -> pa.Table:
    enters = log.says("ENTERQUEUE")
    left = log.says(*LEFT)
    entered = log.latest(enters, left)
    callers = _callers(log).take(pa.array(entered, mask=entered < 0))
    # LEAVEEMPTY is told beside EXITEMPTY: it ends a waiting only where nothing else has.
    silent = log.says("LEAVEEMPTY") & (entered < 0)
    result = pa.array([LEFT.get(word, ("",))[0] for word in _dictionary(log.event)], pa.string()).take(
        _codes(log.event)
    )
    by = pa.array([LEFT.get(word, ("", ""))[1] or None for word in _dictionary(log.event)], pa.string())
    pressed = log.chunk.word("data1")
    if keys:
        chosen = pa.array([keys.get(word or "") for word in _dictionary(pressed)], pa.string()).take(_codes(pressed))
        with_key = pa.array(log.says("EXITWITHKEY"))
        result = pc.if_else(with_key, pc.coalesce(chosen, result), result)
    length = np.full(len(log.at), NONE, np.int64)
    for place in {place for _, _, place in LEFT.values() if place}:
        mine = log.says(*(event for event, (_, _, own) in LEFT.items() if own == place))
        length = np.where(mine, log.number(place), length)
    start = _since(log, length, MICROS, entered)
    return _rows(log, left & ~silent, "queue", start, log.at, result=result, ended_by=by.take(_codes(log.event)),
                 caller=callers)  # fmt: skip


def _turned_away(log: Log) -> pa.Table:
    refused, diverted = log.says(*REFUSED), log.says(*DIVERTED)
    result = pc.if_else(pa.array(refused), "refused", "overflow")
    return _rows(log, refused | diverted, "queue", log.at, log.at, result=result, ended_by="system")


def _rings(log: Log) -> pa.Table:
    connected = log.says("CONNECT")
    lost = log.says(*RINGS)
    ring = log.number(3)
    # Of an answered call the seconds are told, of an unanswered ring the milliseconds. A ring of which nothing is told
    # is a moment.
    length = np.where(connected, np.where(ring == NONE, NONE, ring * MICROS), NONE)
    missed = log.number(1)
    length = np.where(lost, np.where(missed == NONE, 0, missed * 1000), length)
    start = np.where(length == NONE, NONE, log.at - np.where(length == NONE, 0, length))
    words = [RINGS.get(word, "answered") for word in _dictionary(log.event)]
    result = pa.array(words, pa.string()).take(_codes(log.event))
    told = lost | (connected & (ring != NONE))
    return _rows(log, told, "ring", start, log.at, result=result, agent=log.agent)


def _talks(log: Log) -> list[pa.Table]:
    connected = log.says("CONNECT")
    ends = log.says(*COMPLETES, *TRANSFERS)
    opened = log.latest(connected, ends)
    completed, moved = log.says(*COMPLETES), log.says(*TRANSFERS)
    by = pa.array([COMPLETES.get(word) for word in _dictionary(log.event)], pa.string()).take(_codes(log.event))
    how = pa.array([TRANSFERS.get(word) for word in _dictionary(log.event)], pa.string()).take(_codes(log.event))
    spoken = np.where(log.says("BLINDTRANSFER", "TRANSFER"), log.number(4), log.number(2))
    attended = log.says("ATTENDEDTRANSFER")
    # A LINK names two bridges, so that its lengths stand one further.
    linked = attended & np.asarray(pc.fill_null(pc.equal(log.chunk.word("data1"), "LINK"), False))
    spoken = np.where(attended, np.where(linked, log.number(5), log.number(4)), spoken)
    start = _since(log, spoken, MICROS, opened)
    target = pc.if_else(pa.array(attended), log.chunk.word("data2"), log.chunk.word("data1"))
    return [
        _rows(log, completed, "talk", start, log.at, result="completed", ended_by=by, agent=log.agent),
        _rows(log, moved, "talk", start, log.at, result="transferred", ended_by="agent", agent=log.agent,
              transferred_to=target, transfer=how),
    ]  # fmt: skip


def _holds(log: Log) -> pa.Table:
    resumed = log.says("UNHOLD")
    start = _since(log, np.full(len(log.at), NONE, np.int64), MICROS, log.latest(log.says("HOLD"), resumed))
    return _rows(log, resumed, "hold", start, log.at, agent=log.agent)


def _wraps(log: Log) -> pa.Table:
    begun = log.says("WRAPUPSTART")
    length = log.number(1)
    end = np.where(length == NONE, NONE, log.at + np.where(length == NONE, 0, length) * MICROS)
    return _rows(log, begun, "wrap", log.at, end, agent=log.agent)


def _callers(log: Log) -> pa.Array:
    """Who called, of ENTERQUEUE: all between the address and the position, for a name may hold bars."""
    rest = pc.binary_join_element_wise(
        *(pc.fill_null(log.chunk.word(f"data{place}"), "") for place in range(2, 10)), "|"
    )
    rest = pc.replace_substring_regex(rest, r"\|+$", "")
    entering = pa.array(log.says("ENTERQUEUE"))
    rest = pc.if_else(entering, rest, pa.scalar(None, pa.string()))
    caller = pc.struct_field(pc.extract_regex(rest, _CALLER), "id")
    # `"Ann" <0712>` is the number.
    inside = pc.struct_field(pc.extract_regex(caller, r"<(?P<number>[^>]*)>"), "number")
    caller = pc.utf8_trim_whitespace(pc.coalesce(inside, caller))
    unknown = pa.array(["", "anonymous", "unknown", "unavailable", "private", "restricted"])
    return pc.if_else(pc.is_in(pc.utf8_lower(caller), value_set=unknown), pa.scalar(None, pa.string()), caller)


def _dictionary(column: pa.Array) -> list[Any]:
    return column.dictionary_encode().dictionary.to_pylist()  # type: ignore[no-any-return]


def _codes(column: pa.Array) -> pa.Array:
    return column.dictionary_encode().indices


def _table(log: Log, source: str, parts: pa.Table) -> pa.Table:
    """The canonical columns. The key is that of the event that ended the segment, for it is told once."""
    place = parts["place"].combine_chunks()
    kind = parts["kind"].combine_chunks()
    call = log.call.take(place)
    said = pa.array(log.at).take(place)
    agent = pc.fill_null(log.agent.take(place), "")
    queue = log.chunk.word("queue").take(place)
    told = pc.binary_join_element_wise(
        call, kind, said.cast(pa.string()), agent, pc.fill_null(queue, ""), log.event.take(place), "\x1f"
    )
    sequence = pa.array([_SEQUENCE[word] for word in _dictionary(kind)], pa.int32()).take(_codes(kind))
    return pa.table(
        {
            "segment_key": keys_of(f"{source}:segment", told),
            "call_key": keys_of(source, call),
            "call_id": call,
            "seq": sequence,
            **{name: parts[name] for name in ("kind", "started_at", "ended_at", "result", "ended_by", "agent")},
            "queue": queue,
            "transferred_to": parts["transferred_to"],
            "transfer": parts["transfer"],
            "requester": parts["caller"],
            "source_at": micros(np.asarray(said, np.int64)),
            "source_row": pa.array(log.chunk.numbers).take(place),
        }
    )
