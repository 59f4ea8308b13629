"""From a project's folder to what a partner's months are made of: promises, invoices, books and counts. Reads only.

A page or a command asks `gather_costs` for months of one partner, in that partner's own scope; `cost_of` makes the
ledger of each, `period_of` the sides of a waterfall. The lake is opened once for all months.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.billing.check.gathering import documents_of
from tallystick.billing.check.linked import findings_of_links, standing
from tallystick.billing.check.received import Document, month_of
from tallystick.billing.expected import CreditsOn, Order, expected_invoice
from tallystick.billing.invoice import ExpectedInvoice, InvoiceState, followed
from tallystick.billing.parts import first_of
from tallystick.billing.prepare import credits_on, source_of
from tallystick.billing.quantities import DailySource, request_of
from tallystick.billing.stages import unit_price
from tallystick.contract.card import SECONDS
from tallystick.contract.charge import Charge
from tallystick.contract.charges.pass_through import PassThrough
from tallystick.contract.counted import CountedClause
from tallystick.contract.filed_relief import filed_relief
from tallystick.contract.model import Contract
from tallystick.cost.month import MonthCost, cost_of
from tallystick.cost.month_inputs import BilledLine, BookedCost, Card, Counted, MonthInputs, Price, Ramp
from tallystick.cost.part import plain_kind
from tallystick.cost.received import billed_lines, contract_of, targets_of
from tallystick.cost.ruling import Ruling, ruling_of
from tallystick.cost.shared import FILE
from tallystick.facts.streams.proficiency import TENURED
from tallystick.measures.compute import compute_parts
from tallystick.measures.measure import Condition, MeasureRequest, measure_of
from tallystick.records.commits import PROTOCOL_FILE
from tallystick.verdicts.promise import Promise, contract_name, known_on, partners_of, promise_of, texts_at
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.opening import local_day, zone_lists
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope

if TYPE_CHECKING:
    from tallystick.records.commits import Pin
    from tallystick.records.lake import Lake

VOICE = ("phone", "voice", "call", "telephone")
EPOCH = date(1970, 1, 1)
BOOKS = ("cost_key", "kind", "amount", "currency", "period_from", "borne_by", "on_rate_card")


@dataclass(frozen=True)
class CostedMonth:
    """A month's inputs with the ledger that follows from them."""

    given: MonthInputs
    cost: MonthCost


def costs_of(
    root: Path, contracts: Iterable[Path], partner: str, months: Sequence[str], as_of: datetime, *, counts: bool = True
) -> tuple[CostedMonth, ...]:
    """The ledgers of some months of a partner, in order; see `gather_costs`."""
    gathered = gather_costs(root, contracts, partner, months, as_of, counts=counts)
    return tuple(CostedMonth(given, cost_of(given)) for given in gathered)


def gather_costs(
    root: Path, contracts: Iterable[Path], partner: str, months: Sequence[str], as_of: datetime, *, counts: bool = True
) -> tuple[MonthInputs, ...]:
    """What some months (2026-03) of a partner are made of, by what was known at `as_of`.

    `root` is the project's folder, `contracts` are its contract texts. Raises NotFound for a partner without a
    contract, UsageError for a label that is no month and where there are no records at all. Without `counts` no
    contact or resolution is counted, which takes most of the time: for who asks for amounts alone.
    """
    from tallystick.records.lake import Lake

    promises = promises_to(root, contracts, partner, as_of)
    if not (root / "lake" / PROTOCOL_FILE).is_file():
        raise UsageError("There are no records yet.", "`tally ingest FILE` takes them in.")
    periods = [_month(promises[0], label) for label in months]
    with Lake.open(root / "lake") as lake:
        pin = lake.pin()
        work = _Gathering(root, lake, pin, partner, promises, as_of, counts)
        return tuple(work.month(period) for period in periods)


def promises_to(root: Path, contracts: Iterable[Path], partner: str, as_of: datetime) -> list[Promise]:
    """The promises of every contract with a partner, those with a rate card first."""
    everybody: set[str] = set()
    found: list[Promise] = []
    for path in contracts:
        texts = texts_at(path)
        own = partners_of(texts, None)
        everybody |= set(own)
        if partner in own:
            filed = filed_relief(root, contract_name(texts), partner)
            found.append(promise_of(texts, partner, known_on(as_of), filed=filed))
    if not found:
        raise NotFound("partner with a contract", partner, tuple(sorted(everybody)))
    return sorted(found, key=lambda one: not one.contract.has_card)


def _month(promise: Promise, label: str) -> Period:
    period = promise.period(label)
    if period.kind != "month":
        raise UsageError(f"{label!r} is no month.", "Costs are told by month, such as 2026-03.")
    return period


@dataclass
class _Gathering:
    """The months of one partner, from one pinned state of the lake."""

    root: Path
    lake: Lake
    pin: Pin
    partner: str
    promises: Sequence[Promise]
    as_of: datetime
    counts: bool
    _sources: dict[str, DailySource] = field(default_factory=dict)
    _credits_on: dict[str, Callable[[Period], CreditsOn]] = field(default_factory=dict)
    _books: pa.Table | None = None
    _documents: tuple[Document, ...] | None = None

    @property
    def scope(self) -> Scope:
        """The partner's own."""
        return Scope.of_partner(self.lake.client, self.partner)

    def month(self, period: Period) -> MonthInputs:
        """One month."""
        expected = tuple(made for promise in self.promises if (made := self._expected(promise, period)) is not None)
        rulings = [
            ruling_of(promise.contract, period, known_on(self.as_of), _charges_named(expected, promise))
            for promise in self.promises
        ]
        # Currencies, rates and whether a contract holds are of the month's first day.
        texts = [ruling.texts[0] for ruling in rulings if ruling.texts]
        currency = (texts[0] if texts else self.promises[0].contract).currency
        received = tuple(self._received(period, rulings, expected))
        booked = tuple(self._booked(period))
        used = {line.currency for line in received} | {cost.currency for cost in booked}
        used |= {invoice.currency for invoice in expected}
        given = MonthInputs(
            partner=self.partner,
            month=period.label,
            currency=currency,
            expected=expected,
            received=received,
            booked=booked,
            has_books=period.label <= self._booked_to(),
            booked_to=self._booked_to(),
            runs=self.as_of.timestamp() < period.end_s,
            unbilled=_unbilled(texts, expected, received),
            cards=_cards(rulings),
            credit_clauses=frozenset(
                clause.id
                for ruling in rulings
                for text in ruling.texts
                for clause in text.clauses
                if not isinstance(clause, CountedClause)
            ),
            passed_on=frozenset(
                plain_kind(kind)
                for ruling in rulings
                for _, charge in ruling.charges
                if isinstance(charge, PassThrough)
                for kind in charge.costs
            ),
            prices=_prices(texts, currency, used - {currency}, period.start_on),
            said=tuple(self._said(period)),
            in_force=bool(texts),
        )
        return self._with_counts(given, period, rulings) if self.counts else given

    # ---------------------------------------------------------------- invoices

    def _source(self, promise: Promise) -> DailySource:
        name = promise.contract.contract
        if name not in self._sources:
            self._sources[name] = source_of(self.lake, promise, self.as_of, self.pin)
        return self._sources[name]

    def _expected(self, promise: Promise, period: Period) -> ExpectedInvoice | None:
        """The expected invoice of a contract with a rate card; of a month that runs, that of its days so far."""
        contract = promise.contract
        if not contract.has_card:
            return None
        until, state = None, None
        if self.as_of.timestamp() < period.end_s:
            until, state = _today(promise, self.as_of), InvoiceState.ACCRUAL
            if until <= period.start_on:
                return None
        order = Order(contract, self.partner, period, self.as_of, known_on(self.as_of), until, state)
        return expected_invoice(order, self._source(promise), self._credits(promise)(period))

    def _credits(self, promise: Promise) -> Callable[[Period], CreditsOn]:
        name = promise.contract.contract
        if name not in self._credits_on:
            store = VerdictStore(self.root / "verdicts")
            self._credits_on[name] = credits_on(store, promise, self._source(promise), self.as_of)
        return self._credits_on[name]

    def _received(
        self, period: Period, rulings: Sequence[Ruling], expected: Sequence[ExpectedInvoice]
    ) -> Iterable[BilledLine]:
        """What documents bill of a month; lines are known by the texts of their contract, or of all where none is."""
        if self._documents is None:
            self._documents = documents_of(self.lake, self.partner)
        contracts = [promise.contract for promise in self.promises]
        cards = [one for one in contracts if one.has_card]
        follows = {invoice.contract: followed(invoice.credits) for invoice in expected}
        for document in standing(self._documents):
            contract = contract_of(document, contracts, cards)
            own = [ruling for ruling in rulings if contract in ("", ruling.contract)]
            targets = [target for ruling in own for target in targets_of(ruling, follows.get(ruling.contract, {}))]
            for month, line in billed_lines(document, contract, targets):
                if month == period.start_on:
                    yield line

    def _said(self, period: Period) -> Iterable[Finding]:
        """How the month's documents hang together: which are replaced, and which name what is not known."""
        for document in self._documents or ():
            if period.start_on in month_of(document)[0]:
                yield from findings_of_links(document)

    # ---------------------------------------------------------------- books

    @property
    def _rows(self) -> pa.Table:
        """The books of the partner."""
        if self._books is None:
            self._books = self.lake.read(self.scope, "cost", pin=self.pin, columns=list(BOOKS))
        return self._books

    def _booked_to(self) -> str:
        """The newest month of which the books tell an amount; empty for none."""
        rows = self._rows
        newest = pc.max(rows.column("period_from").filter(pc.is_valid(rows.column("amount")))).as_py()
        return "" if newest is None else f"{newest:%Y-%m}"

    def _booked(self, period: Period) -> Iterable[BookedCost]:
        """Amounts of the books whose first day lies in the month."""
        rows = self._rows
        first = rows.column("period_from")
        inside = pc.and_(
            pc.greater_equal(first, pa.scalar(period.start_on, pa.date32())),
            pc.less(first, pa.scalar(period.end_on, pa.date32())),
        )
        for row in rows.filter(inside).to_pylist():
            if row["amount"] is not None:
                yield BookedCost(
                    key=row["cost_key"],
                    kind=row["kind"] or "other",
                    amount=row["amount"],
                    currency=row["currency"] or self.promises[0].contract.currency,
                    from_on=row["period_from"],
                    borne_by=row["borne_by"] or "client",
                    on_rate_card=row["on_rate_card"],
                )

    # ---------------------------------------------------------------- counts

    def _with_counts(self, given: MonthInputs, period: Period, rulings: Sequence[Ruling]) -> MonthInputs:
        """The month with what records count in it; without where no contract holds, or nothing is known to be paid."""
        paid = given.expected or given.received or given.booked or (self.root / FILE).is_file()
        if not given.in_force or not paid:
            return given
        promise = next(one for one, ruling in zip(self.promises, rulings, strict=True) if ruling.texts)
        source = self._source(promise)
        facts = source.read(["case", "call", "agent_output"], period)
        calls, cases = facts["call"].num_rows > 0, facts["case"].num_rows > 0
        written = () if not calls else (Condition.of("channel", "not in", *VOICE),)
        window = promise.terms.repeat_window_s
        wanted = {
            "calls": MeasureRequest.of("billable_calls", transfers="free"),
            "solved": MeasureRequest.of("resolved_cases", *written),
            "again": MeasureRequest.of("repeat_contact_rate", *written),
            "called again": MeasureRequest.of("repeat_call_rate"),
            "verified": MeasureRequest.of("verified_resolutions", window_s=window, outcome="verified"),
        }
        own = _own_contacts(self.promises, rulings)
        known = {"call": calls, "case": cases}
        asked = [one for one in (*wanted.values(), *own.values()) if known[measure_of(one).fact]]
        parts = compute_parts(facts, list(dict.fromkeys(asked)), by=("partner",), period=period, as_of=self.as_of)

        def count(request: MeasureRequest) -> Counted:
            cell = parts.get(request, {}).get((("partner", self.partner),))
            return Counted(0) if cell is None else Counted(cell.numerator, cell.n, cell.pending)

        counted = {name: count(request) for name, request in wanted.items() if request in asked}
        return replace(
            given,
            contacts=_together(counted.get("calls"), counted.get("solved")),
            recontacts=_together(counted.get("called again"), counted.get("again")),
            resolutions=counted.get("verified", Counted()),
            ramp=ramp_of(facts["agent_output"], period, self.partner),
            worked=worked_in(facts["agent_output"], period, self.partner),
            own_contacts={name: count(request).value or 0 for name, request in own.items() if request in asked},
        )


def _together(*counts: Counted | None) -> Counted:
    """Counts of several kinds of record as one; not known where none is."""
    known = [one for one in counts if one is not None and one.value is not None]
    if not known:
        return Counted()
    return Counted(sum(one.value or 0 for one in known), sum(one.n for one in known), sum(one.pending for one in known))


def _own_contacts(promises: Iterable[Promise], rulings: Iterable[Ruling]) -> dict[tuple[str, str], MeasureRequest]:
    """For each charge that calls or cases are counted for: the contacts that it covers, whatever it bills of them."""
    found: dict[tuple[str, str], MeasureRequest] = {}
    for promise, ruling in zip(promises, rulings, strict=True):
        for text, charge in ruling.charges:
            asked = [one for role in charge.roles(text).values() for one in role.of]
            requests = [request for one in asked if (request := request_of(promise.contract, one)) is not None]
            name = ruling.contract, charge.id
            if all(text is not one for one in ruling.texts) or name in found or not requests:
                continue
            first = requests[0]
            fact = measure_of(first).fact
            if fact == "call":
                found[name] = MeasureRequest.of("billable_calls", *first.population, transfers="free")
            elif fact == "case":
                found[name] = MeasureRequest.of("resolved_cases", *first.population)
    return found


def ramp_of(output: pa.Table, period: Period, partner: str) -> Ramp | None:
    """The learning curve of a month: productive time of beginners beyond that of tenured colleagues for as much work.

    Tenured is who has been with customers (else at the partner) for 180 days, as in speed to proficiency. None where
    there is no productive time, nobody is new, or nobody is tenured; never below nothing.
    """
    rows = _output_of(output, period, partner)
    days = pc.coalesce(rows.column("live_days"), rows.column("tenure_days"))
    new = pc.fill_null(pc.less(days, TENURED), fill_value=False)
    old = pc.fill_null(pc.greater_equal(days, TENURED), fill_value=False)

    def total(column: str, mask: Any = None) -> int:
        values = rows.column(column) if mask is None else rows.column(column).filter(mask)
        return pc.sum(values).as_py() or 0

    handled, handled_old = total("handled", new), total("handled", old)
    spent, spent_old, whole = total("productive_s", new), total("productive_s", old), total("productive_s")
    if not handled or not handled_old or not whole:
        return None
    return Ramp(max(spent - Fraction(handled * spent_old, handled_old), Fraction(0)), whole, handled)


def worked_in(output: pa.Table, period: Period, partner: str) -> Counted:
    """Productive seconds of a partner's agents in a month, with the agents' days behind them; not known without any."""
    rows = _output_of(output, period, partner)
    seconds = pc.sum(rows.column("productive_s")).as_py()
    return Counted() if seconds is None else Counted(int(seconds), rows.num_rows)


def _output_of(output: pa.Table, period: Period, partner: str) -> pa.Table:
    day = output.column("day_on")
    inside = pc.and_(
        pc.and_(
            pc.greater_equal(day, pa.scalar(period.start_on, day.type)),
            pc.less(day, pa.scalar(period.end_on, day.type)),
        ),
        pc.equal(output.column("partner"), partner),
    )
    return output.filter(inside)


# ---------------------------------------------------------------------- texts


def _charges_named(expected: Iterable[ExpectedInvoice], promise: Promise) -> list[str]:
    """The charges that lines of a contract's expected invoice name, those of earlier months included."""
    own = (invoice for invoice in expected if invoice.contract == promise.contract.contract)
    return [line.charge for invoice in own for line in invoice.lines]


def _today(promise: Promise, as_of: datetime) -> date:
    return date.fromordinal(EPOCH.toordinal() + local_day(zone_lists(promise.terms.zone), int(as_of.timestamp())))


def _unbilled(
    texts: Iterable[Contract], expected: Iterable[ExpectedInvoice], received: Sequence[BilledLine]
) -> tuple[str, ...]:
    """The contracts in force of which no invoice is known; none where one came that names no contract."""
    came = {line.contract for line in received if not line.takes_off} | {invoice.contract for invoice in expected}
    return () if "" in came else tuple(text.contract for text in texts if text.contract not in came)


def _cards(rulings: Iterable[Ruling]) -> tuple[Card, ...]:
    """The rate card of a month: each charge once, as the first text has it."""
    found: dict[tuple[str, str], Card] = {}
    for ruling in rulings:
        for text, charge in ruling.charges:
            found.setdefault((ruling.contract, charge.id), _card(charge, text, ruling.contract))
    return tuple(found.values())


def _card(charge: Charge, text: Contract, contract: str) -> Card:
    timed = charge.kind == "per_fte" or any(role.unit == SECONDS for role in charge.roles(text).values())
    return Card(charge.id, charge.kind, charge.title or charge.called, timed, contract)


def _prices(texts: Iterable[Contract], currency: str, wanted: Iterable[str], month: date) -> dict[str, Price]:
    """What units of other currencies cost in that of the month, by the first contract that names a rate."""
    found: dict[str, Price] = {}
    codes = sorted(wanted)
    for text in texts:
        if text.currency != currency:
            continue
        for code in codes:
            price = unit_price(text, "", code, first_of(month))
            if code not in found and price.value is not None:
                rule = text.billing.currencies[code]
                found[code] = Price(price.value, f"price of one {code} ({rule.series} of {text.contract})")
    return found
