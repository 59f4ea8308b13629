"""What was billed in an earlier month or document already, where invoices or lines tell no days."""

from __future__ import annotations

from dataclasses import replace
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


def bill(number: str, day: int, month: str = "2026-01") -> Document:
    """The fee of a month, issued on a day of February."""
    return paper(number, month, [FEE], rate=None, issued=f"2026-02-{day:02}")


def note(number: str, day: int, of: str, month: str = "2026-01", net: str = "5000") -> Document:
    """A credit note of an invoice, issued on a day of February."""
    lines = [L("FIX", net=net)]
    return paper(number, month, lines, rate=None, issued=f"2026-02-{day:02}", kind="381", names=[of])


def keyed(*documents: Document) -> list[Document]:
    """Each document with a key of its own."""
    return [replace(one, key=place) for place, one in enumerate(documents, start=1)]


@pytest.mark.parametrize(
    "documents",
    [
        [bill("A-1", 3), note("C-1", 10, "A-1"), bill("A-2", 11)],
        [bill("A-1", 3), bill("A-2", 8), note("C-1", 10, "A-1")],
        [bill("A-1", 3), bill("A-2", 8), note("C-1", 10, "A-2")],
        [bill("A-1", 3), note("C-1", 10, "A-1"), bill("A-2", 11), note("C-2", 12, "A-2"), bill("A-3", 13)],
        [bill("A-1", 3), note("C-1", 10, "A-1"), bill("A-1", 11)],
    ],
    ids=["issued again", "issued again before the note", "the second taken back", "twice", "under its number"],
)
def test_an_invoice_that_is_taken_back_as_a_whole_is_neither_repeated_nor_a_repetition(
    documents: list[Document],
) -> None:
    assert told("2026-01", *keyed(*documents)) == []


def test_what_is_issued_again_twice_or_before_it_is_taken_back_is_billed_twice() -> None:
    first, back, again, more = keyed(bill("A-1", 3), note("C-1", 10, "A-1"), bill("A-2", 11), bill("A-3", 12))
    assert told("2026-01", first, back, again, more) == [("A-3", "duplicate_invoice", Decimal(5000))]
    assert told("2026-01", first, again) == [("A-2", "duplicate_invoice", Decimal(5000))]


@pytest.mark.parametrize(
    ("back", "left"),
    [(note("C-1", 10, "A-1", net="1000"), -1000), (note("C-1", 10, "A-9"), -5000)],
    ids=["a part", "of another invoice"],
)
def test_an_invoice_that_is_not_taken_back_as_a_whole_is_repeated(back: Document, left: int) -> None:
    found = told("2026-01", *keyed(bill("A-1", 3), back, bill("A-2", 11)))
    assert ("A-2", "duplicate_invoice", Decimal(5000)) in found
    assert sum(amount for _, _, amount in found) == 5000 + left


def test_a_note_of_another_month_leaves_the_invoice_in_its_own() -> None:
    found = told("2026-01", *keyed(bill("A-1", 3), note("C-1", 10, "A-1", "2026-02"), bill("A-2", 11)))
    assert found == [("A-2", "duplicate_invoice", Decimal(5000))]


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


def test_a_line_was_not_billed_before_by_an_invoice_that_is_taken_back_as_a_whole() -> None:
    line = L("FIX", net="5000", days=("2026-02-01", "2026-02-28"))
    earlier = paper("INV-01", "2026-02", [line], rate=None)
    march = paper("INV-03", "2026-03", [MARCH, FEBRUARY], rate=None)
    back = paper("C-1", "2026-02", [line], rate=None, kind="381", names=["INV-01"])
    assert told("2026-03", *keyed(earlier, back, march)) == [("FIX", "another_period", Decimal(5000))]


def test_a_line_with_days_was_billed_before_where_they_are_the_same() -> None:
    march = paper("INV-03", "2026-03", [MARCH, FEBRUARY], rate=None)
    for last, cause in (("2026-02-28", "billed_before"), ("2026-02-27", "another_period")):
        line = L("FIX", net="5000", days=("2026-02-01", last))
        assert told("2026-03", paper("INV-01", "2026-02", [line], rate=None), march) == [("FIX", cause, Decimal(5000))]
