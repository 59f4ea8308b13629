"""Clocks that were promised something: which ran at an instant, how much of their time was left, which were met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import Coded, Integers, coded, integers
from tallystick.facts.fold.layout import NONE
from tallystick.facts.term_tables import TermTables
from tallystick.signals.columns import NOT_YET, instants, pairs
from tallystick.vocabulary.clock_terms import CALENDAR
from tallystick.vocabulary.opening import open_between_many

# The part of its time that a clock has left "just before it falls due".
LAST_PART = (1, 4)


@dataclass(frozen=True)
class Clocks:
    """Clock facts with a target, sorted by case; `case` is the place in the case facts."""

    case: Integers
    kind: Coded
    start_s: Integers
    stop_s: Integers
    due_s: Integers
    target_s: Integers
    seconds: Integers
    paused_other_s: Integers
    on_calendar: Any
    state: Coded
    excluded: Any
    programme: Coded
    priority: Coded
    owner_start: Coded
    owner_due: Coded
    calendar: Integers
    tables: TermTables

    @classmethod
    def of(cls, clock: pa.Table, case_keys: Integers, tables: TermTables) -> Clocks:
        """The clocks of known cases with a target."""
        clock = clock.filter(pc.is_valid(clock.column("target_s"))).sort_by("case_key").combine_chunks()

        def numbers(name: str) -> Integers:
            return integers(pc.fill_null(clock.column(name), 0)).astype(np.int64)

        basis = coded(clock.column("basis"))
        on_calendar = np.array([word == CALENDAR for word in basis.words] + [False])[basis.codes]
        programme = coded(clock.column("programme"))
        names = [one.programme for one in tables.terms.programmes]
        calendars = [tables.calendars[names.index(word) + 1] if word in names else 0 for word in programme.words]
        return cls(
            case=np.searchsorted(case_keys, numbers("case_key")),
            kind=coded(clock.column("kind")),
            start_s=instants(clock.column("start_at")),
            stop_s=instants(clock.column("stop_at")),
            due_s=instants(clock.column("due_at")),
            target_s=numbers("target_s"),
            seconds=np.where(on_calendar, numbers("calendar_s"), numbers("business_s")),
            paused_other_s=numbers("paused_other_s"),
            on_calendar=on_calendar,
            state=coded(clock.column("state")),
            excluded=np.asarray(clock.column("excluded").combine_chunks().is_valid())
            if clock.num_rows
            else np.zeros(0, bool),
            programme=programme,
            priority=coded(clock.column("priority")),
            owner_start=coded(clock.column("owner_start")),
            owner_due=coded(clock.column("owner_due")),
            calendar=np.array([*calendars, 0])[programme.codes],
            tables=tables,
        )

    def _is(self, column: Coded, *words: str) -> Any:
        return np.array([word in words for word in column.words] + [False])[column.codes]

    @cached_property
    def cancelled(self) -> Any:
        """Clocks without an outcome."""
        return self._is(self.state, "cancelled")

    @cached_property
    def met(self) -> Any:
        """Stopped at or before the due instant."""
        return self._is(self.state, "stopped") & (self.stop_s <= self.due_s)

    def of_kind(self, *kinds: str) -> Any:
        """Which clocks are of some kinds; of all where none is named."""
        return self._is(self.kind, *kinds) if kinds else np.ones(len(self.case), bool)

    def counted(self, start_s: int, end_s: int, partner: str, kinds: Sequence[str] = ()) -> Any:
        """Which clocks an attainment counts: due in [start_s, end_s), with an outcome, held by the partner then."""
        due = (self.due_s >= start_s) & (self.due_s < end_s)
        own = self._is(self.owner_due, partner) if partner else np.ones(len(self.case), bool)
        return due & own & ~self.cancelled & ~self.excluded & self.of_kind(*kinds)

    def left(self, place: Integers, at_s: Integers) -> Integers:
        """Seconds left until clocks fall due, on each one's own basis, from some instants; negative where over."""
        due = self.due_s[place]
        opening, calendar = self.tables.opening, self.calendar[place]
        from_s, until_s = np.asarray(opening.from_s)[calendar], np.asarray(opening.until_s)[calendar]
        business = open_between_many(opening, calendar, np.clip(at_s, from_s, until_s), np.clip(due, from_s, until_s))
        found: Integers = np.where(self.on_calendar[place], due - at_s, business)
        # Where the office is shut at both instants nothing is left of business time, though the due instant is ahead.
        return np.where((found == 0) & (due < at_s), -1, found)

    def running(self, case: Integers, at_s: Integers, *, until: Integers | None = None) -> tuple[Integers, Any, Any]:
        """For each pair of case and instant: the running clock that falls due first, and two questions about it.

        (its place or NONE; whether it was in the last part of its time, not yet due; whether it falls due by `until`).
        A clock that ends at the instant itself still ran.
        """
        at_left, at_right = pairs(case, self.case)
        when, due = at_s[at_left], self.due_s[at_right]
        runs = (self.start_s[at_right] <= when) & (self.stop_s[at_right] >= when) & (due < NOT_YET)
        at_left, at_right, when, due = at_left[runs], at_right[runs], when[runs], due[runs]
        remaining = self.left(at_right, when)
        target = self.target_s[at_right]
        is_near = (remaining >= 0) & (remaining * LAST_PART[1] <= target * LAST_PART[0])
        by_then = (remaining >= 0) & (due <= (when if until is None else until[at_left]))
        first = np.full(len(case), NONE)
        order = np.lexsort((due, at_left))
        lefts, at = np.unique(at_left[order], return_index=True)
        first[lefts] = at_right[order[at]]
        near, falls = np.zeros(len(case), bool), np.zeros(len(case), bool)
        np.logical_or.at(near, at_left, is_near)
        np.logical_or.at(falls, at_left, by_then)
        return first, near, falls

    def overdue(self, case: Integers, at_s: Integers) -> Any:
        """Whether a clock of each case was running past its due instant."""
        at_left, at_right = pairs(case, self.case)
        when = at_s[at_left]
        late = (self.start_s[at_right] <= when) & (self.stop_s[at_right] >= when) & (self.due_s[at_right] < when)
        found = np.zeros(len(case), bool)
        np.logical_or.at(found, at_left, late)
        return found
