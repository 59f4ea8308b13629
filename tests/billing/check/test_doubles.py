"""What was billed in an earlier month or document already, where invoices or lines tell no days."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.received import Document
from tallystick.billing.expected import Order
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay
from tests.billing.check.papers import L, paper
from tests.billing.test_expected import contract_of

TEXT = """
charges:
  - {id: FIX, kind: fixed, title: Fee, amount: 5000}
"""
FEE = L("FIX", net="5000")


def told(month: str, *documents: Document) -> list[tuple[str, str, Decimal]]:
    contract = contract_of(TEXT)
    order = Order(contract, "aurora", Period.parse(month, contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    found = check_invoice(Given(order, ByDay({}), documents))
    assert found.closes
    return [(line.id, one.cause, one.amount.amount) for line, one in found.differences]


def silent(number: str, issued: str) -> Document:
    """A fee of 5,000.00 on an invoice without a period: it bills the month before its day of issue."""
    return paper(number, "2026-01", [FEE], rate=None, issued=issued, told_period=False)


# ---- whole invoices -------------------------------------------------------------------------------------------------


def test_the_same_fee_without_a_period_is_another_invoice_every_month() -> None:
    january, february = silent("INV-1", "2026-02-01"), silent("INV-2", "2026-03-01")
    assert told("2026-01", january, february) == []
    assert told("2026-02", january, february) == []


@pytest.mark.parametrize(
    ("issued", "month", "twice"),
    [("2026-02-28", "2026-01", True), ("2026-03-01", "2026-02", False), ("2026-01-31", "2025-12", False)],
)
def test_the_same_fee_without_a_period_is_billed_twice_within_the_month_of_its_issue(
    issued: str, month: str, twice: bool
) -> None:
    """INV-0 is of 1 February, or where the other one comes first it is the earlier one."""
    both = silent("INV-0", "2026-02-01"), silent("INV-1", issued)
    assert told(month, *both) == ([("INV-1", "duplicate_invoice", Decimal(5000))] if twice else [])


def test_the_same_number_again_is_billed_twice_in_whatever_month_it_comes() -> None:
    first, again = silent("INV-1", "2026-02-01"), silent("INV-1", "2026-03-01")
    assert told("2026-02", first, again) == [
        ("FIX", "not_billed", Decimal(-5000)), ("INV-1", "duplicate_invoice", Decimal(5000)),
    ]  # fmt: skip


# ---- lines ----------------------------------------------------------------------------------------------------------

FEBRUARY = L("FIX", net="5000", days=("2026-02-01", "2026-02-28"))
MARCH = L("FIX", net="5000", days=("2026-03-01", "2026-03-31"))


@pytest.mark.parametrize(
    ("month", "cause"), [("2026-01", "another_period"), ("2026-02", "billed_before"), ("2025-12", "another_period")]
)
def test_a_line_without_days_was_billed_before_where_its_document_is_of_that_month(month: str, cause: str) -> None:
    """March's invoice bills February too. The same fee was billed without days: for February, or for another month."""
    earlier = paper("INV-01", month, [FEE], rate=None)
    march = paper("INV-03", "2026-03", [MARCH, FEBRUARY], rate=None)
    assert told("2026-03", earlier, march) == [("FIX", cause, Decimal(5000))]


def test_a_line_with_days_was_billed_before_where_they_are_the_same() -> None:
    march = paper("INV-03", "2026-03", [MARCH, FEBRUARY], rate=None)
    for last, cause in (("2026-02-28", "billed_before"), ("2026-02-27", "another_period")):
        line = L("FIX", net="5000", days=("2026-02-01", last))
        assert told("2026-03", paper("INV-01", "2026-02", [line], rate=None), march) == [("FIX", cause, Decimal(5000))]
