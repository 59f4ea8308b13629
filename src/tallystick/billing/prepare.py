"""From a project's folder to a month's invoice: facts of the partner's own scope, opening hours, what was judged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tallystick.billing.credits import credits_of, judged_windows
from tallystick.billing.expected import CreditsOn, Order, expected_invoice
from tallystick.billing.invoice import ExpectedInvoice, InvoiceState
from tallystick.billing.quantities import DailySource, request_of
from tallystick.billing.rows import pinned
from tallystick.contract.charge import asked
from tallystick.contract.model import Contract
from tallystick.measures.measure import MeasureRequest
from tallystick.verdicts.measured import windows_ending
from tallystick.verdicts.promise import Promise, known_on
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.opening import local_day, zone_lists
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope
from tallystick.vocabulary.zones import first_instant

if TYPE_CHECKING:
    import pyarrow as pa

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
    from tallystick.records.lake import Lake

    month = promise.period(label)
    with Lake.open(home / "lake") as lake:
        yield Prepared(
            promise=promise,
            month=month,
            as_of=as_of,
            source=source_of(lake, promise, as_of),
            credits_on=_credits(home, promise, month),
        )


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


def _reader(
    lake: Lake, scope: Scope, terms: ClockTerms, pin: Pin
) -> Callable[[Iterable[str], Period], Mapping[str, pa.Table]]:
    """Reads the fact tables of a month: streams cut to it, cases and clocks whole."""
    folded: dict[str, pa.Table] = {}
    # Counting and listing read the same month one after the other: the month last read is kept.
    kept: dict[str, pa.Table] = {}
    of: list[Period] = []

    def cases(name: str) -> pa.Table:
        from tallystick.facts import derive

        if name not in folded:
            facts = derive(lake, scope, terms, pin=pin)
            folded.update({one: facts.table(one) for one in FOLDED})
        return folded[name]

    def read(names: Iterable[str], month: Period) -> Mapping[str, pa.Table]:
        from tallystick.facts.live import stream_facts

        wanted = list(names)
        if of != [month]:
            kept.clear()
            of[:] = [month]
        streamed = [name for name in wanted if name not in FOLDED and name not in kept]
        if streamed:
            start_s, end_s = (first_instant(terms.zone, day) for day in (month.start_on, month.end_on))
            kept.update(stream_facts(lake, scope, terms, streamed, start_s, end_s, pin=pin, case=cases("case")))
        return {name: cases(name) if name in FOLDED else kept[name] for name in wanted}

    return read


def opening_of(terms: ClockTerms) -> Callable[[str, date], bool]:
    """Whether a calendar is open at any time of a local day, by the hours that the terms hold."""
    ends: dict[str, list[int]] = {name: [end for _, end in hours.intervals] for name, hours in terms.hours.items()}

    def opens(calendar: str, on: date) -> bool:
        begin, end = first_instant(terms.zone, on), first_instant(terms.zone, on + timedelta(days=1))
        place = bisect_right(ends[calendar], begin)
        intervals = terms.hours[calendar].intervals
        return place < len(intervals) and intervals[place][0] < end

    return opens


def _credits(home: Path, promise: Promise, month: Period) -> CreditsOn:
    store = VerdictStore(home / "verdicts")
    labels = [window.label for window in windows_ending(promise.contract.counted, month)]
    windows = judged_windows(store, promise.contract.contract, promise.partner, labels)
    return credits_of(promise.contract, month.label, windows)
