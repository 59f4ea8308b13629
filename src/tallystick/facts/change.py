"""What lies between an earlier fact set and a pin: every case whose facts may differ, with its rows as they are now.

Rows come from three places. Cases that earlier layers hold come out of the copies that the layers keep; what arrived
since comes out of the lake's new files; and where both together do not tell everything (versions and retractions,
merges, files that were written anew, cases that nobody has seen before their events) a case is read in the lake.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts import term_tables
from tallystick.facts.coded import Coded, Integers, coded, integers
from tallystick.facts.columns import (
    CaseColumns,
    EventColumns,
    below_each_other,
    case_columns,
    event_columns,
)
from tallystick.facts.encode import Overrides
from tallystick.facts.event_copy import KeptCases, KeptEvents
from tallystick.facts.fact_set import FactSet
from tallystick.facts.fold.layout import E_MERGED, E_STATUS, E_UNMERGED, EVENT_KINDS, NONE
from tallystick.facts.folding import NO_INSTANT
from tallystick.facts.layers import WORDED, Layer, StoredFile
from tallystick.facts.merge import Link, survivors
from tallystick.facts.rows import in_total_order, merge_links, merged
from tallystick.facts.source import Arrived, Source, cohort_of

Flags = Any  # an array of truths


@dataclass(frozen=True)
class Gathered:
    """Cases to fold again (`keys`; those of them without a case row are no more) and what is known of them.

    `days` are the cohorts of `cases`, `in_doubt` the keys of which a copy of these rows would not tell everything.
    """

    keys: Integers
    cases: CaseColumns
    events: EventColumns
    days: Integers
    into: dict[int, int]
    overrides: Overrides | None
    in_doubt: Integers


@dataclass(frozen=True)
class Standing:
    """Where the earlier layers hold some keys: number of the layer (-1: nowhere), place in it, day of the cohort."""

    layer: Integers
    place: Integers
    day: Integers


@dataclass
class _Read:
    """Rows of whole cases read in the lake, part by part, and the cohorts in which cases were found."""

    cases: list[pa.Table] = field(default_factory=list)
    events: list[pa.Table] = field(default_factory=list)
    days: list[Integers] = field(default_factory=list)
    in_doubt: list[Integers] = field(default_factory=list)

    def tables(self, source: Source) -> tuple[pa.Table, pa.Table]:
        """All cases, and their events in total order within each case."""
        cases = pa.concat_tables([source.empty("case"), *self.cases])
        events = pa.concat_tables([source.empty("case_event"), *self.events])
        if len(self.events) > 1:
            # Each part is in order, and a case lies in one part only: a stable sort by case keeps the total order.
            events = events.take(pa.array(np.argsort(integers(events["case_key"]), kind="stable")))
        return cases, events

    def case_keys(self) -> Integers:
        """The keys of the cases that were found."""
        return np.concatenate([np.zeros(0, np.int64), *(integers(rows["case_key"]) for rows in self.cases)])


def present(facts: FactSet, links: dict[int, Link]) -> set[int]:
    """Which of the cases that links mention have facts."""
    named = [link.case_key for link in links.values()]
    named += [link.into_key for link in links.values() if link.into_key is not None]
    keys = np.unique(np.array(named, np.int64))
    return set(keys[facts.holds(keys)].tolist())


def standing(layers: Sequence[Layer], keys: Integers) -> Standing:
    """Where layers hold some keys, sorted; later layers win."""
    found = Standing(np.full(len(keys), -1, np.int64), np.zeros(len(keys), np.int64), np.full(len(keys), -1, np.int64))
    for number, layer in enumerate(layers):
        if len(layer.gone):
            found.layer[np.isin(keys, layer.gone)] = -1
        if not len(layer.case_key):
            continue
        at = np.searchsorted(layer.case_key, keys)
        at[at == len(layer.case_key)] = 0
        hit = np.flatnonzero(layer.case_key[at] == keys)
        if len(hit):
            found.layer[hit], found.place[hit] = number, at[hit]
            found.day[hit] = layer.cohort[at[hit]]
    return found


class Change:
    """The change from an earlier fact set to the pin of a source; `links` become those of the pin."""

    def __init__(self, source: Source, previous: FactSet) -> None:
        self.source = source
        self.previous = previous
        self.links = {row[0]: Link(*row) for row in previous.state["links"]}
        files = previous.state["files"]
        with ThreadPoolExecutor(2) as pool:
            arrived = pool.map(lambda name: source.arrived(name, files[name]), ("case", "case_event"))
            self._cases, self._events = arrived
        self._days = self._cases.changed | self._events.changed

    def gathered(self, touched: Integers, changed_words: set[str]) -> Gathered:
        """Every case whose facts may differ: touched ones, those with a changed word, and those merged with them.

        Merging is looked at before and after, so that an undone merge gives both cases back. Raises IntegrityError
        where a copy is damaged.
        """
        keys = np.unique(np.asarray(touched, np.int64))
        if changed_words:
            keys = np.union1d(keys, self._with_status(changed_words))
        here = present(self.previous, self.links)
        old_into = survivors(self.links, here)
        at = standing(self.previous.layers, keys)
        quick = Quick(self.previous.layers, keys, at, self._cases, self._events)
        quick.leave(np.isin(keys, _members(old_into)))
        quick.take()
        read = _Read()
        _read(self.source, read, keys, at, quick.events_left, quick.cases_left, self._days)
        if self._relink(keys[quick.events_left], read):
            here = present(self.previous, self.links)
        known = here - set(keys[quick.cases_left].tolist())
        known |= {*quick.fresh().tolist(), *read.case_keys().tolist()}
        new_into = survivors(self.links, known)
        bound = _bound(keys, old_into, new_into)
        groups = np.intersect1d(bound, _members(old_into | new_into))
        moved = np.isin(keys, groups) & ~quick.events_left
        more = np.union1d(keys[moved], np.setdiff1d(bound, keys))
        if len(more):
            rows_read = np.isin(more, keys[moved & quick.cases_left])
            every = np.ones(len(more), bool)
            _read(self.source, read, more, standing(self.previous.layers, more), every, ~rows_read, self._days)
            quick.leave(moved)
        quick_cases, quick_days = quick.cases()
        return _assembled(self.source, bound, groups, read, quick_cases, quick_days, quick.events())

    def _with_status(self, words: set[str]) -> Integers:
        """The cases that were ever in a status of one of these words."""
        found = [np.zeros(0, np.int64)]
        for cohort in self.source.cohorts():
            event_rows = self.source.cohort("case_event", cohort)
            value = coded(event_rows["value"])
            wanted = [code for code, word in enumerate(value.words) if term_tables.plain_word(word) in words]
            if wanted:
                status = coded(event_rows["kind"], EVENT_KINDS).codes == E_STATUS
                found.append(integers(event_rows["case_key"])[np.isin(value.codes, wanted) & status])
        return np.unique(np.concatenate(found))

    def _relink(self, keys: Integers, read: _Read) -> bool:
        """Take over the links of the cases that were read in the lake; whether that changed any."""
        left = {key: self.links.pop(key) for key in keys.tolist() if key in self.links}
        found = merge_links(*read.tables(self.source))
        self.links |= found
        return left != found


class Quick:
    """Keys of which the layers' copies and the lake's new files may tell everything.

    `events_left` and `cases_left` flag the keys whose events, and whose case rows, the lake has to be asked for.
    """

    def __init__(self, layers: Sequence[Layer], keys: Integers, at: Standing, cases: Arrived, events: Arrived) -> None:
        self._layers = layers
        self._keys = keys
        self._at = at
        self._kept: dict[int, KeptCases] = {}
        self.events_left = np.zeros(len(keys), bool)
        self.cases_left = np.zeros(len(keys), bool)
        self._new_cases = self._of_keys(cases)
        self._doubt_layers()
        self._doubt_cases(cases, events)
        self._new_events = self._doubt_events(in_total_order(self._of_keys(events)))

    def leave(self, flags: Flags) -> None:
        """Leave some keys to the lake, their events and their case rows."""
        self.events_left |= flags
        self.cases_left |= flags

    def take(self) -> None:
        """Read the copies, and leave to the lake the keys whose new events do not simply join the old ones."""

        def of_layer(held: tuple[int, Integers]) -> tuple[int, KeptCases]:
            number, here = held
            copy = _copy(self._layers[number])
            assert copy is not None  # noqa: S101  else its keys are in doubt
            return number, copy.cases(self._keys[here], self._at.place[here])

        with ThreadPoolExecutor(2) as pool:
            self._kept = dict(pool.map(of_layer, self._by_layer(~self.events_left)))
        new = self._new_events
        new_place = self._place(new.case_key)
        marks, instants = np.sort(new_place << 16 | new.mark), np.sort(new_place << 32 | new.at_s)
        for kept in self._kept.values():
            old, place = kept.events, self._place(kept.events.case_key)
            # Perhaps another version of an old event; or of one second with it, where the copy cannot tell the order.
            again = _held(marks, place << 16 | old.mark) | _held(instants, place << 32 | old.at_s)
            self.leave(self._flags(place[again]))

    def fresh(self) -> Integers:
        """The keys that no layer holds and the lake need not be asked for."""
        return self._keys[(self._at.layer < 0) & ~self.cases_left]

    def cases(self) -> tuple[list[CaseColumns], list[Integers]]:
        """The cases that are not left to the lake, part by part, and the days of their cohorts."""
        parts, days = [], []
        for number, here in self._by_layer(~self.cases_left):
            parts.append(_old_cases(self._layers[number], self._at.place[here], self._keys[here], self._kept[number]))
            days.append(self._at.day[here].astype(np.int32))
        new = ~self.cases_left[self._place(integers(self._new_cases["case_key"]))]
        arrived = self._new_cases.filter(pa.array(new))
        return [*parts, case_columns(arrived)], [*days, integers(arrived["day"])]

    def events(self) -> list[EventColumns]:
        """The events of cases that are not left to the lake: those of the copies, then those that arrived."""
        parts = [*(kept.events for kept in self._kept.values()), self._new_events]
        if not self.events_left.any():
            return parts
        return [part.at(~self.events_left[self._place(part.case_key)]) for part in parts]

    # ---- what the copies and the new files do not tell ---------------------------------------------------------

    def _doubt_layers(self) -> None:
        """Leave what a copy itself leaves open."""
        fresh = self._at.layer < 0
        for number, layer in enumerate(self._layers):
            here = self._at.layer == number
            copy = _copy(layer)
            if copy is None:
                self.leave(here)
            elif len(copy.in_doubt()):
                self.leave((here | fresh) & np.isin(self._keys, copy.in_doubt()))

    def _doubt_cases(self, cases: Arrived, events: Arrived) -> None:
        """Leave case rows of which there are other versions, and new cases that did not come as one row."""
        known = self._at.layer >= 0
        self.leave(known & np.isin(self._at.day, [*events.rewritten]))
        self.cases_left |= known & np.isin(self._at.day, [*cases.rewritten])
        rows = self._new_cases
        place = self._place(integers(rows["case_key"]))
        self.cases_left |= known & self._flags(place)
        times = np.bincount(place, minlength=len(self._keys))
        self.leave(~known & (times != 1))
        self.leave(~known & self._flags(place[~_valid(rows["created_at"])]))
        fresh = place[~known[place]]
        self._at.day[fresh] = integers(rows["day"])[~known[place]]
        self.leave(~known & np.isin(self._at.day, [*events.rewritten]))

    def _doubt_events(self, rows: pa.Table) -> EventColumns:
        """Leave cases whose new events are retractions, merges, of another cohort or not distinct; the other rows."""
        live = _valid(rows["event_at"])
        self.leave(self._flags(self._place(integers(rows["case_key"])[~live])))
        rows = rows.filter(pa.array(live))
        new = event_columns(rows, marked=True)
        place = self._place(new.case_key)
        apart = (new.kind == E_MERGED) | (new.kind == E_UNMERGED) | (integers(rows["day"]) != self._at.day[place])
        named = np.sort(place << 16 | new.mark)
        self.leave(self._flags(place[apart]) | self._flags(named[1:][named[1:] == named[:-1]] >> 16))
        return new

    # ---- places among the keys -----------------------------------------------------------------------------------

    def _of_keys(self, arrived: Arrived) -> pa.Table:
        """The rows of these keys, with the day of their cohort."""
        rows = arrived.rows.append_column("day", pa.array(arrived.days, pa.int32()))
        return rows.filter(pa.array(np.isin(integers(rows["case_key"]), self._keys)))

    def _place(self, case_key: Integers) -> Integers:
        return np.searchsorted(self._keys, case_key)

    def _flags(self, places: Integers) -> Flags:
        flags = np.zeros(len(self._keys), bool)
        flags[places] = True
        return flags

    def _by_layer(self, chosen: Flags) -> Iterable[tuple[int, Integers]]:
        """By layer that holds any of the chosen keys: its number and where they stand among all keys."""
        for number in np.unique(self._at.layer[chosen]).tolist():
            if number >= 0:
                yield number, np.flatnonzero(chosen & (self._at.layer == number))


def _held(known: Integers, values: Integers) -> Flags:
    """Which of some values are among the known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(values), bool)
    at = np.searchsorted(known, values)
    at[at == len(known)] = 0
    return known[at] == values


def _valid(column: Any) -> Flags:
    return pc.is_valid(column).to_numpy()


def _copy(layer: Layer) -> KeptEvents | None:
    return layer.content.events if isinstance(layer.content, StoredFile) else None


def _old_cases(layer: Layer, places: Integers, keys: Integers, kept: KeptCases) -> CaseColumns:
    """Cases of a layer as their rows told them."""
    content, here = layer.content, np.searchsorted(kept.case_key, keys)

    def instants(name: str) -> Integers:
        values = content.case(name)[places]
        return np.where(values == NO_INSTANT, NONE, values.astype(np.int64))

    words = {name: Coded(content.case(name)[places], layer.words[name]) for name in WORDED}
    case_id, requester_key = (content.array(name).take(pa.array(places)) for name in ("case_id", "requester_key"))
    return CaseColumns(
        case_key=keys,
        created_s=instants("created_at"),
        due_s=instants("source_due_at"),
        kind=kept.kind[here],
        case_id=case_id,
        requester_key=requester_key,
        words=words | {name: column.at(here) for name, column in kept.rows.items()},
    )


def merged_cases(source: Source, layers: Sequence[Layer], keys: Integers) -> Gathered:
    """The cases of `keys`, which were merged with each other, read in the lake."""
    read, every = _Read(), np.ones(len(keys), bool)
    _read(source, read, keys, standing(layers, keys), every, every, set())
    return _assembled(source, keys, keys, read, [], [], [])


def _read(
    source: Source, read: _Read, keys: Integers, at: Standing, events: Flags, cases: Flags, changed: set[int]
) -> None:
    """Add the events and the case rows of keys where flags say so, two cohorts at a time."""
    asked = events | cases
    days = {int(day) for day in np.unique(at.day[asked & (at.layer >= 0)])}
    if (asked & (at.layer < 0)).any():
        days |= changed

    def one(day: int) -> tuple[pa.Table, pa.Table, Integers]:
        # A case that no layer holds may lie in any cohort whose files changed.
        here = (at.layer >= 0) & (at.day == day) | (at.layer < 0 if day in changed else False)
        cohort = cohort_of(day)
        case_rows = source.cases("case", cohort, keys[here & cases])
        event_rows = source.cases("case_event", cohort, keys[here & events])
        case_key, event_key = integers(case_rows["case_key"]), integers(event_rows["case_key"])
        return case_rows, event_rows, source.in_doubt(cohort, case_key, event_key, keys[here & events])

    if not days:
        return
    with ThreadPoolExecutor(2) as pool:
        for day, (case_rows, event_rows, in_doubt) in zip(sorted(days), pool.map(one, sorted(days)), strict=True):
            read.cases.append(_text(case_rows))
            read.events.append(_text(event_rows))
            read.days.append(np.full(len(case_rows), day, np.int32))
            read.in_doubt.append(in_doubt)


def _assembled(
    source: Source,
    keys: Integers,
    groups: Integers,
    read: _Read,
    cases: Sequence[CaseColumns],
    days: Sequence[Integers],
    events: Sequence[EventColumns],
) -> Gathered:
    """What was read and what else is known of `keys`, in the folds' order; `groups` are those that were merged."""
    case_rows, event_rows = read.tables(source)
    event_rows, _, into, overrides = merged(case_rows.sort_by("case_key"), event_rows)
    every = below_each_other([*cases, case_columns(case_rows)])
    order = np.argsort(every.case_key, kind="stable")
    every = every.at(order)
    each_day = np.concatenate([*days, *read.days, np.zeros(0, np.int32)])[order]
    folded = below_each_other([*events, event_columns(event_rows, marked=True)])
    place = np.searchsorted(keys, folded.case_key)
    # Where two events of one case fall into one second they came from one part, which has them in order.
    folded = folded.at(np.argsort(place << 32 | folded.at_s, kind="stable"))
    in_doubt = np.unique(np.concatenate([np.setdiff1d(keys, every.case_key), groups, *read.in_doubt]))
    return Gathered(keys, every, folded, each_day, into, overrides, in_doubt)


def _members(into: dict[int, int]) -> Integers:
    """Every case that was merged, or into which one was."""
    return np.unique(np.array([*into, *into.values()], np.int64))


def _bound(keys: Integers, old_into: dict[int, int], new_into: dict[int, int]) -> Integers:
    """`keys`, and all cases merged with them before or now; sorted."""
    children = np.array([*old_into, *new_into], np.int64)
    ends = np.array([*old_into.values(), *new_into.values()], np.int64)
    differing = [child for child, end in (old_into.items() ^ new_into.items())]
    bound = np.union1d(keys, np.array(differing, np.int64))
    # Groups are stars around their survivor, so one look outward and one back reach everything.
    reached = np.isin(ends, ends[np.isin(children, bound) | np.isin(ends, bound)])
    found: Integers = np.unique(np.concatenate([bound, ends[reached], children[reached]]))
    return found


def _text(rows: pa.Table) -> pa.Table:
    """Dictionary columns as text, so that tables of several files can be joined."""
    arrays = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in rows.itercolumns()
    ]
    return pa.table(dict(zip(rows.column_names, arrays, strict=True)))
