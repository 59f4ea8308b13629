"""One row behind a figure that is no case, such as a call: its place, its facts, and the records it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.people import rows_of_person
from tallystick.facts.stream import Rows, Stream, stream, touching
from tallystick.verdicts.explain import Kept
from tallystick.verdicts.listing import RowShown, rows_of_case, rows_table
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import NotFound

# What a record has for the store's sake, or says again in each row.
_UNSHOWN = frozenset({"call_key", "case_key", "requester_key", "source", "partner", "seq"})


@dataclass(frozen=True)
class RowExplained:
    """Everything of one id behind a figure.

    `places` are those that it takes in the figure, `facts` its rows of the fact table as far as they say anything,
    `records` the canonical rows by table.
    """

    row_id: str
    what: str
    verdict: Verdict
    zone: str
    sentence: str
    places: tuple[RowShown, ...]
    facts: tuple[Mapping[str, Any], ...]
    records: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]
    command: str

    def as_json(self) -> dict[str, Any]:
        """The row as plain JSON values."""
        parts = {name: value for name, value in vars(self).items() if name != "verdict"}
        parts["places"] = [{"status": place.status, "brings": place.brings} for place in self.places]
        parts["records"] = [{"table": name, "rows": list(rows)} for name, rows in self.records]
        shown: dict[str, Any] = plain(parts)
        return {"verdict": self.verdict.name, **shown}


def explain_row(own: Kept, row_id: str) -> RowExplained:
    """One row of a verdict on something else than cases; raises NotFound, with ids that look alike, for no such row."""
    how = own.how
    declared = stream(how.measure.fact) if how is not None else None
    if how is None or declared is None:
        raise NotFound("row", row_id)
    facts = own.store.facts(own.record, declared.name)
    mine = facts.filter(pc.equal(facts.column("case_id"), row_id)) if facts is not None else None
    if mine is None or not mine.num_rows:
        known = [] if facts is None else pc.unique(facts.column("case_id")).drop_null().to_pylist()
        raise NotFound(declared.row, row_id, tuple(get_close_matches(row_id, known, 3)))
    places = rows_of_case(rows_table(own), row_id)
    return RowExplained(
        row_id=row_id,
        what=declared.row,
        verdict=own.verdict,
        zone=own.contract.zone,
        sentence=_sentence(declared.row, row_id, places),
        places=places,
        facts=tuple(_said(row) for row in mine.to_pylist()),
        records=_records(own, declared, mine),
        command=f"tally explain {own.verdict.whole_name} --case {row_id}",
    )


def _sentence(what: str, row_id: str, places: tuple[RowShown, ...]) -> str:
    name = f"{what[:1].upper()}{what[1:]} {row_id}"
    if not places:
        return f"{name} was read for this period and takes no place in the figure."
    words = {"met": "kept the promise", "missed": "did not keep the promise", "pending": "is not decided yet"}
    told = [
        words.get(place.status, "is counted" if place.status == "counted" else f"is left out: {place.status}")
        for place in places
    ]
    return f"{name} {'; '.join(dict.fromkeys(told))}."


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say something, without keys and local dates."""
    dull = ("_key", "_on", "_week", "_month")
    return {name: value for name, value in row.items() if value is not None and not name.endswith(dull)}


def _records(own: Kept, declared: Stream, mine: pa.Table) -> tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]:
    """The canonical rows that share a key of these facts, or else their agent and time."""
    named = [name for name in declared.key if name.endswith("_key")]
    tables = {name: own.store.rows(own.record, name) for name in declared.reads}
    tables = {name: rows for name, rows in tables.items() if rows is not None}
    behind = _by_key(tables, named, mine) if named else _by_agent(tables, declared, mine, own.promise.terms)
    found = []
    for table, unordered in behind.items():
        order = [(name, "ascending") for name in ("started_at", "seq") if name in unordered.column_names]
        rows = unordered.sort_by(order) if order else unordered
        if rows.num_rows:
            kept = [name for name in rows.column_names if name not in _UNSHOWN and not name.endswith("_key")]
            found.append((table, tuple(rows.select(kept).to_pylist())))
    return tuple(found)


def _by_key(tables: Rows, named: list[str], mine: pa.Table) -> dict[str, pa.Table]:
    found = {}
    for table, rows in tables.items():
        shared = next((name for name in named if name in rows.column_names), None)
        if shared is not None:
            wanted = pc.unique(mine.column(shared)).drop_null()
            found[table] = rows.filter(pc.is_in(rows.column(shared), value_set=wanted))
    return found


def _by_agent(tables: Rows, declared: Stream, mine: pa.Table, terms: ClockTerms) -> dict[str, pa.Table]:
    """The rows of the agent, or of nobody in particular, that touch the time of these facts."""
    if set(tables) != set(declared.reads) or not declared.ends:
        return {}
    ends = pc.coalesce(mine.column(declared.ends[0]), mine.column(declared.begins))
    first, last = (int(one.as_py().timestamp()) for one in (pc.min(mine.column(declared.begins)), pc.max(ends)))
    cut = declared.of_period(tables, first, last, terms)
    agents = pc.unique(mine.column("agent")).drop_null().to_pylist()
    kept = {name: table for name, table in cut.items() if name != "identity"} if not agents else {}
    for agent in agents:
        kept |= rows_of_person(cut, agent)
    return {name: _near(rows, first, last) for name, rows in kept.items()}


def _near(rows: pa.Table, first: int, last: int) -> pa.Table:
    """The spans that touch [first, last), and those without an end; other rows as they are."""
    if not {"started_at", "ended_at"} <= set(rows.column_names):
        return rows
    is_open = pc.is_null(rows.column("ended_at"))
    ended = touching(rows.filter(pc.invert(is_open)), "started_at", "ended_at", first, last)
    return pa.concat_tables([ended, rows.filter(is_open)])
