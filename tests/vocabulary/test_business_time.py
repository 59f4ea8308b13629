from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tallystick.facts.compiled import Twins
from tallystick.vocabulary.business_time import (
    BusinessTime,
    add_days,
    add_working_days,
    is_break,
    is_holiday,
    is_working_day,
    local_date,
    working_days_between,
)
from tallystick.vocabulary.calendar import BusinessCalendar
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.hours_text import DAY_NAMES, Rows, parse_rows
from tallystick.vocabulary.opening import (
    BeyondHorizon,
    OpenHours,
    business_seconds,
    instant_after,
    instant_before,
    is_open_at,
    open_arrays,
    open_between,
)
from tallystick.vocabulary.public_holidays import Holidays
from tallystick.vocabulary.zones import first_instant, utc_seconds, zone_offsets

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "business-time.md"
PEERS = ("biz", "business_time", "businesstimedelta")
Case = dict[str, Any]


def _second(text: str) -> int:
    return utc_seconds(datetime.fromisoformat(text))


def _text(second: int) -> str:
    return datetime.fromtimestamp(int(second), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rows(pairs: list[list[str]]) -> Rows:
    return parse_rows([f"{start}-{stop}" for start, stop in pairs])


def _calendar(text: Case) -> BusinessCalendar:
    return BusinessCalendar.of(
        text["timezone"],
        tuple(_rows(text["week"].get(day, [])) for day in DAY_NAMES),
        holidays=Holidays(
            own=frozenset(map(date.fromisoformat, text["holidays"])),
            yearly=frozenset((int(on[:2]), int(on[3:])) for on in text["holidays_recurring_mmdd"]),
        ),
        overrides={date.fromisoformat(on): _rows(rows) for on, rows in text["date_hours"].items()},
        breaks={date.fromisoformat(on): _rows(rows) for on, rows in text["date_breaks"].items()},
    )


@cache
def _cases(folder: Path) -> tuple[Case, ...]:
    return tuple(case for peer in PEERS for case in json.loads((folder / f"{peer}.json").read_text())["cases"])


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> tuple[Case, ...]:
    return _cases(shared_data / "sla_cases")


def _at(case: Case) -> str:
    given = case["input"]
    return str(given.get("at") or given.get("start") or given.get("origin"))


def _hours(case: Case) -> OpenHours:
    on = date.fromisoformat(_at(case)[:10])
    return _calendar(case["calendar"]).materialise(on - timedelta(days=60), on + timedelta(days=60))


def _answer(case: Case) -> Case:
    """What the plain Python path answers, in the form of the case's `expected`."""
    calendar, given, kind, at = _calendar(case["calendar"]), case["input"], case["kind"], _at(case)
    if kind == "days_between":
        last = date.fromisoformat(given["end"]) + timedelta(days=given["inclusive"])
        return {"days": working_days_between(calendar, date.fromisoformat(at), last)}
    if kind == "add_days" and len(at) == 10:
        return {"time": add_working_days(calendar, date.fromisoformat(at), given["days"]).isoformat()}
    instant = _second(at)
    if kind == "add_days":
        return {"time": _text(add_days(calendar, instant, given["days"]))}
    if kind == "is_holiday":
        return {"holiday": is_holiday(calendar, instant)}
    if kind == "is_break":
        return {"break": is_break(calendar, instant)}
    if kind == "is_working_day":
        return {"working_day": is_working_day(calendar, local_date(calendar, instant))}
    time = BusinessTime(_hours(case))
    if kind == "elapsed":
        return {"seconds": time.elapsed(instant, _second(given["end"]), signed=case["source"]["peer"] != "zendesk/biz")}
    if kind == "add":
        ahead = given["direction"] == "after"
        return {
            "time": _text(time.deadline(instant, given["seconds"]) if ahead else time.back(instant, -given["seconds"]))
        }
    if kind == "is_open":
        return {"open": time.is_open(instant)}
    if kind == "next_open_instant":
        return {"time": _text(time.next_open(instant))}
    if kind == "prev_open_instant":
        return {"time": _text(time.previous_open(instant))}
    assert kind == "open_segments", kind
    backwards = given["direction"] == "before"
    found = (
        time.first_segments(instant, given["count"], backwards=backwards)
        if given["count"]
        else list(time.segments(instant, backwards=backwards, until=_second(given["until"])))
    )
    return {"segments": [[_text(start), _text(stop)] for start, stop in found]}


# A deadline exactly at closing may be that instant or the next opening; our rule is the closing instant.
AT_CLOSING = {"biz-046": {"time": "2006-01-08T12:00:00Z"}}


def test_every_truth_case_holds_uncompiled(cases: tuple[Case, ...]) -> None:
    truths = [case for case in cases if case["use"] == "truth"]
    assert len(truths) > 230
    wrong = {
        case["id"]: (case["expected"], answer)
        for case in truths
        if (answer := _answer(case)) != AT_CLOSING.get(case["id"], case["expected"])
    }
    assert wrong == {}


def test_a_deadline_at_closing_is_the_closing_instant_everywhere_alike(cases: tuple[Case, ...]) -> None:
    for case in cases:
        if case["use"] == "truth" and case["kind"] == "add" and case["input"]["seconds"] > 0:
            hours = _hours(case)
            due = BusinessTime(hours).deadline(_second(_at(case)), case["input"]["seconds"])
            assert any(start < due <= stop for start, stop in hours.intervals), case["id"]
            if case["id"] in AT_CLOSING:  # and the peer's answer is the opening that follows
                assert BusinessTime(hours).next_open(due) == _second(case["expected"]["time"])


def test_every_truth_case_holds_through_the_compiled_bulk_path(cases: tuple[Case, ...], compiled: Twins) -> None:
    truths = [case for case in cases if case["use"] == "truth"]
    table = open_arrays([_hours(case) for case in truths])

    pairs: list[tuple[int, int, int, int, str]] = []  # calendar, start, stop, expected seconds, case
    for c, case in enumerate(truths):
        given, expected = case["input"], case["expected"]
        if case["kind"] == "elapsed":
            reversed_to_zero = expected["seconds"] == 0 and "reversed" in case["edge"]
            if not reversed_to_zero:
                pairs.append((c, _second(given["start"]), _second(given["end"]), expected["seconds"], case["id"]))
        if case["kind"] == "open_segments":
            segments = sorted((_second(a), _second(b)) for a, b in expected["segments"])
            pairs += [(c, a, b, b - a, case["id"]) for a, b in segments]
            pairs += [(c, stop, start, 0, case["id"]) for (_, stop), (start, _) in pairwise(segments)]
            origin = _second(given["origin"])
            near = segments[-1][1] if given["direction"] == "before" else segments[0][0]
            pairs.append((c, min(origin, near), max(origin, near), 0, case["id"]))
    columns = [np.array(part, np.int64) for part in list(zip(*pairs, strict=True))[:4]]
    found = np.empty(len(pairs), np.int64)
    compiled[business_seconds](table, *columns[:3], found)
    assert {pair[4]: (pair[3], got) for pair, got in zip(pairs, found.tolist(), strict=True) if pair[3] != got} == {}

    wrong: dict[str, object] = {}
    asked = len(pairs)
    for c, case in enumerate(truths):
        given, expected, kind = case["input"], case["expected"], case["kind"]
        expected = AT_CLOSING.get(case["id"], expected)
        if kind not in ("add", "is_open", "next_open_instant", "prev_open_instant"):
            continue
        asked += 1
        t = _second(_at(case))
        if kind == "is_open":
            answer: Case = {"open": bool(compiled[is_open_at](table, c, t))}
        elif kind == "next_open_instant" or (kind == "add" and given["direction"] == "after"):
            answer = {"time": _text(compiled[instant_after](table, c, t, given.get("seconds", 0)))}
        else:
            answer = {"time": _text(compiled[instant_before](table, c, t, -given.get("seconds", 0)))}
        if answer != expected:
            wrong[case["id"]] = (expected, answer)
    assert wrong == {}
    assert asked > 200


def test_each_case_that_peers_decide_differently_has_its_choice_in_the_guide(cases: tuple[Case, ...]) -> None:
    guide = GUIDE.read_text()
    rows = [line for line in guide.splitlines() if line.startswith(("| biz", "| business_time-"))]
    stated = {
        name: row for row in rows for name in re.findall(r"\b(?:biz|business_time|businesstimedelta)-\d{3}\b", row)
    }
    for case in cases:
        if case["use"] not in ("policy", "boundary", "divergence"):
            continue
        assert case["id"] in stated, f"{case['id']} is not in docs/guide/business-time.md"
        differs = _answer(case) != case["expected"]
        assert differs == ("differs" in stated[case["id"]]), case["id"]


@pytest.mark.parametrize(
    "edge",
    [
        "deadline that falls exactly on closing",
        "inside the hour that a clock change skips",
        "Sunday of 25 hours",
        "empty calendar",
        "Closing at 23:59",
        "reversed pair",
        "night shift",
    ],
)
def test_each_disagreement_of_peers_is_stated_in_the_guide(edge: str) -> None:
    assert edge in GUIDE.read_text()


def test_the_guide_s_example_runs_and_uses_the_hours_it_shows() -> None:
    code = re.search(r"\n\n((?:    .*\n|\n)+)", GUIDE.read_text())
    assert code is not None
    space: dict[str, Any] = {}
    exec(re.sub(r"(?m)^    ", "", code[1]), space)  # noqa: S102  (our own documentation)
    assert space["time"].elapsed(1772442000, 1772460000) == 18_000 - 45 * 60
    assert space["time"].deadline(1772442000, 4 * 3600) == 1772442000 + 4 * 3600 + 45 * 60


# ---- the choices, each on its own ----


def _time(zone: str, week: tuple[Rows, ...], first: date, last: date, **more: Any) -> BusinessTime:
    return BusinessTime(BusinessCalendar.of(zone, week, **more).materialise(first, last))


def test_a_row_inside_the_skipped_hour_keeps_what_the_clock_shows() -> None:
    time = _time("America/Los_Angeles", (((9000, 11_700),),) * 7, date(2006, 4, 2), date(2006, 4, 3))
    assert time.hours.intervals == ((_second("2006-04-02T10:00:00Z"), _second("2006-04-02T10:15:00Z")),)


@pytest.mark.parametrize(
    ("on", "row", "hours"),
    [
        (date(2026, 3, 29), "00:00-24:00", 23),
        (date(2026, 10, 25), "00:00-24:00", 25),
        (date(2026, 10, 25), "03:00-04:00", 2),
        (date(2026, 3, 29), "03:00-04:00", 0),
        (date(2026, 3, 28), "22:00-06:00", 7),
        (date(2026, 10, 24), "22:00-06:00", 9),
        (date(2026, 10, 25), "03:30-03:45", 0.5),
    ],
)
def test_hours_over_a_clock_change_in_bucharest(on: date, row: str, hours: float) -> None:
    time = _time("Europe/Bucharest", ((),) * 7, on, on + timedelta(days=2), overrides={on: parse_rows([row])})
    assert time.elapsed(time.hours.from_s, time.hours.until_s) == hours * 3600


def test_a_skipped_date_has_no_hours_and_a_day_around_the_clock_skips_it() -> None:
    time = _time("Pacific/Apia", (((0, 86_400),),) * 7, date(2011, 12, 29), date(2012, 1, 1))
    assert time.elapsed(time.hours.from_s, time.hours.until_s) == 2 * 86_400
    only = BusinessCalendar.of("Pacific/Apia", ((),) * 7, overrides={date(2011, 12, 30): ((0, 86_400),)})
    assert only.materialise(date(2011, 12, 29), date(2012, 1, 1)).intervals == ()


def test_closing_at_23_59_leaves_the_last_minute_closed() -> None:
    day = date(2026, 3, 2)
    time = _time("UTC", (parse_rows(["00:00-23:59"]),) * 7, day, day + timedelta(days=1))
    assert time.elapsed(time.hours.from_s, time.hours.until_s) == 86_340


def test_reversed_pairs_are_negative_or_zero_as_asked() -> None:
    time = _time("UTC", (((0, 86_400),),) * 7, date(2026, 3, 2), date(2026, 3, 9))
    start = time.hours.from_s
    assert time.elapsed(start + 100, start + 40) == -60
    assert time.elapsed(start + 100, start + 40, signed=False) == 0


def test_pauses_count_once_and_only_in_open_hours_before_the_deadline() -> None:
    time = _time("UTC", (parse_rows(["09:00-17:00"]),) * 5 + ((), ()), date(2026, 3, 2), date(2026, 3, 16))
    nine = _second("2026-03-02T09:00:00Z")
    hour = 3600
    pauses = [(nine + hour, nine + 2 * hour), (nine + hour, nine + 3 * hour), (nine + 7 * hour, nine + 30 * hour)]
    assert time.elapsed(nine, nine + 8 * hour, pauses) == 5 * hour
    assert time.deadline(nine, 2 * hour, pauses) == nine + 4 * hour
    assert time.deadline(nine, hour, pauses) == nine + hour  # met the moment the pause begins
    assert time.deadline(nine, 5 * hour + 1, pauses) == nine + 30 * hour + 1
    assert time.remaining(nine, 2 * hour, nine + 5 * hour, pauses) == -hour


def test_questions_about_time_that_runs_backwards_are_refused() -> None:
    time = _time("UTC", (((0, 86_400),),) * 7, date(2026, 3, 2), date(2026, 3, 9))
    for ask in (time.deadline, time.back):
        with pytest.raises(UsageError):
            ask(time.hours.from_s, -1)
    with pytest.raises(BeyondHorizon):
        time.first_segments(time.hours.from_s, 2)
    with pytest.raises(BeyondHorizon):
        time.first_segments(time.hours.until_s, 2, backwards=True)
    with pytest.raises(UsageError, match="names no zone"):
        utc_seconds(datetime(2026, 3, 2))  # noqa: DTZ001


def test_working_days_end_where_a_calendar_never_opens() -> None:
    closed = BusinessCalendar.of("UTC", ((),) * 7)
    with pytest.raises(UsageError, match="no 1 working days"):
        add_working_days(closed, date(2026, 3, 2), 1)
    with pytest.raises(BeyondHorizon):
        add_days(closed, _second("2026-03-02T09:00:00Z"), 1)
    assert working_days_between(closed, date(2026, 3, 2), date(2026, 4, 2)) == 0


def test_going_back_from_a_weekend_after_a_midnight_closing_stays_on_the_day_it_ends() -> None:
    desk = BusinessCalendar.of("Europe/Bucharest", (parse_rows(["12:00-24:00"]),) * 5 + ((), ()))
    sunday = _second("2026-03-08T10:00:00Z")
    assert _text(add_days(desk, sunday, -1)) == "2026-03-05T22:00:00Z"  # Thursday's closing, at midnight


def test_adding_days_takes_a_skipped_local_time_as_the_change_s_instant() -> None:
    desk = BusinessCalendar.always("Europe/Bucharest")
    assert _text(add_days(desk, _second("2026-03-28T01:30:00Z"), 1)) == "2026-03-29T01:00:00Z"
    assert _text(add_days(desk, _second("2026-10-24T00:30:00Z"), 1)) == "2026-10-25T00:30:00Z"


# ---- the pitfalls that the guide lists, so that its table stays true ----


def test_subtracting_two_aware_datetimes_of_one_zone_is_wrong() -> None:
    zone = ZoneInfo("Europe/Bucharest")
    two, five = datetime(2026, 3, 29, 2, tzinfo=zone), datetime(2026, 3, 29, 5, tzinfo=zone)
    assert five - two == timedelta(hours=3)
    assert utc_seconds(five) - utc_seconds(two) == 2 * 3600


def test_a_skipped_and_a_repeated_local_time_pass_unnoticed_in_zoneinfo() -> None:
    zone = ZoneInfo("Europe/Bucharest")
    skipped = datetime(2026, 3, 29, 3, 30, tzinfo=zone)
    assert skipped.astimezone(UTC).astimezone(zone).hour == 4
    first, second = (datetime(2026, 10, 25, 3, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    assert first == second
    assert utc_seconds(second) - utc_seconds(first) == 3600


def test_eight_hours_later_on_the_wall_clock_is_not_eight_hours() -> None:
    zone = ZoneInfo("Europe/Bucharest")
    start = datetime(2026, 3, 29, 0, tzinfo=zone)
    assert utc_seconds(start + timedelta(hours=8)) - utc_seconds(start) == 7 * 3600


def test_midnight_itself_may_be_skipped() -> None:
    for name, on in (
        ("America/Sao_Paulo", date(2018, 11, 4)),
        ("Asia/Beirut", date(2024, 3, 31)),
        ("Africa/Cairo", date(2023, 4, 28)),
    ):
        begins = first_instant(zone_offsets(name, on, on), on)
        assert datetime.fromtimestamp(begins, ZoneInfo(name)).hour == 1
        assert datetime.fromtimestamp(begins - 1, ZoneInfo(name)).date() == on - timedelta(days=1)


def test_business_seconds_between_equal_instants_are_zero() -> None:
    table = open_arrays([BusinessCalendar.always().materialise(date(2026, 1, 1), date(2026, 1, 2))])
    assert open_between(table, 0, table.from_s[0] + 5, table.from_s[0] + 5) == 0
