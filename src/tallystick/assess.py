"""The whole flow in order: read this first.

    contract text ─ promise ───────┐
    records ─ derive ─> facts ─────┼─> evidence ─> judge ─> verdicts ─> record
              gate ────────────────┘

Each partner is judged inside its own scope and under its own clock terms, so another partner's data can never move its
digests. Periods are judged in order, as later ones may look back; where one comes out otherwise than it stood, later
ones that read it are judged again. `as_of` is an argument; nothing here looks at a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa

from tallystick.contract.filed_relief import filed_relief
from tallystick.facts import derive
from tallystick.records.commits import Pin
from tallystick.records.lake import Lake
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.gathering import PartnerFacts, streams_of
from tallystick.verdicts.in_order import InOrder
from tallystick.verdicts.measured import months_due, windows_ending
from tallystick.verdicts.promise import Promise, contract_name, known_on, partners_of, promise_of, texts_at
from tallystick.verdicts.restatement import Recorded
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope

Gate = Callable[[Lake, Scope, Pin, datetime, Period], GateAnswer]
Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Order:
    """What is to be assessed: contracts by path; periods by label, or every month that is over; partners, or all."""

    contracts: Sequence[Path]
    as_of: datetime
    periods: Sequence[str] = ()
    partners: frozenset[str] | None = None
    public_key: str | None = None
    threads: int = 2


def assess(home: Path, order: Order, *, gate: Gate, progress: Progress | None = None) -> list[Recorded]:
    """Judge every partner and period of an order, keep what is new, and return what stands, in order of judging."""
    with Lake.open(home / "lake") as lake:
        store, pin = VerdictStore(home / "verdicts"), lake.pin()
        return [
            recorded
            for promise in promises(order, home)
            for recorded in assess_partner(lake, pin, store, promise, order, gate=gate, progress=progress)
        ]


def promises(order: Order, home: Path) -> Iterator[Promise]:
    """One promise for each contract and partner, by what was known at `as_of` and with the relief filed in the home."""
    for path in order.contracts:
        texts = texts_at(path)
        name = contract_name(texts)
        for partner in partners_of(texts, order.partners):
            filed = filed_relief(home, name, partner)
            yield promise_of(texts, partner, known_on(order.as_of), public=order.public_key, filed=filed)


def assess_partner(
    lake: Lake, pin: Pin, store: VerdictStore, promise: Promise, order: Order, *, gate: Gate, progress: Progress | None
) -> Iterator[Recorded]:
    """Judge the periods of one partner inside its own scope."""
    scope = Scope.of_partner(lake.client, promise.partner)
    facts = derive(lake, scope, promise.terms, pin=pin, threads=order.threads)
    own = PartnerFacts(facts, partial(read_table, lake, scope, pin), promise.terms, streams_of(promise.contract))
    line = InOrder(store, promise, order.as_of)

    def assessed(period: Period) -> Recorded | None:
        evidence = own.evidence(period, gate(lake, scope, pin, order.as_of, period))
        recorded = line.judged(period, evidence, noted={"lake": pin.number})
        if progress is not None:
            progress(promise.partner, period.label)
        return recorded

    yield from line.run(periods_of(promise, order), assessed)


def periods_of(promise: Promise, order: Order) -> Iterable[Period]:
    """The periods asked for, each with the longer windows that end with it."""
    asked = [promise.period(label) for label in order.periods] or months_due(promise, order.as_of)
    for period in asked:
        for window in windows_ending(promise.contract.counted, period):
            yield promise.period(window.label)


def read_table(
    lake: Lake, scope: Scope, pin: Pin, name: str, columns: Sequence[str], case_keys: pa.Array | None
) -> pa.Table:
    """A canonical table inside the partner's scope."""
    return lake.read(scope, name, pin=pin, columns=columns, case_keys=case_keys)
