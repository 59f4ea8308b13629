"""Columns of cases and events as the integers that the folds read: what every word means under the terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tallystick.facts.coded import Coded, Integers, united
from tallystick.facts.columns import CaseColumns, EventColumns
from tallystick.facts.fold.layout import (
    ACTORS,
    CUSTOMER,
    E_OWNER,
    E_PRIORITY,
    E_QUEUE,
    E_STATUS,
    EVENT_KINDS,
    NONE,
    Cases,
    Events,
    Words,
)
from tallystick.facts.term_tables import StatusWord, TermTables
from tallystick.vocabulary.clock_terms import CASE_KINDS
from tallystick.vocabulary.opening import OpenTable


@dataclass(frozen=True)
class Batch:
    """Cases with their events, ready for the folds, and the words that their codes stand for."""

    cases: Cases
    events: Events
    words: Words
    terms: Integers
    opening: OpenTable
    partners: list[str]
    queues: list[str]
    priorities: list[str]
    agents: list[str]
    value_words: list[str]
    columns: CaseColumns
    partner_named: Integers  # the partner that each case row names, as `Cases.partner` has them
    mark: Integers
    orphans: Integers  # keys of events without a case, one for each event

    @property
    def case_key(self) -> Integers:
        """The keys of the cases, sorted."""
        return self.columns.case_key

    @property
    def count(self) -> int:
        """How many cases."""
        return len(self.case_key)


@dataclass(frozen=True)
class Overrides:
    """What merging changes for single cases: when a survivor begins, and when a child ended."""

    begin_s: Mapping[int, int]
    merged_at_s: Mapping[int, int]


def _used(kind: Integers, value: Coded) -> list[list[int]]:
    """By kind of event, which words its values name, as ascending codes; NONE is left out."""
    width = len(value.words) + 1
    place: Integers = kind.astype(np.int64 if (len(EVENT_KINDS) + 1) * width >= 1 << 31 else np.int32)
    place += 1
    place *= width
    place += value.codes
    place += 1
    times = np.bincount(place, minlength=(len(EVENT_KINDS) + 1) * width).reshape(-1, width)
    return [np.flatnonzero(row[1:]).tolist() for row in times[1:]]


def _owner_words(used: list[int], value: Coded, agents: list[str]) -> tuple[list[str], list[int]]:
    """The agent list with everyone to whom a case was assigned, and each value word's code in it ('' is nobody)."""
    place = {word: index for index, word in enumerate(agents)}
    owners = [NONE] * len(value.words)
    for word in used:
        if value.words[word] != "":
            owners[word] = place.setdefault(value.words[word], len(place))
    return list(place), owners


def _field_words(used: list[int], value: Coded, known: Coded) -> tuple[list[str], list[int], Integers]:
    """Queue or priority: the list of words, each value word's code in it, and the codes of the case column in it."""
    place: dict[str, int] = {word: index for index, word in enumerate(known.words)}
    meaning = [NONE] * len(value.words)
    for word in used:
        meaning[word] = place.setdefault(value.words[word], len(place))
    return list(place), meaning, known.codes


def encode(
    columns: CaseColumns,
    events: EventColumns,
    words: tuple[StatusWord, ...],
    tables: TermTables,
    overrides: Overrides | None = None,
) -> Batch:
    """A batch of cases sorted by case key, with their events by case key and total order.

    Events without a case are left out and named in `orphans`: the case's attributes are not known yet.
    """
    case_key = columns.case_key
    events, first, orphans = _by_case(case_key, events)
    kind, value = events.kind, events.words["value"]
    partners, (partner, partner_of_case) = united(events.words["partner"], columns.words["partner"])
    used = _used(kind, value)
    agents, owners = _owner_words(used[E_OWNER], value, events.words["agent"].words)
    queues, queue_words, case_queue = _field_words(used[E_QUEUE], value, columns.words["queue"])
    priorities, priority_words, case_priority = _field_words(used[E_PRIORITY], value, columns.words["priority"])

    source = columns.words["source"]
    rows: list[tuple[int, int, int]] = []
    status_first = [0]
    for system in source.words or [""]:
        meanings = {w: tables.meanings(words, system, value.words[w]) for w in used[E_STATUS]}
        for word in range(len(value.words)):
            rows.extend(meanings.get(word, ()))
            status_first.append(len(rows))
    place_of_kind = {word: index for index, word in enumerate(CASE_KINDS)}
    cell, cells = _cells(columns.words["channel"], columns.words["language"])

    begin_s = columns.created_s
    merged_at_s = np.full(len(case_key), NONE, np.int64)
    if overrides is not None:
        begin_s = begin_s.copy()
        for place_of, chosen in ((begin_s, overrides.begin_s), (merged_at_s, overrides.merged_at_s)):
            for key, at_s in chosen.items():
                index = int(np.searchsorted(case_key, key))
                if index < len(case_key) and case_key[index] == key:
                    place_of[index] = at_s
    return Batch(
        cases=Cases(
            first=first.astype(np.int64, copy=False),
            begin_s=begin_s,
            source=np.maximum(source.codes, 0),
            cell=cell,
            queue=case_queue,
            priority=case_priority,
            kind=columns.kind,
            initiated_by=columns.words["initiated_by"].among(ACTORS, CUSTOMER),
            partner=_first_known(partner, first, partner_of_case),
            merged_at_s=merged_at_s,
        ),
        events=Events(
            at_s=events.at_s,
            kind=kind,
            actor=events.actor,
            value=value.codes,
            agent=events.words["agent"].codes,
            partner=partner,
        ),
        words=Words(
            length=len(value.words),
            queue=np.array(queue_words or [NONE], np.int32),
            priority=np.array(priority_words or [NONE], np.int32),
            owner=np.array(owners or [NONE], np.int32),
            kind=np.array([place_of_kind.get(word, NONE) for word in value.words] or [NONE], np.int32),
            public=np.array([int(word == "public") for word in value.words] or [0], np.int32),
            status_first=np.array(status_first, np.int64),
            status_from=np.array([row[0] for row in rows] or [0], np.int64),
            status_category=np.array([row[1] for row in rows] or [NONE], np.int32),
            status_pausing=np.array([row[2] for row in rows] or [0], np.int32),
        ),
        terms=tables.tables(queues, priorities, cells, partners),
        opening=tables.opening,
        partners=partners,
        queues=queues,
        priorities=priorities,
        agents=agents,
        value_words=value.words,
        columns=columns,
        partner_named=partner_of_case,
        mark=events.mark,
        orphans=orphans,
    )


def _by_case(case_key: Integers, events: EventColumns) -> tuple[EventColumns, Integers, Integers]:
    """The events of the cases, where each case's begin (and the last one's end), and the keys of the other events."""
    event_key = events.case_key
    starts = np.flatnonzero(event_key[1:] != event_key[:-1]) + 1
    starts = np.concatenate([np.zeros(min(len(event_key), 1), np.int64), starts])
    orphans = event_key[:0]
    if np.array_equal(event_key[starts], case_key):
        return events, np.append(starts, len(event_key)), orphans
    place = np.searchsorted(case_key, event_key)
    place[place == len(case_key)] = 0
    keep = case_key[place] == event_key if len(case_key) else np.zeros(len(event_key), bool)
    if not keep.all():
        orphans = event_key[~keep]
        events = events.at(keep)
    first = np.searchsorted(events.case_key, case_key)
    return events, np.append(first, len(events.case_key)), orphans


def _cells(channel: Coded, language: Coded) -> tuple[Integers, list[tuple[str | None, str | None]]]:
    """The pair of channel and language of each case as a code, and the pairs that the codes stand for."""
    width = len(language.words) + 1
    pair = (channel.codes.astype(np.int64) + 1) * width + language.codes + 1
    pairs = np.flatnonzero(np.bincount(pair))
    cell = np.zeros(pairs.max(initial=0) + 1, np.int32)
    cell[pairs] = np.arange(len(pairs))
    channels: list[str | None] = [None, *channel.words]
    languages: list[str | None] = [None, *language.words]
    cells = [(channels[p // width], languages[p % width]) for p in pairs.tolist()] or [(None, None)]
    return cell[pair], cells


def _first_known(partner: Integers, first: Integers, otherwise: Integers) -> Integers:
    """Who holds each case at its creation: the partner of its first event, else the one that the case row names."""
    if not len(partner):
        return otherwise.astype(np.int32)
    place = np.minimum(first[:-1], len(partner) - 1)
    found = np.where(first[1:] > first[:-1], partner[place], NONE)
    return np.where(found == NONE, otherwise, found).astype(np.int32)
