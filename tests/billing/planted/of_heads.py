"""Errors in the bills of the partner who is paid by heads: seats, costs, one-off fees, index, discount and tax."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tests.billing.planted.bills import (
    Bill,
    bill,
    cents,
    fte,
    fte_price,
    lump,
    row,
    travel,
)
from tests.billing.planted.kinds import Planting, kind, swap
from tests.billing.planted.world import before, days


@kind("heads")
def one_more_seat_than_anybody_held(given: Bill) -> Planting | None:
    units = given.row("FTE").quantity or Fraction(0)
    return swap(given, "FTE", row("FTE", units + Fraction(3, 2), "MON", fte_price(given.month)), "quantity")


@kind("heads")
def vacant_seats_for_a_month(given: Bill) -> Planting | None:
    longer, right = fte(given.month, 31), fte(given.month)
    return (
        None
        if longer == right
        else swap(given, "FTE", row("FTE", longer, "MON", fte_price(given.month)), "vacant_seats")
    )


@kind("heads")
def more_seats_than_are_paid(given: Bill) -> Planting | None:
    held = fte(given.month)
    return None if held <= 14 else swap(given, "FTE", row("FTE", held, "MON", fte_price(given.month)), "ceiling")


@kind("heads")
def a_price_that_nobody_agreed(given: Bill) -> Planting | None:
    units = given.row("FTE").quantity or Fraction(0)
    return swap(given, "FTE", row("FTE", units, "MON", "2999.50"), "rate")


@kind("heads")
def the_index_without_its_cap(given: Bill) -> Planting | None:
    if given.month < "2026-07":
        return None
    return swap(given, "FTE", row("FTE", given.row("FTE").quantity or 0, "MON", Fraction(2850) * 105 / 100), "index")


@kind("heads")
def the_index_before_its_day(given: Bill) -> Planting | None:
    if given.month != "2026-06":
        return None
    return swap(given, "FTE", row("FTE", given.row("FTE").quantity or 0, "MON", Fraction(2850) * 103 / 100), "index")


@kind("heads")
def the_index_forgotten(given: Bill) -> Planting | None:
    """In the client's favour: it is told all the same."""
    if given.month < "2026-07":
        return None
    return swap(given, "FTE", row("FTE", given.row("FTE").quantity or 0, "MON", "2850"), "index")


@kind("heads")
def a_part_of_a_month_as_a_whole_one(given: Bill) -> Planting | None:
    return None if given.month != "2026-04" else swap(given, "LICENCE", row("LICENCE", 1, "MON", "6000"), "whole_month")


@kind("heads")
def a_charge_before_its_first_day(given: Bill) -> Planting | None:
    if given.month >= "2026-04":
        return None
    return Planting(given.more(row("LICENCE", 1, "MON", "6000")), "LICENCE", "unauthorised_line", Decimal(6000))


@kind("heads")
def calendar_days_in_place_of_working_days(given: Bill) -> Planting | None:
    if given.month != "2026-10":
        return None
    return swap(given, "LEAD", row("LEAD", Fraction(16, 31), "MON", "4400"), "whole_month")


@kind("heads")
def the_set_up_again(given: Bill) -> Planting | None:
    if given.month != "2026-02":
        return None
    return Planting(given.more(row("SETUP", 1, "C62", "12000")), "SETUP", "event_not_agreed", Decimal(12000))


@kind("heads")
def costs_without_a_document(given: Bill) -> Planting | None:
    if given.month == "2026-07":
        return None  # the ceiling holds there
    costs = travel(given.month) + 100
    return swap(given, "TRAVEL", lump("TRAVEL", costs, "C62", costs * Fraction(105, 100)), "undocumented_cost")


@kind("heads")
def another_mark_up(given: Bill) -> Planting | None:
    if given.month == "2026-07":
        return None
    costs = travel(given.month)
    return swap(given, "TRAVEL", lump("TRAVEL", costs, "C62", costs * Fraction(112, 100)), "mark_up")


@kind("heads")
def costs_beyond_the_ceiling(given: Bill) -> Planting | None:
    costs = travel(given.month)
    if costs * Fraction(105, 100) <= 1000:
        return None
    return swap(given, "TRAVEL", lump("TRAVEL", costs, "C62", costs * Fraction(105, 100)), "ceiling")


@kind("heads")
def a_fee_that_the_rate_card_does_not_know(given: Bill) -> Planting | None:
    extra = row("WKND", 4, "C62", "187.5")
    number = f"heads-{given.month} line {len(given.rows) + 1}"
    return Planting(given.more(replace(extra, name="Co-ordination")), number, "unauthorised_line", Decimal(750))


@kind("heads")
def a_line_twice(given: Bill) -> Planting | None:
    again = replace(given.row("LINES"), name="Telecommunication")
    return Planting(given.more(again), "LINES", "duplicate_line", again.net)


@kind("heads")
def a_line_of_two_three_times(given: Bill) -> Planting | None:
    """Two equal lines are right together; the third is one too many."""
    old = given.row("LEAD") if given.month < "2026-10" else None
    if old is None:
        return None
    half = replace(old, quantity=Fraction(1, 2), net=old.net / 2, name="Team leaders of a team")
    rows = tuple(row for one in given.rows for row in ((half, half, half) if one is old else (one,)))
    return Planting(replace(given, rows=rows), "LEAD", "duplicate_line", half.net)


@kind("heads")
def the_whole_invoice_again(given: Bill) -> Planting | None:
    number = f"heads-{given.month}-B"
    return Planting(given, number, "duplicate_invoice", given.net + given.tax, others=((given, number),))


@kind("heads")
def a_line_of_the_month_before_again(given: Bill) -> Planting | None:
    if given.month == "2026-01":
        return None
    earlier = bill("heads", before(given.month))
    span = (f"{earlier.month}-01", days(earlier.month)[-1].isoformat())
    again = replace(earlier.row("FTE"), span=span)
    found = Planting(given.more(again), "FTE", "billed_before", again.net)
    return replace(found, others=((earlier, f"heads-{earlier.month}"),))


@kind("heads")
def a_line_of_a_month_that_was_forgotten(given: Bill) -> Planting | None:
    """The same fee was billed for the month before the forgotten one, without days on its line."""
    if not "2026-03" <= given.month <= "2026-09":
        return None
    forgotten = before(given.month)
    earlier = bill("heads", before(forgotten))
    late = replace(given.row("LEAD"), span=(f"{forgotten}-01", days(forgotten)[-1].isoformat()))
    found = Planting(given.more(late), "LEAD", "another_period", late.net)
    return replace(found, others=((earlier, f"heads-{earlier.month}"),))


@kind("heads")
def a_line_that_is_not_its_quantity_times_its_price(given: Bill) -> Planting | None:
    old = given.row("FTE")
    return swap(given, "FTE", replace(old, net=old.net + Decimal("90.09")), "arithmetic")


@kind("heads")
def tax_at_another_rate(given: Bill) -> Planting | None:
    more = cents(given.net * 21 / 100) - given.tax
    return Planting(replace(given, rate=21), "VAT", "tax_rate", more)


@kind("heads")
def tax_before_the_discount(given: Bill) -> Planting | None:
    if given.discount is None:
        return None
    base = given.net + given.discount
    tax = cents(base * 19 / 100)
    return Planting(given, "VAT", "tax_base", tax - given.tax, document=(("tax", tax), ("taxable", base)))


@kind("heads")
def a_price_adjustment_missing(given: Bill) -> Planting | None:
    if given.adjustment is None:
        return None
    return Planting(replace(given, adjustment=None), "C1", "credit_missing", given.adjustment)


@kind("heads")
def a_price_adjustment_after_discounts(given: Bill) -> Planting | None:
    """The text takes it of the fee before discounts; after them it is smaller."""
    if given.adjustment is None or given.discount is None:
        return None
    smaller = cents(Fraction(given.row("FTE").net - given.discount) * 3 / 100)
    return Planting(replace(given, adjustment=smaller), "C1", "credit_base", given.adjustment - smaller)


@kind("heads")
def a_discount_missing(given: Bill) -> Planting | None:
    if given.discount is None:
        return None
    return Planting(replace(given, discount=None), "D1", "discount_missing", given.discount)


@kind("heads")
def a_discount_of_the_whole_sum(given: Bill) -> Planting | None:
    """In the client's favour: the step's percentage of everything, not of what lies above it."""
    exact = Fraction(given.row("FTE").quantity or 0) * fte_price(given.month)
    if given.discount is None:
        return None
    whole = cents(exact * (4 if exact > 34000 else 2) / 100)
    return Planting(replace(given, discount=whole), "D1", "discount_tiers", given.discount - whole)
