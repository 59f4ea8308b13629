"""Beginners at the level of tenured colleagues: weeks counted by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from tallystick.facts.stream import stream
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.period import Period
from tests.facts.floor import Row, facts, whole, zoned
from tests.facts.streams.test_employment import person

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def week(agent: str, number: int, contacts: int, minutes: int, queue: str = "billing", **parts: Any) -> list[Row]:
    """Contacts of one agent in a week, one after the other from Monday 08:00 on, all of one length."""
    begin = MONDAY + timedelta(weeks=number, hours=8)
    return [
        {
            "segment_key": key_of(agent, str(number), str(place), queue, str(parts)),
            "call_key": key_of("call", agent, str(number), str(place), queue, str(parts)),
            "call_id": f"{agent}-{number}-{place}",
            "source": "acd",
            "partner": "aurora",
            "kind": "talk",
            "direction": "inbound",
            "channel": "phone",
            "queue": queue,
            "agent": agent,
            "started_at": begin + timedelta(minutes=place * minutes),
            "ended_at": begin + timedelta(minutes=(place + 1) * minutes),
            **parts,
        }
        for place in range(contacts)
    ]


def productive(agent: str, number: int, minutes: int) -> Row:
    begin = MONDAY + timedelta(weeks=number, hours=8)
    return {
        "state_key": key_of("state", agent, str(number)),
        "source": "acd",
        "partner": "aurora",
        "agent": agent,
        "state": "available",
        "started_at": begin,
        "ended_at": begin + timedelta(minutes=minutes),
    }


OLD, NEW = person("old", "2025-01-07"), person("new", "2026-02-16", live_on=date(2026, 3, 2))


def given(calls: Iterable[list[Row]], states: Iterable[Row] = (), people: Iterable[Row] = (OLD, NEW)
          ) -> dict[str, pa.Table]:  # fmt: skip
    return {
        "call": whole("call", [row for rows in calls for row in rows]),
        "agent_state": whole("agent_state", states),
        "agent": whole("agent", people),
        "identity": whole("identity", []),
    }


def beginner(rows: dict[str, pa.Table], zone: str = "UTC", name: str = "new") -> Row:
    found: dict[str, Row] = {row["agent"]: row for row in facts("proficiency", rows, zone).to_pylist()}
    return found[name]


def on_monday(number: int) -> datetime:
    return MONDAY + timedelta(weeks=number)


def seasoned(weeks: int = 12, minutes: int = 5) -> list[list[Row]]:
    return [week("old", number, 60, minutes) for number in range(weeks)]


def test_the_first_of_four_weeks_in_a_row_at_the_level_is_the_day() -> None:
    """Colleagues take five minutes: six are too many, 5.5 would be the most. Weeks 2 to 5 are the run."""
    minutes = (10, 6, 5, 5, 5, 5, 9, 9)
    found = beginner(given([*seasoned(), *(week("new", at, 20, each) for at, each in enumerate(minutes))]))
    assert found["live_at"] == MONDAY
    assert (found["reached_at_handling"], found["known_at_handling"]) == (on_monday(2), on_monday(6))
    assert (found["days_handling"], found["weeks_handling"]) == (14, 8)
    assert (found["reached_at_output"], found["weeks_output"], found["weeks_both"]) == (None, 0, 0)


def test_three_good_weeks_a_bad_one_and_three_more_are_no_run() -> None:
    minutes = (5, 5, 5, 9, 5, 5, 5)
    found = beginner(given([*seasoned(), *(week("new", at, 20, each) for at, each in enumerate(minutes))]))
    assert (found["reached_at_handling"], found["days_handling"], found["weeks_handling"]) == (None, None, 7)


def test_a_week_with_too_few_contacts_neither_helps_nor_breaks() -> None:
    weeks = [(20, 5), (20, 5), (19, 30), (20, 5), (20, 5)]
    calls = [week("new", at, many, minutes) for at, (many, minutes) in enumerate(weeks)]
    found = beginner(given([*seasoned(), *calls]))
    assert (found["days_handling"], found["known_at_handling"], found["weeks_handling"]) == (0, on_monday(5), 4)


def test_a_harder_mix_of_contacts_is_no_slowness() -> None:
    """Technical contacts take colleagues twenty minutes, and the beginner twenty-one."""
    calls = [*seasoned(4), *(week("old", at, 60, 20, "technical") for at in range(4))]
    found = beginner(given([*calls, *(week("new", at, 20, 21, "technical") for at in range(4))]))
    assert found["days_handling"] == 0
    found = beginner(given([*calls, *(week("new", at, 20, 21) for at in range(4))]))
    assert found["days_handling"] is None


def test_without_enough_contacts_of_tenured_colleagues_nothing_is_compared() -> None:
    own = [week("new", at, 20, 5) for at in range(4)]
    few = [week("old", at, 49, 5) for at in range(4)]
    for calls, people in (
        (few, (OLD, NEW)),
        (seasoned(4), (person("old", "2025-12-01"), NEW)),
        (seasoned(4), ({**OLD, "partner": "borealis"}, NEW)),
        ([], (OLD, NEW)),
    ):
        rows = [row for part in calls for row in part]
        if people[0]["partner"] == "borealis":
            rows = [{**row, "partner": "borealis"} for row in rows]
        assert beginner(given([rows, *own], people=people))["weeks_handling"] == 0


def test_who_has_been_there_for_180_days_by_monday_is_tenured_and_no_beginner_any_more() -> None:
    first = (MONDAY - timedelta(days=180)).date().isoformat()
    own = [week("new", at, 20, 5) for at in range(4)]
    assert beginner(given([*seasoned(4), *own], people=(person("old", first), NEW)))["weeks_handling"] == 4
    later = (MONDAY - timedelta(days=179)).date().isoformat()
    assert beginner(given([*seasoned(4), *own], people=(person("old", later), NEW)))["weeks_handling"] == 3


def test_output_is_the_colleagues_work_in_productive_time() -> None:
    """Colleagues fill 300 of 500 minutes, and 0.54 is enough: twenty contacts are 100 minutes at their pace, of 180."""
    calls = [*seasoned(4), *(week("new", at, 20, 5) for at in range(4))]
    states = [productive("old", at, 500) for at in range(4)]
    good = beginner(given(calls, [*states, *(productive("new", at, 180) for at in range(4))]))
    assert (good["days_output"], good["days_both"], good["weeks_both"]) == (0, 0, 4)
    slack = beginner(given(calls, [*states, *(productive("new", at, 190) for at in range(4))]))
    assert (slack["days_output"], slack["days_handling"], slack["days_both"], slack["weeks_both"]) == (None, 0, None, 4)


def test_output_is_not_compared_where_much_of_the_work_is_not() -> None:
    calls = [*seasoned(4), *(week("new", at, 20, 5) for at in range(4))]
    states = [productive(who, at, 500) for at in range(4) for who in ("old", "new")]
    rare = [week("new", at, 3, 5, "rare") for at in range(4)]
    assert beginner(given([*calls, *rare], states))["weeks_output"] == 0
    assert beginner(given([*calls, *(rows[:2] for rows in rare)], states))["weeks_output"] == 4


def test_hold_and_after_work_belong_to_the_contact_and_an_endless_one_is_left_out() -> None:
    own = [week("new", at, 20, 5) for at in range(4)]
    wrap = [[{**row, "segment_key": row["segment_key"] + 1, "kind": "wrap"} for row in rows] for rows in own]
    assert beginner(given([*seasoned(4), *own]))["days_handling"] == 0
    assert beginner(given([*seasoned(4), *own, *wrap]))["days_handling"] is None
    endless = [[{**rows[0], "ended_at": None}, *rows[1:]] for rows in own]
    assert beginner(given([*seasoned(4), *endless]))["weeks_handling"] == 0


def test_the_week_of_the_first_day_counts_and_nobody_is_there_before_it() -> None:
    late = person("new", "2026-02-16", live_on=date(2026, 3, 4))
    found = beginner(given([*seasoned(4), *(week("new", at, 20, 5) for at in range(4))], people=(OLD, late)))
    assert (found["reached_at_handling"], found["days_handling"]) == (MONDAY + timedelta(days=2), 0)
    early = person("new", "2026-02-16", live_on=date(2026, 3, 9))
    found = beginner(given([*seasoned(5), *(week("new", at, 20, 5) for at in range(5))], people=(OLD, early)))
    assert (found["weeks_handling"], found["days_handling"]) == (4, 0)


def test_weeks_are_local() -> None:
    """A Sunday evening in UTC is Monday in Tokyo."""
    shift = timedelta(hours=-16)
    rows = [
        {**row, "started_at": row["started_at"] + shift, "ended_at": row["ended_at"] + shift}
        for row in (*week("old", 0, 60, 5), *week("new", 0, 20, 5))
    ]
    assert beginner(given([rows]), "Asia/Tokyo")["weeks_handling"] == 1
    assert beginner(given([rows]), "UTC")["weeks_handling"] == 0


def test_who_has_no_first_day_is_nobody_and_who_has_no_live_day_begins_with_the_first() -> None:
    rows = given([], people=(person("nobody", None), person("new", "2026-03-02")))
    (only,) = facts("proficiency", rows).to_pylist()
    assert (only["agent"], only["live_at"], only["weeks_both"]) == ("new", MONDAY, 0)
    assert facts("proficiency", given([], people=(person("nobody", None),))).num_rows == 0


@pytest.mark.parametrize("label", ["2026-03", "2026-Q1", "2026-W10"])
def test_a_period_is_told_by_its_own_rows_as_by_all(label: str) -> None:
    minutes = (10, 9, 8, 7, 6, 5, 5, 5, 5, 9, 9)
    calls = [*seasoned(30), *(week("new", at, 20, each) for at, each in enumerate(minutes))]
    calls += [week("later", at, 20, 5) for at in range(14, 20)]
    states = [productive(who, at, 500) for at in range(12) for who in ("old", "new")]
    later = person("later", "2026-06-08")
    rows = given(calls, states, (OLD, NEW, later))
    declared = stream("proficiency")
    assert declared is not None
    period = Period.parse(label, "UTC")
    cut = declared.of_period(rows, period.start_s, period.end_s, zoned())
    assert set(cut) == set(declared.reads)
    assert beginner(cut) == beginner(rows)
    none = Period.parse("2026-12", "UTC")
    assert declared.of_period(rows, none.start_s, none.end_s, zoned())["call"].num_rows == 0


def test_of_two_stays_of_one_person_the_later_one_counts_in_whatever_order_they_are_listed() -> None:
    stays = [{**person("new", day), "agent_key": number} for number, day in ((1, "2026-03-02"), (2, "2025-02-03"))]
    for people in (stays, stays[::-1]):
        (only,) = facts("proficiency", given([], people=people)).to_pylist()
        assert only["live_at"] == MONDAY
