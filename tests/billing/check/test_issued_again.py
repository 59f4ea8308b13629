"""Invoices that credit notes take back as a whole, and that are issued again: what is left is one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.linked import linked, standing, taken_back
from tallystick.billing.check.received import Document
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.expected import Order
from tallystick.billing.invoice import GivenCredits
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay
from tests.billing.check.papers import L, Off, paper
from tests.billing.check.test_checking import COUNTED, FIRST, OFF, RIGHT, SECOND, TEXT, WEEKENDS, checked, told
from tests.billing.test_expected import contract_of

CALLS = "charges:\n  - {id: CALLS, kind: per_unit, title: Calls, rate: 1.10, quantity: {measure: offered_calls}}\n"
# Nothing is recorded of messages, so what they should come to is not known.
MAILS = CALLS + "  - {id: X, kind: per_unit, title: Mails, rate: 2, quantity: {measure: offered_messages}}\n"
WHOLE, HALF = L("CALLS", "60", "C62", "1.10"), L("CALLS", "30", "C62", "1.10")
EARLY, LATE = replace(HALF, days=FIRST), replace(HALF, days=SECOND)
MAIL = L("X", "10", "C62", "2")


def bill(number: str, day: int, *lines: L, off: Sequence[Off] = (), month: str = "2026-04", **more: Any) -> Document:
    """An invoice of April, issued on a day of May; without tax unless it says so."""
    return paper(number, month, lines, off, rate=more.pop("rate", None), issued=f"2026-05-{day:02}", **more)


def note(number: str, day: int, of: Sequence[str], *lines: L, month: str = "2026-04") -> Document:
    """A credit note of some invoices, issued on a day of May."""
    return paper(number, month, lines, rate=None, issued=f"2026-05-{day:02}", kind="381", names=of)


def keyed(*documents: Document) -> list[Document]:
    """Each document with a key of its own."""
    return [replace(one, key=place) for place, one in enumerate(documents, start=1)]


def back(*documents: Document) -> list[str]:
    """The numbers of what comes to nothing."""
    joined = linked(keyed(*documents))
    keys = taken_back(standing(joined))
    return [one.name for one in joined if one.key in keys]


def left(*documents: Document) -> list[str]:
    """The numbers of what stands."""
    return [one.name for one in standing(linked(keyed(*documents)))]


# ---- which are taken back -------------------------------------------------------------------------------------------

A1, A2 = bill("A-1", 3, WHOLE), bill("A-2", 11, WHOLE)
TENTH = L("CALLS", "6", "C62", "1.10")


def test_notes_that_come_to_the_whole_together_take_an_invoice_back() -> None:
    halves = note("C-1", 10, ["A-1"], HALF), note("C-2", 10, ["A-1"], HALF)
    for order in permutations((A1, *halves, A2)):
        assert sorted(back(*order)) == ["A-1", "C-1", "C-2"]
    assert told(checked(*keyed(A1, *halves, A2), text=CALLS)) == []


@pytest.mark.parametrize("quantity", ["29", "31"])
def test_notes_that_come_to_less_or_to_more_take_nothing_back(quantity: str) -> None:
    second = note("C-2", 10, ["A-1"], L("CALLS", quantity, "C62", "1.10"))
    documents = A1, note("C-1", 10, ["A-1"], HALF), second, A2
    assert back(*documents) == []
    assert ("A-2", "duplicate_invoice", "EUR 66.00") in told(checked(*keyed(*documents), text=CALLS))


def test_a_note_beyond_the_whole_is_a_credit_of_its_own() -> None:
    more = note("C-3", 12, ["A-1"], TENTH)
    assert back(A1, note("C-1", 10, ["A-1"], HALF), note("C-2", 10, ["A-1"], HALF), more, A2) == ["A-1", "C-1", "C-2"]
    part = note("C-0", 9, ["A-1"], TENTH)
    assert back(A1, part, note("C-1", 10, ["A-1"], WHOLE), A2) == ["A-1", "C-1"]
    again = note("C-2", 12, ["A-1"], WHOLE)
    assert back(A1, note("C-1", 10, ["A-1"], WHOLE), again, A2) == ["A-1", "C-1"]


def test_an_invoice_is_taken_back_once_though_two_notes_do_so() -> None:
    first, second = bill("A-1", 3, EARLY), bill("A-2", 3, LATE)
    notes = note("C-1", 10, ["A-1"], EARLY), note("C-2", 11, ["A-1", "A-2"], EARLY, LATE)
    assert back(first, second, *notes) == ["A-1", "C-1"]
    both = bill("K-1", 12, WHOLE, kind="384", names=["A-1", "A-2"])
    assert left(first, second, *notes, both) == ["C-2", "K-1"]


def test_one_note_takes_several_invoices_back_that_come_to_its_sum() -> None:
    first, second = bill("A-1", 3, EARLY), bill("A-2", 3, LATE)
    again = bill("B-1", 11, EARLY), bill("B-2", 11, LATE)
    whole = note("C-1", 10, ["A-1", "A-2"], EARLY, LATE)
    assert back(first, second, whole, *again) == ["A-1", "A-2", "C-1"]
    assert told(checked(*keyed(first, second, whole, *again), text=CALLS)) == []
    assert back(first, second, note("C-1", 10, ["A-1", "A-2"], EARLY), *again) == []
    by_two = note("C-1", 10, ["A-1", "A-2"], EARLY), note("C-2", 10, ["A-2", "A-1"], LATE)
    assert back(first, second, *by_two, *again) == ["A-1", "A-2", "C-1", "C-2"]


def test_notes_of_different_invoices_are_not_summed() -> None:
    first, second = bill("A-1", 3, EARLY), bill("A-2", 3, LATE)
    notes = note("C-1", 10, ["A-1", "A-2"], L("CALLS", net="22")), note("C-2", 10, ["A-1"], L("CALLS", net="11"))
    assert back(first, second, *notes) == []
    assert back(A1, note("C-1", 10, ["A-9"], WHOLE)) == []


def test_what_is_taken_back_is_of_the_same_months_as_the_notes() -> None:
    first, may = bill("A-1", 3, HALF), bill("A-2", 3, HALF, month="2026-05")
    assert back(first, may, note("C-1", 10, ["A-1", "A-2"], WHOLE)) == []
    assert back(A1, note("C-1", 10, ["A-1"], HALF), note("C-2", 10, ["A-1"], HALF, month="2026-05")) == []
    assert back(A1, note("C-1", 10, ["A-1"], HALF), note("C-2", 10, ["A-1"], HALF)) == ["A-1", "C-1", "C-2"]


def test_several_notes_of_the_whole_go_with_the_invoice_that_a_corrected_one_replaces() -> None:
    halves = note("C-1", 10, ["A-1"], HALF), note("C-2", 10, ["A-1"], HALF)
    corrected = bill("A-1K", 9, HALF, kind="384", names=["A-1"])
    assert left(A1, *halves, corrected) == left(A1, corrected, *halves) == ["A-1K"]
    assert left(A1, halves[0], corrected) == ["C-1", "A-1K"]


def test_a_note_of_several_invoices_goes_with_them_where_all_are_replaced() -> None:
    first, second = bill("A-1", 3, EARLY), bill("A-2", 3, LATE)
    whole = note("C-1", 10, ["A-1", "A-2"], EARLY, LATE)
    of_both = bill("K-1", 12, WHOLE, kind="384", names=["A-1", "A-2"])
    of_one = bill("K-1", 12, EARLY, kind="384", names=["A-1"])
    assert left(first, second, whole, of_both) == ["K-1"]
    assert left(first, second, whole, of_one) == ["A-1", "A-2", "C-1", "K-1"]


def test_all_invoices_of_a_note_stand_where_only_some_of_them_have_a_corrected_one() -> None:
    first, second = bill("A-1", 3, EARLY), bill("A-2", 3, LATE)
    whole = note("C-1", 10, ["A-1", "A-2"], EARLY, LATE)
    anew = bill("K-1", 12, EARLY, kind="384", names=["A-1"]), bill("A-3", 12, LATE)
    for order in permutations((first, second, whole, *anew)):
        assert sorted(back(*order)) == ["A-1", "A-2", "C-1"]
    found = checked(*keyed(first, second, whole, *anew), text=CALLS)
    assert (told(found), found.billed_total) == ([], found.expected_total)
    assert "TS-P010" not in [one.id for one in found.findings]


def test_a_second_note_of_the_whole_does_not_go_with_the_invoice_that_a_corrected_one_replaces() -> None:
    wholes = note("C-1", 10, ["A-1"], WHOLE), note("C-2", 11, ["A-1"], WHOLE)
    documents = A1, *wholes, bill("K-1", 12, WHOLE, kind="384", names=["A-1"])
    assert left(*documents) == ["C-2", "K-1"]
    found = checked(*keyed(*documents), text=CALLS)
    assert (found.billed_total, told(found)) == (Money(Decimal("0.00"), "EUR"), [("CALLS", "quantity", "EUR -66.00")])
    says = "C-2 credits A-1, which a corrected invoice replaces: both are counted."
    assert says in [one.message for one in found.findings]


# ---- lines of which nothing tells what is too much ------------------------------------------------------------------


def test_a_charge_that_is_not_known_is_so_once_where_its_invoice_is_issued_again() -> None:
    lines = WHOLE, MAIL
    single = told(checked(bill("A-1", 3, *lines), text=MAILS))
    assert single == [("X", "not_known", "EUR 20.00")]
    again = bill("A-1", 3, *lines), note("C-1", 10, ["A-1"], *lines), bill("A-2", 11, *lines)
    assert told(checked(*keyed(*again), text=MAILS)) == single


def test_a_charge_that_is_not_known_is_billed_twice_where_the_invoice_issued_again_has_two_lines_of_it() -> None:
    lines = WHOLE, MAIL
    again = bill("A-1", 3, *lines), note("C-1", 10, ["A-1"], *lines), bill("A-2", 11, *lines, MAIL)
    found = checked(*keyed(*again), text=MAILS)
    assert told(found) == [("X", "duplicate_line", "EUR 20.00"), ("X", "not_known", "EUR 20.00")]
    assert found.differences[0][1].documents[0] == "A-2 line 3"


def test_a_line_of_another_month_is_no_double_of_one_that_is_taken_back() -> None:
    march = replace(HALF, days=("2026-03-01", "2026-03-31"))
    lines = WHOLE, march
    again = bill("A-1", 3, *lines), note("C-1", 10, ["A-1"], *lines), bill("A-2", 11, *lines)
    found = told(checked(*keyed(*again), text=CALLS))
    assert {cause for _, cause, _ in found} == {"another_period"}
    assert sum(Decimal(amount.split()[1]) for _, _, amount in found) == 33
    twice = told(checked(bill("A-1", 3, *lines, march), text=CALLS))
    assert ("CALLS", "duplicate_line", "EUR 33.00") in twice


# ---- discounts and price adjustments --------------------------------------------------------------------------------


def anew(first: Sequence[Off], again: Sequence[Off]) -> list[Document]:
    """The right lines of April, taken back and issued again, with what each takes off."""
    more = {"rate": "19"}
    whole = paper("C-1", "2026-04", RIGHT, first, kind="381", names=["A-1"], issued="2026-05-10")
    return keyed(bill("A-1", 3, *RIGHT, off=first, **more), whole, bill("A-2", 11, *RIGHT, off=again, **more))


def test_a_discount_is_missing_where_only_the_invoice_that_is_taken_back_gave_it() -> None:
    assert told(checked(*anew(OFF, OFF))) == told(checked(*anew((), OFF))) == []
    assert told(checked(*anew(OFF, ()))) == [("D1", "discount_missing", "EUR 9.45"), ("VAT", "follows", "EUR 1.80")]
    cent = (Off("D1 volume discount", "0.01"),)
    assert told(checked(*anew(OFF, cent)))[0] == ("D1", "unexplained", "EUR 9.44")


CREDITED = TEXT.replace(
    "charges:",
    """clauses:
  - {id: T1, kind: kpi, measure: service_level, params: {seconds: 20}, target: 80%, minimum_volume: 10}
  - {id: C1, kind: service_credit, when: {clause: T1}, model: percentage, percentage: 10%, of: monthly}
charges:""",
    1,
)


def with_credit(*documents: Document) -> InvoiceCheck:
    """The check of April, in which the promises come to 10.00."""
    contract, ten = contract_of(CREDITED), Money(Decimal("10.00"), "EUR")
    order = Order(contract, "aurora", Period.parse("2026-04", contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    given = GivenCredits((CreditLine("C1", "T1", ten, ten, ()),))
    return check_invoice(Given(order, ByDay(COUNTED, WEEKENDS), documents, lambda _fees: given))


def test_a_price_adjustment_is_missing_where_only_the_invoice_that_is_taken_back_gave_it() -> None:
    credit = (*OFF, Off("C1 credit", "10.00"))
    assert told(with_credit(*anew(credit, credit))) == told(with_credit(*anew(OFF, credit))) == []
    assert told(with_credit(*anew(credit, OFF))) == [
        ("C1", "credit_missing", "EUR 10.00"),
        ("VAT", "follows", "EUR 1.90"),
    ]
    less = (*OFF, Off("C1 credit", "0.01"))
    assert told(with_credit(*anew(credit, less)))[0] == ("C1", "unexplained", "EUR 9.99")
