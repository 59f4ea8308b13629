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
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import get_language

from tallystick.measures.compute import COUNTED, PENDING
from tallystick.reports.charts import CaseTimeline
from tallystick.reports.gathered import case_timeline_of
from tallystick.verdicts.explain import Explanation, Kept, explain, kept, weeks
from tallystick.verdicts.explain_case import CaseExplained, explain_case
from tallystick.verdicts.listing import MET, MISSED, NO_ROWS, RowShown, rows_of_case, rows_table
from tallystick.verdicts.measured import MEASURED
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.web.figure import address_of
from tallystick.web.long_table import LongTable
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


class _Sized(Protocol):
    """Whatever tells how many bytes it holds."""

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""


Held = TypeVar("Held", bound=_Sized)


class _Recent:
    """What was read last, up to a bound of bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def value(self, key: Hashable, read: Callable[[], Held]) -> Held:
        """The value of a key, read where it is not held."""
        found: Held | None = self.held(key)
        return self.keep(key, read()) if found is None else found

    def held(self, key: Hashable) -> Any:
        """The value of a key, None where it is not held."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def keep(self, key: Hashable, value: Held) -> Held:
        """Hold a value; the ones not asked for longest give way."""
        with self._lock:
            if key not in self._held:
                self._held[key] = value
                self._bytes += value.nbytes
            while self._bytes > self.most and len(self._held) > 1:
                _, gone = self._held.popitem(last=False)
                self._bytes -= gone.nbytes
        return value


_RECENT = _Recent(MOST_BYTES)


class HeldStore(VerdictStore):
    """A verdict store that holds the evidence it read last."""

    def facts(self, record: Judged, name: str, columns: list[str] | None = None, *, coded: bool = False) -> Any:
        """As VerdictStore.facts. Columns are held one by one: a list of cases needs some, its weeks a few more."""
        place = (self.folder, record.partner, record.evidence, "fact", name, coded)
        wanted = list(self.fact_columns(record, name)) if columns is None else columns
        if not wanted:
            return super().facts(record, name, columns, coded=coded)
        held = {one: table for one in wanted if (table := _RECENT.held((*place, one))) is not None}
        missing = [one for one in wanted if one not in held]
        if missing:
            read = super().facts(record, name, missing, coded=coded)
            if read is None:
                return None
            for one in missing:
                held[one] = read.select([one])
                _RECENT.keep((*place, one), held[one])
        return pa.table({one: held[one].column(one) for one in wanted})

    def rows(self, record: Judged, name: str, case_keys: Sequence[int] | None = None) -> Any:
        """As VerdictStore.rows."""
        key = (self.folder, record.partner, record.evidence, "rows", name)
        whole = _RECENT.value(key, lambda: super(HeldStore, self).rows(record, name))
        if case_keys is None:
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
        return explain(own.store, verdict, most=ROWS_TOLD, own=own, listed=listed(room, verdict))

    found: Explanation = room.books.once(("explanation", verdict.contract, verdict.digest), made)
    return found


def weeks_of(room: Room, verdict: Verdict) -> tuple[MeasureValue, ...]:
    """The weeks of a verdict's period; none for a figure that was not measured here."""

    def made() -> tuple[MeasureValue, ...]:
        return weeks(own_of(room, verdict)) if verdict.provenance == MEASURED else ()

    found: tuple[MeasureValue, ...] = room.books.once(("weeks", verdict.contract, verdict.digest), made)
    return found


# ---- cases -------------------------------------------------------------------------------------------------------


def listed(room: Room, verdict: Verdict) -> pa.Table:
    """Every row behind a figure, the failed first: `case_id`, `status`, `brings` and the parts of its clock."""
    own = own_of(room, verdict)
    key = (own.store.folder, own.record.digest, own.verdict.digest, "listed")
    return _RECENT.value(key, lambda: rows_table(own) if verdict.provenance == MEASURED else NO_ROWS.empty_table())


def list_of(room: Room, verdict: Verdict, make: Callable[[pa.Table], LongTable]) -> LongTable:
    """The table that a page makes of `listed` in the reader's language, held with its rows."""
    own = own_of(room, verdict)
    key = (own.store.folder, own.record.digest, own.verdict.digest, "list", get_language())
    return _RECENT.value(key, lambda: make(listed(room, verdict)))


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
    return rows_of_case(listed(room, verdict), case_id)


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
