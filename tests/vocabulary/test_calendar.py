from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.vocabulary.calendar import BusinessCalendar, CalendarVersion
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.hours_text import ALWAYS, parse_row, parse_rows, parse_week, row_text
from tallystick.vocabulary.opening import DAY_S
from tallystick.vocabulary.public_holidays import Holidays
from tallystick.vocabulary.zones import date_of, day_number, first_instant, named_zone, zone_database, zone_offsets
from tests.vocabulary.wall_clock import calendars

WORKING = parse_week({"mon-fri": ["09:00-17:00"]})
MONDAY = date(2026, 3, 2)
HOUR = 3600


def _local(calendar: BusinessCalendar, on: date) -> list[str]:
    return [row_text(row) for row in calendar.rows_on(on)]


# ---- text ----


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("09:00-18:00", (9 * HOUR, 18 * HOUR)),
        ("9:00 - 18:30", (9 * HOUR, 18 * HOUR + 1800)),
        ("22:00-06:00", (22 * HOUR, 30 * HOUR)),
        ("00:00-24:00", (0, DAY_S)),
        ("09:00:30-09:01:00", (9 * HOUR + 30, 9 * HOUR + 60)),
        ("08:00 to 12:00", (8 * HOUR, 12 * HOUR)),
        ("08:00\u201312:00", (8 * HOUR, 12 * HOUR)),
        ("18:00-00:00", (18 * HOUR, DAY_S)),
    ],
)
def test_a_row_of_hours_is_read(text: str, row: tuple[int, int]) -> None:
    assert parse_row(text) == row


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9-18", "is not a row"),
        ("09:00", "is not a row"),
        (540, "is not a row"),
        (None, "is not a row"),
        ("09:60-10:00", "no clock shows"),
        ("24:00-25:00", "no clock shows"),
        ("09:00-24:01", "no clock shows"),
        ("09:00-09:00", "is empty"),
    ],
)
def test_what_is_no_row_of_hours_is_refused_with_a_cure(text: object, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        parse_row(text)
    assert caught.value.cure


@pytest.mark.parametrize(
    ("names", "days"),
    [
        ("mon", {0}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat,sun", {5, 6}),
        ("Friday - Monday", {4, 5, 6, 0}),
        ("daily", set(range(7))),
        ("mon-sun", set(range(7))),
        ("tues, thurs", {1, 3}),
        ("wed\u2013thu", {2, 3}),
    ],
)
def test_the_days_of_a_week_are_read(names: str, days: set[int]) -> None:
    week = parse_week({names: ["09:00-10:00"]})
    assert {day for day in range(7) if week[day]} == days


@pytest.mark.parametrize(
    ("week", "message"),
    [
        ({"mon-fri": ["09:00-10:00"], "wed": []}, "names wed twice"),
        ({"mox": ["09:00-10:00"]}, "names no days"),
        ({"mon-tue-wed": []}, "names no days"),
        ({"mo": []}, "names no days"),
        ("24x7", "is not a week"),
        ({"mon": 9}, "is not a list"),
        ({"mon": ["09:00-12:00", "11:00-13:00"]}, "overlap at 11:00"),
    ],
)
def test_what_is_no_week_is_refused(week: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_week(week)


def test_words_for_all_and_nothing_are_understood() -> None:
    assert parse_week("always") == ALWAYS
    assert parse_rows("closed") == parse_rows(None) == parse_rows([]) == ()
    assert parse_rows("always") == ((0, DAY_S),)
    assert parse_rows("13:00-18:00, 09:00-12:00") == ((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))


def test_a_calendar_is_read_from_a_contract_s_text() -> None:
    calendar = BusinessCalendar.from_text(
        {
            "zone": "Europe/Bucharest",
            "week": {"mon-fri": ["09:00-18:00"], "sat": ["10:00-14:00"]},
            "holidays": {"country": "RO", "own": [date(2025, 12, 24)], "except": ["2025-12-01"], "yearly": ["12-23"]},
            "overrides": {date(2025, 12, 31): ["09:00-13:00"]},
            "breaks": {"2025-12-30": ["10:00-11:00"]},
        }
    )
    assert _local(calendar, date(2025, 12, 22)) == ["09:00-18:00"]
    assert _local(calendar, date(2025, 12, 23)) == _local(calendar, date(2025, 12, 24)) == []
    assert calendar.holiday_name(date(2025, 12, 24)) == "own holiday"
    assert calendar.holiday_name(date(2025, 12, 25)) == "Christmas Day"
    assert _local(calendar, date(2025, 12, 1)) == ["09:00-18:00"]  # a public holiday, excepted
    assert _local(calendar, date(2025, 12, 30)) == ["09:00-10:00", "11:00-18:00"]
    assert _local(calendar, date(2025, 12, 31)) == ["09:00-13:00"]
    assert _local(calendar, date(2025, 12, 27)) == ["10:00-14:00"]


@pytest.mark.parametrize(
    ("text", "message", "cure"),
    [
        ({"week": "always"}, "needs a zone", "Europe/Bucharest"),
        ({"zone": "Europe/Bukarest", "week": "always"}, "no time zone named", "Europe/Bucharest"),
        ({"zone": "UTC"}, "needs a week", "week: always"),
        ({"zone": "UTC", "week": "always", "holiday": {}}, "has no 'holiday'", "holidays"),
        ({"zone": "UTC", "week": "always", "holidays": {"state": "BY"}}, "has no 'state'", "subdivision"),
        ({"zone": "UTC", "week": "always", "holidays": {"country": "ROM"}}, "country 'ROM'", "RO"),
        ({"zone": "UTC", "week": "always", "holidays": {"subdivision": "BY"}}, "needs its country", ""),
        ({"zone": "UTC", "week": "always", "holidays": {"country": "DE", "subdivision": "XX"}}, "'XX' in DE", "BY"),
        ({"zone": "UTC", "week": "always", "holidays": {"own": ["24.12.2025"]}}, "is not a date", "2025-12-31"),
        ({"zone": "UTC", "week": "always", "holidays": {"yearly": ["13-01"]}}, "not a day of the year", "12-24"),
        ({"zone": "UTC", "week": "always", "holidays": ["2025-12-24"]}, "is not a list of holidays", ""),
        ({"zone": "UTC", "week": "always", "overrides": ["2025-12-24"]}, "mapping of dates", "2025-12-31"),
        ({"zone": "UTC", "versions": []}, "list of versions", ""),
        ({"zone": "UTC", "versions": [{"week": "always"}, {"week": "always"}]}, "different dates", ""),
        ({"zone": "UTC", "versions": [{"weeks": "always"}]}, "has no 'weeks'", "week"),
    ],
)
def test_a_mistake_in_a_calendar_s_text_is_named_with_its_cure(text: dict[str, Any], message: str, cure: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        BusinessCalendar.from_text(text)
    assert cure in caught.value.cure


def test_impossible_values_are_refused_where_they_are_made() -> None:
    with pytest.raises(UsageError, match="seven days"):
        CalendarVersion(WORKING[:5])
    with pytest.raises(UsageError, match="empty or longer than a day"):
        CalendarVersion((((0, 2 * DAY_S),),) * 7)
    with pytest.raises(UsageError, match="at least one version"):
        BusinessCalendar("UTC", ())
    with pytest.raises(UsageError, match="at least one day"):
        BusinessCalendar.always().materialise(MONDAY, MONDAY)
    with pytest.raises(UsageError, match="no time zone"):
        named_zone("../../etc/passwd")


# ---- rules ----


def test_a_case_of_a_holiday_starts_at_the_next_opening() -> None:
    calendar = BusinessCalendar.of("UTC", WORKING, holidays=Holidays(own=frozenset({MONDAY})))
    hours = calendar.materialise(MONDAY, MONDAY + timedelta(days=2))
    assert hours.intervals == ((hours.from_s + 33 * HOUR, hours.from_s + 41 * HOUR),)


def test_a_night_shift_stops_at_the_midnight_of_a_holiday_and_none_begins_on_it() -> None:
    night = parse_week({"daily": ["22:00-06:00"]})
    holiday = MONDAY + timedelta(days=1)
    calendar = BusinessCalendar.of("UTC", night, holidays=Holidays(own=frozenset({holiday})))
    assert _local(calendar, MONDAY) == ["00:00-06:00", "22:00-24:00"]
    assert _local(calendar, holiday) == []
    assert _local(calendar, holiday + timedelta(days=1)) == ["22:00-24:00"]


def test_an_override_replaces_the_night_shift_before_it_and_a_holiday_too() -> None:
    night = parse_week({"daily": ["22:00-06:00"]})
    on = MONDAY + timedelta(days=1)
    calendar = BusinessCalendar.of(
        "UTC", night, holidays=Holidays(own=frozenset({on})), overrides={on: parse_rows(["20:00-02:00"])}
    )
    assert _local(calendar, on) == ["20:00-24:00"]
    assert _local(calendar, on + timedelta(days=1)) == ["00:00-02:00", "22:00-24:00"]
    assert calendar.holiday_name(on) == "own holiday"


def test_a_break_is_cut_out_of_whatever_opened_the_date() -> None:
    calendar = BusinessCalendar.of(
        "UTC",
        WORKING,
        overrides={MONDAY: parse_rows(["06:00-20:00"])},
        breaks={MONDAY: parse_rows(["05:00-07:00", "12:00-13:00"])},
    )
    assert _local(calendar, MONDAY) == ["07:00-12:00", "13:00-20:00"]


def test_rows_that_touch_at_midnight_become_one_interval() -> None:
    hours = BusinessCalendar.always("Europe/Bucharest").materialise(date(2026, 3, 1), date(2026, 4, 1))
    assert hours.intervals == ((hours.from_s, hours.until_s),)
    assert hours.until_s - hours.from_s == 31 * DAY_S - HOUR


def test_versions_hold_from_their_first_date_and_the_first_one_also_before() -> None:
    calendar = BusinessCalendar.from_text(
        {
            "zone": "UTC",
            "holidays": {"own": [MONDAY + timedelta(days=9)]},
            "versions": [
                {"from": MONDAY, "week": {"mon-fri": ["09:00-17:00"]}},
                {"from": MONDAY + timedelta(days=7), "week": {"mon-fri": ["08:00-20:00"]}},
            ],
        }
    )
    assert _local(calendar, MONDAY - timedelta(days=7)) == ["09:00-17:00"]
    assert _local(calendar, MONDAY + timedelta(days=4)) == ["09:00-17:00"]
    assert _local(calendar, MONDAY + timedelta(days=7)) == ["08:00-20:00"]
    assert _local(calendar, MONDAY + timedelta(days=9)) == []  # what versions share is said once


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(calendars(), st.integers(5, 12), st.sampled_from([ALWAYS, WORKING, ((),) * 7]))
def test_an_edit_of_the_hours_never_changes_the_past(
    made: tuple[BusinessCalendar, date], later: int, week: tuple[tuple[tuple[int, int], ...], ...]
) -> None:
    calendar, near = made
    edited_on = near + timedelta(days=later)
    changed = calendar.edited(edited_on, week=week, holidays=Holidays(), overrides={}, breaks={})
    before = near - timedelta(days=10), edited_on
    assert changed.materialise(*before) == calendar.materialise(*before)
    assert changed.in_force(edited_on).week == week
    with pytest.raises(UsageError, match="begins after"):
        changed.edited(edited_on)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(calendars(), st.integers(1, 9))
def test_a_term_cut_in_two_opens_the_same_seconds(made: tuple[BusinessCalendar, date], cut: int) -> None:
    calendar, near = made
    first, last = near - timedelta(days=5), near + timedelta(days=5)
    middle = first + timedelta(days=cut)
    whole, left, right = (calendar.materialise(*ends) for ends in ((first, last), (first, middle), (middle, last)))
    assert left.until_s == right.from_s
    assert sum(b - a for a, b in whole.intervals) == sum(b - a for a, b in left.intervals + right.intervals)
    assert {edge for interval in whole.intervals for edge in interval} <= {
        edge for interval in left.intervals + right.intervals for edge in interval
    }


# ---- zones and holidays ----


def test_transitions_are_exact_to_the_second() -> None:
    zone = zone_offsets("Europe/Bucharest", date(2026, 1, 1), date(2027, 1, 1))
    assert zone.transitions[1:] == ((1_774_746_000, 3 * HOUR), (1_792_890_000, 2 * HOUR))
    lord_howe = zone_offsets("Australia/Lord_Howe", date(2023, 1, 1), date(2024, 1, 1))
    assert [offset for _, offset in lord_howe.transitions] == [11 * HOUR, 10 * HOUR + 1800, 11 * HOUR]
    apia = zone_offsets("Pacific/Apia", date(2011, 12, 20), date(2012, 1, 10))
    assert apia.transitions[1][1] - apia.transitions[0][1] == DAY_S


def test_a_day_begins_with_the_change_where_midnight_is_skipped_and_once_where_it_comes_twice() -> None:
    zone = zone_offsets("America/Sao_Paulo", date(2018, 1, 1), date(2018, 12, 1))
    skipped = date(2018, 11, 4)
    assert first_instant(zone, skipped) == day_number(skipped) * DAY_S + 3 * HOUR
    assert first_instant(zone, skipped + timedelta(days=1)) - first_instant(zone, skipped) == 23 * HOUR
    twice = date(2018, 2, 18)
    assert first_instant(zone, twice) - first_instant(zone, twice - timedelta(days=1)) == 25 * HOUR
    apia = zone_offsets("Pacific/Apia", date(2011, 12, 20), date(2012, 1, 10))
    assert first_instant(apia, date(2011, 12, 30)) == first_instant(apia, date(2011, 12, 31))


def test_the_version_of_the_zone_rules_is_that_of_the_package() -> None:
    assert zone_database()[:2] == "20"
    assert date_of(day_number(MONDAY)) == MONDAY


def test_holidays_of_a_subdivision_and_a_substitute_day_are_known() -> None:
    germany = Holidays("DE").named(date(2026, 1, 1), date(2027, 1, 1))
    bavaria = Holidays("DE", "BY").named(date(2026, 1, 1), date(2027, 1, 1))
    assert date(2026, 1, 6) in bavaria
    assert date(2026, 1, 6) not in germany
    assert date(2026, 12, 28) in Holidays("GB", "ENG").named(date(2026, 1, 1), date(2027, 1, 1))
    yearly = Holidays(yearly=frozenset({(2, 29)})).named(date(2023, 1, 1), date(2025, 1, 1))
    assert list(yearly) == [date(2024, 2, 29)]


def test_hours_and_holiday_names_do_not_depend_on_the_machine_s_zone_or_language() -> None:
    ask = (
        "from datetime import date\n"
        "from tallystick.vocabulary.calendar import ALWAYS, BusinessCalendar, Holidays\n"
        "from tallystick.vocabulary.zones import zone_offsets\n"
        "from tallystick.vocabulary.canonical import digest\n"
        "c = BusinessCalendar.of('Europe/Bucharest', ALWAYS, holidays=Holidays('RO'))\n"
        "f, u = date(2025, 1, 1), date(2026, 1, 1)\n"
        "print(digest([c.materialise(f, u), c.holiday_dates(f, u), zone_offsets(c.zone, f, u)]))\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", ask], env=dict(os.environ) | more, capture_output=True, text=True, check=True
        ).stdout
        for more in ({"TZ": "Pacific/Apia", "LANGUAGE": "ro", "LC_ALL": "C"}, {"TZ": "UTC", "PYTHONTZPATH": "/nowhere"})
    }
    assert len(answers) == 1


def test_a_materialised_calendar_has_a_digest_and_equals_itself() -> None:
    calendar = BusinessCalendar.of("Europe/Bucharest", WORKING, holidays=Holidays("RO"))
    one, two = (calendar.materialise(date(2026, 1, 1), date(2026, 7, 1)) for _ in range(2))
    assert one == two
    assert digest(one) == digest(two)
    assert json.dumps([list(part) for part in one.intervals])
