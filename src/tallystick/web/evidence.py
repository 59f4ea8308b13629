"""What was kept beside verdicts, read for pages: explanations, the cases behind a figure, one case.

Evidence lies in files that are written once and named by their digest, so what was read stays right for ever; the last
of it is kept in memory up to a bound. A reader's room is asked for the verdict first: what its books do not hold is
not there.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.measures.compute import COUNTED, PENDING
from tallystick.reports.charts import CaseTimeline
from tallystick.reports.gathered import case_timeline_of
from tallystick.verdicts.explain import MET, MISSED, Explanation, Kept, RowShown, explain, kept, rows_behind, weeks
from tallystick.verdicts.explain_case import CaseExplained, explain_case
from tallystick.verdicts.measured import MEASURED
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.web.figure import address_of
from tallystick.web.room import Room

MOST_BYTES = 256 * 1024 * 1024
ROWS_TOLD = 20  # as many as `tally explain` lists
_SHORT = re.compile(r"[0-9a-f]{8,64}")


# ---- addresses ---------------------------------------------------------------------------------------------------


def verdict_address(verdict: Verdict, *, at: bool = False) -> str:
    """Where a verdict is explained; `at` names this very one, even after another took its place."""
    return f"{address_of(verdict)}{f'?at={verdict.digest[:12]}' if at else ''}"


def case_address(verdict: Verdict, case_id: str) -> str:
    """Where one case of a verdict is drawn."""
    return f"{verdict_address(verdict)}/case/{quote(case_id, safe='')}"


# ---- reading once ------------------------------------------------------------------------------------------------


class _Recent:
    """The tables read last, up to a bound of bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held: OrderedDict[Hashable, pa.Table] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def table(self, key: Hashable, read: Callable[[], pa.Table | None]) -> pa.Table | None:
        """The table of a key, read where it is not held."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = read()
        if found is not None:
            self.keep(key, found)
        return found

    def keep(self, key: Hashable, table: pa.Table) -> None:
        """Hold a table; the ones not asked for longest give way."""
        with self._lock:
            if key not in self._held:
                self._held[key] = table
                self._bytes += table.nbytes
            while self._bytes > self.most and len(self._held) > 1:
                _, gone = self._held.popitem(last=False)
                self._bytes -= gone.nbytes


_RECENT = _Recent(MOST_BYTES)


class HeldStore(VerdictStore):
    """A verdict store that holds the evidence it read last."""

    def facts(self, record: Judged, name: str, columns: list[str] | None = None) -> Any:
        """As VerdictStore.facts."""
        key = (self.folder, record.partner, record.evidence, "fact", name)
        found = _RECENT.table(key, lambda: super(HeldStore, self).facts(record, name))
        return found if found is None or columns is None else found.select(columns)

    def rows(self, record: Judged, name: str, case_keys: Sequence[int] | None = None) -> Any:
        """As VerdictStore.rows."""
        key = (self.folder, record.partner, record.evidence, "rows", name)
        whole = _RECENT.table(key, lambda: super(HeldStore, self).rows(record, name))
        if case_keys is None or whole is None:
            return whole
        return whole.filter(pc.is_in(whole.column("case_key"), value_set=pa.array(sorted(case_keys), pa.int64())))


# ---- verdicts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replaced:
    """One step of a restatement: the older verdict, the one that took its place, and what moved it."""

    old: Verdict
    new: Verdict

    @property
    def because(self) -> tuple[str, ...]:
        """Which of the pinned inputs moved."""
        return tuple(str(one) for one in self.new.noted.get("because", ()))

    @property
    def moved(self) -> int:
        """How many records moved."""
        return int(self.new.noted.get("records_moved", len(self.new.differing)))


def verdict_of(room: Room, parts: Mapping[str, str], at: str = "") -> Verdict:
    """The verdict that stands, or the older one whose digest begins with `at`; raises as the books do.

    `parts` are those of its address: `partner`, `clause`, `period`, and `contract` where the address is whole.
    """
    standing = room.books.verdict(parts["partner"], parts["clause"], parts["period"], parts.get("contract", ""))
    if not at or standing.digest.startswith(at):
        return standing
    if not _SHORT.fullmatch(at):
        raise NotFound("verdict", f"{standing.name}@{at}")
    found = room.books.store.find(f"{standing.whole_name}@{at}")
    # The store gives the one that stands where no older one has that digest.
    if (found.contract, found.name) != (standing.contract, standing.name) or not found.digest.startswith(at):
        raise NotFound("verdict", f"{standing.name}@{at}")
    return found


def replaced(room: Room, verdict: Verdict) -> tuple[Replaced, ...]:
    """The verdicts that this one stands for, newest first."""
    found: list[Replaced] = []
    now = verdict
    while now.restates is not None:
        old = room.books.store.find(now.restates)
        if (old.contract, old.name) != (verdict.contract, verdict.name) or old.digest == now.digest:
            break
        found.append(Replaced(old, now))
        now = old
    return tuple(found)


def own_of(room: Room, verdict: Verdict) -> Kept:
    """A verdict with its judging and the text in force; the text is read once for each judging."""
    store = HeldStore(room.books.store.folder)
    base: Kept = room.books.once(("kept", verdict.contract, verdict.digest), lambda: _kept(room, store, verdict))
    return base


def _kept(room: Room, store: VerdictStore, verdict: Verdict) -> Kept:
    record = store.judging_of(verdict)
    first: Kept = room.books.once(("promise", record.digest), lambda: kept(store, verdict))
    return replace(first, verdict=verdict, clause=first.contract.clause(verdict.clause))


def explanation_of(room: Room, verdict: Verdict) -> Explanation:
    """How a verdict came about, the same as `tally explain` tells, with as many rows as it lists."""

    def made() -> Explanation:
        own = own_of(room, verdict)
        whole = explain(own.store, verdict, most=2**31, own=own)
        _RECENT.keep(_list_key(own), _as_table(whole.rows))
        return replace(whole, rows=whole.rows[:ROWS_TOLD])

    found: Explanation = room.books.once(("explanation", verdict.contract, verdict.digest), made)
    return found


def weeks_of(room: Room, verdict: Verdict) -> tuple[MeasureValue, ...]:
    """The weeks of a verdict's period; none for a figure that was not measured here."""

    def made() -> tuple[MeasureValue, ...]:
        return weeks(own_of(room, verdict)) if verdict.provenance == MEASURED else ()

    found: tuple[MeasureValue, ...] = room.books.once(("weeks", verdict.contract, verdict.digest), made)
    return found


# ---- cases -------------------------------------------------------------------------------------------------------

_OF_ROW = ("case_id", "status", "brings")
_EMPTY = pa.schema([("case_id", pa.string()), ("status", pa.string()), ("brings", pa.int64())])


def listed(room: Room, verdict: Verdict) -> pa.Table:
    """Every row behind a figure, the failed first: `case_id`, `status`, `brings` and the parts of its clock."""
    own = own_of(room, verdict)
    found = _RECENT.table(_list_key(own), lambda: _as_table(_rows(own)))
    return _EMPTY.empty_table() if found is None else found


def place_of(status: str, told: Explanation) -> str:
    """The name under which the counts have a row of this status."""
    names = {name for name, _count in told.counts}
    if status in (MET, MISSED):
        better = told.verdict.better
        split = (MET, MISSED) if better == "higher" else ("with it (counts against)", "without it")
        good, bad = split if better == "higher" else (split[1], split[0])
        name = good if status == MET else bad
        return name if name in names else COUNTED
    if status == PENDING:
        return "not due yet"
    return status if status in names else f"excluded: {status}"


def rows_of(room: Room, verdict: Verdict, case_id: str) -> tuple[RowShown, ...]:
    """The places that one case takes in a verdict's figure; a clock may have run more than once."""
    table = listed(room, verdict)
    mine = table.filter(pc.equal(table.column("case_id"), case_id)).to_pylist()
    return tuple(
        RowShown(
            row["case_id"],
            row["status"],
            row["brings"],
            {name: value for name, value in row.items() if name not in _OF_ROW and value is not None},
        )
        for row in mine
    )


@dataclass(frozen=True)
class CaseSeen:
    """One case under one verdict: how it counts, its drawing, its places in the figure, its key in the records."""

    explained: CaseExplained
    timeline: CaseTimeline
    rows: tuple[RowShown, ...]
    case_keys: tuple[int, ...]


def case_of(room: Room, verdict: Verdict, case_id: str) -> CaseSeen:
    """One case that a verdict's period read; raises NotFound for any other."""
    own = own_of(room, verdict)
    known = own.store.rows(own.record, "case")
    mine = known.filter(pc.equal(known.column("case_id"), case_id)).column("case_key").to_pylist()
    if not mine:
        raise NotFound("case", case_id)
    rows = rows_of(room, verdict, case_id)
    told = explain_case(own.store, verdict, case_id, own=own, listed=rows)
    merged = known.filter(pc.is_in(known.column("case_id"), value_set=pa.array(told.merged, pa.string())))
    keys = tuple(sorted({*mine, *merged.column("case_key").to_pylist()}))
    return CaseSeen(told, case_timeline_of(own.store, verdict, case_id, told=told), rows, keys)


def neighbours(room: Room, verdict: Verdict, case_id: str) -> tuple[str, str]:
    """The cases before and after one in the list of a verdict, empty at its ends and for one that is not listed."""
    ids = listed(room, verdict).column("case_id")
    at = pc.index(ids, pa.scalar(case_id, ids.type)).as_py()
    if at < 0:
        return "", ""
    after = next((str(one) for one in ids.slice(at + 1, 40).to_pylist() if one != case_id), "")
    before = str(ids[at - 1].as_py()) if at else ""
    return before, after


def known_cases(room: Room, verdict: Verdict, case_ids: Sequence[str]) -> frozenset[str]:
    """Which of these ids the verdict's period read."""
    own = own_of(room, verdict)
    ids = own.store.rows(own.record, "case").column("case_id")
    wanted = pa.array(list(case_ids), pa.string())
    return frozenset(wanted.filter(pc.is_in(wanted, value_set=pc.unique(ids))).to_pylist())


def _list_key(own: Kept) -> Hashable:
    return (own.store.folder, own.record.digest, own.verdict.digest, "listed")


def _rows(own: Kept) -> Sequence[RowShown]:
    return rows_behind(own) if own.verdict.provenance == MEASURED else ()


def _as_table(rows: Sequence[RowShown]) -> pa.Table:
    """Rows as columns; a part that no row has is no column."""
    if not rows:
        return _EMPTY.empty_table()
    names = dict.fromkeys(name for row in rows for name in row.parts)
    columns: Mapping[str, Any] = {
        "case_id": pa.array([row.case_id for row in rows], pa.string()),
        "status": pa.array([row.status for row in rows], pa.string()),
        "brings": pa.array([row.brings for row in rows], pa.int64()),
        **{name: pa.array([row.parts.get(name) for row in rows]) for name in names},
    }
    return pa.table(columns)
