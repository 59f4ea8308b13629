"""Which programme an agent's time is for: one for each moment of work or schedule, and all that an agent can serve.

The words of a row (queue, channel, language) leave some programmes possible: those whose own words hold each of them.
Where more than one is left, the activity of the roster at that moment narrows them, then the agent's languages, then
the contacts of the agent's local day: the programme on which most seconds went. What is still open belongs to none.
So a second of an agent counts once, in one programme, however many skills the agent has.

Able is more: every programme that roster and languages leave open, and the one that the time is for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.agent_states import ends_of
from tallystick.facts.fold.layout import NONE
from tallystick.facts.people import People, people_of
from tallystick.facts.rosters import WORKING
from tallystick.facts.spans import Whole, at, seconds_of
from tallystick.facts.term_tables import TermTables
from tallystick.records.keys import distinct
from tallystick.vocabulary.clock_terms import ClockTerms, ProgrammeTerms
from tallystick.vocabulary.opening import local_day_many

TOLD = ("queue", "channel", "language")
HANDLING = ("talk", "hold", "wrap")
# States in which an agent serves a programme's customers, or waits to.
ON_CONTACT = ("talk", "chat", "hold", "wrap", "case_work", "ring")
SERVING = (*ON_CONTACT, "available")
# Rows whose programme is told at their beginning, by roster and contacts of that day, and holds for all of their time.
CARRIED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "agent_state": ("state", SERVING),
    "shift": ("activity", WORKING),
}

Words = tuple[str | None, ...]


class Told(NamedTuple):
    """What rows say, as the code of each row into the different things said."""

    code: Whole
    said: list[Words]


class Work(NamedTuple):
    """States in which agents serve, one row each: owner, seconds, whether on a contact, programme, what they can serve.

    `programme` is NONE where it stays open; `able` is a code into `sets`, tuples of programmes.
    """

    owner: Whole
    begin: Whole
    end: Whole
    busy: Any
    programme: Whole
    able: Whole
    sets: list[tuple[int, ...]]


def told(rows: pa.Table, names: Sequence[str] = TOLD) -> Told:
    """The different combinations of words of some columns, and which each row holds; a missing column is empty."""
    code, listed = np.zeros(rows.num_rows, np.int64), list[list[str | None]]()
    for name in names:
        if name not in rows.column_names:
            listed.append([None])
            continue
        coded = pc.dictionary_encode(rows.column(name).combine_chunks().cast(pa.string()))
        words = [*coded.dictionary.to_pylist(), None]
        code = code * len(words) + np.asarray(coded.indices.fill_null(len(words) - 1), np.int64)
        listed.append([word or None for word in words])
    different, code = _numbered(code)
    said: list[Words] = []
    for one in different.tolist():
        parts, rest = list[str | None](), one
        for words in reversed(listed):
            rest, place = divmod(rest, len(words))
            parts.append(words[place])
        said.append(tuple(reversed(parts)))
    return Told(code, said)


def fits(programme: ProgrammeTerms, said: Words) -> bool:
    """Whether a programme has each of the words said; what is not said fits all."""
    own = (programme.queues, programme.channels, programme.languages)
    return all(word is None or not words or word in words for word, words in zip(said, own, strict=True))


def own_programmes(terms: ClockTerms) -> list[int]:
    """The programmes with words of their own; one without takes what is left over, and all are meant where none has."""
    own = [place for place, one in enumerate(terms.programmes) if one.queues or one.channels or one.languages]
    return own or list(range(len(terms.programmes)))


def possible(terms: ClockTerms, said: Words) -> list[int]:
    """The programmes that fit what is said; one without words of its own only where no other does."""
    own = [place for place in own_programmes(terms) if fits(terms.programmes[place], said)]
    return own or [place for place, one in enumerate(terms.programmes) if fits(one, said)]


def programme_codes(rows: pa.Table, terms: ClockTerms) -> Whole:
    """The programme of each row as a case's, where that has words of its own; else the only one that fits what it says.

    NONE where there is none.
    """
    tables, coded, own = TermTables(terms), told(rows), set(own_programmes(terms))
    found = []
    for said in coded.said:
        first, left = tables.programme_of(*said), possible(terms, said)
        found.append(left[0] if first not in own and len(left) == 1 else first)
    return np.array([*found, NONE], np.int64)[coded.code]


@dataclass
class AtWork:
    """The agents of some rows: tables `agent_state`, `shift`, `call`, `agent` and `identity`."""

    rows: Mapping[str, pa.Table]
    terms: ClockTerms
    zone: Any

    @cached_property
    def people(self) -> People:
        """Who the rows are about."""
        return people_of(self.rows, ("agent_state", "shift", "call", "agent"))

    @cached_property
    def partner(self) -> Whole:
        """The code of each person's partner among `partners`; the number of partners where there is none."""
        coded = pc.dictionary_encode(self.people.partner)
        return np.asarray(coded.indices.fill_null(len(coded.dictionary)), np.int64)

    @property
    def partners(self) -> list[str]:
        """The partners that people belong to, by code."""
        return [str(name) for name in pc.dictionary_encode(self.people.partner).dictionary.to_pylist()]

    @cached_property
    def programme_of_calls(self) -> Whole:
        """The programme of each row of `call`, NONE where there is none."""
        return programme_codes(self.rows["call"], self.terms)

    def shifts(self) -> Whole:
        """The programme of each row of `shift`, NONE where it stays open."""
        rows, owner = self.rows["shift"], self.people.codes["shift"]
        coded = told(rows)
        spoken, listed = self._languages(owner)
        pair, place = _numbered(coded.code * len(listed) + spoken)
        open_ = []
        for one in pair.tolist():
            said, speaks = coded.said[one // len(listed)], listed[one % len(listed)]
            open_.append(tuple(_narrowed(possible(self.terms, said), self._spoken(speaks))))
        return self._settled(owner, seconds_of(rows.column("started_at")), place, open_)

    def work(self) -> Work:
        """The states in which agents serve."""
        rows = self.rows["agent_state"]
        end, _ = ends_of(rows)
        owner, begin = self.people.codes["agent_state"], seconds_of(rows.column("started_at"))
        kept = np.flatnonzero(_one_of(rows.column("state"), SERVING) & (owner >= 0) & (end > begin))
        rows = rows.select([name for name in ("state", *TOLD) if name in rows.column_names]).take(pa.array(kept))
        owner, begin, end = owner[kept], begin[kept], end[kept]
        busy = _one_of(rows.column("state"), ON_CONTACT)
        coded = told(rows)
        rostered, shifts = self._rostered(owner, begin)
        spoken, listed = self._languages(owner)
        wide = len(shifts) * len(listed)
        triple, place = _numbered(coded.code * wide + rostered * len(listed) + spoken)
        open_, able = list[tuple[int, ...]](), list[tuple[int, ...]]()
        for one in triple.tolist():
            said, rest = coded.said[one // wide], one % wide
            mine, free = self._possible(said, shifts[rest // len(listed)], listed[rest % len(listed)])
            open_.append(mine)
            able.append(free)
        programme = self._settled(owner, begin, place, open_)
        count = len(self.terms.programmes) + 1
        both, code = _numbered(place * count + np.where(programme == NONE, count - 1, programme))
        sets = [
            tuple(sorted({*able[one // count], *([one % count] if one % count < count - 1 else [])}))
            for one in both.tolist()
        ]
        return Work(owner, begin, end, busy, programme, code, sets)

    # ---- within --------------------------------------------------------------------------------------------------

    def _possible(
        self, said: Words, shift: Words | None, speaks: tuple[str, ...] | None
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The programmes that a state can be for, and those that the agent can serve by roster and languages."""
        mine = possible(self.terms, said)
        rostered = None if shift is None else possible(self.terms, shift)
        by_roster = _narrowed(mine, rostered)
        left = _narrowed(by_roster, self._spoken(speaks))
        named = shift is not None and any(shift)
        if not named and speaks is None:
            return tuple(left), ()
        free = own_programmes(self.terms) if not named or rostered is None else rostered
        heard = self._spoken(speaks)
        return tuple(left), tuple(free if heard is None else [p for p in free if p in heard])

    def _spoken(self, speaks: tuple[str, ...] | None) -> list[int] | None:
        """The programmes whose language an agent speaks; None where nobody knows."""
        if speaks is None:
            return None
        return [p for p, one in enumerate(self.terms.programmes) if not one.languages or one.languages & set(speaks)]

    def _languages(self, owner: Whole) -> tuple[Whole, list[tuple[str, ...] | None]]:
        """For each owner the place of what the agent speaks in a list; its last one is: unknown."""
        agents = self.rows["agent"]
        words = agents.column("languages").to_pylist()
        listed: list[tuple[str, ...] | None] = [*sorted({tuple(sorted(one.split())) for one in words if one}), None]
        place = {one: at_ for at_, one in enumerate(listed)}
        of = np.full(len(self.people) + 1, len(listed) - 1, np.int64)
        for person, one in zip(self.people.codes["agent"].tolist(), words, strict=True):
            if one and person >= 0:
                of[person] = place[tuple(sorted(one.split()))]
        return of[owner], listed

    def _rostered(self, owner: Whole, second: Whole) -> tuple[Whole, list[Words | None]]:
        """For each moment the words of the activity of work that the agent is rostered for; the last one is: none."""
        rows = self.rows["shift"]
        works = np.asarray(
            pc.fill_null(pc.is_in(rows.column("activity"), value_set=pa.array(WORKING)), fill_value=False)
        )
        kept = np.flatnonzero(works & (self.people.codes["shift"] >= 0))
        coded = told(rows.select(TOLD).take(pa.array(kept)))
        said: list[Words | None] = [*coded.said, None]
        nothing = np.full(len(owner), len(said) - 1, np.int64)
        if not len(kept):
            return nothing, said
        begin = at(self.people.codes["shift"][kept], seconds_of(rows.column("started_at"))[kept])
        end = at(self.people.codes["shift"][kept], np.maximum(seconds_of(rows.column("ended_at"))[kept], 0))
        order = np.lexsort((np.asarray(rows.column("shift_key"), np.int64)[kept], begin))
        asked = at(owner, second)
        hit = np.searchsorted(begin[order], asked, side="right") - 1
        row = order[np.maximum(hit, 0)]
        inside = (hit >= 0) & (begin[row] <= asked) & (asked < end[row])
        return np.where(inside, coded.code[row], nothing), said

    def _settled(self, owner: Whole, second: Whole, place: Whole, open_: list[tuple[int, ...]]) -> Whole:
        """The one programme that is left to each row, by the contacts of the day where there are several."""
        one = np.array([*(left[0] if len(left) == 1 else NONE for left in open_), NONE], np.int64)
        found = one[place]
        several = np.flatnonzero(np.array([*(len(left) > 1 for left in open_), False], bool)[place])
        several = several[np.argsort(place[several], kind="stable")]
        for rows in np.split(several, np.flatnonzero(np.diff(place[several])) + 1) if len(several) else ():
            found[rows] = self._busiest(owner[rows], second[rows], open_[int(place[rows[0]])])
        return found

    def _busiest(self, owner: Whole, second: Whole, among: tuple[int, ...]) -> Whole:
        """Of some programmes the one on which each agent's contacts of that local day took most seconds."""
        keys, programme, seconds = self._contacts
        kept = np.isin(programme, among)
        keys, programme, seconds = keys[kept], programme[kept], seconds[kept]
        order = np.lexsort((programme, -seconds, keys))
        first, at_ = np.unique(keys[order], return_index=True)
        if not len(first):
            return np.full(len(owner), NONE, np.int64)
        asked = at(owner, local_day_many(self.zone, second))
        place = np.minimum(np.searchsorted(first, asked), len(first) - 1)
        return np.where(first[place] == asked, programme[order][at_][place], NONE)

    @cached_property
    def _contacts(self) -> tuple[Whole, Whole, Whole]:
        """Seconds of handling by owner and local day, and programme."""
        rows, owner = self.rows["call"], self.people.codes["call"]
        begin, end = seconds_of(rows.column("started_at")), seconds_of(rows.column("ended_at"))
        handles = np.asarray(
            pc.fill_null(pc.is_in(rows.column("kind"), value_set=pa.array(HANDLING)), fill_value=False)
        )
        programme = self.programme_of_calls
        kept = np.flatnonzero(handles & (owner >= 0) & (end > begin) & (programme != NONE))
        keys = at(owner[kept], local_day_many(self.zone, begin[kept]))
        order = np.lexsort((programme[kept], keys))
        keys, programme, seconds = keys[order], programme[kept][order], (end - begin)[kept][order]
        if not len(keys):
            return keys, programme, seconds
        new = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]) | (programme[1:] != programme[:-1])])
        return keys[new], programme[new], np.add.reduceat(seconds, new)


def _narrowed(left: list[int], by: list[int] | None) -> list[int]:
    """What both leave; the first alone where one is left already, nothing is known, or they agree on none."""
    if by is None or len(left) < 2:
        return left
    return [one for one in left if one in by] or left


def _one_of(column: pa.ChunkedArray, words: Sequence[str]) -> Any:
    """Whether each row holds one of some words, as an array of truths."""
    return np.asarray(pc.fill_null(pc.is_in(column, value_set=pa.array(words)), fill_value=False))


def _numbered(codes: Whole) -> tuple[Whole, Whole]:
    """The distinct codes in order and the place of each row's among them; codes of few words are marked, not sorted."""
    if len(codes) == 0 or int(codes.max()) >= 1 << 24:
        found = distinct(codes)
        return found, np.searchsorted(found, codes)
    present = np.zeros(int(codes.max()) + 1, bool)
    present[codes] = True
    return np.flatnonzero(present), (np.cumsum(present) - 1)[codes]
