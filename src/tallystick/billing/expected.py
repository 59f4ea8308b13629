"""expect: from a rate card, quantities and credits to the invoice of one partner and month. Pure.

Order, which is part of the contract's meaning: each charge over each part of the month is applied to its quantities;
volume discounts, index and currency follow in the order of the text; each line is rounded once; credits are taken on
the base that the text names, and tax before or after them. The text that rules the invoice as a whole is the one in
force on the first day of the month that lies in the term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from tallystick.billing.invoice import (
    CountedQuantity,
    ExpectedInvoice,
    ExpectedLine,
    GivenCredits,
    InvoiceState,
    Span,
)
from tallystick.billing.parts import Part, days_counted, first_of, parts_of, year_start
from tallystick.billing.quantities import Source, request_of
from tallystick.billing.sums import Priced, summed
from tallystick.contract.bank import total as lots_total
from tallystick.contract.charge import MONTH, PART, YEAR, Charged, ChargeValues, Days, Lot, Quantity, Role
from tallystick.contract.lock import text_digest
from tallystick.contract.model import Contract
from tallystick.contract.quantity import amount_text, figure_text
from tallystick.vocabulary.money import Money, Rounding
from tallystick.vocabulary.period import Period

A_DAY = timedelta(days=1)


# From the fees that the invoice comes to (by name) to the credits that follow.
CreditsOn = Callable[[Mapping[str, Money]], GivenCredits]


def no_credits(_fees: Mapping[str, Money]) -> GivenCredits:
    """No price adjustment: for a contract without any."""
    return GivenCredits()


@dataclass(frozen=True)
class Order:
    """Which invoice is asked for: contract as written, partner, month, and by what was known on which day.

    `until` cuts the month for an accrual: days from it on are not charged yet.
    """

    contract: Contract
    partner: str
    month: Period
    as_of: datetime
    known_on: date | None
    until: date | None = None
    state: InvoiceState | None = None

    @property
    def begins(self) -> date:
        """The first day of the month that lies in the term."""
        return max(self.month.start_on, self.contract.term.from_on)

    @property
    def ends_on(self) -> date:
        """The last day of the term."""
        return self.contract.whole_term_by(self.known_on).to_on

    @property
    def text(self) -> Contract:
        """The text that rules the invoice as a whole: the one in force on that day."""
        return self.contract.in_force(min(self.begins, self.ends_on), self.known_on)


def expected_invoice(order: Order, source: Source, credits_on: CreditsOn = no_credits) -> ExpectedInvoice | None:
    """The expected invoice; None where the month lies outside the term and nothing of it is settled then."""
    return drawn_up(Work(order, source), credits_on)


def drawn_up(work: Work, credits_on: CreditsOn = no_credits) -> ExpectedInvoice | None:
    """The invoice that is in the making; None as `expected_invoice`."""
    order = work.order
    contract, month = order.contract, order.month
    workings = work.workings()
    priced = [one.priced for one in workings]
    begins = order.begins
    if not priced and (begins >= month.end_on or begins > order.ends_on):
        return None
    text = order.text
    sums = summed(text, priced, credits_on)
    reasons = tuple(dict.fromkeys((*work.reasons(workings), *sums.credits_given.reasons)))
    return ExpectedInvoice(
        contract=contract.contract,
        version=text.version,
        text=text_digest(contract),
        partner=order.partner,
        period=month.label,
        from_on=begins,
        end_on=min(month.end_on, max(order.ends_on + A_DAY, begins), order.until or month.end_on),
        currency=text.currency,
        state=order.state or _state(order, reasons),
        reasons=reasons,
        lines=tuple(line.line for line in sums.lines),
        discounts=sums.discounts,
        fees=tuple(sums.fees.items()),
        credits=sums.credits_given.lines,
        caps=sums.credits_given.caps,
        taxes=sums.taxes,
        charges_total=sums.charges,
        discounts_total=sums.discounted,
        credits_total=sums.credited,
        net=sums.net,
        tax_total=sums.taxed,
        total=sums.total,
        early_payment=sums.early,
        as_of=order.as_of.isoformat(),
    )


def _state(order: Order, reasons: Sequence[str]) -> InvoiceState:
    if order.until is not None and order.until < order.month.end_on:
        return InvoiceState.ACCRUAL
    return InvoiceState.OPEN if reasons else InvoiceState.EXPECTED


@dataclass(frozen=True)
class Working:
    """How a line came to be: the part of the month, what its charge was given, and what came of it.

    `later` says whether it settles an earlier month.
    """

    part: Part
    values: ChargeValues
    charged: Charged
    priced: Priced
    later: bool

    @property
    def line(self) -> ExpectedLine:
        """The line."""
        return self.priced.line

    @property
    def exact(self) -> Fraction | None:
        """The line's amount in the currency of the invoice, not rounded yet; None where it is not known."""
        multiplier = self.part.multiplier
        return None if multiplier is None or self.charged.amount is None else self.charged.amount * multiplier


@dataclass
class Work:
    """One invoice in the making; also what applies its charges again under another reading of the text."""

    order: Order
    source: Source
    _banks: dict[str, tuple[Lot, ...]] = field(default_factory=dict)

    def workings(self) -> list[Working]:
        """The lines of the month, then those that settle earlier ones, each with how it came to be."""
        return [*self._lines(), *self._settled()]

    def again(self, working: Working, part: Part, lots: tuple[Lot, ...] | None = None) -> Working:
        """A line with another part in place of its own; what its charge asks for alike is not counted again."""
        roles = part.charge.later_roles(part.text) if working.later else part.charge.roles(part.text)
        own = working.part
        was = own.charge.later_roles(own.text) if working.later else own.charge.roles(own.text)
        same_days = (part.from_on, part.end_on) == (own.from_on, own.end_on)
        kept = {name for name, role in roles.items() if same_days and was.get(name) == role}
        asked = {name: role for name, role in roles.items() if name not in kept}
        values, counted = self._values(part, asked, working.values.lots if lots is None else lots)
        values = replace(values, given={**values.given, **{name: working.values.given[name] for name in kept}})
        counted = (*(one for one in working.line.counted if one.role in kept), *counted)
        return self._worked(part, values, counted, working.later, working.line.settles)

    def given(self, working: Working, given: Mapping[str, Fraction | None]) -> Working:
        """A line with other quantities."""
        values = replace(working.values, given={**working.values.given, **given})
        return self._worked(working.part, values, working.line.counted, working.later, working.line.settles)

    # ---------------------------------------------------------------- the month itself

    def _lines(self) -> list[Working]:
        """The lines of the month, of the days that are charged already."""
        month = self.order.month
        end = min(month.end_on, self.order.until or month.end_on)
        return [self._line(part) for part in self._parts(month.start_on, end) if part.charge.charges_now]

    def _parts(self, first: date, end: date) -> list[Part]:
        return parts_of(self.order.contract, self.order.known_on, first, end)

    def _line(self, part: Part) -> Working:
        lots = self._bank(part)
        values, counted = self._values(part, part.charge.roles(part.text), lots)
        working = self._worked(part, values, counted)
        if part.charge.carries_on:
            self._banks[part.charge.id] = working.charged.lots
        return working

    def _worked(
        self,
        part: Part,
        values: ChargeValues,
        counted: tuple[CountedQuantity, ...],
        later: bool = False,
        settles: str = "",
    ) -> Working:
        charged = part.charge.settle(values) if later else part.charge.apply(values)
        priced = self._priced(part, charged, counted)
        if settles:
            priced = replace(priced, line=replace(priced.line, settles=settles))
        return Working(part, values, charged, priced, later)

    def _bank(self, part: Part) -> tuple[Lot, ...]:
        """The units banked before a part: the charge replayed from its first month on, or from the first of this."""
        charge = part.charge
        if not charge.carries_on:
            return ()
        if charge.id not in self._banks:
            lots: tuple[Lot, ...] = ()
            now = self.order.month.start_on
            begins = first_of(min(charge.begins(part.text), now)) if charge.carries else now
            while begins < now:
                for one in self._parts(begins, first_of(begins, 1)):
                    if one.charge.id == charge.id and one.charge.carries_on:
                        values, _ = self._values(one, one.charge.roles(one.text), lots)
                        lots = one.charge.apply(values).lots
                        # What a text gives no later month is lost when its own is over.
                        lots = lots if one.charge.carries or one.end_on < first_of(begins, 1) else ()
                begins = first_of(begins, 1)
            self._banks[charge.id] = lots
        return self._banks[charge.id]

    # ---------------------------------------------------------------- earlier months that are settled now

    def _settled(self) -> list[Working]:
        """The lines that settle earlier months, at their own prices."""
        now = self.order.month.start_on
        if self.order.until is not None and self.order.until <= now:
            return []
        found = []
        for months in sorted(self._lags()):
            first = first_of(now, -months)
            for part in self._parts(first, first_of(first, 1)):
                if part.charge.months_later == months:
                    values, counted = self._values(part, part.charge.later_roles(part.text), ())
                    settles = f"{first.year:04}-{first.month:02}"
                    found.append(self._worked(part, values, counted, later=True, settles=settles))
        return found

    def _lags(self) -> set[int]:
        """After how many months charges of any text settle."""
        return {
            charge.months_later
            for text in self.order.contract.states()
            for charge in text.charges
            if charge.months_later is not None
        }

    # ---------------------------------------------------------------- quantities

    def _values(
        self, part: Part, roles: Mapping[str, Role], lots: tuple[Lot, ...]
    ) -> tuple[ChargeValues, tuple[CountedQuantity, ...]]:
        first, counted, given = first_of(part.from_on), list[CountedQuantity](), dict[str, Fraction | None]()
        for name, role in roles.items():
            span = self._reach(part, role)
            source = self.source_of(part.charge.id, name)
            found = [self._count(source, name, one, span) for one in role.of]
            counted += [one for one in found if one is not None]
            known = [one.value for one in found if one is not None and one.value is not None]
            given[name] = sum(known, Fraction(0)) if len(known) == len(found) else None
        calendar = part.charge.days_by(part.text)
        following = first_of(first, 1)
        values = ChargeValues(
            contract=part.text,
            from_on=part.from_on,
            end_on=part.end_on,
            month_days=self._days(calendar, first, following),
            days=self._days(calendar, part.from_on, part.end_on),
            given=given,
            lots=lots,
        )
        return values, tuple(counted)

    def _reach(self, part: Part, role: Role) -> Span:
        """The days over which a role is counted; before the part for those that look back."""
        begins = part.charge.begins(part.text)
        if role.reach == MONTH:
            return min(max(first_of(part.from_on), begins), part.from_on), part.from_on
        if role.reach == YEAR:
            return min(max(year_start(part.text, part.from_on), begins), part.from_on), part.from_on
        return part.from_on, part.end_on

    def source_of(self, charge: str, role: str) -> Source:  # noqa: ARG002 - worked examples give each its own
        """Where a charge's quantity comes from."""
        return self.source

    def _count(self, source: Source, name: str, quantity: Quantity, span: Span) -> CountedQuantity | None:
        request = request_of(self.order.contract, quantity)
        if request is None:
            return None
        spans = _spans(source, quantity.days, span)
        found = source.tally(request, spans)
        value = Fraction(0) if not spans else found.value
        return CountedQuantity(name, request, spans, value, found.n, found.pending, found.excluded)

    def _days(self, calendar: str | None, from_on: date, end_on: date) -> int:
        opens = (self.source.is_open(calendar, day) for day in _each((from_on, end_on))) if calendar else ()
        return days_counted(calendar, from_on, end_on, opens)

    # ---------------------------------------------------------------- lines

    def _priced(self, part: Part, charged: Charged, counted: tuple[CountedQuantity, ...]) -> Priced:
        charge = part.charge
        steps = [*charged.steps]
        if charge.carries and charged.lots:
            units = lots_total(charged.lots)
            steps.append(charge.step("bank", "units left for later months", figure_text(units), units, charged.unit))
        line = ExpectedLine(
            charge=charge.id,
            kind=charge.kind,
            title=charge.title or charge.called,
            from_on=part.from_on,
            end_on=part.end_on,
            settles="",
            quantity=charged.quantity,
            unit=charged.unit,
            rate=charged.rate,
            currency=charge.currency_under(part.text),
            exact=charged.amount,
            factor=part.factor.value,
            price=part.price.value,
            amount=None,
            steps=tuple(steps),
            counted=counted,
        )
        return Priced(line, charged.amount, part.factor, part.price, Rounding(charge.rounding))

    def reasons(self, workings: Iterable[Working]) -> list[str]:
        """Why the invoice is not final yet."""
        found = []
        if self.order.as_of.timestamp() < self.order.month.end_s:
            found.append(f"the month is not over: it ends on {self.order.month.last_on.isoformat()}")
        for one in workings:
            line = one.line
            if line.exact is None:
                # Of an amount that is not known, the step that says so: units banked earlier may stand behind it.
                words = next((one.inserted for one in line.steps if one.result is None), "nothing is known")
                found.append(f"{line.charge}: {words}")
            elif unknown := one.part.charge.open_for(one.values):
                found.append(f"{line.charge}: {unknown}")
            waiting = sum(counted.pending for counted in line.counted)
            if waiting:
                found.append(f"{line.charge}: {waiting:,} row{'' if waiting == 1 else 's'} still wait for an outcome")
            missing = (*one.part.factor.missing, *one.part.price.missing)
            found += [f"{line.charge}: no value of {month} yet" for month in missing]
        return found


def _spans(source: Source, days: Days | None, span: Span) -> tuple[Span, ...]:
    """The days of a span on which a calendar is as wanted, those side by side as one."""
    if days is None:
        return (span,) if span[0] < span[1] else ()
    found: list[Span] = []
    for day in _each(span):
        if source.is_open(days.calendar, day) != (days.open_on is not None):
            continue
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + A_DAY)
        else:
            found.append((day, day + A_DAY))
    return tuple(found)


def _each(span: Span) -> list[date]:
    return [span[0] + timedelta(days=place) for place in range((span[1] - span[0]).days)]


def line_words(line: ExpectedLine) -> str:
    """A line's price in words: 12,500 minutes x EUR 0.42."""
    if line.quantity is None:
        return ""
    if line.unit == line.currency:
        return amount_text(line.quantity, line.currency)
    units = f"{figure_text(line.quantity, 4)} {line.unit}{'s' if line.quantity != 1 else ''}"
    return units if line.rate is None else f"{units} x {amount_text(line.rate, line.currency)}"


__all__ = ["PART", "CreditsOn", "GivenCredits", "Order", "Work", "Working", "drawn_up", "expected_invoice",
           "line_words", "no_credits"]  # fmt: skip
