"""What agents did, moment by moment: their states as disjoint spans.

Channels run side by side, so one agent may be in several states at once. One state holds at each moment: work on a
contact before a named activity, that before waiting for a contact, that before being away without a reason. Time with
three chats at once is therefore counted once.

A state without an end lasts until the next one of the same agent, system and channel. Where that is more than a day
away, or never comes, nobody knows when it ended: it counts no time and is told as unclear.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import SECOND_US, Changed
from tallystick.facts.daily import SPAN, in_span
from tallystick.facts.layered import Places
from tallystick.facts.spans import BITS, Spans, Whole, at, in_order, seconds_of
from tallystick.vocabulary.opening import DAY_S

TABLE = "agent_state"
# In this order one state counts before another; `not_ready` also stands for a word that nobody has mapped.
STATES = (
    *("talk", "outbound", "chat", "hold", "wrap", "case_work", "ring"),
    *("training", "coaching", "meeting", "project", "meal", "break"),
    *("available", "system_down", "not_ready"),
)
OFFLINE = "offline"
MANY = 1 << 30
CODE: Mapping[str, int] = {name: place for place, name in enumerate(STATES)}

ON_CONTACT = ("talk", "outbound", "chat", "hold", "wrap", "case_work")
AT_WORK = (*ON_CONTACT, "ring", "available", "system_down")
OFF_PHONE = ("training", "coaching", "meeting", "project")
PAUSES = ("break", "meal")


def ends_of(rows: pa.Table) -> tuple[Whole, Whole]:
    """The second in which each state ends, and for one that tells no end the place of the row that ends it.

    The place is -1 for others. A state whose end is unclear ends where it began.
    """
    begin, end = seconds_of(rows.column("started_at")), seconds_of(rows.column("ended_at"))
    closes = np.full(len(begin), -1, np.int64)
    open_ = end < 0
    if not open_.any():
        return end, closes
    lane = _lanes(rows)
    order = in_order(at(lane, begin), np.asarray(rows.column("state_key"), np.int64))
    following = np.full(len(begin), -1, np.int64)
    same = lane[order][1:] == lane[order][:-1]
    following[order[:-1][same]] = order[1:][same]
    until = np.where(following >= 0, begin[following], begin)
    near = open_ & (following >= 0) & (until - begin <= DAY_S)
    closes[near] = following[near]
    return np.where(near, until, np.where(open_, begin, end)), closes


def _lanes(rows: pa.Table) -> Whole:
    """Which rows follow one another: those of one agent in one system and channel."""
    lane = np.zeros(rows.num_rows, np.int64)
    for name in ("partner", "source", "channel", "agent"):
        coded = pc.dictionary_encode(rows.column(name).combine_chunks().cast(pa.string()))
        wide = len(coded.dictionary) + 1
        lane = lane * wide + np.asarray(coded.indices.fill_null(wide - 1), np.int64)
    # As few as there are: they stand above the second in one number.
    return lane if lane.max(initial=0) < MANY else np.unique(lane, return_inverse=True)[1]


def states_of(rows: pa.Table, owner: Whole) -> tuple[Spans, Whole, Whole]:
    """The states as spans, not yet disjoint; and owner and second of each state whose end is unclear.

    `offline` only ends other states. Rows of nobody (owner -1) are left out.
    """
    begin = seconds_of(rows.column("started_at"))
    end, closes = ends_of(rows)
    words = pc.dictionary_encode(rows.column("state").combine_chunks().cast(pa.string()))
    listed = words.dictionary.to_pylist()
    code = np.array([*(CODE.get(word, CODE["not_ready"]) for word in listed), CODE["not_ready"]], np.int64)
    if OFFLINE in listed:
        code[listed.index(OFFLINE)] = -1
    rank = code[np.asarray(words.indices.fill_null(len(listed)), np.int64)]
    kept = (owner >= 0) & (rank >= 0)
    unclear = kept & (closes < 0) & np.asarray(rows.column("ended_at").combine_chunks().is_null())
    spans = Spans(at(owner, begin), at(owner, end), rank).only(kept & (end > begin))
    return spans, at(owner, begin)[unclear] >> BITS, begin[unclear]


def touching_states(rows: pa.Table, start_s: int, end_s: int) -> pa.Table:
    """The states that touch [start_s, end_s), and those that end one of them."""
    begin = seconds_of(rows.column("started_at"))
    end, closes = ends_of(rows)
    inside = (begin < end_s) & (np.maximum(end, begin + 1) > start_s)
    needed = closes[inside]
    inside[needed[needed >= 0]] = True
    return rows.filter(pa.array(inside))


@dataclass(frozen=True)
class StateDays:
    """How states hang on time: one that tells no end lasts until the next one, at most a day away."""

    name: str = TABLE

    def touched(self, changed: Changed) -> tuple[Whole, Whole]:
        """The time of each state that differs, and of those without an end that it may end, or ended before."""
        differ, rows = changed.differ[self.name], changed.rows[self.name]
        begin, end = (seconds_of(differ.column(name)) for name in ("started_at", "ended_at"))
        begin, end = begin[begin >= 0], end[begin >= 0]
        if not len(begin):
            return begin, end
        since, until = int(begin.min()) - DAY_S, int(begin.max()) + 1
        near = rows.between("started_at", "started_at", since * SECOND_US, until * SECOND_US)
        before = rows.taken(near, ["started_at", "ended_at"])
        open_ = seconds_of(before.column("started_at"))[
            np.asarray(before.column("ended_at").combine_chunks().is_null())
        ]
        # Only those at most a day before something that differs.
        ordered = np.sort(begin)
        next_ = np.searchsorted(ordered, open_, side="left")
        open_ = open_[ordered[np.minimum(next_, len(ordered) - 1)] - open_ <= DAY_S]
        ends = np.where(end < 0, begin + DAY_S, np.maximum(end, begin)) + 1
        return np.concatenate([begin, open_]), np.concatenate([ends, open_ + DAY_S + 1])

    def near(self, changed: Changed, start_s: int, end_s: int) -> Places:
        """The states that touch the time, a day before it and a day after it."""
        return in_span(changed.rows[self.name], SPAN, start_s - DAY_S, end_s + DAY_S)
