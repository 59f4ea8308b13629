"""A fact set: what the folds wrote, as tables with instants, words and local dates.

Facts lie in layers (`layers`), in integers; a case in a later layer replaces it in every earlier one. Nothing that
depends on reading is stored: local dates, words and the columns that a clock has from its case are made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import Integers
from tallystick.facts.contact import contacts
from tallystick.facts.fold.layout import CASE_FIELDS, CLOCK_STATES, NONE
from tallystick.facts.folding import NO_INSTANT
from tallystick.facts.layers import ARRAYS, WORDED, Layer
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.clock_terms import BUSINESS, CALENDAR, CASE_KINDS, CLOCK_KINDS, STATUS_CATEGORIES, ClockTerms
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.opening import local_day_many, monday_of, month_of, zone_arrays

INSTANT = pa.timestamp("us", tz="UTC")
MERGED = "merged"

_DATED = {
    "clock": {"start": "start_at", "due": "due_at", "stop": "stop_at"},
    "case": {"created": "created_at", "solved": "first_solved_at", "due": "source_due_at"},
}
_FROM_CASE = (
    "case_key",
    "case_id",
    "source",
    "channel",
    "language",
    "reason",
    "requester_key",
    "initiated_by",
    "excluded",
)


def _moments(fact: str) -> tuple[str, ...]:
    return tuple(f"{name}_{part}" for name in _DATED[fact] for part in ("on", "week", "month"))


CLOCK_COLUMNS = (
    "case_key",
    "case_id",
    "partner",
    "programme",
    "queue",
    "agent",
    "channel",
    "language",
    "priority",
    "reason",
    "kind",
    "n",
    "start_at",
    "stop_at",
    "due_at",
    "business_s",
    "calendar_s",
    "paused_s",
    "paused_other_s",
    "waiting_s",
    "target_s",
    "basis",
    "running_since",
    "state",
    "owner_start",
    "owner_due",
    "owner_stop",
    "agent_start",
    "agent_due",
    "agent_stop",
    *_moments("clock"),
    "excluded",
    "initiated_by",
)
CASE_COLUMNS = (
    "case_key",
    "case_id",
    "source",
    "partner",
    "partner_last",
    "programme",
    "queue",
    "agent",
    "agent_last",
    "channel",
    "language",
    "priority",
    "reason",
    "requester_key",
    "initiated_by",
    "case_kind",
    "created_at",
    "first_reply_at",
    "first_solved_at",
    "last_solved_at",
    "closed_at",
    "handover_at",
    "source_due_at",
    "status",
    "replies",
    "customer_messages",
    "auto_messages",
    "notes",
    "reopens",
    "reopens_in_window",
    "reopens_by_customer",
    "transfers_agent",
    "transfers_queue",
    "transfers_partner",
    "loops",
    "loops_partner",
    "escalations",
    "unknown_statuses",
    "merged_into",
    "merged_count",
    "contact_no",
    "repeated",
    "paused_s",
    "waiting_paused_s",
    "waiting",
    *_moments("case"),
    "excluded",
)
SHARE_COLUMNS = ("case_key", "kind", "n", "owner", "owned_before_s", "owned_s", "owned_total_s")
TABLES = {"clock": CLOCK_COLUMNS, "case": CASE_COLUMNS, "owner_share": SHARE_COLUMNS}


def _numbers(column: Any) -> Integers:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array: Integers = whole.to_numpy(zero_copy_only=False)
    return array


def _instants(values: Integers) -> pa.Array:
    """Unsigned seconds as UTC instants; NO_INSTANT is null."""
    unknown = values == NO_INSTANT
    micros = values.astype(np.int64) * 1_000_000
    return pa.array(micros, mask=unknown if unknown.any() else None).view(INSTANT)


def _worded(codes: Integers, words: Sequence[str], *, encoded: bool) -> pa.Array:
    """Codes as text, or as an Arrow dictionary; NONE is null."""
    unknown = codes < 0
    indices = pa.array(codes.astype(np.int32, copy=False), mask=unknown if unknown.any() else None)
    array = pa.DictionaryArray.from_arrays(indices, pa.array(list(words), pa.string()))
    return array if encoded else array.cast(pa.string())


def _nullable(values: Integers) -> pa.Array:
    unknown = values == NONE
    return pa.array(values.astype(np.int64), mask=unknown if unknown.any() else None)


@dataclass
class FactSet:
    """The facts of one scope under one set of terms.

    `table` gives `clock`, `case` or `owner_share`. `orphans` are events whose case is not in the records, `pin` and
    `folder` say what it was built from and where it lies (empty for facts in memory).
    """

    terms: ClockTerms
    layers: tuple[Layer, ...]
    orphans: int = 0
    folder: Path | None = None
    state: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _alive(self) -> dict[str, Any]:
        """By layer, which of its cases no later layer replaces (None: all of them)."""
        alive: dict[str, Any] = {}
        for place, layer in enumerate(self.layers):
            keep: Any = None
            for later in self.layers[place + 1 :]:
                if not len(later.replaces) or not len(layer.case_key):
                    continue
                at = np.searchsorted(layer.case_key, later.replaces)
                at[at == len(layer.case_key)] = 0
                replaced = at[layer.case_key[at] == later.replaces]
                if len(replaced):
                    keep = np.ones(len(layer.case_key), bool) if keep is None else keep
                    keep[replaced] = False
            alive[layer.name] = keep
        return alive

    @cached_property
    def _contacts(self) -> dict[str, tuple[Any, Any, Any]]:
        """By layer (contact_no, repeated, known) of each of its cases; a case without a requester is not known."""
        counted = [CASE_KINDS.index(kind) for kind in CASE_KINDS if kind not in self.terms.excluded_kinds]
        parts: list[tuple[Integers, ...]] = []
        spans: list[tuple[Layer, Any, Integers]] = []
        reasons: dict[str, int] = {}
        for layer in self.layers:
            requester, merged = layer.content.array("requester_key"), layer.content.array("merged_into")
            words = layer.words["reason"]
            new = np.array([*(reasons.setdefault(word, len(reasons)) for word in words), NONE], np.int64)
            known = np.isin(layer.content.case("kind"), counted)
            if requester.null_count:
                known &= _numbers(requester.is_valid())
            if merged.null_count < len(merged):
                known &= _numbers(merged.is_null())
            keep = self._alive[layer.name]
            if keep is not None:
                known &= keep
            place = np.flatnonzero(known)
            spans.append((layer, known, place))
            parts.append(
                (
                    _numbers(requester.fill_null(0))[place].astype(np.int64),
                    new[layer.content.case("reason")[place]],
                    layer.content.case("created_at")[place].astype(np.int64),
                    layer.case_key[place],
                )
            )
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else []
        found: dict[str, tuple[Any, Any, Any]] = {}
        if not columns:
            return found
        requester, reason_codes, created_s, case_key = columns
        number, repeated = contacts(requester, reason_codes, created_s, case_key, self.terms.repeat_window_s)
        at = 0
        for layer, known, place in spans:
            numbers, repeats = np.zeros(len(known), np.int32), np.zeros(len(known), bool)
            numbers[place] = number[at : at + len(place)]
            repeats[place] = repeated[at : at + len(place)]
            at += len(place)
            found[layer.name] = (numbers, repeats, known)
        return found

    def holds(self, keys: Integers) -> Any:
        """Which of some case keys the facts have a case for, as an array of truths."""
        found = np.zeros(len(keys), bool)
        for layer in self.layers:
            if len(layer.case_key):
                place = np.minimum(np.searchsorted(layer.case_key, keys), len(layer.case_key) - 1)
                found |= layer.case_key[place] == keys
            if len(layer.gone):
                found &= ~np.isin(keys, layer.gone)
        return found

    def table(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        *,
        kinds: Iterable[str] | None = None,
        encoded: bool = False,
    ) -> pa.Table:
        """The facts `clock`, `case` or `owner_share`, sorted within each layer by case (and kind).

        `columns` default to all; `kinds` keeps only some kinds of clock; `encoded` leaves words as dictionaries, which
        an engine reads faster. Raises NotFound for an unknown table or column.
        """
        known = TABLES.get(name)
        if known is None:
            raise NotFound("fact table", name, tuple(TABLES))
        wanted = list(known if columns is None else columns)
        for column in wanted:
            if column not in known:
                raise NotFound(f"column of the {name} facts", column, known)
        if name == "owner_share":
            return self._shares(wanted)
        build = self._clock_columns if name == "clock" else self._case_columns
        chosen = sorted({CLOCK_KINDS.index(kind) for kind in (CLOCK_KINDS if kinds is None else kinds)})
        parts = [build(layer, wanted, chosen, encoded=encoded) for layer in self.layers]
        whole = pa.concat_tables(parts) if parts else _empty(wanted, encoded=encoded)
        return whole.unify_dictionaries() if encoded else whole

    # ---- one layer -----------------------------------------------------------------------------------------------

    def _dated(self, fact: str, column: str, at: Callable[[str], Integers]) -> pa.Array | None:
        """A local date, week or month of an instant, or None where `column` is none."""
        moment, _, part = column.rpartition("_")
        source = _DATED[fact].get(moment)
        if source is None or part not in ("on", "week", "month"):
            return None
        values = at(source)
        unknown = values == NO_INSTANT
        day: Any = local_day_many(zone_arrays(self.terms.zone), np.where(unknown, 0, values).astype(np.int64))
        mask = unknown if unknown.any() else None
        if part == "month":
            months: Any = month_of(day)
            return pa.array(months.astype(np.int32), mask=mask)
        days: Any = day if part == "on" else monday_of(day)
        return pa.array(days.astype(np.int32), mask=mask).view(pa.date32())

    def _excluded(self, layer: Layer) -> Integers:
        """Codes of the reason why a case is excluded: a kind of case, or one past them for merged; NONE otherwise."""
        kind, merged = layer.content.case("kind"), layer.content.array("merged_into")
        code = np.array(
            [place if name in self.terms.excluded_kinds else NONE for place, name in enumerate(CASE_KINDS)], np.int32
        )[kind]
        if merged.null_count < len(merged):
            code = np.where(_numbers(merged.is_valid()), len(CASE_KINDS), code)
        return code

    def _of_case(self, layer: Layer, column: str, *, encoded: bool) -> pa.Array:
        """A column that a clock has from its case."""
        if column == "excluded":
            return _worded(self._excluded(layer), [*CASE_KINDS, MERGED], encoded=encoded)
        if column in WORDED:
            return _worded(layer.content.case(column), layer.words[column], encoded=encoded)
        return layer.content.array(column) if column in ARRAYS else pa.array(layer.content.case(column))

    def _clock_columns(self, layer: Layer, wanted: Sequence[str], kinds: list[int], *, encoded: bool) -> pa.Table:
        alive, read = self._alive[layer.name], layer.clocks(kinds)
        keep: Any = None if alive is None else alive[read("case")]
        kind = np.repeat(np.array(kinds, np.int32), [layer.content.clock_rows(kind) for kind in kinds])
        cache: dict[str, Integers] = {"kind": kind if keep is None else kind[keep]}

        def stored(column: str) -> Integers:
            if column not in cache:
                values = read(column)
                cache[column] = values if keep is None else values[keep]
            return cache[column]

        def made(column: str) -> pa.Array:
            if column == "kind":
                return _worded(stored("kind"), CLOCK_KINDS, encoded=encoded)
            if column == "state":
                return _worded(stored("state"), CLOCK_STATES, encoded=encoded)
            if column == "basis":
                return _worded(stored("basis"), (BUSINESS, CALENDAR), encoded=encoded)
            if column in _FROM_CASE:
                return self._of_case(layer, column, encoded=encoded).take(pa.array(stored("case")))
            if column in ("start_at", "stop_at", "due_at", "running_since"):
                return _instants(stored(column))
            if column == "agent":
                stop, due = stored("agent_stop"), stored("agent_due")
                late = np.where(due == NONE, stored("agent_start"), due)
                return _worded(np.where(stop == NONE, late, stop), layer.words["agent"], encoded=encoded)
            if (listed := self._word_list(layer, column)) is not None:
                source = "owner_start" if column == "partner" else column
                return _worded(stored(source), listed, encoded=encoded)
            dated = self._dated("clock", column, stored)
            return _nullable(stored(column)) if dated is None else dated

        return pa.table({column: made(column) for column in wanted})

    def _word_list(self, layer: Layer, column: str) -> list[str] | None:
        """The words of a coded column, None for one that is not coded."""
        if column == "programme":
            return [programme.programme for programme in self.terms.programmes]
        first, _, _ = column.partition("_")
        if column in ("queue", "priority"):
            return layer.words[column]
        if first in ("partner", "owner"):
            return layer.words["partner"]
        return layer.words["agent"] if first == "agent" else None

    def _case_columns(self, layer: Layer, wanted: Sequence[str], _kinds: list[int], *, encoded: bool) -> pa.Table:
        keep = self._alive[layer.name]

        def stored(column: str) -> Integers:
            values = layer.content.case(column)
            return values if keep is None else values[keep]

        def made(column: str) -> pa.Array:
            if column in ("contact_no", "repeated"):
                numbers, repeats, known = self._contacts[layer.name]
                values, mask = (numbers.astype(np.int64) if column == "contact_no" else repeats), ~known
                values, mask = (values, mask) if keep is None else (values[keep], mask[keep])
                return pa.array(values, mask=mask if mask.any() else None)
            if column in (*_FROM_CASE, "merged_into", "merged_count"):
                array = self._of_case(layer, column, encoded=encoded)
                array = array.fill_null(0) if column == "merged_count" else array
                return array if keep is None else array.filter(pa.array(keep))
            if column == "status":
                return _worded(stored("category"), STATUS_CATEGORIES, encoded=encoded)
            if column == "case_kind":
                return _worded(stored("kind"), CASE_KINDS, encoded=encoded)
            if column == "waiting":
                return pa.array(stored("waiting") != 0)
            if column.endswith("_at"):
                return _instants(stored(column))
            if (listed := self._word_list(layer, column)) is not None:
                return _worded(stored("agent_first" if column == "agent" else column), listed, encoded=encoded)
            dated = self._dated("case", column, stored)
            return _nullable(stored(column)) if dated is None else dated

        return pa.table({column: made(column) for column in wanted})

    def _shares(self, wanted: Sequence[str]) -> pa.Table:
        """Each clock once for each partner that held it, partners in order of name; most clocks have one."""
        parts = []
        columns = ["case_key", "kind", "n", "owner_start", "basis", "business_s", "calendar_s"]
        for layer in self.layers:
            clock = self._clock_columns(layer, columns, list(range(len(CLOCK_KINDS))), encoded=False)
            total = pc.if_else(pc.equal(clock["basis"], CALENDAR), clock["calendar_s"], clock["business_s"])
            whole = pa.table(
                {
                    "case_key": clock["case_key"],
                    "kind": clock["kind"],
                    "n": clock["n"],
                    "owner": clock["owner_start"],
                    "owned_before_s": pa.array(np.zeros(len(clock), np.int64)),
                    "owned_s": total,
                    "owned_total_s": total,
                }
            )
            held = self._held(layer)
            if held.num_rows:
                keys = ["case_key", "kind", "n"]
                whole = pa.concat_tables([whole.join(held.select(keys), keys, join_type="left anti"), held])
            parts.append(whole)
        rows = pa.concat_tables(parts) if parts else _empty(SHARE_COLUMNS, encoded=False)
        order = [(name, "ascending") for name in ("case_key", "kind", "n", "owner")]
        return rows.sort_by(order).select(list(wanted))

    def _held(self, layer: Layer) -> pa.Table:
        """The clocks of a layer that more than one partner held."""
        case = layer.content.share("case")
        alive = self._alive[layer.name]
        keep = np.ones(len(case), bool) if alive is None else alive[case]
        names = layer.words["partner"]
        rank = np.argsort(np.argsort(np.array(names))) if names else np.zeros(0, np.int64)
        kind, n = layer.content.share("kind")[keep], layer.content.share("n")[keep]
        partner, held, case = layer.content.share("partner")[keep], layer.content.share("seconds")[keep], case[keep]
        order = np.lexsort((rank[partner], n, kind, case))
        case, kind, n, partner = case[order], kind[order], n[order], partner[order]
        held = held[order].astype(np.int64)
        new = np.r_[True, (case[1:] != case[:-1]) | (kind[1:] != kind[:-1]) | (n[1:] != n[:-1])][: len(case)]
        group = np.cumsum(new) - 1
        begins = np.flatnonzero(new)
        running = np.cumsum(held) - held
        before = running - running[begins][group] if len(held) else held
        total = np.add.reduceat(held, begins)[group] if len(held) else held
        return pa.table(
            {
                "case_key": pa.array(layer.case_key[case]),
                "kind": _worded(kind, CLOCK_KINDS, encoded=False),
                "n": pa.array(n.astype(np.int64)),
                "owner": _worded(partner, names, encoded=False),
                "owned_before_s": pa.array(before),
                "owned_s": pa.array(held),
                "owned_total_s": pa.array(total),
            }
        )

    def digest(self) -> str:
        """SHA-256 over all facts in canonical order, integers and strings only, 64 hexadecimal digits."""
        from tallystick.records.fingerprint import rows_digest

        clock = self.table("clock")
        rank = {kind: place for place, kind in enumerate(CLOCK_KINDS)}
        place = pa.array([rank[kind] for kind in clock["kind"].to_pylist()], pa.int32())
        order = pc.sort_indices(
            pa.table({"case_key": clock["case_key"], "kind": place, "n": clock["n"]}),
            sort_keys=[("case_key", "ascending"), ("kind", "ascending"), ("n", "ascending")],
        )
        parts = {
            "clock": rows_digest(clock.take(order)),
            "case": rows_digest(self.table("case").sort_by("case_key")),
            "owner_share": rows_digest(self.table("owner_share")),
            "terms": self.terms.digest(),
        }
        return digest(parts)


def _empty(wanted: Sequence[str], *, encoded: bool) -> pa.Table:
    """No rows, with the types that rows would have."""
    text = pa.dictionary(pa.int32(), pa.string()) if encoded else pa.string()
    numbers = {"case_key", "n", "requester_key", "merged_into", "merged_count", "contact_no", *CASE_FIELDS}
    texts = {"partner", "partner_last", "programme", "queue", "agent", "agent_last", "priority", "kind"}

    def type_of(column: str) -> pa.DataType:
        if column.endswith("_at") or column == "running_since":
            return INSTANT
        if column in ("repeated", "waiting"):
            return pa.bool_()
        if column.endswith("_month"):
            return pa.int32()
        if column.endswith(("_on", "_week")):
            return pa.date32()
        if column in texts:
            return text
        return pa.int64() if column in numbers or column.endswith("_s") else text

    types = {column: pa.string() if column == "case_id" else type_of(column) for column in wanted}
    return pa.schema([pa.field(column, kind) for column, kind in types.items()]).empty_table()


__all__ = [
    "CASE_COLUMNS",
    "CLOCK_COLUMNS",
    "FactSet",
]
