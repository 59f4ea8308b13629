"""Who an id means: the person behind an id of one system at an instant, by the rows of table `identity`.

Nothing is joined that no identity row joins: an id that no row explains stands for itself. `unjoined` lists those, and
`proposals` says which persons they might be and why, for somebody to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.keys import distinct

# Kinds of system under which lists of people name ids of any source of that kind, by canonical table.
KINDS = {
    "call": ("telephony",),
    "agent_state": ("telephony",),
    "shift": ("roster",),
    "case_event": ("helpdesk",),
    "survey_response": ("helpdesk",),
    "training": ("learning",),
    "acknowledgement": ("learning",),
}
_EVER = -(2**62)
_MARK = "\x1f"


def person_of(
    identity: pa.Table,
    source: str | pa.Array | pa.ChunkedArray,
    ids: pa.Array | pa.ChunkedArray,
    instants: pa.Array | pa.ChunkedArray | None = None,
    *,
    kinds: Sequence[str] = (),
    partners: pa.Array | pa.ChunkedArray | None = None,
) -> pa.Array:
    """The person of each id at its instant, as `agent.agent_id` names persons; the id itself where no row tells.

    `source` is the system of all ids, or of each. `kinds` are kinds of system (`KINDS["call"]`) that are looked up
    where no row names the source itself. With `partners`, only rows of the id's own partner count (an extension 101
    exists at each of them). Without instants the newest row holds. Of rows that hold at one instant the one that began
    last counts, of equals the first by the person's id. A null id is null.
    """
    words = _whole(ids).cast(pa.string())
    own = constant_or(source, len(words))
    found = _looked_up(identity, own, words, instants, partners)
    for kind in kinds:
        if not found.null_count:
            break
        found = pc.coalesce(found, _looked_up(identity, constant_or(kind, len(words)), words, instants, partners))
    return pc.coalesce(found, words)


def constant_or(source: str | pa.Array | pa.ChunkedArray, rows: int) -> pa.Array:
    """One word for every row, or the word of each."""
    if isinstance(source, str):
        return pa.repeat(pa.scalar(source, pa.string()), rows)
    return _whole(source).cast(pa.string())


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _looked_up(
    identity: pa.Table,
    systems: pa.Array,
    ids: pa.Array,
    instants: pa.Array | pa.ChunkedArray | None,
    partners: pa.Array | pa.ChunkedArray | None,
) -> pa.Array:
    """The person of each id by the rows of its system; null where none holds."""
    nobody = pa.nulls(len(ids), pa.string())
    if not identity.num_rows or not len(ids) or "person" not in identity.column_names:
        return nobody
    known = identity.filter(pc.and_(pc.is_valid(identity.column("person")), pc.is_valid(identity.column("source_id"))))
    parts = ["system", "source_id"] if partners is None else ["system", "partner", "source_id"]
    asked = [systems, ids] if partners is None else [systems, _whole(partners).cast(pa.string()), ids]
    pairs = _joined([_whole(known.column(name)).cast(pa.string()) for name in parts]).dictionary_encode()
    place = _places(asked, pairs.dictionary)
    if not len(known) or (place < 0).all():
        return nobody
    pair = np.asarray(pairs.indices, np.int64)
    begin, end = (_micros(known.column(name), _EVER if name == "valid_from" else 2**62)
                  for name in ("valid_from", "valid_to"))  # fmt: skip
    person = _whole(known.column("person")).cast(pa.string()).dictionary_encode()
    names = np.asarray(pc.rank(person.dictionary, "ascending"), np.int64)[np.asarray(person.indices, np.int64)]
    # The last of a pair's rows in this order decides: the newest beginning, of equals the first by name.
    order = np.lexsort((-names, begin, pair))
    pair, begin, end = pair[order], begin[order], end[order]
    bounds = distinct(begin)
    at = np.full(len(ids), 2**62 - 1, np.int64) if instants is None else _micros(instants, 2**62 - 1)
    span = len(bounds) + 1
    rows = pair * span + np.searchsorted(bounds, begin, side="right")
    asked_at = np.where(place < 0, -1, place * span + np.searchsorted(bounds, at, side="right"))
    hit = np.searchsorted(rows, asked_at, side="right") - 1
    found = np.full(len(ids), -1, np.int64)
    open_ = np.flatnonzero(place >= 0)
    if instants is None:
        end = np.full(len(end), 2**62, np.int64)
    while len(open_):
        here = hit[open_]
        same = (here >= 0) & (pair[np.maximum(here, 0)] == place[open_])
        holds = same & (at[open_] < end[np.maximum(here, 0)])
        found[open_[holds]] = here[holds]
        # An earlier row may hold longer than a later one.
        open_ = open_[same & ~holds]
        hit[open_] -= 1
    told = _whole(known.column("person")).cast(pa.string()).take(pa.array(order))
    return told.take(pa.array(found, mask=found < 0))


def _places(parts: Sequence[pa.Array], known: pa.Array) -> Any:
    """The place of each row's words among the known ones, -1 where they are not; each combination is joined once."""
    coded = [part.dictionary_encode() for part in parts]
    cell = np.zeros(len(parts[0]), np.int64)
    for one in coded:
        cell = cell * (len(one.dictionary) + 1) + np.asarray(one.indices.fill_null(len(one.dictionary)), np.int64)
    every, back = np.unique(cell, return_inverse=True)
    words = []
    rest = every
    for one in reversed(coded):
        rest, at = np.divmod(rest, len(one.dictionary) + 1)
        words.append(one.dictionary.take(pa.array(at, mask=at == len(one.dictionary))))
    found = pc.index_in(_joined(words[::-1]), value_set=known)
    return np.asarray(pc.fill_null(found, -1), np.int64)[back]


def _joined(parts: Sequence[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _MARK)


def _micros(column: pa.Array | pa.ChunkedArray, missing: int) -> Any:
    micros = _whole(column).cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
    return np.asarray(pc.fill_null(micros, missing), np.int64)


@dataclass(frozen=True)
class Known:
    """Who is known: ids of agents, and (system, id) -> person; for the to-do list of ids that belong to nobody."""

    agents: frozenset[str]
    ids: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, agents: Iterable[str], rows: Iterable[tuple[str, str, str]]) -> Known:
        """From agents' ids and rows of `identity` (system, id, person)."""
        return cls(frozenset(agents), {(system, one): person for system, one, person in sorted(rows)})

    def joined(self, source: str, one: str, kinds: Sequence[str]) -> bool:
        """Whether an id of a source leads to somebody: by a row of its system or kind, or as an agent's own id."""
        return one in self.agents or any((system, one) in self.ids for system in (source, *kinds, "e-mail"))


def plain_id(one: str) -> str:
    """An id as people confuse it: small letters, nothing behind an @, no marks, no leading zeros."""
    return re.sub(r"[^a-z0-9]", "", one.casefold().partition("@")[0]).lstrip("0")


def proposals(known: Known, ids: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Id -> (person, proof) for ids of a source that lead to nobody: who they might be, for somebody to confirm.

    An id that is a person's in another system is proposed first, one that is the same but for its writing next. Where
    two persons would do, nobody is proposed.
    """
    same: dict[str, set[str]] = {}
    alike: dict[str, set[str]] = {}
    systems: dict[str, str] = {}
    for (system, one), person in known.ids.items():
        same.setdefault(one, set()).add(person)
        alike.setdefault(plain_id(one), set()).add(person)
        systems.setdefault(one, system)
    for agent in known.agents:
        alike.setdefault(plain_id(agent), set()).add(agent)
    found: dict[str, tuple[str, str]] = {}
    for _, one in ids:
        if len(same.get(one, ())) == 1:
            found[one] = (next(iter(same[one])), f"the same id in {systems[one]}")
        elif one not in same and plain_id(one) and len(alike.get(plain_id(one), ())) == 1:
            found[one] = (next(iter(alike[plain_id(one)])), "the same but for its writing")
    return found
