"""What a room may see of a partner's floor in a period: the facts of its calls, its agents' time, its coverage.

Unlike verdicts these are read from the records as they are now, inside the partner's own scope, and kept for one state
of the lake. Figures come from the same KPIs as verdicts, so a page and a clause on it agree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import pyarrow as pa

from tallystick.facts.live import stream_facts
from tallystick.facts.stream import streams
from tallystick.measures.compute import compute
from tallystick.measures.measure import MeasureRequest, catalogue, measure_of
from tallystick.records.commits import PROTOCOL_FILE
from tallystick.records.lake import Lake
from tallystick.verdicts.gathering import speaks_of_floor
from tallystick.verdicts.promise import Promise, known_on, promise_of, texts_at
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope
from tallystick.web.books import ContractText
from tallystick.web.remembered import remembered
from tallystick.web.room import Room

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Floor:
    """One partner's floor in one period, under the terms of one of its contracts.

    A floor is kept for one state of the lake, and what is counted from it is kept with it: page, twin, export and the
    next reader of the same period count once.
    """

    partner: str
    name: str
    text: ContractText
    promise: Promise
    period: Period
    as_of: datetime
    facts: Mapping[str, pa.Table]
    _kept: dict[Hashable, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def values(self, requests: Sequence[MeasureRequest], by: Sequence[str] = ()) -> list[MeasureValue]:
        """The values of some KPIs, cells in order; a KPI whose facts are not here is left out."""
        known = [one for one in requests if measure_of(one).fact in self.facts]
        key = ("values", *known, *by)
        return self._once(key, lambda: compute(self.facts, known, by=by, period=self.period, as_of=self.as_of))

    def cut(self, key: Hashable, fact: str, rows: Callable[[pa.Table], pa.Table]) -> Floor:
        """The same floor with some rows of one fact only, as `rows` makes them; the same cut for the same `key`."""
        return self._once(("cut", fact, key), lambda: replace(self, facts={fact: rows(self.facts[fact])}))

    def _once(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        if key not in self._kept:
            # Two threads may make the same answer; both are right, and one stays.
            self._kept.setdefault(key, make())
        found: Answer = self._kept[key]
        return found

    @cached_property
    def programmes(self) -> dict[str, str]:
        """Titles of the contract's programmes by id."""
        return {name: one.title or name for name, one in self.text.contract.programmes.items()}

    def has(self, fact: str) -> bool:
        """Whether there is any row of a fact table."""
        return fact in self.facts and bool(self.facts[fact].num_rows)


def floor_contract(room: Room, partner: str) -> ContractText:
    """The contract of a partner that speaks of the floor: with a clause on it, else with a telephone, else the first.

    Raises NotFound in the same words for a partner that is not there and for one that is not ours.
    """
    own = [one for one in room.books.contracts if partner in one.partners]
    if not own or not room.sees(partner):
        raise NotFound("partner", partner)

    return min(own, key=lambda one: (speaks_of_floor(one.contract), one.contract.contract))


def floor_of(room: Room, partner: str, label: str, names: Sequence[str]) -> Floor:
    """A partner's floor in a period with the fact tables named; raises NotFound as `floor_contract`."""
    text = floor_contract(room, partner)
    number = 0
    if _has_records(room):
        with Lake.open(room.home.folder("lake")) as lake:
            number = lake.pin().number
    key = ("floor", partner, label, number, text.contract.contract, *names)
    return remembered(room, key, lambda: _read(room, partner, label, tuple(names), text))


def _read(room: Room, partner: str, label: str, names: tuple[str, ...], text: ContractText) -> Floor:
    as_of = _as_of(room, partner, label)
    promise = promise_of(texts_at(text.path), partner, known_on(as_of))
    period = promise.period(label)
    if _has_records(room):
        with Lake.open(room.home.folder("lake")) as lake:
            scope = Scope.of_partner(lake.client, partner)
            facts = stream_facts(lake, scope, promise.terms, names, period.start_s, period.end_s)
    else:
        facts = {
            name: pa.table({column: pa.array([], kind) for column, kind in streams()[name].schema.items()})
            for name in names
        }
    return Floor(partner, room.books.partners[partner], text, promise, period, as_of, facts)


def people_of(room: Room, partner: str) -> pa.Table | None:
    """The partner's list of people; None where nothing was ever imported. Raises NotFound as `floor_contract`."""
    floor_contract(room, partner)
    if not _has_records(room):
        return None
    with Lake.open(room.home.folder("lake")) as lake:
        return lake.read(Scope.of_partner(lake.client, partner), "agent")


def _has_records(room: Room) -> bool:
    """Whether anything was ever imported; verdicts can stand without, where only they were handed on."""
    return (room.home.folder("lake") / PROTOCOL_FILE).is_file()


def _as_of(room: Room, partner: str, label: str) -> datetime:
    """The instant of the period's newest judging, so that a page says what the verdicts beside it say."""
    own = [one for one in room.books.records if one.partner == partner]
    judged = [one for one in own if one.period == label] or own
    return max((datetime.fromisoformat(one.as_of) for one in judged), default=room.now)


def requests_on(fact: str) -> list[MeasureRequest]:
    """Every KPI on a fact table, with its defaults."""
    return [MeasureRequest.of(one.id, version=one.version) for one in catalogue().values() if one.fact == fact]
