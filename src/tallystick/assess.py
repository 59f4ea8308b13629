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
from pathlib import Path

from tallystick.ahead import Ahead
from tallystick.contract.filed_relief import filed_relief
from tallystick.open_partner import Gate, OpenPartner, opened
from tallystick.records.lake import Lake
from tallystick.verdicts.in_order import InOrder, in_order
from tallystick.verdicts.measured import months_due, windows_of
from tallystick.verdicts.promise import Promise, contract_name, known_on, partners_of, promise_of, texts_at
from tallystick.verdicts.restatement import Recorded
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.period import Period

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
        pin = lake.pin()
    store, asked = VerdictStore(home / "verdicts"), list(promises(order, home))
    found: list[Recorded] = []
    places = range(len(asked))
    with Ahead(
        lambda place: opened(home, asked[place], pin, order.threads), places, order.threads, OpenPartner.close
    ) as ahead:
        for place in places:
            with ahead.of(place) as partner:
                found += assess_partner(partner, store, order, gate=gate, progress=progress)
    return found


def promises(order: Order, home: Path) -> Iterator[Promise]:
    """One promise for each contract and partner, by what was known at `as_of` and with the relief filed in the home."""
    for path in order.contracts:
        texts = texts_at(path)
        name = contract_name(texts)
        for partner in partners_of(texts, order.partners):
            filed = filed_relief(home, name, partner)
            yield promise_of(texts, partner, known_on(order.as_of), public=order.public_key, filed=filed)


def assess_partner(
    partner: OpenPartner, store: VerdictStore, order: Order, *, gate: Gate, progress: Progress | None = None
) -> Iterator[Recorded]:
    """Judge the periods of one partner inside its own scope."""
    line = InOrder(store, partner.promise, order.as_of)
    periods = in_order([*periods_of(partner.promise, order), *(() if order.periods else line.windows_moved())])
    with Ahead(lambda period: partner.evidence(period, order.as_of, gate), periods, order.threads) as ahead:

        def assessed(period: Period) -> Recorded | None:
            recorded = line.judged(period, ahead.of(period), noted={"lake": partner.pin.number})
            if progress is not None:
                progress(partner.promise.partner, period.label)
            return recorded

        yield from line.run(periods, assessed)


def periods_of(promise: Promise, order: Order) -> Iterable[Period]:
    """The periods asked for, each with the longer windows that end with it."""
    asked = [promise.period(label) for label in order.periods] or months_due(promise, order.as_of)
    for period in asked:
        for window in windows_of(promise.contract, period, known_on(order.as_of)):
            yield promise.period(window.label)
