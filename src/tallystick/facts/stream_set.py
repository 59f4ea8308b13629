"""Streams derived once and then kept up: a refresh derives what a change can reach, and equals a full build.

A set lies under `facts/streams-<terms>-<scope>` of the lake. What came since is told by the copy of the records
(`row_copy`); what hangs together by each stream's closure. Facts that come out as they were are left where they lie, so
that `since` names only what really differs, for whoever keeps figures on top.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Again, Anew, Chained, Changed, Tied
from tallystick.facts.daily import Daily
from tallystick.facts.kept_table import KeptTable, swept, sync
from tallystick.facts.layered import NOWHERE, Layered, Places, Whole, plain
from tallystick.facts.live import no_cases
from tallystick.facts.row_copy import RowCopy, write_state
from tallystick.facts.shelf import read_state, scope_name
from tallystick.facts.stream import Given, Stream, stream, streams
from tallystick.records import commits
from tallystick.records.commits import Pin
from tallystick.records.keys import mixed
from tallystick.records.lake import Lake
from tallystick.records.table import OF_A_CASE, table
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import IntegrityError, NotFound
from tallystick.vocabulary.scope import Scope, require_scope

FORMAT = 1
# Tables that are read for the cases at hand, never copied; in a partner's scope also those with masked words.
EVENTS = frozenset({"case_event"})
MASKED = frozenset(OF_A_CASE)
_SOURCES = ("facts", "vocabulary", "staffing", "records/keys.py", "records/persons.py")


class CaseFacts(Protocol):
    """A fact set as far as streams look at it."""

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One fact table."""


@cache
def derivation_digest() -> str:
    """What names this version of the streams: the sources of everything that can move one of their figures."""
    root = Path(__file__).parents[1]
    paths = [path for name in _SOURCES for path in sorted((root / name).rglob("*.py") if (root / name).is_dir()
                                                          else [root / name])]  # fmt: skip
    return hashlib.sha256(b"\x1f".join(path.read_bytes() for path in paths)).hexdigest()[:16]


@dataclass
class StreamSet:
    """The facts of some streams under one scope and terms, at a commit of the lake; `folder` where they are kept.

    `rows` are the records that they were derived from, of the tables that are copied beside the lake.
    """

    number: int
    identity: str
    tables: dict[str, Layered]
    folder: Path | None = None
    kept: dict[str, KeptTable] = field(default_factory=dict)
    rows: dict[str, Layered] = field(default_factory=dict)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One fact table, rows by key, words written out."""
        found = plain(self.tables[name].whole())
        return found if columns is None else found.select(columns)

    def since(self, name: str, number: int) -> pa.Table | None:
        """The earlier and present version of every fact that differs since a commit; None where nobody knows."""
        return self.kept[name].since(number) if name in self.kept else None

    def digest(self, name: str) -> str:
        """What names the rows of one table: equal for equal rows, however they lie in layers."""
        rows = self.table(name)
        sums = hashlib.sha256(json.dumps([[field.name, str(field.type)] for field in rows.schema]).encode())
        for column in rows.combine_chunks().itercolumns():
            for part in (column.is_null(), column):
                sums.update(_bytes_of(part))
        return sums.hexdigest()


def _bytes_of(column: pa.ChunkedArray) -> bytes:
    """What a column says, as bytes that do not depend on what lies under its nulls."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    kind = column.type
    number = pa.int64() if not pa.types.is_string(kind) and kind.bit_width == 64 else pa.int32()
    nothing = pa.scalar("") if pa.types.is_string(kind) else pa.scalar(0, number)
    filled = column.fill_null(nothing.cast(kind))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, pa.schema([("column", kind)])) as writer:
        writer.write_table(pa.table({"column": filled}).combine_chunks())
    return bytes(sink.getvalue())


def _stream(name: str) -> Stream:
    found = stream(name)
    if found is None:
        raise NotFound("stream", name, tuple(streams()))
    return found


def derive_streams(
    lake: Lake,
    scope: Scope,
    terms: ClockTerms,
    names: Sequence[str],
    *,
    case: CaseFacts | None = None,
    pin: Pin | None = None,
    store: bool = True,
) -> StreamSet:
    """The facts of some streams at a pin of the lake (the newest by default), from all records of a scope.

    `case` are the facts of the cases of the same scope, terms and pin, where streams take something from their case.
    With `store` they are kept beside the lake: unchanged records cost a look, changed ones a refresh. Raises ScopeError
    without a scope.
    """
    require_scope(scope)
    at = pin or lake.pin()
    work = _Work(lake, scope, terms, at, no_cases() if case is None else case.table("case"))
    if not store:
        identity = f"{terms.digest()}-{scope_name(scope)}-{derivation_digest()}"
        return StreamSet(at.number, identity, {name: Layered.of(work.whole(_stream(name))) for name in names})
    (lake.root / "facts").mkdir(parents=True, exist_ok=True)
    with commits.locked(lake.root / "facts", wait=True):
        copy = RowCopy(lake)
        if at.number < copy.number:
            return derive_streams(lake, scope, terms, names, case=case, pin=at, store=False)
        copied = {read for name in names for read in _stream(name).reads if work.copies(read)}
        copy.bring(at, copied)
        work.copy = copy
        found = _Folder(work).brought(names)
        found.rows = {name: copy.rows(scope, name) for name in sorted(copied)}
        found.rows |= {name: Layered.of(rows) for name, rows in work.gathered.items() if name in copied}
        return found


class _Work:
    """What a set is derived from."""

    def __init__(self, lake: Lake, scope: Scope, terms: ClockTerms, pin: Pin, case: pa.Table) -> None:
        self.lake, self.scope, self.terms, self.pin, self.case = lake, scope, terms, pin, case
        self.copy: RowCopy | None = None
        self._read: dict[str, Layered] = {}
        self.gathered: dict[str, pa.Table] = {}

    def copies(self, name: str) -> bool:
        """Whether a table's rows come from the copy."""
        return name not in EVENTS and (self.scope.sees_all or name not in MASKED)

    def rows(self, name: str) -> Layered:
        """The rows of a table in this scope."""
        if self.copy is not None and self.copies(name):
            return self.copy.rows(self.scope, name)
        if name not in self._read:
            declared = table(name)
            found = self.lake.read(self.scope, name, pin=self.pin, columns=list(declared.content))
            self._read[name] = Layered.of(found)
        return self._read[name]

    def events(self, name: str, cases: Whole) -> pa.Table:
        """The rows of a table of events, of some cases."""
        columns = list(table(name).content)
        return self.lake.read(self.scope, name, pin=self.pin, columns=columns, case_keys=pa.array(cases, pa.int64()))

    def whole(self, declared: Stream) -> pa.Table:
        """A stream derived from everything."""
        rows = {name: self._gathered(name) for name in declared.reads if name not in EVENTS}
        if asked := [name for name in declared.reads if name in EVENTS]:
            named = [np.asarray(pc.drop_null(one.column("case_key")), dtype=np.int64) for one in rows.values()
                     if "case_key" in one.column_names]  # fmt: skip
            cases = np.unique(np.concatenate([NOWHERE, *named]))
            rows |= {name: self.events(name, cases) for name in asked}
        return declared.table(Given(rows, self.case, self.terms), encoded=True)

    def _gathered(self, name: str) -> pa.Table:
        """All rows of a table in one piece, put together once for all streams that read it."""
        if name not in self.gathered:
            self.gathered[name] = self.rows(name).whole()
        return self.gathered[name]


class _Folder:
    """The folder of a set: what it holds, and how that is brought to the pin of the work."""

    def __init__(self, work: _Work) -> None:
        self.work = work
        name = f"streams-{work.terms.digest()[:16]}-{scope_name(work.scope)}"
        self.folder = work.lake.root / "facts" / name
        state = read_state(self.folder)
        made_by = {"format": FORMAT, "streams": derivation_digest(), "terms": work.terms.digest()}
        if state is None or state.get("made_by") != made_by:
            state = {"made_by": made_by, "tables": {}}
        self.state = state
        self._pieces: dict[tuple[int, int, str], list[Again] | None] = {}

    def brought(self, names: Sequence[str]) -> StreamSet:
        """Bring some streams to the pin."""
        number = self.work.pin.number
        before = {name: dict(one) for name, one in self.state["tables"].items()}
        cases = _CaseVersions.of(self.work.case)
        kept: dict[str, KeptTable] = {}
        for name in names:
            known = before.get(name)
            if known is not None:
                try:
                    kept[name] = KeptTable.opened(self.folder, name, _stream(name).in_order, known)
                except IntegrityError:
                    known = None
            if known is None or known["at"] > number or not self._refreshed(_stream(name), kept[name], cases):
                kept[name] = KeptTable(self.folder, name, _stream(name).in_order)
                order = _stream(name).key[0] if isinstance(_stream(name).closure, Tied | Chained) else ""
                kept[name].build(number, self.work.whole(_stream(name)), order)
        after = before | {
            name: {
                **one.state,
                "cases": known_as(cases, number, before.get(name)),
                "stood": self._standing(_stream(name), before.get(name), one),
            }
            for name, one in kept.items()
        }
        if after != before:
            self._settle(after, before, cases)
        identity = f"{self.folder.name}-{derivation_digest()}"
        return StreamSet(number, identity, {name: one.rows for name, one in kept.items()}, self.folder, kept)

    def _standing(self, declared: Stream, before: Mapping[str, Any] | None, kept: KeptTable) -> dict[str, Any]:
        """What the closure remembers of all rows; the same as before while no row differs."""
        if before is not None and before["at"] == kept.at and before["steps"] == kept.state["steps"]:
            return dict(before["stood"])
        return declared.closure.standing(self._rows(declared))

    def _refreshed(self, declared: Stream, kept: KeptTable, cases: _CaseVersions) -> bool:
        """Bring one stream up by what differs; False where it is to be derived anew."""
        work, since = self.work, kept.at
        if since == work.pin.number and self._cases_of(declared) == cases.digest:
            return True
        changed = self._changed(declared, since, cases)
        if changed is None or work.copy is None:
            return False
        if not changed.any_in(declared.reads) and not len(changed.cases):
            kept.at = work.pin.number
            return True
        # Streams that hang together alike are derived from the same rows.
        asked = id(declared.closure), since, self._cases_of(declared)
        if isinstance(declared.closure, Daily) or asked not in self._pieces:
            self._pieces[asked] = declared.closure.again(changed, kept.rows)
        pieces = self._pieces[asked]
        if pieces is None:
            return False
        gone, news = _derived_again(declared, pieces, kept.rows, work)
        kept.step(work.pin.number, gone, news)
        return True

    def _changed(self, declared: Stream, since: int, cases: _CaseVersions) -> Changed | None:
        work = self.work
        if work.copy is None or isinstance(declared.closure, Anew):
            read = [name for name in declared.reads if work.copies(name)]
            still = work.copy is not None and all(_none(work.copy.since(work.scope, name, since)) for name in read)
            return None if not still or len(read) < len(declared.reads) else _nothing(work)
        differ = {}
        for name in declared.reads:
            if not work.copies(name):
                if name in EVENTS:
                    continue
                return None
            rows = work.copy.since(work.scope, name, since)
            if rows is None:
                return None
            differ[name] = rows
        touched = self._touched(declared, since, cases)
        if touched is None:
            return None
        stood = self.state["tables"][declared.name]["stood"]
        return Changed(self._rows(declared), differ, touched, work.events, work.terms, stood)

    def _rows(self, declared: Stream) -> dict[str, Layered]:
        return {name: self.work.rows(name) for name in declared.reads if name not in EVENTS}

    def _touched(self, declared: Stream, since: int, cases: _CaseVersions) -> Whole | None:
        """The cases whose facts or events may differ; None where that is not known."""
        closure = declared.closure
        if not isinstance(closure, Tied | Chained) or not closure.asks_cases:
            return NOWHERE
        differing = cases.differing(self.folder, self._known_cases(declared))
        if differing is None:
            return None
        found = [differing]
        if isinstance(closure, Tied) and closure.events:
            keys = self.work.lake.touched(Pin(since, {}), self.work.pin)
            if keys is None:
                return None
            found.append(np.asarray(keys, dtype=np.int64))
        return np.unique(np.concatenate(found))

    def _known_cases(self, declared: Stream) -> str:
        return str(self.state["tables"][declared.name]["cases"]["file"])

    def _cases_of(self, declared: Stream) -> str:
        return str(self.state["tables"][declared.name]["cases"]["digest"])

    def _settle(self, after: Mapping[str, Any], before: Mapping[str, Any], cases: _CaseVersions) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        living = {part for one in after.values() for step in one["steps"] for part in _files(step["file"])}
        living |= {one["cases"]["file"] for one in after.values()}
        old = {part for one in before.values() for step in one["steps"] for part in _files(step["file"])}
        old |= {one["cases"]["file"] for one in before.values()}
        for name in {one["cases"]["file"] for one in after.values()} - old:
            cases.write(self.folder / name)
        sync(self.folder, living - old)
        self.state["tables"] = dict(after)
        write_state(self.folder / "state.json", self.state)
        swept(self.folder, living)
        for path in self.folder.glob("*.cases.npz"):
            if path.name not in living:
                path.unlink()


def _derived_again(declared: Stream, pieces: Sequence[Again], facts: Layered, work: _Work) -> tuple[Places, pa.Table]:
    """Which facts go and which come: of those derived once more, the ones that are not what they were."""
    gone = [[NOWHERE] for _ in facts.layers]
    news = []
    for piece in pieces:
        case = work.case
        if piece.cases is not None:
            case = case.filter(pc.is_in(case.column("case_key"), value_set=pa.array(piece.cases, pa.int64())))
        found = Layered.of(declared.table(Given(piece.rows, case, work.terms)))
        new = found.taken(piece.decided(found))
        places = piece.decided(facts)
        old = facts.taken(places)
        left, came = _differing(old, new, declared.key)
        offset = 0
        for lot, own in zip(gone, places, strict=True):
            lot.append(own[left[(left >= offset) & (left < offset + len(own))] - offset])
            offset += len(own)
        news.append(new.take(pa.array(came)))
    whole = pa.concat_tables(news) if news else facts.taken(tuple(NOWHERE for _ in facts.layers))
    return tuple(np.unique(np.concatenate(lot)) for lot in gone), whole


def _differing(old: pa.Table, new: pa.Table, key: Sequence[str]) -> tuple[Whole, Whole]:
    """The places of the old rows and of the new ones that have no equal on the other side."""
    count, many = old.num_rows, old.num_rows + new.num_rows
    both = pa.concat_tables([old, new.select(old.column_names).cast(old.schema)])
    ordered = both.select(list(key)).append_column(" place", pa.array(np.arange(many)))
    order = np.asarray(pc.sort_indices(ordered, [(name, "ascending") for name in ordered.column_names]))
    first, second = order[:-1].astype(np.int64), order[1:].astype(np.int64)
    pair = (first < count) & (second >= count)
    first, second = first[pair], second[pair]
    same = np.ones(len(first), np.bool_)
    for column in both.combine_chunks().columns:
        one, other = column.take(pa.array(first)), column.take(pa.array(second))
        equal = pc.fill_null(pc.equal(one, other), fill_value=False)
        empty = pc.and_(one.is_null(), other.is_null())
        same &= np.asarray(pc.or_(equal, empty), dtype=np.bool_)
    left, came = np.ones(count, np.bool_), np.ones(many - count, np.bool_)
    left[first[same]] = False
    came[second[same] - count] = False
    return np.flatnonzero(left), np.flatnonzero(came)


@dataclass(frozen=True)
class _CaseVersions:
    """What the facts of each case said, as a hash: to know later which of them differ."""

    keys: Whole
    hashes: Whole
    digest: str

    @classmethod
    def of(cls, case: pa.Table) -> _CaseVersions:
        if not case.num_rows:
            return cls(NOWHERE, NOWHERE, "")
        keys = np.asarray(case.column("case_key"), dtype=np.int64)
        hashes = np.asarray(mixed(*(plain(case).columns)), dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        keys, hashes = keys[order], hashes[order]
        return cls(keys, hashes, hashlib.sha256(keys.tobytes() + hashes.tobytes()).hexdigest()[:16])

    def write(self, path: Path) -> None:
        np.savez(path, keys=self.keys, hashes=self.hashes)

    def differing(self, folder: Path, name: str) -> Whole | None:
        """The cases that are not as a file says; None where it cannot be read."""
        try:
            with np.load(folder / name) as found:
                keys, hashes = found["keys"], found["hashes"]
        except (OSError, ValueError, KeyError):
            return None
        both, here, there = np.intersect1d(self.keys, keys, assume_unique=True, return_indices=True)
        same = both[self.hashes[here] == hashes[there]]
        return np.setdiff1d(np.union1d(self.keys, keys), same)


def known_as(cases: _CaseVersions, number: int, before: Mapping[str, Any] | None) -> dict[str, str]:
    """How a state names the cases a stream was derived with; the same file while they are the same."""
    if before is not None and before["cases"]["digest"] == cases.digest:
        return dict(before["cases"])
    return {"digest": cases.digest, "file": f"{number:012d}-{cases.digest or 'none'}.cases.npz"}


def _files(name: str) -> tuple[str, str]:
    return name, name.replace(".rows.arrow", ".gone.npz")


def _none(rows: pa.Table | None) -> bool:
    return rows is not None and not rows.num_rows


def _nothing(work: _Work) -> Changed:
    return Changed({}, {}, NOWHERE, work.events, work.terms)
