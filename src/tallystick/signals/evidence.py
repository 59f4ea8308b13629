"""What patterns look at: one partner's facts and canonical rows over one period, as columns of integers.

Everything derived here is derived once and shared by all patterns. Instants are UTC seconds, NOT_YET where there is
none. The evidence may hold cases of other months (merge partners, repeat contacts); what a pattern counts is decided by
the instant at which its sign was given, so that each belongs to one month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import Coded, Integers, coded, integers
from tallystick.facts.fold.layout import NONE
from tallystick.facts.term_tables import TermTables
from tallystick.signals.calls import Calls
from tallystick.signals.clocks import Clocks
from tallystick.signals.columns import instants
from tallystick.signals.history import History
from tallystick.signals.presence import Presence
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import open_between_many


@dataclass(frozen=True)
class Cases:
    """The case facts, by case key: what several patterns need of them."""

    key: Integers
    id: pa.Array
    created_s: Integers
    first_reply_s: Integers
    first_solved_s: Integers
    last_solved_s: Integers
    requester: Integers  # NONE where unknown
    queue: Coded
    priority: Coded
    reason: Coded
    initiated_by: Coded
    excluded: Any  # True where an exclusion of the terms applies
    merged: Any
    reopens: Integers
    escalations: Integers
    replies: Integers

    def place(self, keys: Any) -> Integers:
        """Where each key stands; NONE where there is no such case."""
        wanted = np.asarray(keys, np.int64)
        if not len(self.key):
            return np.full(len(wanted), NONE)
        at = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        found: Integers = np.where(self.key[at] == wanted, at, NONE)
        return found


@dataclass(frozen=True)
class Evidence:
    """One partner's rows by canonical table and facts by fact table, and the period [start_s, end_s).

    A table that is absent or empty lets the patterns that read it say that they have no data. `partner` is who is
    looked at, `terms` are those under which the facts were folded.
    """

    rows: Mapping[str, pa.Table]
    facts: Mapping[str, pa.Table]
    terms: ClockTerms
    partner: str
    start_s: int
    end_s: int
    label: str = ""
    tables: TermTables = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", TermTables(self.terms))

    def has(self, name: str) -> bool:
        """Whether there is any row of a canonical table (`call`) or of a fact table (`facts.clock`)."""
        where, plain = (self.facts, name[6:]) if name.startswith("facts.") else (self.rows, name)
        return plain in where and where[plain].num_rows > 0

    def inside(self, at_s: Integers) -> Any:
        """Which instants lie in the period."""
        return (at_s >= self.start_s) & (at_s < self.end_s)

    @cached_property
    def cases(self) -> Cases:
        """The case facts by key."""
        table = self.facts["case"].sort_by("case_key")

        def numbers(name: str) -> Integers:
            return integers(pc.fill_null(table.column(name), 0)).astype(np.int64)

        requester = table.column("requester_key")
        return Cases(
            key=numbers("case_key"),
            id=table.column("case_id").combine_chunks(),
            created_s=instants(table.column("created_at")),
            first_reply_s=instants(table.column("first_reply_at")),
            first_solved_s=instants(table.column("first_solved_at")),
            last_solved_s=instants(table.column("last_solved_at")),
            requester=integers(pc.fill_null(requester.cast(pa.int64()), NONE)),
            queue=coded(table.column("queue")),
            priority=coded(table.column("priority")),
            reason=coded(table.column("reason")),
            initiated_by=coded(table.column("initiated_by")),
            excluded=np.asarray(table.column("excluded").combine_chunks().is_valid()),
            merged=np.asarray(table.column("merged_into").combine_chunks().is_valid()),
            reopens=numbers("reopens_in_window"),
            escalations=numbers("escalations"),
            replies=numbers("replies"),
        )

    @cached_property
    def history(self) -> History:
        """The events of the cases, in their total order."""
        return History.of(self.rows, self.cases, self.tables)

    @cached_property
    def clocks(self) -> Clocks:
        """The clocks that were promised something."""
        return Clocks.of(self.facts["clock"], self.cases.key, self.tables)

    @cached_property
    def calls(self) -> Calls:
        """The calls of the period, one row each."""
        return Calls.of(self.rows["call"], self.start_s, self.end_s, self.tables.zone)

    @cached_property
    def presence(self) -> Presence:
        """What agents did in the period, by state."""
        return Presence.of(self.rows["agent_state"], self.start_s, self.end_s, self.tables.zone)

    def open_between(self, calendar: Integers, on_calendar: Any, from_s: Integers, until_s: Integers) -> Integers:
        """Seconds between instants, on calendar time or in the opening hours of a calendar of the terms."""
        opening = self.tables.opening
        low, high = np.asarray(opening.from_s)[calendar], np.asarray(opening.until_s)[calendar]
        business = open_between_many(opening, calendar, np.clip(from_s, low, high), np.clip(until_s, low, high))
        found: Integers = np.where(on_calendar, until_s - from_s, business)
        return found

    @cached_property
    def present(self) -> Any:
        """Which cases had anything happen to them in the period."""
        events = self.history
        found = np.zeros(len(self.cases.key), bool)
        found[events.case[self.inside(events.at_s)]] = True
        return found
