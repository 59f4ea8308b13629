"""From a lake to durable facts: built once, then kept up by folding again only what changed.

A fact set lies under `facts/<terms>-<scope>` of the lake: layers, a file each, and `state.json`, which is renamed
into place last and names what holds. A set that a killed process left half written is therefore never seen.

A refresh folds again the cases that were touched, everything merged with them, and every case with a status word whose
meaning changed; the result is written as one more layer and equals a full build, digest for digest. Other terms (a
corrected calendar, another target) are another fact set. Repeated contacts are counted when the facts are read.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts import columns_file, contact, encode, fact_set, folding, layers, merge, rows, term_tables
from tallystick.facts.encode import Integers, coded
from tallystick.facts.fact_set import FactSet
from tallystick.facts.fold import case as case_fold
from tallystick.facts.fold import clock as clock_fold
from tallystick.facts.fold import layout
from tallystick.facts.folding import Scratch, fold_batch
from tallystick.facts.layers import Layer, Stored, StoredFile, stored
from tallystick.facts.merge import Link, survivors
from tallystick.facts.rows import fold_layer, merge_links
from tallystick.facts.source import Source
from tallystick.facts.term_tables import StatusWord, TermTables, status_words
from tallystick.records.commits import Pin
from tallystick.records.lake import Lake
from tallystick.vocabulary import opening
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.scope import Scope, require_scope

FORMAT = 1
STATE = "state.json"
# Overlays are folded into a new base when their cases reach this share of all, and into one overlay at this number.
COMPACT_AT = 10
MOST_OVERLAYS = 16


def fold_digest() -> str:
    """What names this version of the folds: the sources of everything that can move a figure."""
    made_by = (contact, encode, fact_set, folding, merge, rows, term_tables, layers, columns_file)
    modules = (layout, clock_fold, case_fold, opening, *made_by)
    sources = "\x1f".join(inspect.getsource(module) for module in modules)
    return hashlib.sha256(sources.encode()).hexdigest()[:16]


def derive(
    lake: Lake,
    scope: Scope,
    terms: ClockTerms,
    *,
    pin: Pin | None = None,
    compiled: bool = True,
    threads: int = 2,
    store: bool = True,
) -> FactSet:
    """The facts of a scope under terms, at a pin of the lake (the newest by default).

    With `store` they are kept in the lake and taken from there again: unchanged records cost a look, changed ones a
    refresh. Raises ScopeError without a scope.
    """
    require_scope(scope)
    at = pin or lake.pin()
    source = Source(lake, scope, at)
    if not store:
        return _build(source, terms, None, compiled=compiled, threads=threads)
    folder = lake.root / "facts" / f"{terms.digest()[:16]}-{scope_name(scope)}"
    previous = opened(folder, terms)
    if previous is None or previous.state["pin"]["number"] > at.number:
        return _build(source, terms, folder, compiled=compiled, threads=threads)
    return refresh(lake, scope, terms, previous, pin=at, compiled=compiled, threads=threads)


def scope_name(scope: Scope) -> str:
    """A folder's name for a scope."""
    if scope.partners is None:
        return "client"
    return digest(sorted(scope.partners))[:16]


def opened(folder: Path, terms: ClockTerms) -> FactSet | None:
    """The fact set that lies in a folder; None where there is none that this version of the folds made."""
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if state.get("format") != FORMAT or state.get("folds") != fold_digest() or state.get("terms") != terms.digest():
        return None
    parts = tuple(_in_file(folder, part["name"], np.array(part["gone"], np.int64)) for part in state["layers"])
    return FactSet(terms, parts, state["orphans"], folder, state)


def refresh(
    lake: Lake,
    scope: Scope,
    terms: ClockTerms,
    previous: FactSet,
    *,
    pin: Pin | None = None,
    compiled: bool = True,
    threads: int = 2,
) -> FactSet:
    """The facts at a later pin, out of those at an earlier one; the same digest as a full build, for less work.

    Built anew where the lake kept no list of touched cases, where the terms differ, or where overlays reach a tenth.
    """
    require_scope(scope)
    source = Source(lake, scope, pin or lake.pin())
    before = Pin(previous.state["pin"]["number"], previous.state["pin"]["versions"])
    words = status_words(source.mapping())
    known_words = _words_of(previous.state)
    if source.pin.number == before.number and terms.digest() == previous.state["terms"]:
        return previous
    touched = lake.touched(before, source.pin)
    if touched is None or terms.digest() != previous.state["terms"] or not scope.sees_all:
        return _build(source, terms, previous.folder, compiled=compiled, threads=threads)
    total = sum(len(layer.case_key) for layer in previous.layers)
    overlays = [layer for layer in previous.layers if layer.name.startswith("overlay")]
    replaced = overlays if len(overlays) >= MOST_OVERLAYS else []
    keys = np.unique(np.concatenate([touched.to_numpy(), *(layer.replaces for layer in replaced)]))
    standing = sum(len(layer.case_key) for layer in overlays) if not replaced else 0
    if (standing + len(keys)) * COMPACT_AT >= total:
        return _build(source, terms, previous.folder, compiled=compiled, threads=threads)
    change = _Change(source, previous, before, words)
    keys = change.closure(keys, _changed_words(known_words, words))
    return change.written(keys, terms, replaced, compiled=compiled)


# ---- a full build ------------------------------------------------------------------------------------------------


def _build(source: Source, terms: ClockTerms, folder: Path | None, *, compiled: bool, threads: int) -> FactSet:
    """Fold every case: cohort by cohort, then once more those that were merged."""
    words = status_words(source.mapping())
    tables = TermTables(terms)
    generation = _next_generation(folder)
    links: dict[int, Link] = {}
    cohorts = source.cohorts()
    mine = threading.local()

    def fold_cohort(cohort: date | None) -> tuple[Layer, int, dict[int, Link]]:
        case_rows, event_rows = source.cohort("case", cohort), source.cohort("case_event", cohort)
        found = merge_links(case_rows, event_rows)
        batch = encode.encode(case_rows, event_rows, words, tables)
        targets = {key: link.into_key for key, link in found.items() if link.into_key is not None}
        if folder is not None and not hasattr(mine, "scratch"):
            mine.scratch = Scratch()
        folded = fold_batch(batch, compiled=compiled, scratch=getattr(mine, "scratch", None))
        facts = stored(folded, {}, {}, targets, _day(cohort))
        return _kept(folder, f"{generation}-{cohort or 'all'}", facts), batch.orphans, found

    if threads > 1 and len(cohorts) > 1:
        # The largest first, so that no thread ends with a long one alone.
        by_size = sorted(
            cohorts, key=lambda c: -(source.files("case_event")[c].rows if c in source.files("case_event") else 0)
        )
        with ThreadPoolExecutor(threads) as pool:
            done = dict(zip(by_size, pool.map(fold_cohort, by_size), strict=True))
    else:
        done = {cohort: fold_cohort(cohort) for cohort in cohorts}
    layers = [done[cohort][0] for cohort in cohorts]
    orphans = sum(done[cohort][1] for cohort in cohorts)
    for cohort in cohorts:
        links |= done[cohort][2]
    into = survivors(links, _present(FactSet(terms, tuple(layers)), links))
    if into:
        keys = np.unique(np.array([*into, *into.values()], np.int64))
        merged = _Rows()
        merged.read(source, _homes(layers, keys))
        layers.append(_fold_cases(merged, keys, words, tables, folder, f"{generation}-merged", compiled=compiled))
    return _finished(FactSet(terms, tuple(layers), orphans, folder), source, words, links, generation)


def _day(cohort: date | None) -> int:
    return 0 if cohort is None else (cohort - date(1970, 1, 1)).days


def _cohort(day: int) -> date | None:
    return None if day == 0 else date.fromordinal(date(1970, 1, 1).toordinal() + day)


def _present(facts: FactSet, links: Mapping[int, Link]) -> set[int]:
    """Which of the cases that links mention have facts."""
    named = {link.case_key for link in links.values()}
    named |= {link.into_key for link in links.values() if link.into_key is not None}
    keys = np.array(sorted(named), np.int64)
    return set(keys[facts.holds(keys)].tolist())


def _homes(layers: Sequence[Layer], keys: Integers) -> dict[date | None, Integers]:
    """The keys by the cohort in which their rows lie; keys of no layer are left out. Later layers win."""
    cohort = np.full(len(keys), -1, np.int64)
    for layer in layers:
        at = np.searchsorted(layer.case_key, keys)
        at[at == len(layer.case_key)] = 0
        hit = layer.case_key[at] == keys if len(layer.case_key) else np.zeros(len(keys), bool)
        if hit.any():
            cohort[hit] = layer.cohort[at[hit]]
    return {_cohort(int(day)): keys[cohort == day] for day in np.unique(cohort[cohort >= 0]).tolist()}


@dataclass
class _Rows:
    """Whole cases read out of their cohorts: parts of case rows and of event rows, and the cohort of each case."""

    cases: list[pa.Table] = field(default_factory=list)
    events: list[pa.Table] = field(default_factory=list)
    days: dict[int, int] = field(default_factory=dict)

    def read(self, source: Source, home: Mapping[date | None, Integers]) -> None:
        """Add the cases of `home`, two cohorts at a time."""
        wanted = [(cohort, chosen) for cohort, chosen in home.items() if len(chosen)]
        if not wanted and not self.cases:
            # Nothing to read, but the tables need their columns.
            wanted = [(cohort, np.zeros(0, np.int64)) for cohort in source.cohorts()[:1]]

        def one(part: tuple[date | None, Integers]) -> tuple[pa.Table, pa.Table]:
            cohort, chosen = part
            return _text(source.cases("case", cohort, chosen)), _text(source.cases("case_event", cohort, chosen))

        with ThreadPoolExecutor(2) as pool:
            for (cohort, _), (case_rows, event_rows) in zip(wanted, pool.map(one, wanted), strict=True):
                self.cases.append(case_rows)
                self.events.append(event_rows)
                self.days |= dict.fromkeys(case_rows["case_key"].to_pylist(), _day(cohort))

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """All cases by key, and their events in the folds' order."""
        case_rows, event_rows = pa.concat_tables(self.cases).sort_by("case_key"), pa.concat_tables(self.events)
        if len(self.events) > 1:
            # Each part is in order, and a case lies in one part only: a stable sort by case keeps the total order.
            event_rows = event_rows.take(pa.array(np.argsort(encode.integers(event_rows["case_key"]), kind="stable")))
        return case_rows, event_rows


def _fold_cases(
    rows_read: _Rows,
    keys: Integers,
    words: tuple[StatusWord, ...],
    tables: TermTables,
    folder: Path | None,
    name: str,
    *,
    compiled: bool,
) -> Layer:
    """Fold some cases into one layer; keys without a case row are noted as gone."""
    case_rows, event_rows = rows_read.tables()
    facts, _ = fold_layer(case_rows, event_rows, words, tables, compiled=compiled, cohort_of=rows_read.days)
    return _kept(folder, name, facts, np.setdiff1d(keys, encode.integers(case_rows["case_key"])))


def _text(table: pa.Table) -> pa.Table:
    return pa.table(
        {
            name: table[name].cast(pa.string()) if pa.types.is_dictionary(table[name].type) else table[name]
            for name in table.column_names
        }
    )


# ---- what changed ------------------------------------------------------------------------------------------------


class _Change:
    """What lies between an earlier state and a pin, and the layer that makes up for it."""

    def __init__(self, source: Source, previous: FactSet, before: Pin, words: tuple[StatusWord, ...]) -> None:
        self.source = source
        self.previous = previous
        self.before = before
        self.words = words
        self.links = _links_of(previous)
        self.rows = _Rows()

    def closure(self, touched: Integers, changed_words: set[str]) -> Integers:
        """Every case whose facts may differ: touched ones, those with a changed word, and those merged with them.

        Merging is looked at before and after, so that an undone merge gives both cases back.
        """
        keys = np.unique(np.asarray(touched, np.int64))
        if changed_words:
            keys = np.union1d(keys, self._with_status(changed_words))
        old_into = survivors(self.links, _present(self.previous, self.links))
        self.rows.read(self.source, self._homes(keys))
        case_rows, event_rows = self.rows.tables()
        for key in keys.tolist():
            self.links.pop(key, None)
        self.links |= merge_links(case_rows, event_rows)
        present = _present(self.previous, self.links) - set(keys.tolist())
        present |= set(case_rows["case_key"].to_pylist())
        new_into = survivors(self.links, present)
        bound = set(keys.tolist())
        bound |= {child for child in {*old_into, *new_into} if old_into.get(child) != new_into.get(child)}
        # Groups are stars around their survivor, so one look outward and one back reach everything.
        ends = {end for into in (old_into, new_into) for child, end in into.items() if child in bound}
        ends |= bound & {*old_into.values(), *new_into.values()}
        bound |= ends
        bound |= {child for into in (old_into, new_into) for child, end in into.items() if end in ends}
        found = np.array(sorted(bound), np.int64)
        self.rows.read(self.source, self._homes(np.setdiff1d(found, keys)))
        return found

    def written(self, keys: Integers, terms: ClockTerms, replaced: Sequence[Layer], *, compiled: bool) -> FactSet:
        """The earlier layers and one more with the facts of `keys` as they are now."""
        generation = _next_generation(self.previous.folder)
        layer = _fold_cases(
            self.rows,
            keys,
            self.words,
            TermTables(terms),
            self.previous.folder,
            f"overlay-{generation}",
            compiled=compiled,
        )
        kept = [part for part in self.previous.layers if part not in replaced]
        orphans = self.previous.orphans
        return _finished(
            FactSet(terms, (*kept, layer), orphans, self.previous.folder),
            self.source,
            self.words,
            self.links,
            generation,
        )

    def _homes(self, keys: Integers) -> dict[date | None, Integers]:
        """The cohorts of `keys`: those known, and for new cases every cohort whose files changed."""
        home = _homes(self.previous.layers, keys)
        known = np.concatenate([*home.values(), np.zeros(0, np.int64)]).astype(np.int64)
        fresh = np.setdiff1d(keys, known)
        if len(fresh):
            for cohort in self.source.changed(self.before):
                home[cohort] = np.union1d(home.get(cohort, np.zeros(0, np.int64)), fresh)
        return home

    def _with_status(self, words: set[str]) -> Integers:
        """The cases that were ever in a status of one of these words."""
        found = [np.zeros(0, np.int64)]
        for cohort in self.source.cohorts():
            event_rows = self.source.cohort("case_event", cohort)
            value = coded(event_rows["value"])
            wanted = [code for code, word in enumerate(value.words) if term_tables.plain_word(word) in words]
            if wanted:
                status = _text(event_rows.select(["kind"]))["kind"]
                hit = np.isin(value.codes, wanted) & encode.integers(pc.equal(status, "status").cast(pa.int8())).astype(
                    bool
                )
                found.append(encode.integers(event_rows["case_key"])[hit])
        return np.unique(np.concatenate(found))


def _words_of(state: Mapping[str, Any]) -> tuple[StatusWord, ...]:
    return tuple(StatusWord(*row) for row in state["words"])


def _changed_words(before: Sequence[StatusWord], after: Sequence[StatusWord]) -> set[str]:
    """The raw words whose meaning differs in any source."""
    return {word.raw for word in set(before) ^ set(after)}


# ---- files -------------------------------------------------------------------------------------------------------


def _next_generation(folder: Path | None) -> int:
    if folder is None:
        return 0
    try:
        return int(json.loads((folder / STATE).read_text(encoding="utf-8"))["generation"]) + 1
    except (FileNotFoundError, ValueError, KeyError):
        return 1


def _in_file(folder: Path, name: str, gone: Integers) -> Layer:
    return Layer(name, StoredFile(folder / f"{name}.arrow"), gone)


def _kept(folder: Path | None, name: str, facts: Stored, gone: Integers | None = None) -> Layer:
    """The layer, written to a file where there is a folder; durable when this returns."""
    without = np.zeros(0, np.int64) if gone is None else gone
    if folder is None:
        return Layer(name, facts, without)
    folder.mkdir(parents=True, exist_ok=True)
    layers.write(folder / f"{name}.arrow", facts)
    layer = _in_file(folder, name, without)
    layer.know(facts)
    return layer


def _finished(
    facts: FactSet, source: Source, words: tuple[StatusWord, ...], links: Mapping[int, Link], generation: int
) -> FactSet:
    """The fact set with its state, put in place where it has a folder; files of earlier states are removed."""
    facts.state = {
        "format": FORMAT,
        "folds": fold_digest(),
        "terms": facts.terms.digest(),
        "generation": generation,
        "pin": source.pin.as_plain(),
        "orphans": facts.orphans,
        "words": [list(astuple(word)) for word in words],
        "links": [list(vars(link).values()) for _, link in sorted(links.items())],
        "layers": [
            {"name": layer.name, "cases": len(layer.case_key), "gone": layer.gone.tolist()} for layer in facts.layers
        ],
    }
    if facts.folder is None:
        return facts
    facts.folder.mkdir(parents=True, exist_ok=True)
    beside = facts.folder / f".{STATE}.part"
    with beside.open("w", encoding="utf-8") as handle:
        handle.write(json.dumps(facts.state))
        handle.flush()
        os.fsync(handle.fileno())
    _sync_folder(facts.folder)
    beside.replace(facts.folder / STATE)
    _sync_folder(facts.folder)
    living = {f"{layer.name}.arrow" for layer in facts.layers}
    for path in facts.folder.glob("*.arrow"):
        if path.name not in living:
            path.unlink()
    return facts


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _links_of(facts: FactSet) -> dict[int, Link]:
    return {row[0]: Link(*row) for row in facts.state["links"]}
