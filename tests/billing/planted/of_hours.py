"""Errors in the bills of the partner who is paid by hours: limits, ghosts, clocks, baseline, bank, exchange."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tests.billing.planted import world
from tests.billing.planted.bills import (
    RATES,
    Bill,
    anchored,
    asked,
    baseline,
    cases,
    cents,
    leu,
    logged,
    lump,
    project,
    row,
)
from tests.billing.planted.kinds import Planting, kind, swap
from tests.billing.planted.world import HOUR, days, total


@kind("hours")
def hours_beyond_those_asked_for(given: Bill) -> Planting | None:
    worked = logged(given.month, "german", "productive")
    return None if worked <= asked(given.month) else swap(given, "DE", row("DE", worked, "HUR", "17.40"), "ceiling")


@kind("hours")
def all_hours_logged_in(given: Bill) -> Planting | None:
    return swap(given, "RO", row("RO", logged(given.month, "romanian", "all"), "HUR", "14.10"), "paid_time")


@kind("hours")
def ghost_hours_of_who_never_came(given: Bill) -> Planting | None:
    """Agent a1 is on the roster of the 16th and does not come; the hours asked for leave room for it."""
    missed = total("scheduled_time", given.month, {"part": "no_show"}, {"queue": ("german",)})
    worked = logged(given.month, "german", "productive") + Fraction(missed, HOUR)
    if not missed or worked > asked(given.month):
        return None
    return swap(given, "DE", row("DE", worked, "HUR", "17.40"), "ghost_hours")


@kind("hours")
def an_agent_of_one_line_on_another_too(given: Bill) -> Planting | None:
    """The days of a1, who is on the German line, are billed on the Romanian one besides."""
    settings = {"time": "productive"}
    own = sum(
        brought
        for day in days(given.month)
        for _, agent, brought in world.rows("login_time", settings, {}, day)
        if agent == "a1"
    )
    units = logged(given.month, "romanian", "productive") + Fraction(own, HOUR)
    return swap(given, "RO", row("RO", units, "HUR", "14.10"), "shared_agent")


@kind("hours")
def a_night_by_the_clock_on_the_wall(given: Bill) -> Planting | None:
    """Three agents work an hour less when clocks go forward and an hour more when they go back; eight are billed."""
    hours = {"2026-03": 3, "2026-10": -3}.get(given.month)
    if hours is None:
        return None
    units = logged(given.month, "night", "all") + hours
    return swap(given, "NIGHT", row("NIGHT", units, "HUR", "21.00"), "clock_change")


@kind("hours")
def the_dead_band_left_out(given: Bill) -> Planting | None:
    units = cases(given.month)
    new = lump("BASE", units, "C62", anchored(units, baseline(given.month), band=0))
    return swap(given, "BASE", new, "dead_band")


@kind("hours")
def the_reduced_resource_credit_left_out(given: Bill) -> Planting | None:
    units = cases(given.month)
    if anchored(units, baseline(given.month)) >= 15000:
        return None
    return swap(given, "BASE", lump("BASE", units, "C62", Fraction(15000)), "dead_band")


@kind("hours")
def the_ordinary_baseline_in_december(given: Bill) -> Planting | None:
    if given.month != "2026-12":
        return None
    units = cases(given.month)
    return swap(given, "BASE", lump("BASE", units, "C62", anchored(units, 2000)), "dead_band")


@kind("hours")
def what_came_back_not_given_back(given: Bill) -> Planting | None:
    back = [one for one in given.rows if one.code == "SOLVED" and one.net < 0]
    if not back:
        return None
    kept = tuple(one for one in given.rows if one not in back)
    return Planting(replace(given, rows=kept), "SOLVED", "not_billed", -back[0].net)


@kind("hours")
def half_of_what_came_back(given: Bill) -> Planting | None:
    back = [one for one in given.rows if one.code == "SOLVED" and one.net < 0]
    if not back:
        return None
    half = lump("SOLVED", back[0].quantity or 0, "C62", Fraction(back[0].net) / 2)
    rows = tuple(half if one is back[0] else one for one in given.rows)
    return Planting(replace(given, rows=rows), "SOLVED", "claw_back", half.net - back[0].net)


@kind("hours")
def unused_hours_of_the_block_forgotten(given: Bill) -> Planting | None:
    used = project(given.month)
    return swap(given, "BLOCK", lump("BLOCK", used, "HUR", 2000 + 25 * max(used - 100, Fraction(0))), "commitment")


@kind("hours")
def the_band_of_the_exchange_rate_ignored(given: Bill) -> Planting | None:
    price = 50000 * Fraction(RATES[given.month], 10_000)
    return None if price == 50000 * leu(given.month) else swap(given, "SITE", row("SITE", 1, "MON", price), "exchange")


@kind("hours")
def what_lies_beyond_the_band_not_shared(given: Bill) -> Planting | None:
    moved = leu(given.month) / Fraction(2, 10) - 1
    if not moved:
        return None
    return swap(given, "SITE", row("SITE", 1, "MON", 50000 * Fraction(2, 10) * (1 + 2 * moved)), "exchange")


@kind("hours")
def value_added_tax_on_a_reverse_charge(given: Bill) -> Planting | None:
    return Planting(replace(given, rate=19), "VAT", "tax_rate", cents(given.net * 19 / 100))
