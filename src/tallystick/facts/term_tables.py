"""Clock terms and status mappings as the tables of integers that the folds read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tallystick.facts.fold.layout import (
    BASIS_BUSINESS,
    BASIS_CALENDAR,
    NONE,
    T_AT_CALENDAR,
    T_AT_FIRST,
    T_AT_OWN,
    T_AT_PROGRAMME,
    T_AT_TARGETS,
    T_CELLS,
    T_PRIORITIES,
    T_PROGRAMMES,
    T_REOPEN_WINDOW,
    TERMS_HEAD,
)
from tallystick.vocabulary.clock_terms import (
    ANY,
    CALENDAR,
    CLOCK_KINDS,
    STATUS_CATEGORIES,
    ClockTarget,
    ClockTerms,
    ProgrammeTerms,
)
from tallystick.vocabulary.opening import OpenHours, OpenTable, ZoneTable, open_arrays, zone_arrays
from tallystick.vocabulary.scope import OTHER_PARTY

ALWAYS = -(1 << 62)
HORIZON_S = 4_102_444_800  # 2100-01-01, until when time is counted where the terms have no opening hours


@dataclass(frozen=True)
class StatusWord:
    """What a raw status word of a source means from an instant on; `source` is `*` for every source."""

    source: str
    raw: str
    meaning: str
    from_s: int


def status_words(mapping: Any) -> tuple[StatusWord, ...]:
    """The status rows of the mapping table (or a list of dicts), the newest of a source, word and instant winning.

    Words are compared without case and outer blanks. Sorted, so that equal mappings give equal facts.
    """
    rows = mapping.to_pylist() if hasattr(mapping, "to_pylist") else list(mapping or ())
    newest: dict[tuple[str, str, int], tuple[Any, str]] = {}
    for row in rows:
        if row.get("kind", "status") != "status" or row.get("raw") is None:
            continue
        valid_from = row.get("valid_from")
        from_s = ALWAYS if valid_from is None else int(valid_from.timestamp())
        place = (row.get("source") or ANY, plain_word(row["raw"]), from_s)
        said_at = row.get("source_at")
        rank = (said_at is not None, said_at.timestamp() if said_at is not None else 0, str(row["meaning"]))
        if place not in newest or rank > newest[place][0]:
            newest[place] = (rank, str(row["meaning"]))
    return tuple(StatusWord(source, raw, said, at) for (source, raw, at), (_, said) in sorted(newest.items()))


def plain_word(raw: str) -> str:
    """A raw word as it is compared: lower case, no blanks around it."""
    return raw.strip().lower()


def programme_hours(programme: ProgrammeTerms, hours: dict[str, OpenHours]) -> OpenHours:
    """The opening hours of a programme as one calendar: each version cut to the time in which it is in force."""
    versions = sorted(programme.hours)
    if len(versions) == 1:
        return hours[versions[0][1]]
    intervals: list[tuple[int, int]] = []
    for place, (from_s, name) in enumerate(versions):
        begin = ALWAYS if place == 0 else from_s
        end = versions[place + 1][0] if place + 1 < len(versions) else -ALWAYS
        for opens, closes in hours[name].intervals:
            if closes > begin and opens < end:
                intervals.append((max(opens, begin), min(closes, end)))
    parts = [hours[name] for _, name in versions]
    return OpenHours(parts[0].zone, tuple(intervals), min(p.from_s for p in parts), max(p.until_s for p in parts))


@lru_cache(maxsize=16)
def _opening(calendars: tuple[OpenHours, ...]) -> OpenTable:
    """Their look-up table: each refresh of the same facts would make it anew, at some milliseconds a year."""
    return open_arrays(calendars)


@dataclass
class TermTables:
    """All tables that depend on the terms alone, made once for a build and shared by its threads.

    Each table is a pure function of its arguments; keeping them only saves making them again for every cohort.
    """

    terms: ClockTerms
    opening: OpenTable = field(init=False)
    calendars: list[int] = field(init=False)
    zone: ZoneTable = field(init=False)
    _programme: dict[tuple[str | None, str | None, str | None], int] = field(default_factory=dict)
    _targets: dict[tuple[str, ...], tuple[list[int], list[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Materialise the calendars: one that is always open, and each programme's, equal ones only once.

        A programme whose text names no opening hours is always open.
        """
        terms = self.terms
        programmes = [programme_hours(one, terms.hours) if one.hours else None for one in terms.programmes]
        from_s = min((hours.from_s for hours in programmes if hours), default=0)
        until_s = max((hours.until_s for hours in programmes if hours), default=HORIZON_S)
        place = {OpenHours("UTC", ((from_s, until_s),), from_s, until_s): 0}
        self.calendars = [0, *(place.setdefault(hours, len(place)) if hours else 0 for hours in programmes)]
        self.opening = _opening(tuple(place))
        self.zone = zone_arrays(self.terms.zone)

    def programme_of(self, queue: str | None, channel: str | None, language: str | None) -> int:
        """The first programme that a queue, channel and language belong to; NONE where there is none."""
        place = (queue, channel, language)
        if place not in self._programme:
            self._programme[place] = next(
                (
                    index
                    for index, programme in enumerate(self.terms.programmes)
                    if (not programme.queues or queue in programme.queues)
                    and (not programme.channels or channel in programme.channels)
                    and (not programme.languages or language in programme.languages)
                ),
                NONE,
            )
        return self._programme[place]

    def is_own(self, partner: str) -> int:
        """1 where a partner's time runs under these terms."""
        return int(partner not in ("", OTHER_PARTY) and self.terms.partner in (ANY, partner))

    def _target_tables(self, priorities: tuple[str, ...]) -> tuple[list[int], list[int]]:
        if priorities not in self._targets:
            by_clock: dict[str, list[ClockTarget]] = {}
            for target in self.terms.targets:
                by_clock.setdefault(target.clock, []).append(target)
            first: list[int] = [0]
            chosen: list[ClockTarget] = []
            names: list[str | None] = [None, *(programme.programme for programme in self.terms.programmes)]
            levels: list[str | None] = [None, *priorities]
            for clock in CLOCK_KINDS:
                for name in names:
                    for level in levels:
                        fitting = [
                            target
                            for target in by_clock.get(clock, ())
                            if target.programme in (ANY, name) and target.priority in (ANY, level)
                        ]
                        fitting.sort(
                            key=lambda t: (t.programme == ANY, t.priority == ANY, -t.from_s, t.seconds, t.basis)
                        )
                        chosen.extend(fitting)
                        first.append(len(chosen))
            rows = [
                (t.from_s, t.until_s, t.seconds, BASIS_CALENDAR if t.basis == CALENDAR else BASIS_BUSINESS)
                for t in chosen
            ]
            self._targets[priorities] = (first, [number for row in rows for number in row])
        return self._targets[priorities]

    def tables(
        self,
        queues: Sequence[str],
        priorities: Sequence[str],
        cells: Sequence[tuple[str | None, str | None]],
        partners: Sequence[str],
    ) -> npt.NDArray[np.int64]:
        """The terms for the words of one batch, as `layout` says; `cells` are its pairs of channel and language."""
        programme = [
            self.programme_of(queue, channel, language) for queue in (None, *queues) for channel, language in cells
        ]
        first, targets = self._target_tables(tuple(priorities))
        own = [self.is_own(partner) for partner in partners]
        head = [0] * TERMS_HEAD
        head[T_PROGRAMMES] = len(self.terms.programmes)
        head[T_CELLS] = len(cells)
        head[T_PRIORITIES] = len(priorities)
        head[T_REOPEN_WINDOW] = self.terms.reopen_window_s
        head[T_AT_PROGRAMME] = TERMS_HEAD
        head[T_AT_FIRST] = head[T_AT_PROGRAMME] + len(programme)
        head[T_AT_TARGETS] = head[T_AT_FIRST] + len(first)
        head[T_AT_OWN] = head[T_AT_TARGETS] + len(targets)
        head[T_AT_CALENDAR] = head[T_AT_OWN] + len(own)
        return np.array([*head, *programme, *first, *targets, *own, *self.calendars], np.int64)

    def meanings(self, words: tuple[StatusWord, ...], source: str, raw: str) -> list[tuple[int, int, int]]:
        """(from, category or NONE, pausing) of a raw status of a source, oldest first; empty where it is unknown.

        A source's own rows win over those of every source. A word that no row maps means itself where it is the name
        of a category. A word that the terms name as pausing pauses, whatever it means.
        """
        word = plain_word(raw)
        rows = [row for row in words if row.raw == word and row.source == source] or [
            row for row in words if row.raw == word and row.source == ANY
        ]
        said = [(row.from_s, plain_word(row.meaning)) for row in rows]
        if not said and word in STATUS_CATEGORIES:
            said = [(ALWAYS, word)]
        pausing = {plain_word(name) for name in self.terms.pausing}
        found = [
            (
                from_s,
                STATUS_CATEGORIES.index(meaning) if meaning in STATUS_CATEGORIES else NONE,
                int(word in pausing or meaning in pausing),
            )
            for from_s, meaning in said
        ]
        return found or ([(ALWAYS, NONE, 1)] if word in pausing else [])
