"""A month's documents against its expected invoice: matching, the way from expected to billed, sums that close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.received import Document
from tallystick.billing.check.value import Favours, InvoiceCheck
from tallystick.billing.expected import Order
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay
from tests.billing.check.papers import L, Off, paper
from tests.billing.test_expected import contract_of, each_day

TEXT = """
charges:
  - {id: CALLS, kind: per_unit, title: Calls of the line, rate: 1.10, quantity: {measure: offered_calls}}
  - {id: STEPS, kind: tiered, model: marginal, title: Volume, tiers: [{up_to: 30, rate: 3}, {rate: 1}],
     quantity: {measure: offered_calls}}
billing:
  taxes: [{id: VAT, percentage: 19%}]
  discounts: [{id: D1, percentage: 5%, title: Volume discount}]
amendments:
  - {id: AM, effective: 2026-04-16, changes: [{charge: CALLS, set: {rate: 1.20}}]}
"""
FIRST, SECOND = ("2026-04-01", "2026-04-15"), ("2026-04-16", "2026-04-30")
# 30 calls in each half of April: 33.00 + 36.00, and 30 x 3 + 30 x 1; 5 % of 189.00 is 9.45.
RIGHT = (
    L("CALLS", "30", "C62", "1.10", days=FIRST),
    L("CALLS", "30", "C62", "1.20", days=SECOND),
    L("STEPS", "60", net="120.00"),
)
OFF = (Off("D1 volume discount", "9.45"),)


COUNTED = {"offered_calls": each_day("2026-04", 2), "billable_seat_days": each_day("2026-04", 2)}
WEEKENDS = frozenset(day for day in each_day("2026-04", 2) if day.weekday() >= 5)


def checked(
    *documents: Document,
    text: str = TEXT,
    month: str = "2026-04",
    counted: Mapping[str, Mapping[date, int | Fraction]] = COUNTED,
) -> InvoiceCheck:
    contract = contract_of(text)
    order = Order(contract, "aurora", Period.parse(month, contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    return check_invoice(Given(order, ByDay(counted, WEEKENDS), documents))


def told(found: InvoiceCheck) -> list[tuple[str, str, str]]:
    """(line, cause, amount) of each difference."""
    return [(line.id, one.cause, str(one.amount)) for line, one in found.differences]


def test_the_expected_invoice_has_no_differences() -> None:
    found = checked(paper("A-1", "2026-04", RIGHT, OFF))
    assert (found.checked, found.differences, found.agrees) == (True, (), True)
    assert str(found.billed_total) == str(found.expected_total) == "EUR 213.66"


def test_a_new_price_for_the_whole_month_is_told_with_what_follows_for_discount_and_tax() -> None:
    """60 x 1.20 is 3.00 more; 5 % of it less, and 19 % of 2.85 is 0.54, of 182.40 in all 34.66 in place of 34.11."""
    lines = [L("CALLS", "60", "C62", "1.20"), RIGHT[2]]
    found = checked(paper("A-1", "2026-04", lines, [Off("D1", "9.60")]))
    expected = [("CALLS", "price_change", "EUR 3.00"), ("D1", "follows", "EUR -0.15"), ("VAT", "follows", "EUR 0.55")]
    assert told(found) == expected
    assert found.closes
    assert str(found.difference) == "EUR 3.40"
    assert found.in_favour[Favours.CLIENT].minor == -15


INDEXED = """
charges:
  - {id: CALL, kind: per_unit, title: Calls, rate: 3.15, quantity: {measure: offered_calls}}
  - {id: DEAR, kind: premium, title: Nights, on: CALL, percentage: 50%}
series: {cpi: {values: {2025-12: 100, 2026-03: 103}}}
billing: {indexation: [{id: I1, charges: [CALL], series: cpi, base: 2025-12, from: 2026-04-01, lag: 1}]}
"""
CALLS = L("CALL", "60", "C62", "3.2445")


def test_a_premium_on_the_price_before_its_index_is_an_index_that_is_not_applied() -> None:
    """60 x 1.62225 are 97.34; 60 x 1.575 are 94.50."""
    right = checked(paper("A-1", "2026-04", [CALLS, L("DEAR", "60", "C62", "1.62225")], rate=None), text=INDEXED)
    assert (right.differences, right.agrees) == ((), True)
    found = checked(paper("A-1", "2026-04", [CALLS, L("DEAR", "60", "C62", "1.575")], rate=None), text=INDEXED)
    assert told(found) == [("DEAR", "index", "EUR -2.84")]
    assert found.differences[0][1].says == "The index is not applied."
    line = found.line("DEAR")
    assert line is not None
    assert line.clause is not None
    assert any("charge CALL follow “cpi”" in words for words in line.clause.words)


def test_a_premium_on_the_price_after_the_next_review_is_an_index_before_its_day() -> None:
    """In March, before the review: 62 x 1.575 are 97.65, and 62 x 1.62225 are 100.58."""
    march = {"offered_calls": each_day("2026-03", 2)}
    lines = [L("CALL", "62", "C62", "3.15"), L("DEAR", "62", "C62", "1.62225")]
    found = checked(paper("A-1", "2026-03", lines, rate=None), text=INDEXED, month="2026-03", counted=march)
    assert told(found) == [("DEAR", "index", "EUR 2.93")]
    assert found.differences[0][1].says == "The next review is applied before its day."


@pytest.mark.parametrize("days", ["", ", working_days: office"])
def test_every_day_of_a_seat_over_the_working_days_is_a_month_divided_by_other_days(days: str) -> None:
    """Two seats of all April: 60 days over 22 are 2.727273, and 8,181.82 in place of 6,000."""
    text = f"charges:\n  - {{id: FTE, kind: per_fte, title: Agents, rate: 3000{days}}}\n"
    assert told(checked(paper("A-1", "2026-04", [L("FTE", "2", "MON", "3000")], rate=None), text=text)) == []
    found = checked(paper("A-1", "2026-04", [L("FTE", "2.727273", "MON", "3000")], rate=None), text=text)
    assert told(found) == [("FTE", "whole_month", "EUR 2,181.82")]
    assert "divided by the open days of “office” alone" in found.differences[0][1].says


def test_an_error_of_one_half_of_the_month_stays_in_it() -> None:
    lines = [L("CALLS", "31", "C62", "1.10", days=FIRST), *RIGHT[1:]]
    assert told(checked(paper("A-1", "2026-04", lines, OFF)))[0] == ("CALLS", "quantity", "EUR 1.10")


def test_a_line_without_any_sign_of_a_charge_is_unauthorised() -> None:
    lines = [*RIGHT, L("ZZ-9", "1", "C62", "50", name="Coordination of the weekend")]
    assert ("A-1 line 4", "unauthorised_line", "EUR 50.00") in told(checked(paper("A-1", "2026-04", lines, OFF)))


@pytest.mark.parametrize(
    ("name", "code", "how"),
    [
        ("whatever", "calls", "its code"),
        ("Calls of the line", "9", "its title"),
        ("Position CALLS, April", "9", "its code in the words"),
        ("All calls on our line", "9", "no"),
        ("The line: calls of April", "9", "the words of its title"),
        ("something else", "9", "its unit and price"),
    ],
)
def test_a_line_is_matched_by_the_surest_sign_that_it_shows(name: str, code: str, how: str) -> None:
    """`of` is too short to tell anything, so the words that must all be there are calls, the and line."""
    price = "1.15" if how == "no" else "1.10"
    text = TEXT.partition("amendments")[0]
    found = checked(paper("A-1", "2026-04", [L(code, "60", "C62", price, name=name), RIGHT[2]]), text=text)
    line = found.line("CALLS")
    assert line is not None
    assert [one.matched for one in line.lines] == ([] if how == "no" else [how])


def test_what_is_not_billed_favours_the_client() -> None:
    found = checked(paper("A-1", "2026-04", RIGHT[:2], [Off("D1", "3.45")]))
    assert told(found)[0] == ("STEPS", "not_billed", "EUR -120.00")


def test_quantity_and_price_and_arithmetic_of_one_line_are_three_differences() -> None:
    """61 units in place of 60, at 1.25 in place of 1.10, and 80.00 where 61 x 1.25 is 76.25."""
    text = TEXT.partition("amendments")[0]
    found = checked(paper("A-1", "2026-04", [L("CALLS", "61", "C62", "1.25", "80.00"), RIGHT[2]]), text=text)
    assert told(found)[:3] == [
        ("CALLS", "quantity", "EUR 1.10"),
        ("CALLS", "rate", "EUR 9.15"),
        ("CALLS", "arithmetic", "EUR 3.75"),
    ]


def test_a_cent_is_rounding_and_two_are_not() -> None:
    text = TEXT.partition("amendments")[0]
    for net, cause in (("66.01", "rounding"), ("66.02", "arithmetic")):
        found = checked(paper("A-1", "2026-04", [L("CALLS", "60", "C62", "1.10", net), RIGHT[2]]), text=text)
        assert told(found)[0][1] == cause


TWO = """
charges:
  - {id: CALLS, kind: per_unit, title: Calls of the line, rate: 1.10, quantity: {measure: offered_calls}}
  - {id: OTHER, kind: per_unit, title: Other calls, rate: 1.10, quantity: {measure: offered_calls}}
"""
TWO_TAXED = TWO + "billing: {taxes: [{id: VAT, percentage: 19%}]}\n"


@pytest.mark.parametrize(("text", "rate"), [(TWO, None), (TWO_TAXED, "19")])
def test_amounts_with_more_decimals_than_cents_leave_what_rounding_leaves(text: str, rate: str | None) -> None:
    """66.004 twice and 0.004 are 132.012: a cent more than their rounded parts."""
    lines = [L("CALLS", "60", net="66.004"), L("OTHER", "60", net="66.004"), L("zz", "1", net="0.004")]
    found = checked(paper("A-1", "2026-04", lines, rate=rate), text=text)
    assert told(found) == [("A-1", "rounding", "EUR 0.01")]
    assert str(found.difference) == "EUR 0.01"


def test_amounts_with_more_decimals_than_cents_that_are_in_no_contract_add_up() -> None:
    """4.005 and 5.005 are 4.01 and 5.01 by themselves, and 9.01 together."""
    lines = [L("X", "3", price="1.335", net="4.005"), L("Y", "7", price="0.715", net="5.005")]
    found = checked(paper("A-1", "2026-04", lines, rate=None), text=TWO)
    assert told(found)[2:] == [
        ("A-1 line 1", "unauthorised_line", "EUR 4.01"),
        ("A-1 line 2", "unauthorised_line", "EUR 5.01"),
        ("A-1", "rounding", "EUR -0.01"),
    ]


def test_two_invoices_with_half_a_cent_each_are_each_rounded_once() -> None:
    """66.00 and 12.54 of tax each; 78.545 is 78.55."""
    lines = [paper(f"A-{place}", "2026-04", [L(code, "60", price="1.10")], gross="78.545")
             for place, code in enumerate(("CALLS", "OTHER"), start=1)]  # fmt: skip
    found = checked(*lines, text=TWO_TAXED)
    assert told(found) == [("A-1, A-2", "rounding", "EUR 0.02")]
    assert str(found.billed_total) == "EUR 157.10"


def test_the_same_half_cent_billed_twice_adds_up_with_the_line_that_is_left() -> None:
    lines = [L("CALLS", "60", price="1.10", net="66.005")] * 2
    found = checked(paper("A-1", "2026-04", lines, rate=None), text=TWO)
    assert found.closes
    assert sum(one.amount.minor for _, one in found.differences) == found.difference.minor


ONE = """
charges:
  - {id: CALLS, kind: per_unit, title: Calls of the line, rate: 1.10, quantity: {measure: offered_calls}}
"""
WHOLE = L("CALLS", "60", price="1.10")


@pytest.mark.parametrize(
    ("lines", "differences"),
    [
        ([L("CALLS", "1", price="66.00")], []),
        ([L("CALLS", "1", net="66.00")], []),
        ([L("CALLS", "1", price="50.00")], [("unexplained", "EUR -16.00")]),
        ([L("CALLS", "70", price="1.10"), L("CALLS", "-1", price="11.00")], []),
        ([WHOLE, L("CALLS", "-1", price="10.00")], [("unexplained", "EUR -10.00")]),
        ([L("CALLS", "70", price="1.10"), L("CALLS", "-1", price="5.00")],
         [("quantity", "EUR 11.00"), ("unexplained", "EUR -5.00")]),
        ([L("CALLS", "1", price="1.10")], [("quantity", "EUR -64.90")]),
        ([L("CALLS", "1", price="1.20")], [("quantity", "EUR -64.90"), ("rate", "EUR 0.10")]),
        ([WHOLE, L("CALLS", "-1", price="1.10")], [("quantity", "EUR -1.10")]),
    ],
)  # fmt: skip
def test_a_lump_sum_tells_no_quantity(lines: list[L], differences: list[tuple[str, str]]) -> None:
    """Sixty calls of 1.10. One unit near the price of a unit is one; another is a sum."""
    found = checked(paper("A-1", "2026-04", lines, rate=None), text=ONE)
    assert [(cause, amount) for _, cause, amount in told(found)] == differences


def test_a_lump_sum_on_a_credit_note_is_one_amount() -> None:
    note = paper("C-1", "2026-04", [L("CALLS", "1", price="10.00")], rate=None, kind="381", names=["A-1"])
    found = checked(paper("A-1", "2026-04", [WHOLE], rate=None), note, text=ONE)
    assert told(found) == [("CALLS", "unexplained", "EUR -10.00")]


def test_one_unit_where_one_is_counted_is_no_lump_sum() -> None:
    once = {"offered_calls": {date(2026, 4, 2): 1}}
    found = checked(paper("A-1", "2026-04", [L("CALLS", "1", price="66.00")], rate=None), text=ONE, counted=once)
    assert told(found) == [("CALLS", "rate", "EUR 64.90")]


def test_one_hour_at_sixty_times_the_price_of_a_minute_is_an_hour() -> None:
    text = "charges:\n  - {id: M, kind: per_minute, title: Minutes, rate: 1.10, quantity: {measure: login_time}}\n"
    counted = {"login_time": {date(2026, 4, 2): 3600 * 2}}
    for unit in ("HUR", "hour"):
        line = L("M", "1", unit, price="66.00")
        found = checked(paper("A-1", "2026-04", [line], rate=None), text=text, counted=counted)
        assert told(found) == [("M", "quantity", "EUR -66.00")]


def test_a_sum_that_nothing_comes_to_is_unexplained_and_not_hidden() -> None:
    found = checked(paper("A-1", "2026-04", [*RIGHT[:2], L("STEPS", net="131.07")], OFF))
    assert told(found)[0] == ("STEPS", "unexplained", "EUR 11.07")
    assert str(found.unexplained) == "EUR 11.07"


def test_no_invoice_another_currency_and_no_text_are_findings_and_no_check() -> None:
    for documents, month, finding in (
        ((), "2026-04", "TS-P001"),
        ((paper("A-1", "2026-04", RIGHT, OFF, currency="USD"),), "2026-04", "TS-P002"),
        ((paper("A-1", "2025-04", RIGHT, OFF),), "2025-04", "TS-P003"),
    ):
        found = checked(*documents, month=month)
        assert not found.checked
        assert not found.agrees
        assert finding in [one.id for one in found.findings]


def test_the_same_invoice_again_is_billed_twice_with_its_tax() -> None:
    found = checked(paper("A-1", "2026-04", RIGHT, OFF), paper("A-2", "2026-04", RIGHT, OFF, issued="2026-05-20"))
    assert told(found) == [("A-2", "duplicate_invoice", "EUR 213.66")]
    assert "TS-P004" in [one.id for one in found.findings]


def test_a_credit_note_of_the_whole_month_leaves_nothing_billed() -> None:
    found = checked(paper("A-1", "2026-04", RIGHT, OFF), paper("C-1", "2026-04", RIGHT, OFF, kind="381"))
    assert found.billed_total.minor == 0
    assert found.closes


def test_a_credit_note_that_corrects_a_line_leaves_no_difference() -> None:
    text = TEXT.partition("amendments")[0]
    wrong = paper("A-1", "2026-04", [L("CALLS", "61", "C62", "1.10"), RIGHT[2]], [Off("D1", "9.30")])
    assert told(checked(wrong, text=text))[0] == ("CALLS", "quantity", "EUR 1.10")
    note = paper("C-1", "2026-04", [L("CALLS", "1", "C62", "1.10")], kind="381")
    assert checked(wrong, note, text=text).differences == ()


def test_a_document_of_two_months_is_checked_by_its_lines_of_the_month_and_without_tax() -> None:
    march = L("CALLS", "7", "C62", "1.10", days=("2026-03-01", "2026-03-31"))
    steps = L("STEPS", "60", net="120.00", days=("2026-04-01", "2026-04-30"))
    found = checked(paper("A-1", "2026-04", [march, *RIGHT[:2], steps], OFF[:0], told_period=False))
    assert (found.with_tax, told(found)) == (False, [("D1", "discount_missing", "EUR 9.45")])
    assert "TS-P009" in [one.id for one in found.findings]


def test_a_document_without_a_period_bills_the_month_before_it_and_says_so() -> None:
    document = paper("A-1", "2026-04", [L("CALLS", "30", price="1.10"), L("CALLS", "30", price="1.20"), RIGHT[2]], OFF,
                     told_period=False)  # fmt: skip
    found = checked(document)
    assert found.differences == ()
    assert [one.id for one in found.findings] == ["TS-P005"]


def test_sums_of_a_document_that_are_not_those_of_its_lines_are_told() -> None:
    found = checked(paper("A-1", "2026-04", RIGHT, OFF, gross="223.66"))
    assert told(found) == [("A-1", "arithmetic", "EUR 10.00")]
    assert "TS-P006" in [one.id for one in found.findings]


def test_the_digest_is_of_facts_and_moves_with_them() -> None:
    one, other = (checked(paper("A-1", "2026-04", RIGHT, OFF)) for _ in range(2))
    assert one.digest == other.digest == one.to_dict()["digest"]
    assert checked(paper("A-1", "2026-04", RIGHT)).digest != one.digest
