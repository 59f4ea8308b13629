"""The events of cases as columns, with what stood at each of them: status, who held it, whether a customer waited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import Coded, Integers, coded, integers
from tallystick.facts.fold.layout import (
    ACTORS,
    AGENT,
    CUSTOMER,
    E_MESSAGE,
    E_PRIORITY,
    E_STATUS,
    EVENT_KINDS,
    NEW,
    NONE,
)
from tallystick.facts.rows import in_total_order
from tallystick.facts.term_tables import TermTables, status_words
from tallystick.signals.columns import first_after, group_codes, instants, last_before, sizes, starts

BULK_S = 600
BULK = 10


class KnownCases(Protocol):
    """The case facts as far as events need them."""

    @property
    def initiated_by(self) -> Coded:
        """Who opened each case."""

    def place(self, keys: Any) -> Integers:
        """Where each key stands; NONE where there is no such case."""


@dataclass(frozen=True)
class History:
    """Events in total order; `case` is the case's place in the case facts, `own` the place of its first event."""

    case: Integers
    at_s: Integers
    kind: Integers
    actor: Integers
    value: Coded
    agent: Coded
    partner: Coded
    begins: Integers
    category: Integers  # after the event
    pausing: Integers  # after the event
    by_customer: Any  # whether the customer opened the event's case
    opening_priority: list[str | None]  # of each case at its creation, as its source told

    @classmethod
    def of(cls, rows: Mapping[str, pa.Table], cases: KnownCases, tables: TermTables) -> History:
        """The events of the cases that the facts know; retractions and events of unknown cases are left out."""
        events = rows["case_event"]
        events = in_total_order(events.filter(pc.is_valid(events.column("event_at"))).combine_chunks())
        place = cases.place(integers(events.column("case_key")))
        known = place != NONE
        if not known.all():
            events, place = events.filter(pa.array(known)), place[known]
        # In order of case keys, so in order of places.
        begins = starts(place)
        kind = coded(events.column("kind"), EVENT_KINDS).codes
        value = coded(events.column("value"))
        at_s = instants(events.column("event_at"))
        category, pausing = _statuses(rows, events, kind, value, at_s, begins, tables)
        opened = np.array([word == "customer" for word in cases.initiated_by.words] + [True])
        return cls(
            case=place,
            at_s=at_s,
            kind=kind,
            actor=coded(events.column("actor"), ACTORS).codes,
            value=value,
            agent=coded(events.column("agent")),
            partner=coded(events.column("partner")),
            begins=begins,
            category=category,
            pausing=pausing,
            by_customer=opened[cases.initiated_by.codes[place]] if len(place) else np.zeros(0, bool),
            opening_priority=_opening_priority(rows["case"], cases),
        )

    @cached_property
    def public(self) -> Any:
        """Messages that the customer sees as written by a person or wrote himself."""
        words = np.array([word == "public" for word in self.value.words] + [False])
        return (self.kind == E_MESSAGE) & words[self.value.codes]

    @cached_property
    def is_reply(self) -> Any:
        """Public messages of agents."""
        return self.public & (self.actor == AGENT)

    @cached_property
    def is_question(self) -> Any:
        """Public messages of customers."""
        return self.public & (self.actor == CUSTOMER)

    @cached_property
    def waiting(self) -> Any:
        """Whether, just before each event, a customer's message stood unanswered."""
        asked, answered = last_before(self.is_question, self.begins), last_before(self.is_reply, self.begins)
        return (asked > answered) | (self.by_customer & (answered == NONE))

    @cached_property
    def replied_before(self) -> Any:
        """Whether an agent had written to the customer before each event."""
        return last_before(self.is_reply, self.begins) != NONE

    @cached_property
    def category_before(self) -> Integers:
        """The status category before each event; new before any is told."""
        before = np.append(NEW, self.category[:-1]) if len(self.category) else self.category
        found: Integers = np.where(self.begins == np.arange(len(self.case)), NEW, before)
        return found

    @cached_property
    def pausing_before(self) -> Integers:
        """1 where the status before each event is one in which clocks may pause."""
        before = np.append(0, self.pausing[:-1]) if len(self.pausing) else self.pausing
        found: Integers = np.where(self.begins == np.arange(len(self.case)), 0, before)
        return found

    @cached_property
    def pause_ends_s(self) -> Integers:
        """When a pause that an event begins ends: at the next status that does not pause; far off where it runs on."""
        after = first_after((self.kind == E_STATUS) & (self.pausing == 0), self.case)
        found: Integers = np.where(after == NONE, 1 << 62, self.at_s[np.maximum(after, 0)])
        return found

    @cached_property
    def priority_words(self) -> list[str]:
        """The words of `value`, then those of priorities that only the creation of a case says."""
        said = set(self.value.words)
        return [*self.value.words, *sorted({word for word in self.opening_priority if word is not None} - said)]

    @cached_property
    def priority_before(self) -> Integers:
        """The priority before each event as a place in `priority_words`; NONE where it is not known."""
        last = last_before(self.kind == E_PRIORITY, self.begins)
        place = {word: code for code, word in enumerate(self.priority_words)}
        at_creation = np.array([NONE if word is None else place[word] for word in self.opening_priority] + [NONE])
        found: Integers = np.where(last == NONE, at_creation[self.case], self.value.codes[np.maximum(last, 0)])
        return found

    def bulk(self, *more: Integers) -> Integers:
        """How many status changes to the same word by the same agent stand within ten minutes of each event.

        Half-open spans of ten minutes, laid twice, half a span apart, so that no cut falls into every group; `more`
        are further columns that a group has to share. Events of other kinds are 0.
        """
        is_status = self.kind == E_STATUS
        place = np.flatnonzero(is_status)
        found = np.zeros(len(self.case), np.int64)
        columns = [self.value.codes[place], self.agent.codes[place], *(one[place] for one in more)]
        for shift in (0, BULK_S // 2):
            group = group_codes((self.at_s[place] + shift) // BULK_S, *columns)
            found[place] = np.maximum(found[place], sizes(group))
        return found


def _opening_priority(rows: pa.Table, cases: KnownCases) -> list[str | None]:
    """The priority of each case at its creation, in the order of the case facts."""
    place = cases.place(integers(rows.column("case_key")))
    known = np.flatnonzero(place != NONE)
    priority = coded(rows.column("priority"))
    codes = np.full(int(place.max()) + 1 if len(known) else 0, NONE)
    codes[place[known]] = priority.codes[known]
    words: list[str | None] = [*priority.words, None]
    return [words[code] for code in codes.tolist()]


def _statuses(
    rows: Mapping[str, pa.Table],
    events: pa.Table,
    kind: Integers,
    value: Coded,
    at_s: Integers,
    begins: Integers,
    tables: TermTables,
) -> tuple[Integers, Integers]:
    """Category and pausing after each event: of the last status word that means something."""
    case = rows["case"]
    source = coded(case.column("source"))
    keys = integers(case.column("case_key"))
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], integers(events.column("case_key")))
    of_event = source.codes[order[np.minimum(at, len(order) - 1)]] if len(order) else np.zeros(0, np.int64)
    words = status_words(rows["mapping"])
    told = np.flatnonzero((kind == E_STATUS) & (value.codes != NONE))
    category, pausing = np.full(len(kind), NONE), np.full(len(kind), NONE)
    said = sorted(set(zip(of_event[told].tolist(), value.codes[told].tolist(), strict=True)))
    for source_code, word in said:
        mine = told[(of_event[told] == source_code) & (value.codes[told] == word)]
        meanings = tables.meanings(words, source.words[source_code] if source_code >= 0 else "", value.words[word])
        for number, (from_s, means, pauses) in enumerate(meanings):
            here = mine if number == 0 else mine[at_s[mine] >= from_s]
            category[here], pausing[here] = means, pauses
    category = _held(category, begins, NEW)
    return category, _held(pausing, begins, 0)


def _held(values: Integers, begins: Integers, before: int) -> Integers:
    """The last known value up to and with each row of its group; `before` where nothing is known yet."""
    if not len(values):
        return values
    seen = np.maximum.accumulate(np.where(values != NONE, np.arange(len(values)), NONE))
    found: Integers = np.where(seen >= begins, values[np.maximum(seen, 0)], before)
    return found
