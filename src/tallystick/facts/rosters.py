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
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Changed
from tallystick.facts.daily import SPAN, in_span
from tallystick.facts.layered import Places
from tallystick.facts.people import people_of
from tallystick.facts.spans import BITS, SECOND, Spans, Whole, at, disjoint, midnights, seconds_of
from tallystick.vocabulary.opening import DAY_S, ZoneTable, local_day_many

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


class _Stretches(NamedTuple):
    """Rows of one person without a gap of four hours, whatever their version: who, from when until when, in order.

    `of` is the stretch of each row; -1 where the row has no length or belongs to nobody.
    """

    owner: Whole
    begin: Whole
    end: Whole
    of: Whole


def _stretches(rows: pa.Table, owner: Whole) -> _Stretches:
    begin, end = seconds_of(rows.column("started_at")), seconds_of(rows.column("ended_at"))
    kept = np.flatnonzero((owner >= 0) & (begin >= 0) & (end > begin))
    kept = kept[np.argsort(at(owner[kept], begin[kept]), kind="stable")]
    begins, ends = at(owner[kept], begin[kept]), at(owner[kept], end[kept])
    reach = np.maximum.accumulate(ends)
    opens = np.ones(len(kept), bool)
    opens[1:] = (begins[1:] >> BITS != begins[:-1] >> BITS) | (begins[1:] - reach[:-1] >= GAP_S)
    first = np.flatnonzero(opens)
    of = np.full(len(begin), -1, np.int64)
    of[kept] = np.cumsum(opens) - 1
    last = np.maximum.reduceat(ends, first) if len(first) else ends
    return _Stretches(begins[first] >> BITS, begins[first] & SECOND, last & SECOND, of)


# How far around the rows asked for others are read at first; further, until no stretch that matters is cut off.
_AROUND_S = 3 * DAY_S
_FARTHEST_S = 4000 * DAY_S


@dataclass(frozen=True)
class ShiftDays:
    """How schedules hang on time: by whole stretches of a person, and those that begin on the same local days."""

    name: str = TABLE

    def touched(self, changed: Changed) -> tuple[Whole, Whole]:
        """The stretches of rows that differ, and those of the same person on the same local days."""
        differ = changed.differ[self.name]
        begin, end = seconds_of(differ.column("started_at")), seconds_of(differ.column("ended_at"))
        end = np.maximum(begin, end)
        order = np.argsort(begin, kind="stable")
        order = order[begin[order] >= 0]
        apart = np.maximum.accumulate(end[order])[:-1] + 2 * _AROUND_S < begin[order][1:] if len(order) else begin[:0]
        lots = np.split(order, np.flatnonzero(apart) + 1) if len(order) else []
        found = [self._reached(changed, differ.take(pa.array(lot)), begin[lot], end[lot]) for lot in lots]
        none = begin[:0]
        return np.concatenate([none, *(one[0] for one in found)]), np.concatenate([none, *(one[1] for one in found)])

    def _reached(self, changed: Changed, differ: pa.Table, begin: Whole, end: Whole) -> tuple[Whole, Whole]:
        since, until = int(begin.min()), int(end.max()) + 1
        around = _AROUND_S
        while True:
            rows = pa.concat_tables([differ, self._rows(changed, self._span(changed, since - around, until + around))])
            whole = _stretches(rows, _owners(changed, rows))
            hit = np.unique(whole.of[: differ.num_rows])
            hit = hit[hit >= 0]
            inside = whole.begin[hit] > since - around + DAY_S, whole.end[hit] < until + around - DAY_S
            if all(one.all() for one in inside) or around >= _FARTHEST_S:
                break
            around *= 4
        first, last = local_day_many(changed.zone, np.array([whole.begin[hit], whole.end[hit] - 1]))
        low, high = at(whole.owner[hit], midnights(changed.zone, first)), midnights(changed.zone, last + 1)
        place = np.searchsorted(at(whole.owner, whole.end), low, side="right")
        until_ = np.searchsorted(at(whole.owner, whole.begin), at(whole.owner[hit], high), side="left") - 1
        # What has no length hangs on nothing else, but stood on its own day.
        return (
            np.concatenate([begin, np.minimum(whole.begin[place], whole.begin[hit])]),
            np.concatenate([end + 1, np.maximum(whole.end[until_], whole.end[hit])]),
        )

    def near(self, changed: Changed, start_s: int, end_s: int) -> Places:
        """The rows around the time, so far back that no stretch that touches it is cut off."""
        around = _AROUND_S
        while True:
            places = self._span(changed, start_s - around, end_s + DAY_S)
            rows = self._rows(changed, places)
            whole = _stretches(rows, _owners(changed, rows))
            begin = whole.begin[(whole.begin < end_s) & (whole.end > start_s)]
            if int(begin.min(initial=start_s)) > start_s - around + 2 * DAY_S or around >= _FARTHEST_S:
                return places
            around *= 4

    def _span(self, changed: Changed, start_s: int, end_s: int) -> Places:
        return in_span(changed.rows[self.name], SPAN, start_s, end_s)

    def _rows(self, changed: Changed, places: Places) -> pa.Table:
        return changed.rows[self.name].taken(places)


def _owners(changed: Changed, rows: pa.Table) -> Any:
    tables = {TABLE: rows, "identity": changed.rows["identity"].whole()}
    return people_of(tables, (TABLE,)).codes[TABLE]
