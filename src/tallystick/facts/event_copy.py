"""The copy of its events that a layer keeps, so that a refresh reads the cases that changed and no others.

Twelve bytes an event: instant, kind and actor, codes of value, agent and partner, and a mark of the event's key; for
each case where its events begin, what its row named (queue, priority, kind, partner) and a seal, a sum over all of it
that is compared whenever a case is read. The lake stays the only truth: `in_doubt` names the cases of which the copy
does not tell everything (superseded versions, retractions, merges), and those are read there.

The copy holds the columns that the folds read and nothing else, inside the scope of its fact set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tallystick.facts.coded import Coded, Integers
from tallystick.facts.columns import EVENT_WORDS, EventColumns
from tallystick.facts.columns_file import ColumnsFile, ColumnsWriter
from tallystick.facts.encode import Batch
from tallystick.facts.fold.layout import ACTORS
from tallystick.vocabulary.errors import IntegrityError

# A kind and an actor are one number; both begin at NONE.
_ACTORS = len(ACTORS) + 1
_EVENT_PARTS = ("at", "what", "value", "agent", "partner", "mark")
_CASE_PARTS = ("queue", "priority", "kind", "partner")
# Odd numbers of 32 bits, one for each part.
_FACTORS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1, 0xD3A2646D)
_MIX = 0x2C1B3C6D
_BLOCK = 1 << 16  # events that are summed at once, few enough to stay in the processor's cache


@dataclass(frozen=True)
class EventCopy:
    """What is put into a file: the parts of events and of cases, and the words of `value`."""

    first: Integers
    events: dict[str, Integers]
    cases: dict[str, Integers]
    in_doubt: Integers
    value_words: list[str]

    def put(self, writer: ColumnsWriter) -> None:
        """Add the copy's columns to a file."""
        writer.put_plain("event.first", self.first)
        for name, values in self.events.items():
            writer.put_plain(f"event.{name}", values)
        for name, values in self.cases.items():
            writer.put(f"row.{name}", values)
        writer.put_plain("row.seal", _seals(self.first, self.events, self.cases))
        writer.put_plain("event.in_doubt", self.in_doubt)


def copied(batch: Batch, in_doubt: Integers) -> EventCopy:
    """The copy of a batch whose events carry marks; `in_doubt` are sorted keys."""
    events, cases = batch.events, batch.cases
    what = events.kind + np.int8(1)
    what *= np.int8(_ACTORS)
    what += events.actor
    what += np.int8(1)
    return EventCopy(
        first=cases.first.astype(np.int32 if len(what) < 1 << 31 else np.int64),
        events={
            "at": events.at_s.astype(np.uint32),
            "what": what,
            "value": _narrow(events.value, batch.value_words),
            "agent": _narrow(events.agent, batch.agents),
            "partner": _narrow(events.partner, batch.partners),
            "mark": np.ascontiguousarray(batch.mark),
        },
        cases={
            "queue": cases.queue.astype(np.int32, copy=False),
            "priority": cases.priority.astype(np.int32, copy=False),
            "kind": cases.kind.astype(np.int32),
            "partner": batch.partner_named.astype(np.int32, copy=False),
        },
        in_doubt=in_doubt,
        value_words=batch.value_words,
    )


def _narrow(codes: Integers, words: list[str]) -> Integers:
    """Codes in the smallest type that holds all of `words`."""
    kind: Any = np.int8 if len(words) < 1 << 7 else np.int16 if len(words) < 1 << 15 else np.int32
    narrowed: Integers = codes.astype(kind, copy=False)
    return narrowed


def _seals(first: Integers, events: dict[str, Integers], cases: dict[str, Integers]) -> Integers:
    """A number of 32 bits for each case, out of all that the copy says of it."""
    count = len(events["at"])
    total = np.zeros(count + 1, np.uint32)
    for begin in range(0, count, _BLOCK):
        part = slice(begin, min(begin + _BLOCK, count))
        mixed = np.zeros(part.stop - begin, np.uint32)
        for name, factor in zip(_EVENT_PARTS, _FACTORS, strict=True):
            mixed += events[name][part].astype(np.uint32) * np.uint32(factor)
        mixed ^= mixed >> np.uint32(15)
        mixed *= np.uint32(_MIX)
        mixed[:1] += total[begin : begin + 1]
        np.cumsum(mixed, out=total[begin + 1 : part.stop + 1])
    seal: Integers = total[first[1:]] - total[first[:-1]]
    seal += np.diff(first).astype(np.uint32)
    for name, factor in zip(_CASE_PARTS, _FACTORS, strict=False):
        seal ^= seal >> np.uint32(13)
        seal += cases[name].astype(np.uint32) * np.uint32(factor)
    return seal


@dataclass(frozen=True)
class KeptCases:
    """Some cases out of a copy: their events, those of a case in total order, and what their rows named."""

    case_key: Integers
    events: EventColumns
    rows: dict[str, Coded]
    kind: Integers


class KeptEvents:
    """The copy in a file."""

    def __init__(self, file: ColumnsFile, words: dict[str, list[str]]) -> None:
        self._file = file
        self._words = words | {"value": file.about["value"]}

    def in_doubt(self) -> Integers:
        """Keys of cases of which the copy does not tell everything, sorted."""
        return self._plain("event.in_doubt")

    def cases(self, case_key: Integers, places: Integers) -> KeptCases:
        """The cases with these keys, which stand at these places of the layer.

        Raises IntegrityError where the copy is not what was written.
        """
        first = self._plain("event.first")
        begin, end = first[places].astype(np.int64), first[places + 1].astype(np.int64)
        length = end - begin
        if (length < 0).any() or (begin < 0).any() or (end > self._file.rows("event.at")).any():
            raise _damaged(self._file)
        ends = np.cumsum(length)
        total = int(ends[-1]) if len(ends) else 0
        place = np.arange(total) + np.repeat(begin - (ends - length), length)
        parts = {name: self._plain(f"event.{name}")[place] for name in _EVENT_PARTS}
        rows = {name: self._file.get(f"row.{name}")[places] for name in _CASE_PARTS}
        offsets = np.concatenate([np.zeros(1, np.int64), ends])
        if not np.array_equal(_seals(offsets, parts, rows), self._plain("row.seal")[places]):
            raise _damaged(self._file)
        events = EventColumns(
            case_key=np.repeat(case_key, length),
            at_s=parts["at"].astype(np.int64),
            kind=parts["what"] // np.int8(_ACTORS) - np.int8(1),
            actor=parts["what"] % np.int8(_ACTORS) - np.int8(1),
            mark=parts["mark"],
            words={name: Coded(parts[name].astype(np.int32), self._words[name]) for name in EVENT_WORDS},
        )
        named = {name: Coded(rows[name], self._words[name]) for name in ("queue", "priority", "partner")}
        return KeptCases(case_key, events, named, rows["kind"])

    def intact(self) -> bool:
        """Whether the whole copy is what was written: every case against its seal."""
        first = self._plain("event.first").astype(np.int64)
        if first[0] != 0 or first[-1] != self._file.rows("event.at") or (np.diff(first) < 0).any():
            return False
        parts = {name: self._plain(f"event.{name}") for name in _EVENT_PARTS}
        rows = {name: self._file.get(f"row.{name}") for name in _CASE_PARTS}
        return np.array_equal(_seals(first, parts, rows), self._plain("row.seal"))

    def _plain(self, name: str) -> Integers:
        values: Integers = self._file.array(name).to_numpy()
        return values


def _damaged(file: ColumnsFile) -> IntegrityError:
    return IntegrityError(f"The copy of events in {file.path} is damaged.", "Facts are built anew out of the records.")
