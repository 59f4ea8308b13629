"""Whose rows are whose, where several systems know one person by several ids: codes for partner and person together.

Ids are joined by table `identity` (`records.persons`); an id that no row joins stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.spans import Whole
from tallystick.records.persons import KINDS, person_of

# The instant at which a row's id is asked, by what a table calls it.
MOMENTS = ("started_at", "happened_at", "asked_at")


@dataclass(frozen=True)
class People:
    """The code of each row's person by table (-1 where it names none), and partner and person of each code."""

    codes: Mapping[str, Whole]
    partner: pa.Array
    person: pa.Array

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.person)


def people_of(rows: Mapping[str, pa.Table], tables: Sequence[str], moment: Mapping[str, str] | None = None) -> People:
    """The people of some tables; `moment` names the instant at which an id is asked, else the table's `started_at`.

    Table `agent` is the list of people itself: its ids are persons.
    """
    whose: dict[str, pa.Array] = {}
    for name in tables:
        table = rows[name]
        if name == "agent":
            whose[name] = _plain(table.column("agent_id"))
            continue
        asked = table.column((moment or {}).get(name, "started_at"))
        whose[name] = person_of(
            rows["identity"],
            table.column("source"),
            table.column("agent"),
            asked,
            kinds=KINDS.get(name, ()),
            partners=table.column("partner"),
        )
    words = pc.dictionary_encode(pa.concat_arrays([whose[name] for name in tables]))
    holder = pc.dictionary_encode(pa.concat_arrays([_plain(rows[name].column("partner")) for name in tables]))
    wide = len(words.dictionary) + 1
    known = np.asarray(words.is_valid())
    both = _codes(holder) * wide + _codes(words)
    present = np.flatnonzero(np.bincount(both[known], minlength=1))
    place = np.full(int(both.max(initial=0)) + 1, -1, np.int64)
    place[present] = np.arange(len(present))
    found = np.where(known, place[both], -1)
    ends = np.cumsum([rows[name].num_rows for name in tables])
    parts = dict(zip(tables, np.split(found, ends[:-1]), strict=True))
    return People(parts, _word(holder, present // wide), _word(words, present % wide))


def identities_of(rows: Mapping[str, pa.Table], kept: Mapping[str, pa.Table]) -> pa.Table:
    """The rows of `identity` that name an id of the rows kept: no other can move their facts."""
    identity = rows["identity"]
    ids = [_plain(table.column("agent")).unique() for table in kept.values() if "agent" in table.column_names]
    wanted = pa.concat_arrays([pa.array([], pa.string()), *ids])
    return identity.filter(pc.is_in(identity.column("source_id"), value_set=wanted))


def rows_of_person(rows: Mapping[str, pa.Table], person: str) -> dict[str, pa.Table]:
    """Of the tables that name somebody, the rows of one person, by whichever id of theirs at the row's instant."""
    found = {}
    for name, table in rows.items():
        if name == "agent":
            found[name] = table.filter(pc.equal(table.column("agent_id"), person))
        elif "agent" in table.column_names:
            asked = next((table.column(one) for one in MOMENTS if one in table.column_names), None)
            parts = table.column("source"), table.column("agent"), asked
            whose = person_of(rows["identity"], *parts, kinds=KINDS.get(name, ()), partners=table.column("partner"))
            found[name] = table.filter(pc.fill_null(pc.equal(whose, person), fill_value=False))
    return found


def _plain(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.cast(pa.string())


def _codes(coded: pa.DictionaryArray) -> Whole:
    return np.asarray(coded.indices.fill_null(len(coded.dictionary)), np.int64)


def _word(coded: pa.DictionaryArray, codes: Any) -> pa.Array:
    return coded.dictionary.take(pa.array(codes, mask=codes >= len(coded.dictionary)))
