"""Worked examples of charges and of whole invoices: figures that both sides wrote down, run through the arithmetic.

An example of a charge gives quantities by role and says what must come out, before index and conversion. An example of
an invoice gives quantities by charge and price adjustments by clause, and says any of its sums.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from tallystick.billing.expected import PART, Order, Work, drawn_up
from tallystick.billing.invoice import ExpectedInvoice, GivenCredits, Span
from tallystick.billing.parts import first_of
from tallystick.billing.quantities import Source, Tally, request_of
from tallystick.contract.billing_terms import InvoiceExample
from tallystick.contract.charge import Charge, Charged, ChargeExample, ChargeValues, Lot
from tallystick.contract.model import Contract
from tallystick.contract.quantity import figure_text
from tallystick.measures.measure import MeasureRequest
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.finding import Finding, Place, Severity
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, Rounding, money_of
from tallystick.vocabulary.period import Period

RULE = "TS-V011"
A_DAY = timedelta(days=1)
SUMS = ("charges", "discounts", "credits", "net", "tax", "total")


@dataclass(frozen=True)
class RateExampleRun:
    """One example as it ran: of what, where it stands, what was expected and what came out, and the arithmetic."""

    about: str
    place: Place
    title: str
    expected: tuple[tuple[str, str], ...]
    found: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]

    @property
    def holds(self) -> bool:
        """Whether all that was expected came out."""
        return self.expected == self.found


def run_rate_examples(contract: Contract) -> list[RateExampleRun]:
    """Every worked example of the rate card and of the invoice, in the order of the text."""
    runs = []
    for charge in contract.charges:
        for place, example in enumerate(charge.examples):
            runs.append(_of_charge(contract, charge, example, contract.charge_place(charge, "examples", place)))
    for place, whole in enumerate(contract.billing.examples):
        runs.append(_of_invoice(contract, whole, contract.place("billing", "examples", place)))
    return runs


def rate_example_findings(contract: Contract) -> list[Finding]:
    """A finding for each example that does not hold, at its place in the text."""
    findings = []
    for run in run_rate_examples(contract):
        if run.holds:
            continue
        told = "; ".join(
            f"{name}: {expected} expected, {found} computed"
            for (name, expected), (_, found) in zip(run.expected, run.found, strict=True)
            if expected != found
        )
        message = f"The worked example of {run.about} does not come out. {told}."
        cure = "Correct the example, or the charge: both sides read the example as the meaning of the charge."
        findings.append(Finding(RULE, Severity.ERROR, message, run.place, cure))
    return findings


# ---------------------------------------------------------------------- one charge


def _of_charge(contract: Contract, charge: Charge, example: ChargeExample, place: Place) -> RateExampleRun:
    charged = charged_by(contract, charge, example)
    currency = charge.currency_under(contract)
    expect = example.expect
    expected = [("amount", str(Money(expect.amount, currency).rounded()))]
    nothing = "no amount" if charged.amount is None else ""
    found = [("amount", nothing or str(money_of(charged.amount or Fraction(0), currency, Rounding(charge.rounding))))]
    if expect.quantity is not None:
        expected.append(("quantity", figure_text(Fraction(expect.quantity))))
        found.append(("quantity", "none" if charged.quantity is None else figure_text(charged.quantity)))
    if expect.bank is not None:
        expected.append(("bank", _bank((month, Fraction(units)) for month, units in expect.bank.items())))
        left = charged.lots if charge.carries else ()
        found.append(("bank", _bank((lot.month, lot.units) for lot in left)))
    title = example.title or ""
    return RateExampleRun(f"charge {charge.id}", place, title, tuple(expected), tuple(found), charged.steps)


def charged_by(contract: Contract, charge: Charge, example: ChargeExample) -> Charged:
    """What a charge comes to under an example's figures."""
    begins = example.from_on or first_of(example.to_on or first_whole_month(contract))
    month, following = first_of(begins), first_of(begins, 1)
    ends = example.to_on + A_DAY if example.to_on else following
    roles = charge.later_roles(contract) if example.later else charge.roles(contract)
    given = {name: example.given[name].value if name in example.given else Fraction(0) for name in roles}
    values = ChargeValues(
        contract=contract,
        from_on=begins,
        end_on=ends,
        month_days=example.month_days or (following - month).days,
        days=example.days if example.days is not None else (ends - begins).days,
        given=given,
        lots=tuple(sorted((Lot(name, Fraction(units)) for name, units in example.bank.items()), key=_month_of)),
    )
    return charge.settle(values) if example.later else charge.apply(values)


def _month_of(lot: Lot) -> str:
    return lot.month


def _bank(lots: Iterable[tuple[str, Fraction]]) -> str:
    return ", ".join(f"{month} {figure_text(units)}" for month, units in lots) or "nothing"


def first_whole_month(contract: Contract) -> date:
    """The first day of the first month that lies wholly in the term; of its first month where none does."""
    begins = first_of(contract.term.from_on)
    return begins if begins == contract.term.from_on else first_of(begins, 1)


# ---------------------------------------------------------------------- a whole invoice


@dataclass(frozen=True)
class GivenQuantity:
    """A source that knows one quantity from a day on as it is given; of any other, and before it, there was nothing.

    `closed` is the calendar on whose closed days the quantity is counted.
    """

    first: date
    request: MeasureRequest | None = None
    value: Fraction = Fraction(0)
    closed: str | None = None

    def tally(self, request: MeasureRequest, spans: tuple[Span, ...]) -> Tally:
        """The quantity given, where the spans lie in its days; nothing for other days."""
        inside = all(span[0] >= self.first for span in spans)
        return Tally(self.value if inside and request == self.request else Fraction(0))

    def is_open(self, calendar: str, on: date) -> bool:  # noqa: ARG002 - examples say days in their figures
        """Every day is one that counts: an example's figures are those of the days that matter."""
        return calendar != self.closed


@dataclass
class _Example(Work):
    """The invoice of an example: to each charge and role the quantity that the example gives it."""

    told: dict[tuple[str, str], GivenQuantity] = field(default_factory=dict)

    def source_of(self, charge: str, role: str) -> Source:
        """The quantity given, or nothing."""
        return self.told.get((charge, role), self.source)


def _of_invoice(contract: Contract, example: InvoiceExample, place: Place) -> RateExampleRun:
    invoice = invoice_by(contract, example)
    expect = example.expect
    sums = {
        "charges": invoice.charges_total,
        "discounts": invoice.discounts_total,
        "credits": invoice.credits_total,
        "net": invoice.net,
        "tax": invoice.tax_total,
        "total": invoice.total,
    }
    wanted = [(name, getattr(expect, name)) for name in SUMS if getattr(expect, name) is not None]
    expected = [(name, str(Money(amount, contract.currency).rounded())) for name, amount in wanted]
    found = [(name, str(sums[name])) for name, _ in wanted]
    fees = dict(invoice.fees)
    expected += [(f"fee {name}", str(Money(amount, contract.currency).rounded())) for name, amount in
                 expect.fees.items()]  # fmt: skip
    found += [(f"fee {name}", str(fees.get(name, "none"))) for name in expect.fees]
    steps = tuple(step for line in invoice.lines for step in line.steps)
    return RateExampleRun("the invoice", place, example.title or "", tuple(expected), tuple(found), steps)


def invoice_by(contract: Contract, example: InvoiceExample) -> ExpectedInvoice:
    """The invoice of an example's figures, for its month."""
    first = date.fromisoformat(f"{example.month}-01") if example.month else first_whole_month(contract)
    month = Period.parse(f"{first.year:04}-{first.month:02}", contract.zone)
    text = contract.in_force(first)
    given: dict[tuple[str, str], GivenQuantity] = {}
    for charge_id, quantities in example.given.charges.items():
        charge = text.charge(charge_id)
        for name, role in (charge.roles(text) if charge is not None else {}).items():
            if name in quantities:
                begins = month.start_on if role.reach == PART else date.min
                counted = role.of[0]
                closed = counted.days.closed if counted.days is not None else None
                value = quantities[name].value
                given[charge_id, name] = GivenQuantity(begins, request_of(contract, counted), value, closed)
    granted = tuple(
        CreditLine(name, "", money, money, ())
        for name, amount in example.given.credits.items()
        for money in (Money(amount, contract.currency).rounded(),)
    )
    partner = contract.partner_ids[0]
    as_of = datetime.fromtimestamp(month.end_s, UTC)
    order = Order(contract, partner, month, as_of, None)
    work = _Example(order, GivenQuantity(month.start_on), told=given)
    invoice = drawn_up(work, lambda _fees: GivenCredits(granted))
    if invoice is None:
        raise ValueError(f"{month.label} lies outside the term")  # a rule has told it before an example is run
    return invoice
