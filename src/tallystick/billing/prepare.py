"""From a project's folder to a month's invoice: facts of the partner's own scope, opening hours, what was judged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.billing.credits import Earlier, JudgedWindow, credits_of_month, judged_windows
from tallystick.billing.expected import CreditsOn, Order, expected_invoice
from tallystick.billing.invoice import ExpectedInvoice, InvoiceState
from tallystick.billing.quantities import DailySource, ReadFacts, Source, request_of
from tallystick.billing.rows import pinned
from tallystick.contract.charge import asked
from tallystick.contract.model import Contract
from tallystick.measures.measure import MeasureRequest
from tallystick.verdicts.promise import Promise, known_on
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.opening import ZoneOffsets, local_day, zone_lists
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope
from tallystick.vocabulary.zones import first_instant

if TYPE_CHECKING:
    from tallystick.facts.layered import Layered
    from tallystick.facts.stream import Stream
    from tallystick.records.commits import Pin
    from tallystick.records.lake import Lake

FOLDED = ("case", "clock")


@dataclass(frozen=True)
class Prepared:
    """All that a month's invoices of one promise are made of: the same source for the month and for those before it."""

    promise: Promise
    month: Period
    as_of: datetime
    source: DailySource
    credits_on: CreditsOn

    def order(self, until: date | None = None, state: InvoiceState | None = None) -> Order:
        """The order of an invoice of the whole month, or of its days before `until`."""
        contract, partner = self.promise.contract, self.promise.partner
        return Order(contract, partner, self.month, self.as_of, known_on(self.as_of), until, state)

    def expected(self, *, with_rows: bool = False) -> ExpectedInvoice | None:
        """The invoice of the whole month by what is known; None where it lies outside the term.

        `with_rows` pins the rows behind each quantity, which lists them: for who sends the invoice or disputes another.
        """
        found = expected_invoice(self.order(), self.source, self.credits_on)
        return pinned(found, self.source) if with_rows and found is not None else found

    @property
    def today(self) -> date:
        """The local date of `as_of`: days before it are over."""
        return date(1970, 1, 1) + timedelta(days=local_day(zone_lists(self.promise.terms.zone), int(self.as_of_s)))

    @property
    def as_of_s(self) -> float:
        """`as_of` as UTC seconds."""
        return self.as_of.timestamp()


@contextmanager
def prepared(home: Path, promise: Promise, label: str, as_of: datetime) -> Iterator[Prepared]:
    """What the invoice of a month needs, read from a project's folder while the lake is open."""
    with preparing(home, promise, as_of) as month_of:
        yield month_of(label)


@contextmanager
def preparing(home: Path, promise: Promise, as_of: datetime) -> Iterator[Callable[[str], Prepared]]:
    """From the label of a month to what its invoice needs: what was counted for one month serves the others."""
    from tallystick.records.lake import Lake

    with Lake.open(home / "lake") as lake:
        source = source_of(lake, promise, as_of)
        credits_in = credits_on(VerdictStore(home / "verdicts"), promise, source, as_of)

        def month_of(label: str) -> Prepared:
            month = promise.period(label)
            return Prepared(promise, month, as_of, source, credits_in(month))

        yield month_of


def source_of(lake: Lake, promise: Promise, as_of: datetime, pin: Pin | None = None) -> DailySource:
    """The quantities of one partner by day, inside its own scope, under its own terms."""
    scope = Scope.of_partner(lake.client, promise.partner)
    return DailySource(
        read=_reader(lake, scope, promise.terms, pin or lake.pin()),
        partner=promise.partner,
        zone=promise.contract.zone,
        as_of=as_of,
        opens=opening_of(promise.terms),
        requests=requests_of(promise.contract),
    )


def requests_of(contract: Contract) -> tuple[MeasureRequest, ...]:
    """Everything that the rate card asks for, in any text that can be in force."""
    found: dict[MeasureRequest, None] = {}
    for text in contract.states():
        for charge in text.charges:
            for _, quantity in asked(charge, text):
                request = request_of(contract, quantity)
                if request is not None:
                    found[request] = None
    return tuple(found)


def _reader(lake: Lake, scope: Scope, terms: ClockTerms, pin: Pin) -> ReadFacts:
    """Reads the fact tables of a month, of streams what happens in it, cases and clocks whole; or those of all time."""
    folded: dict[str, pa.Table] = {}
    streamed: dict[str, Layered] = {}
    # Counting and listing read the same month one after the other: the month last read is kept.
    kept: dict[str, pa.Table] = {}
    of: list[Period] = []

    def cases(name: str) -> pa.Table:
        from tallystick.facts import derive

        if name not in folded:
            facts = derive(lake, scope, terms, pin=pin)
            folded.update({one: facts.table(one) for one in FOLDED})
        return folded[name]

    def derived(names: list[str]) -> None:
        from tallystick.facts import derive
        from tallystick.facts.stream_set import derive_streams

        if new := [name for name in names if name not in streamed]:
            case = derive(lake, scope, terms, pin=pin)
            streamed.update(derive_streams(lake, scope, terms, new, case=case, pin=pin).tables)

    def read(names: Iterable[str], month: Period | None) -> Any:
        from tallystick.facts.stream import streams

        wanted = list(names)
        if month is None:
            derived([name for name in wanted if name not in FOLDED])
            return _Ever({name: cases(name) for name in wanted if name in FOLDED}, streamed)
        if of != [month]:
            kept.clear()
            of[:] = [month]
        if missing := [name for name in wanted if name not in FOLDED and name not in kept]:
            derived(missing)
            kept.update({name: happening(streams()[name], streamed[name], month, terms.zone) for name in missing})
        return {name: cases(name) if name in FOLDED else kept[name] for name in wanted}

    return read


@dataclass(frozen=True)
class _Ever:
    """The fact tables of all time, column by column as they are asked for."""

    folded: Mapping[str, pa.Table]
    streamed: Mapping[str, Layered]

    def table(self, name: str, columns: Sequence[str], *, kinds: Sequence[str] | None = None) -> pa.Table:
        """One fact table with some columns, of clocks those of some kinds."""
        if name in self.streamed:
            return pa.table({one: self.streamed[name].column(one) for one in columns})
        found = self.folded[name]
        if kinds is not None:
            found = found.filter(pc.is_in(found.column("kind"), value_set=pa.array(kinds)))
        return found.select(columns)


def happening(stream: Stream, facts: Layered, period: Period, zone: ZoneOffsets) -> pa.Table:
    """The facts of a stream of which any moment lies in a period: whatever its rule, it counts no other."""
    start_us, end_us = (first_instant(zone, day) * 1_000_000 for day in (period.start_on, period.end_on))
    found = [facts.between(instant, instant, start_us, end_us) for instant in stream.dated.values()]
    places = tuple(np.unique(np.concatenate(layer)) for layer in zip(*found, strict=True))
    return stream.in_order(facts.taken(places))


def opening_of(terms: ClockTerms) -> Callable[[str, date], bool]:
    """Whether a calendar is open at any time of a local day, by the hours that the terms hold."""
    ends: dict[str, list[int]] = {name: [end for _, end in hours.intervals] for name, hours in terms.hours.items()}

    def opens(calendar: str, on: date) -> bool:
        begin, end = first_instant(terms.zone, on), first_instant(terms.zone, on + timedelta(days=1))
        place = bisect_right(ends[calendar], begin)
        intervals = terms.hours[calendar].intervals
        return place < len(intervals) and intervals[place][0] < end

    return opens


def credits_on(store: VerdictStore, promise: Promise, source: Source, as_of: datetime) -> Callable[[Period], CreditsOn]:
    """From a month to the credits of its invoice, by the judgings that stand."""
    contract = promise.contract

    def judged(labels: Sequence[str]) -> list[JudgedWindow]:
        return judged_windows(store, contract.contract, promise.partner, labels)

    earlier = looking_back(promise, source, as_of, lambda: judged(("*",)))

    def of_month(month: Period) -> CreditsOn:
        return credits_of_month(contract, month, known_on(as_of), judged, earlier)

    return of_month


def looking_back(
    promise: Promise, source: Source, as_of: datetime, windows: Callable[[], Sequence[JudgedWindow]]
) -> Earlier:
    """What credits on the fees of an invoice look back at; what was read and made once serves every month."""

    @cache
    def fees(label: str) -> Mapping[str, Money]:
        month = promise.period(label)
        order = Order(promise.contract, promise.partner, month, as_of, known_on(as_of))
        found = expected_invoice(order, source)
        return {} if found is None else dict(found.fees)

    return Earlier(cache(windows), fees, known_on(as_of))
