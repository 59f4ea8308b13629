"""What holds of a month's inputs where nothing else is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tallystick.cost.month import cost_of
from tallystick.cost.month_inputs import BilledLine, BookedCost, Card, Counted, MonthInputs, Ramp

LINE = BilledLine("A-7", "1", "Minutes", "MIN", Fraction(24_000), "EUR")
MARCH = MonthInputs("aurora", "2026-03", "EUR", received=(LINE,), cards=(Card("MIN", "per_minute", "Minutes"),))


def test_a_line_is_of_an_invoice_that_names_its_days_and_a_month_with_books_is_over() -> None:
    cost = cost_of(MARCH)
    assert (cost.findings, cost.is_whole, str(cost.invoiced), str(cost.hidden)) == (
        (), True, "EUR 24,000.00", "EUR 0.00")  # fmt: skip
    taken_off = cost_of(replace(MARCH, received=(replace(LINE, dated=False, takes_off=True),), runs=True))
    assert [one.id for one in taken_off.findings] == ["TS-K005", "TS-K009"]
    assert not taken_off.is_whole


def test_what_the_books_tell_of_an_invoice_that_came_is_told_once_and_of_a_note_alone_it_stands() -> None:
    books = replace(MARCH, booked=(BookedCost(1, "invoice", Decimal(24_000), "EUR", date(2026, 3, 1)),))
    assert (str(cost_of(books).total), cost_of(books).left_out) == ("EUR 24,000.00", (("on the invoice already", 1),))
    note = replace(books, received=(replace(LINE, amount=Fraction(-500), takes_off=True),))
    assert (str(cost_of(note).total), cost_of(note).left_out) == ("EUR 23,500.00", ())


def test_of_a_count_nothing_is_known_and_no_row_stands_behind_it() -> None:
    assert (Counted().value, Counted().n, Counted().pending) == (None, 0, 0)
    assert cost_of(MARCH).contacts == Counted()


def test_a_charge_does_not_pay_for_time_so_that_beginners_cost_nothing_in_it() -> None:
    ramp = Ramp(Fraction(3600), 36_000, 40)
    assert cost_of(replace(MARCH, ramp=ramp)).contained == ()
    timed = replace(MARCH, ramp=ramp, cards=(Card("MIN", "per_minute", "Minutes", timed=True),))
    assert [(one.part, str(one.amount)) for one in cost_of(timed).contained] == [("ramp", "EUR 2,400.00")]


def test_a_contract_with_the_partner_is_in_force() -> None:
    assert MARCH.in_force
