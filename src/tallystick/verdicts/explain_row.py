"""One row behind a figure that is no case, such as a call: its place, its facts, and the records it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.stream import stream
from tallystick.measures.fact_columns import keys
from tallystick.verdicts.explain import Kept
from tallystick.verdicts.listing import RowShown, rows_of_case, rows_table
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.canonical import plain
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
        parts = {name: value for name, value in vars(self).items() if name not in ("verdict", "places")}
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
        records=_records(own, declared.reads, mine),
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


def _records(
    own: Kept, tables: tuple[str, ...], mine: pa.Table
) -> tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]:
    """The canonical rows that share a key of these facts."""
    named = [name for name in keys(own.how.measure.fact) if name.endswith("_key")] if own.how is not None else []
    found = []
    for table in tables:
        rows = own.store.rows(own.record, table)
        shared = [name for name in named if rows is not None and name in rows.column_names]
        if not shared:
            continue
        rows = rows.filter(pc.is_in(rows.column(shared[0]), value_set=pc.unique(mine.column(shared[0])).drop_null()))
        order = [(name, "ascending") for name in ("started_at", "seq") if name in rows.column_names]
        rows = rows.sort_by(order) if order else rows
        if rows.num_rows:
            kept = [name for name in rows.column_names if name not in _UNSHOWN and not name.endswith("_key")]
            found.append((table, tuple(rows.select(kept).to_pylist())))
    return tuple(found)
