"""Whatever a partner sends: the differences add up, and the syntax that it came in changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.received import Document
from tallystick.billing.expected import Order
from tallystick.invoices.reading import read
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay
from tests.billing.planted.bills import Bill, Row, bill
from tests.billing.planted.sent import checked, document
from tests.billing.test_expected import contract_of
from tests.invoices.documents import cii, ubl

# ---- anything at all ------------------------------------------------------------------------------------------------

# Tables may tell a thousandth; most invoices tell cents.
cents = st.integers(-50_000, 50_000).map(lambda value: Decimal(value) / 100) | st.integers(-50_000, 50_000).map(
    lambda value: Decimal(value) / 1000
)


def _changed(draw: st.DrawFn, one: Row, change: str) -> Row:
    if change == "net":
        return replace(one, net=one.net + draw(cents))
    if change == "quantity":
        return replace(one, quantity=draw(st.none() | st.integers(-5, 500).map(Fraction)))
    if change == "price":
        return replace(one, price=draw(st.none() | st.integers(0, 900).map(lambda value: Fraction(value, 100))))
    if change == "code":
        return replace(one, code=draw(st.sampled_from(("X", "C1", "D1", "SETUP", "FTE", "YEAR", "BASE"))))
    return one


@st.composite
def bills(draw: st.DrawFn) -> tuple[Bill, dict[str, object]]:
    """A right bill with some of its lines changed, dropped, repeated, renamed, and its sums moved."""
    model, month = draw(st.sampled_from((("heads", "2026-07"), ("calls", "2026-05"), ("hours", "2026-08"))))
    rows: list[Row] = []
    for one in bill(model, month).rows:
        change = draw(st.sampled_from(("keep", "keep", "drop", "twice", "net", "quantity", "price", "code")))
        many = {"drop": 0, "twice": 2}.get(change, 1)
        rows += [_changed(draw, one, change)] * many
    made = replace(
        bill(model, month),
        rows=tuple(rows),
        discount=draw(st.none() | cents),
        adjustment=draw(st.none() | cents),
        rate=draw(st.sampled_from((0, 7, 19))),
    )
    parts: dict[str, object] = {}
    if draw(st.booleans()):
        parts["gross"] = made.net + made.tax + draw(cents)
    if draw(st.booleans()):
        parts["tax"] = made.tax + draw(cents)
    return made, parts


def closes(made: Bill, parts: dict[str, object]) -> None:
    found = checked(made.model, made.month, [document(made, **parts)])
    parts_of_it = sum((one.amount for _, one in found.differences), Money.zero("EUR"))
    assert parts_of_it == found.billed_total - found.expected_total
    for line in found.lines:
        own = sum((one.amount for one in line.differences), Money.zero("EUR"))
        assert own == line.difference, line.key
    assert all(one.amount.amount for _, one in found.differences)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bills())
def test_the_differences_of_any_invoice_add_up_line_by_line_and_as_a_whole(
    made: tuple[Bill, dict[str, object]],
) -> None:
    closes(*made)


@pytest.mark.long
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bills())
def test_the_differences_of_many_invoices_add_up(made: tuple[Bill, dict[str, object]]) -> None:
    closes(*made)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(7)))
def test_the_order_of_lines_changes_no_difference(order: list[int]) -> None:
    made = bill("calls", "2026-06")
    wrong = made.changed("CALL", net=made.row("CALL").net + 3).changed("TIER", net=made.row("TIER").net + 7)
    rows = tuple(wrong.rows[place] for place in order if place < len(wrong.rows))
    found = checked("calls", "2026-06", [document(replace(wrong, rows=rows))])
    told = {line.id: [(one.cause, str(one.amount)) for one in line.differences] for line in found.lines}
    assert told["CALL"] == [("arithmetic", "EUR 3.00")]
    assert told["TIER"] == [("unexplained", "EUR 7.00")]


# ---- both syntaxes --------------------------------------------------------------------------------------------------

TEXT = """
charges:
  - {id: H, kind: per_hour, title: Hours, rate: 12.50, hours: {measure: login_time}}
  - {id: T, kind: fixed, title: Training, amount: 90}
billing: {taxes: [{id: VAT, title: VAT, percentage: 19%}]}
"""


def test_the_same_invoice_in_both_syntaxes_has_the_same_differences() -> None:
    """Ten hours of 12.50 agree. A month of training for 90.00 is billed as one hour of 99.99; 1.90 of tax follows."""
    contract = contract_of(TEXT)
    order = Order(contract, "aurora", Period.parse("2026-03", contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    source = ByDay({"login_time": {date(2026, 3, 2): 36_000}})
    told = []
    for text in (ubl(), cii()):
        invoice = replace(read(text.encode()).invoice, period=PERIOD)
        found = check_invoice(Given(order, source, (Document(1, invoice),)))
        told.append([(line.id, each.cause, str(each.amount)) for line, each in found.differences])
    assert told[0] == told[1] == [("T", "unexplained", "EUR 9.99"), ("VAT", "follows", "EUR 1.90")]


PERIOD = read(ubl().encode()).invoice.period
