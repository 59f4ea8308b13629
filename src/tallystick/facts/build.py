"""From a lake to durable facts: built once, then kept up by folding again only what changed.

A fact set lies under `facts/<terms>-<scope>` of the lake: layers, a file each, and a state that names what holds
(`shelf`).

A refresh folds again the cases that were touched, everything merged with them, and every case with a status word whose
meaning changed (`change`); the result is written as one more layer and equals a full build, digest for digest. Other
terms (a corrected calendar, another target) are another fact set. Repeated contacts are counted when facts are read.
"""

from __future__ import annotations

import hashlib
import inspect
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tallystick.facts import (
    change,
    coded,
    columns,
    columns_file,
    contact,
    encode,
    event_copy,
    fact_set,
    folding,
    layers,
    merge,
    packing,
    rows,
    shelf,
    source,
    term_tables,
)
from tallystick.facts.change import Change, Gathered, merged_cases, present
from tallystick.facts.event_copy import copied
from tallystick.facts.fact_set import FactSet
from tallystick.facts.fold import case as case_fold
from tallystick.facts.fold import clock as clock_fold
from tallystick.facts.fold import event as event_fold
from tallystick.facts.fold import layout, pack
from tallystick.facts.folding import Scratch, fold_batch
from tallystick.facts.layers import Layer, stored
from tallystick.facts.merge import Link, survivors
from tallystick.facts.shelf import Shelf, read_state, scope_name, taken
from tallystick.facts.source import Source
from tallystick.facts.term_tables import StatusWord, TermTables, status_words
from tallystick.records.commits import Pin
from tallystick.records.lake import Lake
from tallystick.vocabulary import clock_terms, opening
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import IntegrityError
from tallystick.vocabulary.scope import Scope, require_scope

FORMAT = 3
# Overlays are folded into a new base when their cases reach this share of all, and into one overlay at this number.
COMPACT_AT = 10
MOST_OVERLAYS = 16
# Small cohorts are folded together until they hold about so many events: each layer costs some milliseconds, even an
# empty one, and what two threads do not share out evenly one of them waits for.
PORTION_EVENTS = 250_000


@cache
def fold_digest() -> str:
    """What names this version of the folds: the sources of everything that can move a figure."""
    made_by = (contact, coded, columns, encode, fact_set, folding, merge, rows, term_tables, layers, columns_file)
    kept_as = (packing, pack)
    kept_up_by = (change, event_copy, shelf, source)
    modules = (layout, clock_fold, event_fold, case_fold, opening, clock_terms, *made_by, *kept_as, *kept_up_by)
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
    records = Source(lake, scope, at)
    if not store:
        return _build(records, terms, None, compiled=compiled, threads=threads)
    folder = lake.root / "facts" / f"{terms.digest()[:16]}-{scope_name(scope)}"
    previous = opened(folder, terms)
    if previous is None or previous.state["pin"]["number"] > at.number:
        return _build(records, terms, folder, compiled=compiled, threads=threads)
    return refresh(lake, scope, terms, previous, pin=at, compiled=compiled, threads=threads)


def opened(folder: Path, terms: ClockTerms) -> FactSet | None:
    """The fact set that lies in a folder; None where there is none that this version made, or where it is damaged."""
    state = read_state(folder)
    if state is None or state.get("format") != FORMAT:
        return None
    if state.get("folds") != fold_digest() or state.get("terms") != terms.digest():
        return None
    parts = taken(folder, state)
    return None if parts is None else FactSet(terms, parts, state["orphans"], folder, state)


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

    Built anew where the lake kept no list of touched cases, where the terms differ, where overlays reach a tenth, and
    where a layer's file is damaged.
    """
    require_scope(scope)
    at = pin or lake.pin()
    before = Pin(previous.state["pin"]["number"], previous.state["pin"]["versions"])
    same_terms = terms.digest() == previous.state["terms"]
    if at.number == before.number and same_terms:
        return previous
    records = Source(lake, scope, at)
    touched = lake.touched(before, at) if same_terms and scope.sees_all else None
    damage = ""
    if touched is not None:
        try:
            facts = _overlaid(records, terms, previous, before, touched.to_numpy(), compiled=compiled)
        except IntegrityError as error:
            facts, damage = None, str(error)  # a damaged copy; should the lake be damaged, building anew tells
        if facts is not None:
            return facts
    return _build(records, terms, previous.folder, compiled=compiled, threads=threads, damage=damage)


# ---- a full build ------------------------------------------------------------------------------------------------


def _build(
    records: Source, terms: ClockTerms, folder: Path | None, *, compiled: bool, threads: int, damage: str = ""
) -> FactSet:
    """Fold every case: portion by portion of the cohorts, then once more those that were merged.

    `damage` is what was found in the facts that this build replaces; the state keeps it for `damage.findings`.
    """
    words = status_words(records.mapping())
    tables = TermTables(terms)
    generation = _next_generation(folder)
    # A partner's facts are always built whole, so that they need no copy of events.
    keep = folder is not None and records.scope.sees_all
    mine = threading.local()
    with Shelf(folder) as shelf:

        def fold_portion(portion: Sequence[date | None]) -> tuple[Layer, int, dict[int, Link]]:
            found = records.portion(portion, keyed=keep)
            batch = encode.encode(found.cases, found.events, words, tables)
            if folder is not None and not hasattr(mine, "scratch"):
                mine.scratch = Scratch()
            folded = fold_batch(batch, compiled=compiled, scratch=getattr(mine, "scratch", None))
            copy = copied(batch, found.in_doubt) if keep else None
            layer = shelf.keep(f"{generation}-{portion[0] or 'all'}", stored(folded, {}, {}, found.days, copy))
            return layer, len(batch.orphans), found.links

        portions = records.portions(PORTION_EVENTS)
        if threads > 1 and len(portions) > 1:
            # The largest first, so that no thread ends with a long one alone.
            order = sorted(range(len(portions)), key=lambda number: -records.events(portions[number]))
            with ThreadPoolExecutor(threads) as pool:
                made = dict(zip(order, pool.map(fold_portion, [portions[number] for number in order]), strict=True))
        else:
            made = {number: fold_portion(portion) for number, portion in enumerate(portions)}
        done = [made[number] for number in range(len(portions))]
        parts = [layer for layer, _, _ in done]
        links = {key: link for _, _, found in done for key, link in found.items()}
        into = survivors(links, present(FactSet(terms, tuple(parts)), links))
        if into:
            keys = np.unique(np.array([*into, *into.values()], np.int64))
            found = merged_cases(records, parts, keys)
            parts.append(_folded(found, words, tables, shelf, f"{generation}-merged", compiled=compiled, keep=keep))
        facts = FactSet(terms, tuple(parts), sum(orphans for _, orphans, _ in done), folder)
        return _finished(facts, records, words, links, generation, shelf, damage)


def _folded(
    found: Gathered,
    words: tuple[StatusWord, ...],
    tables: TermTables,
    shelf: Shelf,
    name: str,
    *,
    compiled: bool,
    keep: bool,
) -> Layer:
    """Fold some cases into one layer; keys without a case row are noted as gone."""
    batch = encode.encode(found.cases, found.events, words, tables, found.overrides)
    copy = copied(batch, found.in_doubt) if keep else None
    folded = fold_batch(batch, compiled=compiled)
    facts = stored(folded, found.into, Counter(found.into.values()), found.days, copy)
    return shelf.keep(name, facts, np.setdiff1d(found.keys, batch.case_key))


def _overlaid(
    records: Source, terms: ClockTerms, previous: FactSet, before: Pin, touched: Any, *, compiled: bool
) -> FactSet | None:
    """The earlier layers and one more with what changed; None where a build is due.

    Raises IntegrityError where an earlier layer is damaged.
    """
    total = sum(len(layer.case_key) for layer in previous.layers)
    overlays = [layer for layer in previous.layers if layer.name.startswith("overlay")]
    replaced = overlays if len(overlays) >= MOST_OVERLAYS else []
    keys = np.unique(np.concatenate([touched, *(layer.replaces for layer in replaced)]))
    standing = sum(len(layer.case_key) for layer in overlays) if not replaced else 0
    if (standing + len(keys)) * COMPACT_AT >= total:
        return None
    words = known = tuple(StatusWord(*row) for row in previous.state["words"])
    if records.pin.versions.get("mapping") != before.versions.get("mapping"):
        words = status_words(records.mapping())
    changed = Change(records, previous)
    found = changed.gathered(keys, {word.raw for word in set(known) ^ set(words)})
    generation = _next_generation(previous.folder)
    with Shelf(previous.folder) as shelf:
        keep = previous.folder is not None
        name = f"overlay-{generation}"
        layer = _folded(found, words, TermTables(terms), shelf, name, compiled=compiled, keep=keep)
        kept = [part for part in previous.layers if part not in replaced]
        facts = FactSet(terms, (*kept, layer), previous.orphans, previous.folder)
        damage = previous.state.get("damage", "")
        return _finished(facts, records, words, changed.links, generation, shelf, damage)


def _next_generation(folder: Path | None) -> int:
    state = read_state(folder)
    if folder is None:
        return 0
    return 1 if state is None else int(state.get("generation", 0)) + 1


def _finished(
    facts: FactSet,
    records: Source,
    words: tuple[StatusWord, ...],
    links: Mapping[int, Link],
    generation: int,
    shelf: Shelf,
    damage: str,
) -> FactSet:
    """The fact set with its state, put in place where it has a folder."""
    sizes = shelf.sizes(facts.layers)
    facts.state = {
        "format": FORMAT,
        "folds": fold_digest(),
        "terms": facts.terms.digest(),
        "generation": generation,
        "pin": records.pin.as_plain(),
        "files": records.names(),
        "orphans": facts.orphans,
        "damage": damage,
        "words": [list(astuple(word)) for word in words],
        "links": [[link.case_key, link.at_us, link.into_key] for _, link in sorted(links.items())],
        "layers": [
            {"name": layer.name, "cases": len(layer.case_key), "gone": layer.gone.tolist(), "bytes": size}
            for layer, size in zip(facts.layers, sizes, strict=True)
        ],
    }
    shelf.settle(facts.state, facts.layers)
    return facts
