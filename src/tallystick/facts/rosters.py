"""What agents were scheduled for, moment by moment, by the roster that was in force then.

Versions. Rows of one agent and system with the same `published_at` are one version of the working days on which they
lie; a working day is a stretch of rows without a gap of four hours or more, named by the local date of its beginning,
so that a night shift is one. A version holds from its publication until that of the next one for the same working day;
the earliest also before. What is published later never rewrites what was in force (R1). A version without a row for a
working day says nothing about it: a day that is taken out needs a row `off`.

Exceptions. A row that came unplanned, or that somebody approved, lies over the plan whenever it was entered: it tells
what really happened, such as a sick leave that is entered at noon for the whole day. Leave that came unplanned is
absence.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.spans import BITS, SECOND, Spans, Whole, at, disjoint, seconds_of
from tallystick.vocabulary.opening import ZoneTable, local_day_many

TABLE = "shift"
# Where rows overlap, the one that stands earlier holds: a break lies inside a shift.
ACTIVITIES = (
    *("absent", "sick", "leave", "meal", "break", "training", "coaching", "meeting", "project"),
    *("overtime", "off", "work"),
)
CODE: Mapping[str, int] = {name: place for place, name in enumerate(ACTIVITIES)}
SCHEDULED = tuple(name for name in ACTIVITIES if name != "off")
AWAY = ("absent", "sick", "leave")
WORKING = ("work", "overtime")

APPROVED, UNAPPROVED, PLAN = 0, 1, 2
LAYERS = 3
WIDE = len(ACTIVITIES)
GAP_S = 4 * 3600
ALWAYS = 0


def schedule_of(rows: pa.Table, owner: Whole, zone: ZoneTable) -> Spans:
    """The schedule in force as disjoint spans; a rank is layer x number of activities + the activity's place.

    Time `off` is left out, as are rows of nobody (owner -1), rows without an end and rows of an unknown activity.
    """
    words = pc.dictionary_encode(rows.column("activity").combine_chunks().cast(pa.string()))
    listed = words.dictionary.to_pylist()
    code = np.array([*(CODE.get(word, -1) for word in listed), -1], np.int64)
    activity = code[np.asarray(words.indices.fill_null(len(listed)), np.int64)]
    begin, end = seconds_of(rows.column("started_at")), seconds_of(rows.column("ended_at"))
    kept = (owner >= 0) & (activity >= 0) & (end > begin)
    unplanned = np.asarray(pc.fill_null(pc.equal(rows.column("planned"), "unplanned"), fill_value=False))
    approved = np.asarray(rows.column("approval").combine_chunks().is_valid())
    activity = np.where(unplanned & (activity == CODE["leave"]), CODE["absent"], activity)
    layer = np.where(approved, APPROVED, np.where(unplanned, UNAPPROVED, PLAN))
    from_s, until_s = _in_force(rows, owner, begin, end, kept & (layer == PLAN), zone)
    begin, end = np.maximum(begin, from_s), np.minimum(end, until_s)
    spans = Spans(at(owner, begin), at(owner, end), layer * WIDE + activity).only(kept & (end > begin))
    found = disjoint(spans)
    return found.only(found.rank % WIDE != CODE["off"])


def _in_force(
    rows: pa.Table, owner: Whole, begin: Whole, end: Whole, planned: Whole, zone: ZoneTable
) -> tuple[Whole, Whole]:
    """From when until when each planned row is in force; for others, always."""
    from_s, until_s = np.zeros(len(begin), np.int64), np.full(len(begin), SECOND, np.int64)
    published = seconds_of(rows.column("published_at"), ALWAYS)
    row = np.flatnonzero(planned)
    if not len(row) or (published[row] == published[row[0]]).all():
        return from_s, until_s
    source = pc.dictionary_encode(rows.column("source").combine_chunks().cast(pa.string()))
    said_by = np.asarray(source.indices.fill_null(len(source.dictionary)), np.int64) + owner * (
        len(source.dictionary) + 1
    )
    # One version of one agent's roster, its rows by time.
    row = row[np.lexsort((begin[row], published[row], said_by[row]))]
    version = _runs(said_by[row], published[row])
    reach = np.maximum.accumulate((version << BITS) | end[row]) & SECOND
    opens = np.r_[True, (version[1:] != version[:-1]) | (begin[row][1:] - reach[:-1] >= GAP_S)]
    block = np.cumsum(opens) - 1
    day = local_day_many(zone, begin[row][opens])[block]
    # The versions of one working day, in the order of their publication.
    order = np.lexsort((published[row], day, said_by[row]))
    row, day = row[order], day[order]
    whole = _runs(said_by[row], day)
    each = _runs(whole, published[row])
    starts = np.flatnonzero(np.r_[True, each[1:] != each[:-1]])
    said, of_day = published[row][starts], whole[starts]
    first = np.r_[True, of_day[1:] != of_day[:-1]]
    since = np.where(first, 0, said)
    until = np.where(np.r_[first[1:], True], SECOND, np.r_[said[1:], SECOND])
    from_s[row], until_s[row] = since[each], until[each]
    return from_s, until_s


def _runs(*columns: Whole) -> Whole:
    """Equal neighbours numbered from 0 on."""
    changes = np.zeros(len(columns[0]), bool)
    for column in columns:
        changes[1:] |= column[1:] != column[:-1]
    found: Whole = np.cumsum(changes)
    return found
