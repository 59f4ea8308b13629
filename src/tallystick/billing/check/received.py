"""Received documents as the check sees them: lines, allowances and tax with a sign, and the month that they bill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from tallystick.billing.parts import first_of
from tallystick.invoices.value import Allowance, Invoice, Line, Period

A_DAY = timedelta(days=1)
Span = tuple[date, date]
# The most years that one period bills; a longer one is a slip of the pen, and tells nothing.
MOST_YEARS = 10
# How the month of a document was told, the surest first.
BY_PERIOD, BY_LINES, BY_ISSUE = "its period", "the periods of its lines", "its day of issue: the month before"
BY_REFERENCE = "the invoice that it names"


@dataclass(frozen=True)
class Link:
    """How a document hangs together with the others of its partner (`linked`).

    `names` are the numbers of the preceding invoices (BT-25) that are known, `unknown` those that are not; `span` and
    `contracts` are the days and the contracts of the former. `replaced_by` is the corrected invoice in its place,
    and `replaced_names` are those of `names` that have one in theirs. `takes_back` are the keys of what a credit note
    brings to nothing: the invoices that it takes back as a whole, itself, and the notes that do so with it.
    """

    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    span: Span | None = None
    contracts: tuple[str, ...] = ()
    replaced_by: str = ""
    replaced_names: tuple[str, ...] = ()
    takes_back: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Document:
    """A received invoice or credit note: its key and file in the records, what it says, its link once it has one."""

    key: int
    invoice: Invoice
    file: str = ""
    link: Link | None = None

    @property
    def sign(self) -> int:
        """-1 for a credit note, whose amounts the seller owes."""
        return -1 if self.invoice.is_credit_note else 1

    @property
    def name(self) -> str:
        """Its number."""
        return self.invoice.number

    @property
    def total(self) -> Fraction | None:
        """What it comes to with tax, signed; what is due where that is all it tells."""
        totals = self.invoice.totals
        told = totals.gross if totals.gross is not None else totals.payable
        return None if told is None else self.sign * Fraction(told)

    @property
    def tax(self) -> Fraction | None:
        """Its tax, signed; None where it tells none."""
        told, groups = self.invoice.totals.tax, self.invoice.taxes
        if told is None and any(group.tax is not None for group in groups):
            told = sum((group.tax for group in groups if group.tax is not None), Decimal(0))
        return None if told is None else self.sign * Fraction(told)

    @cached_property
    def span(self) -> Span | None:
        """The days that it bills, half-open, where it or its lines tell both ends; else those of what it names."""
        return self.days[0]

    @cached_property
    def days(self) -> tuple[Span | None, str]:
        """The days that it bills, and how they were told."""
        period = span_told(self.invoice.period)
        if period is not None:
            return period, BY_PERIOD
        lines = _whole(one for one in map(_span_of, self.invoice.lines) if one is not None)
        if lines is not None:
            return lines, BY_LINES
        named = _whole([self.link.span] if self.link is not None and self.link.span is not None else [])
        return named, BY_ISSUE if named is None else BY_REFERENCE

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The first days of the months that it bills."""
        if self.span is None:
            # Before the first month that there is, there is none: the empty date of a system may be stored.
            issued = first_of(self.invoice.issued_on)
            return (issued if issued == date.min else first_of(issued, -1),)
        months, month = [], first_of(self.span[0])
        while month < self.span[1]:
            months.append(month)
            month = first_of(month, 1)
        return tuple(months)

    @property
    def contracts(self) -> tuple[str, ...]:
        """The contracts that it names, else those that the invoices name to which it refers."""
        own = tuple(one.number for one in self.invoice.references if one.kind == "contract")
        return own or (self.link.contracts if self.link is not None else ())

    @property
    def replaced_by(self) -> str:
        """The number of the corrected invoice in its place; empty where it stands itself."""
        return self.link.replaced_by if self.link is not None else ""


def span_told(period: Period) -> Span | None:
    """The days of a period, half-open; None where it does not tell both ends, or tells what cannot be.

    That is an end before its beginning, more than ten years, or the last year that there is.
    """
    first, last = period.first, period.last
    if first is None or last is None or last < first or last.year == MAXYEAR:
        return None
    too_long = (last.year - MOST_YEARS, last.month, last.day) >= (first.year, first.month, first.day)
    return None if too_long else (first, last + A_DAY)


def _span_of(line: Line) -> Span | None:
    return span_told(line.period)


def _whole(spans: Iterable[Span]) -> Span | None:
    """From the first to the last day of some spans; None where there are none, or they are too far apart."""
    listed = list(spans)
    if not listed:
        return None
    return span_told(Period(min(begin for begin, _ in listed), max(end for _, end in listed) - A_DAY))


@dataclass(frozen=True)
class Told:
    """One line, allowance or charge of a document, signed; `allowance` tells the latter two from lines.

    `names` are ids that it gives itself, `text` its words. `price` is that of one unit.
    """

    document: Document
    place: str
    names: tuple[str, ...]
    text: str
    quantity: Fraction | None
    unit: str
    price: Fraction | None
    net: Fraction
    span: Span | None
    allowance: bool = False
    category: str = ""
    rate: Fraction | None = None

    @property
    def ref(self) -> str:
        """How a reader finds it: INV-7 line 3."""
        return f"{self.document.name} {self.place}"

    @property
    def alike(self) -> tuple[object, ...]:
        """What two lines share that bill the same thing twice: ids, words, figures and days."""
        return (self.names, self.text.casefold(), self.quantity, self.unit, self.price, self.net, self.span)


def told_by(document: Document) -> list[Told]:
    """Everything that a document bills or takes off, without tax."""
    found = []
    for at, line in enumerate(document.invoice.lines, start=1):
        found.append(_line(document, at, line))
        found += [_allowance(document, f"line {line.id or at}, {_word(one)} {place}", one, _span_of(line))
                  for place, one in enumerate(line.allowances, start=1)]  # fmt: skip
    for at, one in enumerate(document.invoice.allowances, start=1):
        found.append(_allowance(document, f"{_word(one)} {at}", one, None))
    return found


def _word(one: Allowance) -> str:
    return "charge" if one.charge else "allowance"


def _line(document: Document, at: int, line: Line) -> Told:
    standard = line.standard_item.value if line.standard_item is not None else ""
    held = line.object_id.value if line.object_id is not None else ""
    given = (line.seller_item, line.buyer_item, standard, line.order_line, line.accounting, held)
    per = Fraction(line.base_quantity) if line.base_quantity else Fraction(1)
    price = None if line.price is None else Fraction(line.price) / per
    quantity = None if line.quantity is None else Fraction(line.quantity)
    # What a line takes off or adds itself is told apart from it, so that it can be matched to what it is.
    own = sum((Fraction(one.amount) * (1 if one.charge else -1) for one in line.allowances), Fraction(0))
    net = Fraction(line.net) - own if line.net is not None else (quantity or Fraction(0)) * (price or Fraction(0))
    return Told(
        document=document,
        place=f"line {line.id or at}",
        names=tuple(name for name in given if name),
        text=" ".join(part for part in (line.name, line.description, *line.notes) if part),
        quantity=None if quantity is None else document.sign * quantity,
        unit=line.unit,
        price=price,
        net=document.sign * net,
        span=_span_of(line),
        category=line.category,
        rate=None if line.rate is None else Fraction(line.rate),
    )


def _allowance(document: Document, place: str, one: Allowance, span: Span | None) -> Told:
    sign = document.sign * (1 if one.charge else -1)
    return Told(
        document=document,
        place=place,
        names=(one.code,) if one.code else (),
        text=one.reason,
        quantity=None,
        unit="",
        price=None,
        net=sign * Fraction(one.amount),
        span=span,
        allowance=True,
        category=one.category,
        rate=None if one.rate is None else Fraction(one.rate),
    )


def month_of(document: Document) -> tuple[tuple[date, ...], str]:
    """The first days of the months that a document bills, and how that was told.

    Where neither it nor its lines tell days that can be, they are those of the invoices that it names; where it names
    none that is known, it is taken to bill the month before its day of issue.
    """
    return document.months, document.days[1]


def several(document: Document) -> bool:
    """Whether a document bills several months."""
    return len(month_of(document)[0]) > 1


def days_of(told: Told) -> Span:
    """The days that a line bills: its own, else those of its document, else the month that this is taken to bill."""
    span = told.span or told.document.span
    if span is not None:
        return span
    (first, *_), _ = month_of(told.document)
    return first, first_of(first, 1)


def month_billed(told: Told) -> date:
    """The first day of the one month in which a line is checked: that of its first day, of those of its document."""
    months, _ = month_of(told.document)
    return min(max(first_of(days_of(told)[0]), months[0]), months[-1])


def outside(told: Told, first: date) -> bool:
    """Whether the days that a line tells itself lie wholly outside the month that begins on `first`."""
    return told.span is not None and (told.span[1] <= first or told.span[0] >= first_of(first, 1))


def of_month(documents: Iterable[Document], first: date) -> list[tuple[Document, str]]:
    """The documents that bill a month, oldest first, each with how its month was told."""
    found = []
    for one in documents:
        months, by = month_of(one)
        if first in months:
            found.append((one, by))
    return sorted(found, key=lambda entry: (entry[0].invoice.issued_on, entry[0].name, entry[0].key))


def before(documents: Sequence[Document], one: Document) -> list[Document]:
    """The documents that were there before another: issued earlier, or the same day with a smaller number."""
    mine = (one.invoice.issued_on, one.name, one.key)
    return [other for other in documents if (other.invoice.issued_on, other.name, other.key) < mine]
