from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tallystick.facts.compiled import Twins
from tallystick.vocabulary.business_time import BusinessTime
from tallystick.vocabulary.calendar import BusinessCalendar
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.hours_text import parse_rows
from tallystick.vocabulary.opening import (
    DAY_S,
    NEVER,
    BeyondHorizon,
    OpenHours,
    ZoneOffsets,
    business_seconds,
    instant_after,
    instant_after_many,
    instant_before,
    is_open_at,
    local_day,
    local_day_many,
    monday_of,
    month_of,
    offset_at,
    open_arrays,
    open_between,
    open_between_many,
    open_until,
    open_until_many,
    require_horizon,
    zone_arrays,
)
from tallystick.vocabulary.zones import date_of, day_number, named_zone, zone_offsets
from tests.vocabulary.wall_clock import ZONES, WallClock, calendars

QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
# The slow references are not shrunk: a failing example of theirs is small enough to read, and shrinking takes minutes.
AS_FOUND = [Phase.explicit, Phase.reuse, Phase.generate]
ZONE_NAMES = sorted(ZONES)


def _hours(calendar: BusinessCalendar, near: date, days: int = 12) -> OpenHours:
    return calendar.materialise(near - timedelta(days=days), near + timedelta(days=days))


def _instants(hours: OpenHours) -> st.SearchStrategy[int]:
    edges = [edge for interval in hours.intervals for edge in interval]
    anywhere = st.integers(hours.from_s, hours.until_s)
    if not edges:
        return anywhere
    return st.one_of(anywhere, st.sampled_from(edges), st.sampled_from(edges).map(lambda t: max(t - 1, hours.from_s)))


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(calendars(), st.data())
def test_business_time_is_additive_monotone_and_never_above_elapsed_time(
    made: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    hours = _hours(*made)
    table = open_arrays([hours]).as_lists()
    a, b, c = sorted(data.draw(st.tuples(*[_instants(hours)] * 3)))
    ab, bc, ac = (open_between(table, 0, *pair) for pair in ((a, b), (b, c), (a, c)))
    assert ab + bc == ac
    assert 0 <= ab <= ac <= c - a
    assert ab <= b - a
    assert open_between(table, 0, b, a) == -ab


def _equals_the_reference(made: tuple[BusinessCalendar, date], data: st.DataObject) -> None:
    calendar, near = made
    hours = _hours(calendar, near, 6)
    start = data.draw(st.integers(hours.from_s, hours.until_s - 1))
    stop = data.draw(st.integers(start, min(start + 3 * DAY_S, hours.until_s)))
    table = open_arrays([hours])
    expected = WallClock(calendar).second_by_second(start, stop)
    assert open_between(table.as_lists(), 0, start, stop) == expected
    assert open_between_many(table, 0, [start], [stop]).tolist() == [expected]


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET, phases=AS_FOUND)
@given(calendars(), st.data())
def test_spans_up_to_three_days_equal_a_reading_of_the_wall_clock_second_by_second(
    made: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    _equals_the_reference(made, data)


@pytest.mark.long
@settings(max_examples=1_000, deadline=None, suppress_health_check=QUIET, phases=AS_FOUND)
@given(calendars(), st.data())
def test_a_thousand_spans_equal_a_reading_of_the_wall_clock_second_by_second(
    made: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    _equals_the_reference(made, data)


@settings(max_examples=25, deadline=None, suppress_health_check=QUIET, phases=AS_FOUND)
@given(calendars(), st.data())
def test_longer_spans_equal_a_walk_over_the_wall_clock(
    made: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    calendar, near = made
    hours = _hours(calendar, near, 100)
    start = data.draw(st.integers(hours.from_s, hours.until_s - 4 * DAY_S))
    stop = data.draw(st.integers(start + 3 * DAY_S, hours.until_s))
    expected = WallClock(calendar).walk(start, stop)
    assert open_between(open_arrays([hours]).as_lists(), 0, start, stop) == expected


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(calendars(), st.data())
def test_a_deadline_is_the_first_instant_at_which_the_time_has_passed(
    made: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    hours = _hours(*made)
    table = open_arrays([hours]).as_lists()
    t = data.draw(_instants(hours))
    left = open_between(table, 0, t, hours.until_s)
    seconds = data.draw(st.integers(1, max(left, 1)))
    due = instant_after(table, 0, t, seconds)
    if left == 0:
        assert due == NEVER
        return
    assert open_between(table, 0, t, due) == seconds
    assert open_between(table, 0, t, due - 1) == seconds - 1
    assert instant_before(table, 0, due, seconds) >= t
    assert instant_after(table, 0, t, left + 1) == NEVER


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(calendars(), st.data())
def test_the_instant_before_is_the_last_one_from_which_the_time_passes(
    made: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    hours = _hours(*made)
    table = open_arrays([hours]).as_lists()
    t = data.draw(_instants(hours))
    passed = open_between(table, 0, hours.from_s, t)
    assert instant_before(table, 0, t, passed + 1) == -NEVER
    if passed == 0:
        return
    seconds = data.draw(st.integers(1, passed))
    since = instant_before(table, 0, t, seconds)
    assert open_between(table, 0, since, t) == seconds
    assert open_between(table, 0, since + 1, t) == seconds - 1


@settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
@given(calendars(), st.data())
def test_zero_seconds_after_is_now_when_open_and_else_the_next_opening(
    made: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    hours = _hours(*made)
    table = open_arrays([hours]).as_lists()
    t = data.draw(_instants(hours))
    following = min((max(start, t) for start, stop in hours.intervals if stop > t), default=NEVER)
    before = t if is_open_at(table, 0, t) else max((stop for _, stop in hours.intervals if stop <= t), default=-NEVER)
    assert instant_after(table, 0, t, 0) == following
    assert instant_before(table, 0, t, 0) == before
    assert is_open_at(table, 0, t) == any(start <= t < stop for start, stop in hours.intervals)


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(calendars(), st.data())
def test_a_pause_never_shortens_the_time_that_is_left_nor_brings_the_deadline_nearer(
    made: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    hours = _hours(*made, days=40)
    time = BusinessTime(hours)
    middle = hours.from_s + 20 * DAY_S
    spans = st.tuples(st.integers(middle - 3 * DAY_S, middle + 9 * DAY_S), st.integers(0, 2 * DAY_S)).map(
        lambda span: (span[0], span[0] + span[1])
    )
    pauses = data.draw(st.lists(spans, max_size=4))
    more = data.draw(spans)
    as_of = data.draw(st.integers(middle, middle + 10 * DAY_S))
    target = data.draw(st.integers(0, 2 * DAY_S))
    fewer_left = time.remaining(middle, target, as_of, pauses)
    assert time.remaining(middle, target, as_of, [*pauses, more]) >= fewer_left >= target - (as_of - middle)
    try:
        later = time.deadline(middle, target, [*pauses, more])
    except BeyondHorizon:
        return
    assert later >= time.deadline(middle, target, pauses)
    assert time.elapsed(middle, later, [*pauses, more]) == (target if later >= middle else 0)


@settings(max_examples=15, deadline=None, suppress_health_check=QUIET)
@given(st.lists(calendars(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_compiled_uncompiled_and_numpy_forms_agree_on_many_calendars_at_once(
    compiled: Twins, made: list[tuple[BusinessCalendar, date]], random: object
) -> None:
    every = [_hours(*one) for one in made]
    table = open_arrays(every)
    lists = table.as_lists()
    rng = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    c = rng.integers(0, len(every), 200)
    low, high = np.array([h.from_s for h in every])[c], np.array([h.until_s for h in every])[c]
    a, b = rng.integers(low, high, endpoint=True), rng.integers(low, high, endpoint=True)
    seconds = rng.integers(0, 6 * DAY_S, 200)
    found, plain = np.zeros(200, np.int64), [0] * 200
    compiled[business_seconds](table, c, a, b, found)
    business_seconds(lists, c.tolist(), a.tolist(), b.tolist(), plain)
    assert found.tolist() == plain == open_between_many(table, c, a, b).tolist()
    due = instant_after_many(table, c, a, seconds).tolist()
    until = open_until_many(table, c, a).tolist()
    for i in range(200):
        one = (int(c[i]), int(a[i]))
        assert compiled[instant_after](table, *one, seconds[i]) == instant_after(lists, *one, int(seconds[i])) == due[i]
        assert compiled[instant_before](table, *one, seconds[i]) == instant_before(lists, *one, int(seconds[i]))
        assert compiled[open_until](table, *one) == open_until(lists, *one) == until[i]
        assert compiled[is_open_at](table, *one) == is_open_at(lists, *one)


@pytest.mark.parametrize("name", ZONE_NAMES)
def test_local_dates_weeks_and_months_equal_those_of_zoneinfo(compiled: Twins, name: str) -> None:
    first, last = date(2010, 1, 1), date(2025, 1, 1)
    table = zone_arrays(zone_offsets(name, first, last))
    lists = table.as_lists()
    rng = np.random.default_rng(7)
    instants = rng.integers(day_number(first) * DAY_S, day_number(last) * DAY_S, 400)
    changes = [at + n for at in lists.since_s[1:] for n in (-1, 0, 1)]
    for t in [*instants.tolist(), *changes]:
        shown = datetime.fromtimestamp(t, named_zone(name))
        day = local_day(lists, t)
        assert day == compiled[local_day](table, t) == int(local_day_many(table, t)) == day_number(shown.date())
        assert offset_at(lists, t) == compiled[offset_at](table, t) == shown.utcoffset().total_seconds()
        assert date_of(monday_of(day)) == shown.date() - timedelta(days=shown.weekday())
        assert month_of(day) == compiled[month_of](day) == shown.year * 100 + shown.month


def test_months_of_four_thousand_years_equal_those_of_datetime() -> None:
    days = np.arange(day_number(date(1, 1, 1)), day_number(date(4000, 1, 1)), 13)
    expected = [on.year * 100 + on.month for on in map(date_of, days.tolist())]
    assert month_of(days).tolist() == expected  # type: ignore[arg-type,attr-defined]


def test_outside_the_horizon_python_paths_raise_and_integer_functions_count_nothing() -> None:
    hours = BusinessCalendar.always().materialise(date(2026, 1, 1), date(2026, 1, 11))
    table = open_arrays([hours, hours])
    assert open_until(table, 1, hours.from_s - 12_345) == 0
    assert open_until(table, 1, hours.until_s + 10**9) == 10 * DAY_S
    with pytest.raises(
        BeyondHorizon, match=r"2026-01-12T00:00:00Z is outside .* UTC: 2026-01-01T00:00:00Z to"
    ) as caught:
        BusinessTime(hours).elapsed(hours.from_s, hours.until_s + DAY_S)
    assert "longer term" in caught.value.cure
    with pytest.raises(BeyondHorizon):
        open_between_many(table, [0, 1], hours.from_s, [hours.until_s, hours.until_s + 1])
    with pytest.raises(BeyondHorizon):
        require_horizon(table, 1, hours.from_s - 1, hours.until_s)
    require_horizon(table, 1, hours.from_s, hours.until_s)


def test_a_horizon_that_begins_inside_a_utc_day_counts_from_its_first_second() -> None:
    hours = BusinessCalendar.always("Asia/Kolkata").materialise(date(2026, 1, 1), date(2026, 1, 3))
    table = open_arrays([hours])
    assert hours.from_s % DAY_S == 18 * 3600 + 1800
    assert open_until(table, 0, hours.from_s + 5) == 5
    assert open_until(table, 0, hours.until_s) == 2 * DAY_S


def test_a_calendar_that_never_opens_has_no_deadline() -> None:
    hours = BusinessCalendar.of("UTC", ((),) * 7).materialise(date(2026, 1, 1), date(2026, 2, 1))
    table = open_arrays([hours])
    assert open_between(table, 0, hours.from_s, hours.until_s) == 0
    assert instant_after(table, 0, hours.from_s, 1) == instant_after(table, 0, hours.from_s, 0) == NEVER
    assert instant_after_many(table, 0, [hours.from_s], [3]).tolist() == [NEVER]
    with pytest.raises(BeyondHorizon):
        BusinessTime(hours).deadline(hours.from_s, 60)


def test_intervals_that_overlap_or_leave_the_horizon_are_refused() -> None:
    for intervals in (((0, 10), (5, 20)), ((10, 20), (0, 5)), ((0, DAY_S + 1),), ((5, 5),)):
        with pytest.raises(UsageError, match="not sorted, disjoint"):
            open_arrays([OpenHours("UTC", intervals, 0, DAY_S)])
    with pytest.raises(UsageError, match="empty or not in order"):
        zone_arrays(ZoneOffsets("UTC", ()))


def test_status_time_outside_every_interval_counts_zero_business_seconds() -> None:
    calendar = BusinessCalendar.of("UTC", (parse_rows(["09:00-17:00"]),) * 5 + ((), ()))
    time = BusinessTime(calendar.materialise(date(2026, 3, 1), date(2026, 4, 1)))
    saturday = day_number(date(2026, 3, 7)) * DAY_S
    assert time.elapsed(saturday + 3600, saturday + 30 * 3600) == 0
    assert time.deadline(saturday, 60) == saturday + 2 * DAY_S + 9 * 3600 + 60
