"""Whose cases a list of surveys means: the source of the case ids, for each partner that the list names.

A case's key is made of its source and its id. A list of surveys comes from another system, so the source is asked of
the lake once: where do the ids stand among the stored cases? What is found is the setting `cases` of the mapping:

    cases: aurora-events                              all ids are of this source
    cases: [aurora-events, aurora-late]               each id is of the first of them that has it
    cases: {aurora: aurora-events, borealis: desk}    the row's partner tells

Where one source is named, a key follows from the id alone, so it does not matter whether the survey or its case comes
first. Where several are, or none, an id is looked up, and one that is not found has no case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.containers import opened
from tallystick.records.containers.container import HINTS
from tallystick.records.keys import keys_of

CaseFinder = Callable[[pa.Array], pa.Table]
Sources = dict[str, tuple[str, ...]]

EVERYONE = "*"
# From this share of ids found on, a source is believed. Below, ids that are plain numbers may agree by chance.
BELIEVED = 0.5
# A second source is worth naming beside the first from this share of the found ids on.
WORTH_NAMING = 0.02


@dataclass
class Guess:
    """The sources of each partner's ids, and in words how they came about and what to look at."""

    sources: Sources = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def setting(self) -> Any:
        """The setting `cases` in its shortest form."""
        distinct = set(self.sources.values())
        if not distinct:
            return ""
        if len(distinct) > 1 and "" not in self.sources:
            return {partner: one[0] if len(one) == 1 else list(one) for partner, one in self.sources.items()}
        every = tuple(dict.fromkeys(source for listed in self.sources.values() for source in listed))
        return every[0] if len(every) == 1 else list(every)


def sources_of(setting: Any) -> Sources:
    """The setting `cases` as partner -> sources; `*` stands for every partner."""
    if not setting:
        return {}
    if isinstance(setting, AbstractMapping):
        return {str(partner): _listed(named) for partner, named in setting.items() if named}
    return {EVERYONE: _listed(setting)}


def _listed(named: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in named) if isinstance(named, list | tuple) else (str(named),)


def guess_sources(pairs: list[tuple[str, str]], find: CaseFinder | None) -> Guess:
    """The sources for a list's distinct (partner or '', case id) pairs, from where their ids stand in the lake."""
    found = Guess()
    ids = sorted({case_id for _, case_id in pairs})
    if not ids:
        return found
    if find is None:
        found.doubts.append(
            "No cases are stored yet; name their source under `settings: cases`, or take them in first."
        )
        return found
    stored: dict[str, list[str]] = {}
    for row in find(pa.array(ids, pa.string())).select(["case_id", "source"]).to_pylist():
        stored.setdefault(row["case_id"], []).append(row["source"])
    if not stored:
        found.doubts.append(
            f"None of the {len(ids):,} case ids is that of a stored case; take the cases in first, or name their "
            "source under `settings: cases`."
        )
        return found
    for partner in sorted({partner for partner, _ in pairs}):
        own = sorted({case_id for name, case_id in pairs if name == partner})
        if chosen := _chosen(partner, own, stored, found):
            found.sources[partner] = chosen
    return found


def _chosen(partner: str, ids: list[str], stored: AbstractMapping[str, list[str]], found: Guess) -> tuple[str, ...]:
    """The sources of one partner's ids, the one with most of them first."""
    counts: dict[str, int] = {}
    for case_id in ids:
        for source in stored.get(case_id, ()):
            counts[source] = counts.get(source, 0) + 1
    whose = f" of {partner}" if partner else ""
    if not counts:
        found.doubts.append(f"None of the {len(ids):,} case ids{whose} is that of a stored case.")
        return ()
    ranked = sorted(counts, key=lambda source: (-counts[source], source))
    hit = sum(1 for case_id in ids if case_id in stored)
    listed = ", ".join(f"{counts[source]:,} in {source!r}" for source in ranked[:5])
    if hit < BELIEVED * len(ids) and all(re.fullmatch(r"\d+", case_id) for case_id in ids):
        found.doubts.append(
            f"Only {hit:,} of the {len(ids):,} case ids{whose} are stored cases ({listed}), and plain numbers agree by "
            "chance; name the source under `settings: cases`."
        )
        return ()
    found.notes.append(f"Case ids{whose}: of {len(ids):,} distinct ones {listed}.")
    covered = {case_id for case_id in ids if ranked[0] in stored.get(case_id, ())}
    kept = [ranked[0]]
    for source in ranked[1:]:
        more = {case_id for case_id in ids if source in stored.get(case_id, ())} - covered
        if len(more) >= WORTH_NAMING * hit:
            kept.append(source)
            covered |= more
    twice = sum(1 for case_id in ids if len(set(stored.get(case_id, ())) & set(ranked)) > 1)
    if twice:
        found.doubts.append(
            f"{twice:,} case ids{whose} stand in several sources; they are taken as those of {kept[0]!r}. Correct "
            "`settings: cases` if that is wrong."
        )
    return tuple(kept)


@dataclass(frozen=True)
class Found:
    """For each row: the key of its case (null: none), the person of that case, whether the case is stored."""

    keys: pa.Array
    persons: pa.Array
    stored: pa.Array


def find_cases(case_id: pa.Array, partner: pa.Array, setting: Any, find: CaseFinder | None) -> Found:
    """The case of each row under the setting `cases`."""
    rows = len(case_id)
    sources = sources_of(setting)
    keys, persons = pa.nulls(rows, pa.int64()), pa.nulls(rows, pa.int64())
    stored = pa.repeat(pa.scalar(value=False), rows)
    known = find(case_id) if find is not None else None
    for mask, listed in _groups(partner, sources, rows):
        for source in listed:
            at = None if known is None else _place(case_id, known.filter(pc.equal(known.column("source"), source)))
            if at is not None:
                place, mine = at
                key = mine.column("case_key").combine_chunks().take(place)
                person = mine.column("requester_key").combine_chunks().take(place)
                here = pc.and_(mask, pc.and_(pc.is_valid(key), pc.is_null(keys)))
                keys, persons = pc.if_else(here, key, keys), pc.if_else(here, person, persons)
                stored = pc.or_(stored, here)
        if len(listed) == 1:
            keys = pc.if_else(pc.and_(mask, pc.is_null(keys)), keys_of(listed[0], case_id), keys)
    return Found(keys, persons, stored)


def _groups(partner: pa.Array, sources: Sources, rows: int) -> Iterator[tuple[pa.Array, tuple[str, ...]]]:
    """Rows (a mask) and the sources that their ids can be of."""
    if EVERYONE in sources:
        yield pa.repeat(pa.scalar(value=True), rows), sources[EVERYONE]
        return
    for name, listed in sources.items():
        yield pc.fill_null(pc.equal(partner, name), fill_value=False), listed


def _place(case_id: pa.Array, mine: pa.Table) -> tuple[pa.Array, pa.Table] | None:
    if not mine.num_rows:
        return None
    return pc.index_in(case_id, value_set=mine.column("case_id").combine_chunks()), mine


def settled(path: Path, mapping: Mapping, resolver: Resolver) -> Mapping:
    """The mapping with the source of a list's case ids, looked up among the stored cases where it names none."""
    said = mapping.settings.get("cases")
    if "case" not in mapping.columns or (said and not isinstance(said, AbstractMapping)):
        return mapping
    # A partner that the list names for the first time is looked up beside those that are known.
    known = sources_of(said)
    pairs = [pair for pair in _case_ids(path, mapping) if pair[0] not in known]
    found = guess_sources(pairs, resolver.cases)
    setting = Guess({**known, **found.sources}).setting if not known or found.sources else said
    return mapping.with_(
        settings={**mapping.settings, "cases": setting},
        notes=(*mapping.notes, *found.notes),
        doubts=(*mapping.doubts, *found.doubts),
    )


def _case_ids(path: Path, mapping: Mapping) -> list[tuple[str, str]]:
    """The distinct (partner or '', case id) of a file, trimmed as the reader does."""
    loaded = opened(path, {name: str(mapping.settings.get(name) or "") for name in HINTS}).rows()
    slots = {column.name: column.slot for column in loaded.columns}
    case = slots[mapping.columns["case"]]
    partner = slots.get(mapping.columns.get("partner", ""))
    named = f"coalesce(trim(CAST({partner} AS VARCHAR)), '')" if partner else "''"
    rows = loaded.connection.execute(
        f"SELECT DISTINCT {named}, trim(CAST({case} AS VARCHAR)) FROM {loaded.table} "  # noqa: S608
        f"WHERE nullif(trim(CAST({case} AS VARCHAR)), '') IS NOT NULL"
    ).fetchall()
    return sorted((str(name), str(case_id)) for name, case_id in rows)
