"""One case as it happened: its spans for a drawn time line, and its clocks, from the evidence beside a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.facts.term_tables import programme_hours
from tallystick.facts.timeline import Span, trace
from tallystick.verdicts.explain import Kept, kept
from tallystick.verdicts.listing import RowShown, rows_of_case, rows_table
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import NotFound


@dataclass(frozen=True)
class CaseExplained:
    """One case under one verdict.

    `row` is the place it takes in the figure (None where it takes none). `spans` are what happened between its events,
    the first of which name what began them; `clocks` all its clocks. `open_hours` are the opening hours of its
    programme that the spans touch, as half-open UTC seconds; `due_at` the due moment of the verdict's own clock.
    """

    case_id: str
    verdict: Verdict
    zone: str
    row: RowShown | None
    sentence: str
    spans: tuple[Span, ...]
    clocks: tuple[dict[str, Any], ...]
    open_hours: tuple[tuple[int, int], ...]
    due_at: datetime | None
    merged: tuple[str, ...]
    command: str

    def as_json(self) -> dict[str, Any]:
        """The case as plain JSON values."""
        parts = {name: value for name, value in vars(self).items() if name != "verdict"}
        parts["spans"] = [vars(span) for span in self.spans]
        parts["row"] = None if self.row is None else vars(self.row)
        shown: dict[str, Any] = plain(parts)
        return {"verdict": self.verdict.name, **shown}


def explain_case(
    store: VerdictStore,
    verdict: Verdict,
    case_id: str,
    *,
    own: Kept | None = None,
    listed: Sequence[RowShown] | None = None,
) -> CaseExplained:
    """One case of a verdict; raises NotFound, with ids that look alike, for one that its period did not read.

    `own` is what `kept` gives and `listed` the rows to find the case's place in, for a caller that has them already.
    """
    own = own or kept(store, verdict)
    key = _key_of(own, case_id)
    family = _family(own, key)
    case_rows = store.rows(own.record, "case", family)
    event_rows = store.rows(own.record, "case_event", family)
    mapping = store.rows(own.record, "mapping")
    spans = tuple(trace(case_rows, event_rows, mapping, own.promise.terms, key))
    rows = rows_of_case(rows_table(own), case_id) if listed is None else listed
    row = next((one for one in rows if one.case_id == case_id), None)
    clocks = _clocks(own, key)
    ids = dict(zip(case_rows.column("case_key").to_pylist(), case_rows.column("case_id").to_pylist(), strict=True))
    own_clock = own.clause.clock if isinstance(own.clause, SlaTarget) else None
    due = next((one["due_at"] for one in clocks if one["kind"] == own_clock and one["due_at"] is not None), None)
    return CaseExplained(
        case_id=case_id,
        verdict=verdict,
        zone=own.contract.zone,
        row=row,
        sentence=_sentence(case_id, row, own_clock, own.contract.zone),
        spans=spans,
        clocks=clocks,
        open_hours=_open_hours(own.promise.terms, spans),
        due_at=due,
        merged=tuple(ids[one] for one in family if one != key and one in ids),
        command=f"tally explain {verdict.whole_name} --case {case_id}",
    )


def _key_of(own: Kept, case_id: str) -> int:
    rows = own.store.rows(own.record, "case")
    found = rows.filter(pc.equal(rows.column("case_id"), case_id)).column("case_key").to_pylist()
    if not found:
        raise NotFound("case", case_id, tuple(get_close_matches(case_id, rows.column("case_id").to_pylist(), 3)))
    return int(found[0])


def _family(own: Kept, key: int) -> list[int]:
    """The case and all that were merged into it, because their messages are its own."""
    facts: pa.Table = own.store.facts(own.record, "case", ["case_key", "merged_into"])
    found = {key}
    while True:
        into = pc.is_in(facts.column("merged_into"), value_set=pa.array(sorted(found), pa.int64()))
        more = found | set(facts.filter(into).column("case_key").to_pylist())
        if more == found:
            return sorted(found)
        found = more


def _clocks(own: Kept, key: int) -> tuple[dict[str, Any], ...]:
    clock: pa.Table = own.store.facts(own.record, "clock")
    return tuple(clock.filter(pc.equal(clock.column("case_key"), key)).to_pylist())


def _sentence(case_id: str, row: RowShown | None, clock: str | None, zone: str) -> str:
    """What became of the case, with instants on the wall clock of the contract."""
    if row is None:
        return f"Case {case_id} was read for this period and takes no place in the figure."
    words = {"met": "kept the promise", "missed": "did not keep the promise", "pending": "is not due yet"}
    told = words.get(row.status, "is counted" if row.status == "counted" else f"is left out: {row.status}")
    due, stop = row.parts.get("due_at"), row.parts.get("stop_at")
    name = f" ({clock.replace('_', ' ')})" if clock else ""
    if row.status == "missed" and due is not None:
        late = "it was still open then" if stop is None else f"it ended {_hours(stop - due)} later"
        local = due.astimezone(ZoneInfo(zone))
        return f"Case {case_id}{name} {told}: it was due {local:%a %d %b %Y %H:%M:%S} ({zone}), and {late}."
    return f"Case {case_id}{name} {told}."


def _hours(late: Any) -> str:
    hours, rest = divmod(int(late.total_seconds()), 3600)
    return f"{hours} h {rest // 60} min {rest % 60} s"


def _open_hours(terms: ClockTerms, spans: Sequence[Span]) -> tuple[tuple[int, int], ...]:
    """The opening hours of the case's programme, as far as the spans reach."""
    name = next((span.programme for span in spans if span.programme is not None), None)
    programme = next((one for one in terms.programmes if one.programme == name), None)
    if programme is None:
        return ()
    first = spans[0].start_at.timestamp()
    last = max(span.stop_at or span.start_at for span in spans).timestamp()
    intervals = programme_hours(programme, terms.hours).intervals
    return tuple((opens, closes) for opens, closes in intervals if closes > first and opens <= last)
