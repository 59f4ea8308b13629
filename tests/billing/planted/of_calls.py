"""Errors in the bills of the partner who is paid by calls: rounding, free contacts, tiers, banks, premiums."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tests.billing.planted.bills import (
    FREE,
    Bill,
    banked,
    cents,
    holidays,
    lump,
    minutes,
    offered,
    row,
    year_price,
    year_so_far,
)
from tests.billing.planted.kinds import Planting, kind, swap
from tests.billing.planted.world import before, total


def _minutes(given: Bill, cause: str, **settings: object) -> Planting | None:
    if given.month == "2026-05":
        return None
    price = given.row("MIN").price or Fraction(0)
    return swap(given, "MIN", row("MIN", minutes(given.month, **settings), "MIN", price), cause)


@kind("calls")
def calls_rounded_up_to_full_minutes(given: Bill) -> Planting | None:
    return _minutes(given, "call_rounding", unit_s=60)


@kind("calls")
def after_call_work_too(given: Bill) -> Planting | None:
    return _minutes(given, "paid_time", time="talk_hold_wrap")


@kind("calls")
def repeats_and_transfers_too(given: Bill) -> Planting | None:
    units = total("billable_calls", given.month, {"least_s": 10, "transfers": "charged"})
    return swap(given, "CALL", row("CALL", units, "C62", "3.15"), "free_contacts")


@kind("calls")
def short_calls_too(given: Bill) -> Planting | None:
    units = total("billable_calls", given.month, {**FREE, "least_s": 0})
    return swap(given, "CALL", row("CALL", units, "C62", "3.15"), "free_contacts")


@kind("calls")
def the_new_price_for_the_whole_month(given: Bill) -> Planting | None:
    """Half of May was at the old price."""
    if given.month != "2026-05":
        return None
    old = [one for one in given.rows if one.code == "MIN"]
    new = row("MIN", minutes(given.month), "MIN", "0.45")
    rest = tuple(one for one in given.rows if one not in old)
    worth = new.net - sum((one.net for one in old), Decimal(0))
    return Planting(replace(given, rows=(new, *rest)), "MIN", "price_change", worth)


@kind("calls")
def the_old_price_kept(given: Bill) -> Planting | None:
    """In the client's favour."""
    if given.month <= "2026-05":
        return None
    return swap(given, "MIN", row("MIN", minutes(given.month), "MIN", "0.42"), "price_change")


@kind("calls")
def all_units_in_place_of_marginal_tiers(given: Bill) -> Planting | None:
    units = offered(given.month)
    rate = Fraction(2) if units <= 60 else Fraction(9, 5) if units <= 120 else Fraction(8, 5)
    return swap(given, "TIER", lump("TIER", units, "C62", units * rate), "tier")


@kind("calls")
def one_tier_for_all(given: Bill) -> Planting | None:
    units = offered(given.month)
    return swap(given, "TIER", lump("TIER", units, "C62", Fraction(units * 2)), "tier")


@kind("calls")
def the_year_begun_anew_each_month(given: Bill) -> Planting | None:
    units = offered(given.month)
    return swap(given, "YEAR", lump("YEAR", units, "C62", units * year_price(units)), "tier")


@kind("calls")
def marginal_in_place_of_all_units_over_the_year(given: Bill) -> Planting | None:
    units, earlier = offered(given.month), year_so_far(given.month)
    whole, was = ((min(one, 500) + max(one - 500, 0) * Fraction(9, 10)) for one in (earlier + units, earlier))
    return swap(given, "YEAR", lump("YEAR", units, "C62", whole - was), "tier")


@kind("calls")
def the_bank_not_drawn(given: Bill) -> Planting | None:
    units = offered(given.month)
    lots = banked(before(given.month))[1] if given.month > "2026-01" else []
    alive = [kept for since, kept in lots if int(given.month[5:]) - int(since[5:]) <= 3]
    if units <= 150 or not alive:
        return None
    return swap(given, "COMMIT", row("COMMIT", units, "C62", "3.00"), "commitment")


@kind("calls")
def more_standby_than_anything_comes_to(given: Bill) -> Planting | None:
    units = (given.row("COMMIT").quantity or Fraction(0)) + 11
    return swap(given, "COMMIT", row("COMMIT", units, "C62", "3.00"), "quantity")


@kind("calls")
def a_premium_on_every_day(given: Bill) -> Planting | None:
    if not holidays(given.month):
        return None
    units = total("billable_calls", given.month, FREE)
    return swap(given, "HOLIDAY", row("HOLIDAY", units, "C62", Fraction(315, 200)), "premium_days")


@kind("calls")
def a_premium_with_its_price(given: Bill) -> Planting | None:
    if not holidays(given.month):
        return None
    new = row("HOLIDAY", holidays(given.month), "C62", Fraction(315, 100) * Fraction(3, 2))
    return swap(given, "HOLIDAY", new, "premium_base")


@kind("calls")
def a_language_premium_for_everybody(given: Bill) -> Planting | None:
    if given.month == "2026-05":
        return None
    price = given.row("HUNGARIAN").price or Fraction(0)
    return swap(given, "HUNGARIAN", row("HUNGARIAN", minutes(given.month), "MIN", price), "premium_days")


@kind("calls")
def a_price_rounded_before_it_is_multiplied(given: Bill) -> Planting | None:
    if given.month == "2026-05":
        return None
    units = given.row("HUNGARIAN").quantity or Fraction(0)
    exact = given.row("HUNGARIAN").price or Fraction(0)
    return swap(given, "HUNGARIAN", row("HUNGARIAN", units, "MIN", Fraction(cents(exact))), "rounded_price")


@kind("calls")
def the_quantity_of_the_month_before(given: Bill) -> Planting | None:
    if given.month == "2026-01":
        return None
    units = total("billable_calls", before(given.month), FREE)
    return swap(given, "CALL", row("CALL", units, "C62", "3.15"), "other_month")


@kind("calls")
def a_charge_left_out(given: Bill) -> Planting | None:
    """In the client's favour."""
    kept = tuple(one for one in given.rows if one.code != "TIER")
    return Planting(replace(given, rows=kept), "TIER", "not_billed", -given.row("TIER").net)


@kind("calls")
def a_price_adjustment_before_discounts(given: Bill) -> Planting | None:
    """The text takes it of the fee after discounts; before them it is larger, in the client's favour."""
    if given.adjustment is None:
        return None
    larger = cents(Fraction(given.charges) * 3 / 100)
    return Planting(replace(given, adjustment=larger), "C1", "credit_base", given.adjustment - larger)


@kind("calls")
def a_price_adjustment_twice(given: Bill) -> Planting | None:
    if given.adjustment is None:
        return None
    return Planting(replace(given, adjustment=given.adjustment * 2), "C1", "credit_twice", -given.adjustment)


@kind("calls")
def a_price_adjustment_added(given: Bill) -> Planting | None:
    if given.adjustment is None:
        return None
    return Planting(replace(given, adjustment=-given.adjustment), "C1", "credit_sign", given.adjustment * 2)


@kind("calls")
def sums_that_are_not_those_of_the_lines(given: Bill) -> Planting | None:
    gross = given.net + given.tax + Decimal(250)
    return Planting(given, f"calls-{given.month}", "arithmetic", Decimal(250), document=(("gross", gross),))


@kind("calls")
def a_deduction_that_nothing_explains(given: Bill) -> Planting | None:
    """In the client's favour: an allowance that no clause knows."""
    extra = replace(lump("GOODWILL", 1, "C62", Fraction(-40)), name="Goodwill")
    number = f"calls-{given.month} line {len(given.rows) + 1}"
    return Planting(given.more(extra), number, "unagreed_deduction", Decimal(-40))
