"""Agents' time that is billed, by day: what the charges in force on the day count, and nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from tallystick.billing.billed_time import BilledTime, billed_time
from tallystick.contract.load import load_text
from tests.billing.by_day import RATES, ByDay, on

TEXT = (
    RATES
    + """term: {from: 2026-04-02, to: 2026-04-09}
charges:
  - {id: HOURS, kind: per_hour, rate: 20, hours: {measure: login_time}, at_most: {measure: activity_time}}
  - {id: EXTRA, kind: per_hour, rate: 30, hours: [{measure: nothing_known}, {measure: overtime_time}]}
  - {id: TALK, kind: per_minute, rate: 1, time: talk}
  - {id: SHARE, kind: per_unit, rate: 1, quantity: {measure: occupancy}}
amendments:
  - {id: AM, effective: 2026-04-06, known: 2026-04-05, changes: [{charge: EXTRA, remove: true}]}
"""
)
DAYS = [date(2026, 4, 1) + timedelta(days=place) for place in range(12)]
EACH_DAY = {"login_time": 3600, "activity_time": 7, "overtime_time": 60, "billable_call_time": 9, "occupancy": 11}


def billed(told: Mapping[str, Mapping[date, int | Fraction]], known_on: str = "2026-04-30") -> BilledTime:
    contract, findings = load_text(TEXT)
    assert contract is not None, findings
    return billed_time(ByDay(told), contract, DAYS, on(known_on))  # type: ignore[arg-type]


def test_each_day_of_the_term_has_the_time_of_the_charges_in_force_on_it() -> None:
    """An hour signed in, and until 5 April a minute of overtime: limits, talk time and shares are no time billed."""
    found = billed({name: dict.fromkeys(DAYS, seconds) for name, seconds in EACH_DAY.items()})
    assert found.charges == ("HOURS", "EXTRA")
    assert {day.day: seconds for day, seconds in found.seconds.items()} == {
        2: 3660, 3: 3660, 4: 3660, 5: 3660, 6: 3600, 7: 3600, 8: 3600, 9: 3600}  # fmt: skip


def test_an_amendment_that_nobody_knew_yet_ends_no_charge() -> None:
    found = billed({"overtime_time": dict.fromkeys(DAYS, 60)}, known_on="2026-04-04")
    assert [day.day for day in found.seconds] == [2, 3, 4, 5, 6, 7, 8, 9]


def test_a_day_without_records_is_absent_and_one_without_time_is_nought() -> None:
    found = billed({"login_time": {on("2026-04-03"): 0, on("2026-04-05"): 30}})
    assert found.seconds == {on("2026-04-03"): 0, on("2026-04-05"): 30}
    assert billed({}) == BilledTime({}, ("HOURS", "EXTRA"))
