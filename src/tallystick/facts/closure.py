"""What hangs together: which facts of a stream may differ once some rows do, and which rows decide those.

Every stream declares its closure, so that a refresh derives only what a change can reach:

- `Tied`: facts hang on rows that hold equal keys, such as surveys and calls about one case. Ties are followed until
  nothing more hangs on what was found.
- `Chained`: facts hang on rows with an equal key, and on the rows of the same holder that are near in time.
- `daily.Daily`: facts are those of local days. Each table says which time a change in it can reach, and which rows
  decide the facts of some days.
- `Anew`: anything may hang on anything, or the table is so small that nobody waits for it.

A change in a table that stands `beside` (the list of people, ids of one person in several systems) can reach any row:
then the stream is derived anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.layered import NOWHERE, Layered, Places, Whole
from tallystick.records.keys import distinct
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import ZoneTable, zone_arrays

SECOND_US = 1_000_000
CASE = "case"


@dataclass(frozen=True)
class Changed:
    """What came between two states of the records.

    `rows` are all rows as they are now; `differ` the earlier and the present version of each row that appeared, changed
    or went, by table; `cases` the keys of the cases whose facts or events may differ; `events` gives the rows of a
    table of events, of some cases; `stood` is what the closure said of all rows before (`standing`).
    """

    rows: Mapping[str, Layered]
    differ: Mapping[str, pa.Table]
    cases: Whole
    events: Callable[[str, Whole], pa.Table]
    terms: ClockTerms
    stood: Mapping[str, Any] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneTable:
        """The zone of local days."""
        return zone_arrays(self.terms.zone)

    def any_in(self, tables: Iterable[str]) -> bool:
        """Whether rows of some tables differ."""
        return any(name in self.differ and self.differ[name].num_rows for name in tables)


class Again(NamedTuple):
    """What is derived once more: from which rows, which facts they decide, and of which cases (None: any)."""

    rows: dict[str, pa.Table]
    decided: Callable[[Layered], Places]
    cases: Whole | None


class Closure(Protocol):
    """What hangs together in one stream."""

    def standing(self, rows: Mapping[str, Layered]) -> dict[str, Any]:
        """What is to be remembered of all rows, because facts far from a change hang on it."""

    def again(self, changed: Changed, facts: Layered) -> list[Again] | None:
        """What to derive once more, piece by piece; None where the whole stream is to be derived."""


@dataclass(frozen=True)
class Anew:
    """Everything hangs together."""

    def standing(self, rows: Mapping[str, Layered]) -> dict[str, Any]:  # noqa: ARG002  the protocol's
        """Nothing: facts hang on nothing but what is found."""
        return {}

    def again(self, changed: Changed, facts: Layered) -> list[Again] | None:  # noqa: ARG002  the protocol's
        """Nothing less than all."""
        return None


@dataclass(frozen=True)
class Tied:
    """Facts that hang on rows with equal keys.

    `ties` names by table the columns of keys and the knot that each ties; `facts` the column of a fact that says which
    knot decides it. `of_case` are columns by which a row takes something from its case's facts. `events` are tables of
    events, read for the cases found. `beside` stand whole beside every row.
    """

    ties: Mapping[str, Mapping[str, str]]
    facts: tuple[str, str]
    of_case: Mapping[str, str] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def reads(self) -> frozenset[str]:
        """The tables that rows are found in."""
        return frozenset({*self.ties, *self.events, *self.beside})

    @property
    def asks_cases(self) -> bool:
        """Whether facts take something from cases or their events."""
        return bool(self.of_case or self.events) or any(CASE in columns.values() for columns in self.ties.values())

    def standing(self, rows: Mapping[str, Layered]) -> dict[str, Any]:  # noqa: ARG002  the protocol's
        """Nothing: facts hang on nothing but what is found."""
        return {}

    def again(self, changed: Changed, facts: Layered) -> list[Again] | None:  # noqa: ARG002  the protocol's
        """The rows that hang on those that differ, by any number of ties."""
        if changed.any_in(self.beside):
            return None
        known = _Knots(self.ties)
        for name, columns in self.ties.items():
            if name in changed.differ:
                known.say(changed.differ[name], columns)
        known.add(CASE, changed.cases)
        for name, column in self.of_case.items():
            rows, columns = changed.rows[name], self.ties[name]
            known.say(rows.taken(rows.holding(column, changed.cases), list(columns)), columns)
        found = known.followed(changed.rows)
        tables = {name: changed.rows[name].taken(places) for name, places in found.items()}
        tables |= {name: changed.rows[name].whole() for name in self.beside}
        tables |= {name: changed.events(name, known.keys(CASE)) for name in self.events}
        column, knot = self.facts
        keys = known.keys(knot)
        cases = known.keys(CASE) if CASE in known.names else None
        return [Again(tables, lambda rows: rows.holding(column, keys), cases)]


class _Knots:
    """The keys found so far of each knot."""

    def __init__(self, ties: Mapping[str, Mapping[str, str]]) -> None:
        self._ties = ties
        self.names = {knot for columns in ties.values() for knot in columns.values()}
        self._known = dict.fromkeys(self.names, NOWHERE)
        self._fresh: dict[str, list[Whole]] = {}

    def keys(self, knot: str) -> Whole:
        """The keys of a knot."""
        return self._known.get(knot, NOWHERE)

    def add(self, knot: str, keys: Whole) -> None:
        """Keys that are to be followed."""
        if knot in self.names and len(keys):
            self._fresh.setdefault(knot, []).append(keys)

    def say(self, rows: pa.Table, columns: Mapping[str, str]) -> None:
        """All keys that some rows hold."""
        for column, knot in columns.items():
            self.add(knot, keys_in(rows, column))

    def followed(self, rows: Mapping[str, Layered]) -> dict[str, Places]:
        """Follow the keys until there are no more; the places of all rows that hold any of them."""
        found: dict[str, Places] = {name: tuple(NOWHERE for _ in rows[name].layers) for name in self._ties}
        while fresh := self._new():
            for name, columns in self._ties.items():
                for column, knot in columns.items():
                    if knot not in fresh:
                        continue
                    held = rows[name].holding(column, fresh[knot])
                    more = tuple(np.setdiff1d(new, old) for new, old in zip(held, found[name], strict=True))
                    if any(len(places) for places in more):
                        found[name] = tuple(
                            np.union1d(old, new) for old, new in zip(found[name], more, strict=True)
                        )  # fmt: skip
                        self.say(rows[name].taken(more, list(columns)), columns)
        return found

    def _new(self) -> dict[str, Whole]:
        news = {}
        for knot, parts in self._fresh.items():
            new = np.setdiff1d(distinct(np.concatenate(parts)), self._known[knot], assume_unique=True)
            if len(new):
                news[knot] = new
                self._known[knot] = np.union1d(self._known[knot], new)
        self._fresh = {}
        return news


@dataclass(frozen=True)
class Chained:
    """Facts that hang on rows with one key (`key`), and on those of the same holder (`whose`) that are near in time.

    Rows of one holder follow one another in a chain while no gap is longer than the repeat window of the terms. A chain
    that a row has left counts as it was, too.
    """

    table: str
    key: str
    whose: str
    moment: str
    of_case: str = ""

    @property
    def reads(self) -> frozenset[str]:
        """The tables that rows are found in."""
        return frozenset({self.table})

    @property
    def asks_cases(self) -> bool:
        """Whether facts take something from cases."""
        return bool(self.of_case)

    def standing(self, rows: Mapping[str, Layered]) -> dict[str, Any]:  # noqa: ARG002  the protocol's
        """Nothing: facts hang on nothing but what is found."""
        return {}

    def again(self, changed: Changed, facts: Layered) -> list[Again] | None:  # noqa: ARG002  the protocol's
        """All rows of the chains in which something differs."""
        rows, differ = changed.rows[self.table], changed.differ[self.table]
        keys = keys_in(differ, self.key)
        if self.of_case:
            keys = np.union1d(
                keys, keys_in(rows.taken(rows.holding(self.of_case, changed.cases), [self.key]), self.key)
            )
        told = [self.key, self.whose, self.moment]
        own = pa.concat_tables([rows.taken(rows.holding(self.key, keys), told), differ.select(told)])
        theirs = rows.taken(rows.holding(self.whose, keys_in(own, self.whose)), [self.key])
        more = np.setdiff1d(keys_in(theirs, self.key), keys, assume_unique=True)
        near = pa.concat_tables([own, rows.taken(rows.holding(self.key, more), told)])
        found = np.union1d(keys, self._chained(near, keys, changed.terms.repeat_window_s))
        tables = {self.table: rows.taken(rows.holding(self.key, found))}
        return [Again(tables, lambda facts: facts.holding(self.key, found), None)]

    def _chained(self, rows: pa.Table, keys: Whole, window_s: int) -> Whole:
        """The keys of all rows in a chain with one of some keys, whoever holds it."""
        rows = rows.filter(rows.column(self.moment).is_valid())
        key = np.asarray(rows.column(self.key), dtype=np.int64)
        at = np.asarray(rows.column(self.moment).cast(pa.int64()), dtype=np.int64)
        held = np.asarray(rows.column(self.whose).is_valid(), dtype=np.bool_)
        holder = np.asarray(pc.fill_null(rows.column(self.whose), 0), dtype=np.int64)
        # A key's rows belong to everybody whom any of them names.
        first, second = key[held], holder[held]
        order = np.lexsort((second, first))
        first, second = first[order], second[order]
        new = np.r_[True, (first[1:] != first[:-1]) | (second[1:] != second[:-1])][: len(first)]
        first, second = first[new], second[new]
        low, high = np.searchsorted(first, key, "left"), np.searchsorted(first, key, "right")
        row = np.repeat(np.arange(len(key)), high - low)
        place = np.arange(len(row)) - np.repeat(np.cumsum(high - low) - high, high - low)
        who, at, key = second[place], at[row], key[row]
        order = np.lexsort((at, who))
        who, at, key = who[order], at[order], key[order]
        if not len(key):
            return NOWHERE
        # Folds compare whole seconds, so that a gap may be a second longer.
        apart = (who[1:] != who[:-1]) | (at[1:] - at[:-1] > (window_s + 1) * SECOND_US)
        chain = np.cumsum(np.r_[False, apart])
        hit = np.zeros(int(chain[-1]) + 1, np.bool_)
        hit[chain[np.isin(key, keys)]] = True
        return distinct(key[hit[chain]])


def keys_in(rows: pa.Table, column: str) -> Whole:
    """The different keys of a column, sorted."""
    return distinct(np.asarray(pc.drop_null(rows.column(column)), dtype=np.int64))
