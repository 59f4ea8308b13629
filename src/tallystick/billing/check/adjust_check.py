"""Discounts, price adjustments and tax from what was expected to what was billed, each step with one cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tallystick.billing.check.adjusted import Adjusted, Books, TaxTold, added, names_of, tax_on
from tallystick.billing.check.cause import Cause, Rereading, Stage, causes_of
from tallystick.billing.check.clauses import of_credit, of_discount, of_tax
from tallystick.billing.check.line_check import difference
from tallystick.billing.check.matching import Matched
from tallystick.billing.check.received import Document, Told
from tallystick.billing.check.value import BilledLine, CheckedLine, Difference, Kind
from tallystick.billing.invoice import ExpectedInvoice, by_clause
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, money_of


def adjusted_lines(books: Books, expected: ExpectedInvoice, matched: Matched) -> tuple[list[CheckedLine], Money, Money]:
    """Every discount and price adjustment that is expected or billed, and what each sort comes to as billed."""
    currency = expected.currency
    zero = Money.zero(currency)
    follows = books.sums()
    lines, totals = [], {Kind.DISCOUNT: zero, Kind.CREDIT: zero}
    due: dict[tuple[Kind, str], tuple[str, Money, tuple[Step, ...]]] = {
        (Kind.DISCOUNT, one.id): (one.title, one.amount, one.steps) for one in expected.discounts
    }
    for one in by_clause(expected.credits):
        clause = books.text.clause(one.clause)
        title = getattr(clause, "title", None) or one.clause
        due[Kind.CREDIT, one.clause] = (title, -one.payable, one.steps)
    for kind, name, _ in matched.by_target:
        if kind in totals and (kind, name) not in due:
            due[kind, name] = (name, zero, ())
    for (kind, name), (title, amount, steps) in due.items():
        told = matched.by_target.get((kind, name, ""), [])
        billed = money_of(sum((one.net for one, _ in told), Fraction(0)), currency)
        totals[kind] += billed
        given = Adjusted(kind, name, title, amount, zero, billed, tuple(one for one, _ in told), books)
        given = _following(given, given.of(follows))
        differences = tuple(_steps(given, Stage.ADJUSTMENT))
        if not told and not amount.amount and not differences:
            continue
        clause_of = of_discount(books.text, name) if kind is Kind.DISCOUNT else of_credit(books.text, name)
        lines.append(
            CheckedLine(
                kind=kind, id=name, title=title, settles="", from_on=None, end_on=None,
                billed=billed if told else None, expected=amount, difference=billed - amount, billed_quantity=None,
                expected_quantity=None, unit="", billed_price=None, expected_price=None,
                lines=tuple(_billed(one, how, currency) for one, how in told), differences=differences,
                clause=clause_of, steps=steps,
            )
        )  # fmt: skip
    return lines, totals[Kind.CREDIT], totals[Kind.DISCOUNT]


def _following(given: Adjusted, amount: Money) -> Adjusted:
    return Adjusted(given.kind, given.id, given.title, given.expected, amount, given.billed, given.told, given.books,
                    given.taxes, given.net, given.credited, given.discounted)  # fmt: skip


def _billed(told: Told, how: str, currency: str) -> BilledLine:
    return BilledLine(told.document.name, told.place, told.text, told.quantity, told.unit, told.price,
                      money_of(told.net, currency), how)  # fmt: skip


@dataclass(frozen=True)
class Taxed:
    """What the tax of the documents is held against: the sum without tax as billed, and what was taken off."""

    books: Books
    expected: ExpectedInvoice
    documents: Sequence[Document]
    net: Money
    credited: Money
    discounted: Money


def tax_line(given: Taxed) -> CheckedLine:
    """The taxes of the documents together against those of the text."""
    currency, text = given.expected.currency, given.books.text
    own = {one.id for one in added(text)}
    taxes = [one for one in given.expected.taxes if one.id in own]
    expected = sum((one.amount for one in taxes), Money.zero(currency))
    billed = money_of(sum((one.tax or Fraction(0) for one in given.documents), Fraction(0)), currency)
    follows = tax_on(given.books, given.net, given.credited)
    groups = tuple(
        TaxTold(group.category, None if group.rate is None else Fraction(group.rate), _signed(one, group.taxable),
                _signed(one, group.tax))
        for one in given.documents
        for group in one.invoice.taxes
    )  # fmt: skip
    name = ", ".join(one.id for one in taxes)
    adjusted = Adjusted(Kind.TAX, name, name, expected, follows, billed, (), given.books, groups, given.net,
                        given.credited, given.discounted)  # fmt: skip
    documents = tuple(one.name for one in given.documents)
    return CheckedLine(
        kind=Kind.TAX, id=name, title=", ".join(one.title for one in taxes), settles="", from_on=None, end_on=None,
        billed=billed, expected=expected, difference=billed - expected, billed_quantity=None, expected_quantity=None,
        unit="", billed_price=None, expected_price=None, lines=(),
        differences=tuple(_steps(adjusted, Stage.TAX, documents, max(len(groups), 1))), clause=of_tax(text),
        steps=tuple(step for one in taxes for step in one.steps),
    )  # fmt: skip


def _signed(document: Document, value: Decimal | None) -> Fraction | None:
    return None if value is None else document.sign * Fraction(value)


def _steps(
    given: Adjusted, stage: Stage, documents: tuple[str, ...] | None = None, many: int = 1
) -> Iterator[Difference]:
    """The way from expected to billed: what follows from other lines, the one reading that fits, and what is left."""
    named = names_of(given.told) if documents is None else documents
    at = given.expected
    if given.billed == at:
        return
    if given.follows != at:
        moved = given.follows - at
        says = "It is taken of the charges as they were billed, which are not those expected."
        yield difference("follows", moved, says, "of the billed charges - of the expected ones",
                         f"{given.follows} - {at} = {moved}", documents=named)  # fmt: skip
        at = given.follows
    if given.billed == at:
        return
    found = _first(given, stage)
    if found is not None:
        cause, reading, also = found
        moved = given.billed - at
        yield Difference(cause.id, cause.family, moved, reading.says, reading.formula,
                         f"{reading.inserted}; {given.billed} - {at} = {moved}", named, also=also)  # fmt: skip
        return
    left = given.billed - at
    most = given.bench.tolerance * max(many, len(given.told), 1)
    if abs(left.amount) <= most.amount:
        yield difference("rounding", left, "Rounding: at most one minor unit for each sum.", "billed - recomputed",
                         f"{given.billed} - {at} = {left}", documents=named)  # fmt: skip
        return
    yield difference("unexplained", left, "No reading of the text comes to the billed figures.",
                     "billed - what is explained", f"{given.billed} - {at} = {left}", documents=named)  # fmt: skip


def _first(given: Adjusted, stage: Stage) -> tuple[Cause, Rereading, tuple[str, ...]] | None:
    fitting = []
    for cause in causes_of(stage):
        if cause.adjustments is None:
            continue
        reading = next((one for one in cause.adjustments(given)
                        if one.amount == given.billed and one.amount != given.follows), None)  # fmt: skip
        if reading is not None:
            fitting.append((cause, reading))
    if not fitting:
        return None
    cause, reading = fitting[0]
    return cause, reading, tuple(other.id for other, _ in fitting[1:])
