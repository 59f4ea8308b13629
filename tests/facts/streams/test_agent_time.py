"""Agents' days in seconds, each counted by hand beside its test."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tallystick.facts.agent_states import CODE, STATES
from tallystick.facts.stream import stream
from tallystick.records.tables import agent_state as states_declared
from tallystick.records.tables import shift as shifts_declared
from tallystick.vocabulary.period import Period
from tests.facts.floor import at, day, days, facts, floor, seconds, shift, state, zoned

NINE_TO_FIVE = shift("work", "09:00", "17:00")


def test_every_word_of_the_tables_has_a_place() -> None:
    assert {*STATES, "offline"} == set(states_declared.STATES)
    assert set(stream("agent_time").columns) >= {
        f"planned_{name}_s" for name in shifts_declared.ACTIVITIES if name != "off"
    }


def test_a_day_is_the_seconds_in_each_state() -> None:
    """09:00 available, 09:10 talk, 09:15 after-work, 09:16 available, 09:30 break until 09:45."""
    rows = floor(
        [
            state("available", "09:00", "09:10"),
            state("talk", "09:10", "09:15"),
            state("wrap", "09:15", "09:16"),
            state("available", "09:16", "09:30"),
            state("break", "09:30", "09:45"),
        ]
    )
    assert seconds(day(rows)) == {"available": 1440, "talk": 300, "wrap": 60, "break": 900, "logged": 2700}
    assert day(rows)["case_id"] == "ana@2026-03-02"


def test_a_state_without_an_end_lasts_until_the_next_one_of_its_channel() -> None:
    rows = floor(
        [
            state("available", "09:00", None, channel="phone"),
            state("chat", "09:05", "09:06", channel="chat"),
            state("offline", "09:20", None, channel="phone"),
        ]
    )
    assert seconds(day(rows)) == {"available": 20 * 60 - 60, "chat": 60, "logged": 1200}


def test_a_state_whose_end_nobody_tells_counts_no_time_and_is_told() -> None:
    """No logout on 2 March; the next state is on 4 March."""
    rows = floor([state("available", "09:00", None), state("talk", "2026-03-04T09:00", "2026-03-04T09:01")])
    assert days(rows)["ana", "2026-03-02"]["unclear"] == 1
    assert seconds(days(rows)["ana", "2026-03-02"]) == {}
    assert seconds(days(rows)["ana", "2026-03-04"]) == {"talk": 60, "logged": 60}


def test_three_chats_at_once_are_busy_time_once() -> None:
    """Chats 09:00-09:10, 09:02-09:06 and 09:05-09:12 are 12 minutes; the telephone was ready until 09:20."""
    rows = floor(
        [
            state("chat", "09:00", "09:10", channel="chat"),
            state("chat", "09:02", "09:06", channel="chat"),
            state("chat", "09:05", "09:12", channel="chat"),
            state("available", "09:00", "09:20", channel="phone"),
        ]
    )
    assert seconds(day(rows)) == {"chat": 720, "available": 480, "logged": 1200}


def test_work_on_a_contact_counts_before_a_named_activity_and_that_before_waiting() -> None:
    rows = floor(
        [
            state("talk", "09:00", "09:10", channel="phone"),
            state("break", "09:05", "09:20", channel="chat"),
            state("available", "09:00", "09:30", channel="email"),
        ]
    )
    assert seconds(day(rows)) == {"talk": 600, "break": 600, "available": 600, "logged": 1800}
    assert CODE["talk"] < CODE["training"] < CODE["available"] < CODE["not_ready"]


def test_a_word_that_nobody_mapped_is_not_ready() -> None:
    assert seconds(day(floor([state(None, "09:00", "09:10")]))) == {"not_ready": 600, "logged": 600}


def test_a_night_shift_lies_on_two_local_days() -> None:
    """22:00 to 06:00 in Manila (UTC+8): two hours on the 2nd, six on the 3rd."""
    begin, end = "2026-03-02T14:00", "2026-03-02T22:00"
    rows = floor([state("available", begin, end)], [shift("work", begin, end)])
    found = days(rows, "Asia/Manila")
    assert seconds(found["ana", "2026-03-02"])["available"] == 2 * 3600
    assert seconds(found["ana", "2026-03-03"])["available"] == 6 * 3600
    assert [row["adherent_s"] for row in found.values()] == [2 * 3600, 6 * 3600]


def test_a_zone_of_half_hours_has_its_own_midnight() -> None:
    """Midnight in Kolkata (UTC+5:30) is 18:30 UTC."""
    rows = floor([state("talk", "18:00", "19:30")])
    found = days(rows, "Asia/Kolkata")
    assert seconds(found["ana", "2026-03-02"])["talk"] == 1800
    assert seconds(found["ana", "2026-03-03"])["talk"] == 3600


@pytest.mark.parametrize(("on", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_the_day_of_a_clock_change_has_its_own_length(on: str, hours: int) -> None:
    first = Period.parse(on, "Europe/Bucharest").start_s
    begin = at("1970-01-01T00:00") + timedelta(seconds=first - 3600)
    end = begin + timedelta(hours=hours + 2)
    rows = floor([state("available", begin.strftime("%Y-%m-%dT%H:%M"), end.strftime("%Y-%m-%dT%H:%M"))])
    found = [row["available_s"] for row in days(rows, "Europe/Bucharest").values()]
    assert found == [3600, hours * 3600, 3600]


def test_a_zone_that_skips_midnight_begins_its_day_after_the_gap() -> None:
    """In Beirut 29 March 2026 begins at 01:00, 22:00 UTC the evening before."""
    rows = floor([state("talk", "2026-03-28T21:30", "2026-03-28T22:30")])
    found = days(rows, "Asia/Beirut")
    assert {key[1]: row["talk_s"] for key, row in found.items()} == {"2026-03-28": 1800, "2026-03-29": 1800}


def test_adherence_is_what_fits_the_schedule_at_that_moment() -> None:
    """Scheduled: work 09:00-11:00 with a break 10:00-10:15. Done: ready from 09:10, break 10:05-10:20, then ready.

    Missed: ten minutes at the start, five of work during the break, five of break after it: 120 - 20 = 100 minutes.
    """
    rows = floor(
        [state("available", "09:10", "10:05"), state("break", "10:05", "10:20"), state("available", "10:20", "11:00")],
        [shift("work", "09:00", "11:00"), shift("break", "10:00", "10:15")],
    )
    found = seconds(day(rows))
    assert (found["due"], found["adherent"]) == (120 * 60, 100 * 60)
    assert (found["planned_work"], found["planned_break"], found["lost"]) == (105 * 60, 15 * 60, 15 * 60)
    assert found["scheduled"] == 120 * 60


def test_being_logged_out_keeps_a_break_and_misses_a_training() -> None:
    rows = floor(
        [state("available", "09:00", "10:00")],
        [shift("work", "09:00", "10:00"), shift("meal", "10:00", "10:30"), shift("training", "10:30", "11:00")],
    )
    found = seconds(day(rows))
    assert (found["due"], found["adherent"], found["unseen"]) == (7200, 5400, 1800)


def test_a_roster_published_later_does_not_rewrite_what_was_in_force() -> None:
    """The plan of the day before: 09:00-17:00. At 12:00 it becomes 13:00-21:00. Ready from 09:00 to 12:00: kept."""
    rows = floor(
        [state("available", "09:00", "12:00")],
        [
            shift("work", "09:00", "17:00", published="2026-03-01T08:00"),
            shift("work", "13:00", "21:00", published="12:00"),
        ],
    )
    found = seconds(day(rows))
    assert found["due"] == 3 * 3600 + 8 * 3600
    assert found["adherent"] == 3 * 3600


def test_a_version_for_the_past_changes_nothing_and_the_first_one_holds_from_the_beginning() -> None:
    first = shift("work", "09:00", "17:00", published="10:00")
    corrected = shift("work", "10:00", "17:00", published="18:00")
    assert seconds(day(floor(shifts=[first])))["due"] == 8 * 3600
    assert seconds(day(floor(shifts=[first, corrected])))["due"] == 8 * 3600


def test_a_version_replaces_the_working_day_and_not_the_rows_it_overlaps() -> None:
    """The second version ends at 15:00; that the first had a break at 16:00 is gone with it."""
    rows = floor(
        shifts=[
            shift("work", "09:00", "17:00", published="2026-02-20T08:00"),
            shift("break", "16:00", "16:15", published="2026-02-20T08:00"),
            shift("work", "09:00", "15:00", published="2026-02-27T08:00"),
        ]
    )
    assert seconds(day(rows)) == {
        "planned_work": 6 * 3600,
        "scheduled": 6 * 3600,
        "due": 6 * 3600,
    }


def test_the_break_of_a_night_shift_belongs_to_the_working_day_of_its_beginning() -> None:
    """A newer version of the evening of the 2nd brings its break at 02:00; the version of the 3rd stays whole."""
    rows = floor(
        shifts=[
            shift("work", "22:00", "2026-03-03T06:00", published="2026-02-20T08:00"),
            shift("work", "2026-03-03T22:00", "2026-03-04T06:00", published="2026-02-20T08:00"),
            shift("work", "22:00", "2026-03-03T06:00", published="2026-02-27T08:00"),
            shift("break", "2026-03-03T02:00", "2026-03-03T02:30", published="2026-02-27T08:00"),
        ]
    )
    found = days(rows)
    assert seconds(found["ana", "2026-03-03"])["planned_break"] == 1800
    assert seconds(found["ana", "2026-03-03"])["planned_work"] == 6 * 3600 - 1800 + 2 * 3600


def test_a_day_is_taken_out_by_a_row_that_says_off() -> None:
    rows = floor(
        [state("talk", "09:00", "09:01")],
        [
            shift("work", "09:00", "17:00", published="2026-02-20T08:00"),
            shift("off", "09:00", "17:00", published="2026-02-27T08:00"),
        ],
    )
    assert "due_s" not in day(rows)


def test_sickness_entered_at_noon_is_unplanned_absence_of_the_whole_day() -> None:
    sick = shift("sick", "09:00", "17:00", published="12:00", planned="unplanned")
    found = seconds(day(floor([], [NINE_TO_FIVE, sick])))
    assert found["planned_sick"] == 8 * 3600
    assert found["unapproved"] == 8 * 3600
    assert "due" not in found
    approved = seconds(day(floor([], [NINE_TO_FIVE, sick | {"approval": "team leader"}])))
    assert "unapproved" not in approved


def test_leave_that_comes_unplanned_is_absence() -> None:
    rows = floor([], [NINE_TO_FIVE, shift("leave", "13:00", "17:00", planned="unplanned")])
    found = seconds(day(rows))
    assert (found["planned_absent"], found["planned_work"]) == (4 * 3600, 4 * 3600)
    assert "planned_leave" not in found


def test_who_never_appears_is_a_no_show_only_where_others_were_seen() -> None:
    mine = [NINE_TO_FIVE, shift("work", "09:00", "17:00", agent="bo")]
    alone = days(floor([], mine))["ana", "2026-03-02"]
    assert not {"no_show_s", "lost_s", "seen"} & set(alone)
    seen = days(floor([state("talk", "09:00", "17:00", agent="bo")], mine))
    assert seen["ana", "2026-03-02"]["no_show_s"] == 8 * 3600
    assert seen["ana", "2026-03-02"]["seen"]
    assert "lost_s" not in seen["ana", "2026-03-02"]
    assert "no_show_s" not in seen["bo", "2026-03-02"]


def test_a_holiday_of_one_market_is_no_absence_there() -> None:
    """1 May: the Romanian roster has no shift, the Indian one has; only there somebody is missing."""
    rows = floor(
        [state("talk", "2026-05-01T04:00", "2026-05-01T05:00", agent="priya")],
        [
            shift("off", "2026-05-01T06:00", "2026-05-01T14:00", agent="ana"),
            shift("work", "2026-05-01T04:00", "2026-05-01T05:00", agent="priya"),
            shift("work", "2026-05-01T04:00", "2026-05-01T05:00", agent="ravi"),
        ],
    )
    found = days(rows)
    assert ("ana", "2026-05-01") not in found
    assert {key[0]: row.get("no_show_s", 0) for key, row in found.items()} == {"priya": 0, "ravi": 3600}


def test_ids_of_two_systems_are_one_agent_where_identity_joins_them() -> None:
    identity = [
        {
            "identity_key": place,
            "system": system,
            "source_id": name,
            "person": "E-7",
            "partner": "aurora",
            "valid_from": at("2026-01-01T00:00"),
        }
        for place, (system, name) in enumerate([("acd", "4711"), ("wfm", "ana.pop")])
    ]
    states, shifts = [state("talk", "09:00", "17:00", agent="4711")], [shift("work", "09:00", "17:00", agent="ana.pop")]
    found = days(floor(states, shifts, identity))
    assert set(found) == {("E-7", "2026-03-02")}
    assert found["E-7", "2026-03-02"]["adherent_s"] == 8 * 3600
    assert set(days(floor(states, shifts))) == {("4711", "2026-03-02"), ("ana.pop", "2026-03-02")}


def test_the_same_id_at_two_partners_is_two_agents() -> None:
    rows = floor([state("talk", "09:00", "09:10"), state("talk", "09:00", "09:05", partner="borealis", state_key=7)])
    listed = facts("agent_time", rows).to_pylist()
    assert [(row["partner"], row["talk_s"]) for row in listed] == [("aurora", 600), ("borealis", 300)]


def test_queue_and_channel_are_told_where_the_whole_day_names_one() -> None:
    one = floor([], [shift("work", "09:00", "12:00", queue="billing"), shift("break", "12:00", "12:10")])
    assert day(one)["queue"] == "billing"
    two = floor([], [shift("work", "09:00", "12:00", queue="billing"), shift("work", "12:00", "13:00", queue="vip")])
    assert "queue" not in day(two)


def test_a_day_that_names_no_queue_belongs_to_no_programme() -> None:
    assert "programme" not in day(floor([state("talk", "09:00", "09:10")]))
    assert day(floor([state("talk", "09:00", "09:10", queue="billing")]))["programme"] == "mail"


def test_no_rows_are_no_days() -> None:
    assert facts("agent_time", floor()).num_rows == 0


def invented(seed: int) -> dict[str, pa.Table]:
    """Three agents over five days: overlapping, open-ended and odd states, rosters in versions."""
    rng = random.Random(seed)  # noqa: S311 - invented rows, no secret
    states: list[dict[str, Any]] = []
    shifts: list[dict[str, Any]] = []
    for place in range(120):
        begin = at("2026-03-02T00:00") + timedelta(seconds=rng.randrange(5 * 86_400))
        end = begin + timedelta(seconds=rng.randrange(-60, 20_000)) if rng.random() < 0.7 else None
        states.append(
            state(rng.choice([*STATES, "offline", None]), "09:00", None, agent=rng.choice("abc"))
            | {"state_key": place, "started_at": begin, "ended_at": end, "channel": rng.choice([None, "phone", "chat"])}
        )
    for place in range(60):
        begin = at("2026-03-02T00:00") + timedelta(minutes=rng.randrange(5 * 1440))
        published = rng.choice([None, begin + timedelta(hours=rng.randrange(-48, 6))])
        shifts.append(
            shift(rng.choice(shifts_declared.ACTIVITIES), "09:00", "10:00", agent=rng.choice("abc"))
            | {
                "shift_key": place,
                "started_at": begin,
                "ended_at": begin + timedelta(minutes=rng.randrange(600)),
                "published_at": published,
                "planned": rng.choice(["planned", "planned", "unplanned"]),
                "approval": rng.choice([None, None, "boss"]),
            }
        )
    return floor(states, shifts)


@pytest.mark.parametrize("seed", range(20))
def test_no_second_counts_twice_or_is_lost(seed: int) -> None:
    """Against a count that looks at each minute's seconds one by one."""
    rows = invented(seed)
    table = facts("agent_time", rows, "Asia/Kolkata").to_pylist()
    for row in table:
        states = sum(row[f"{name}_s"] for name in STATES)
        assert states == row["logged_s"] <= (row["until_at"] - row["day_at"]).total_seconds()
        assert 0 <= row["adherent_s"] <= row["due_s"]
        assert 0 <= row["unapproved_adherent_s"] <= row["unapproved_due_s"] <= row["unapproved_s"]
        assert row["due_s"] + row["unapproved_due_s"] <= row["scheduled_s"]
        assert row["lost_s"] >= 0
        assert row["no_show_s"] >= 0
        away = sum(row[f"planned_{name}_s"] for name in ("leave", "sick", "absent"))
        assert row["due_s"] + row["unapproved_due_s"] + away == row["scheduled_s"]
    for agent in "abc":
        assert sum(row["logged_s"] for row in table if row["agent"] == agent) == _seen(rows, agent)


def _seen(rows: dict[str, pa.Table], agent: str) -> int:
    """The seconds in which an agent is in any state but offline, one by one."""
    lanes: dict[Any, list[dict[str, Any]]] = {}
    for row in sorted(rows["agent_state"].to_pylist(), key=lambda row: (row["started_at"], row["state_key"])):
        if row["agent"] == agent:
            lanes.setdefault(row["channel"], []).append(row)
    seen: set[int] = set()
    for lane in lanes.values():
        for place, row in enumerate(lane):
            end = row["ended_at"]
            if end is None:
                following = lane[place + 1]["started_at"] if place + 1 < len(lane) else row["started_at"]
                end = following if following - row["started_at"] <= timedelta(days=1) else row["started_at"]
            if row["state"] != "offline":
                seen |= set(range(int(row["started_at"].timestamp()), int(end.timestamp())))
    return len(seen)


@pytest.mark.parametrize("seed", range(20))
def test_the_rows_of_a_period_give_the_same_days_as_all_rows(seed: int) -> None:
    rows = invented(seed)
    declared = stream("agent_time")
    period = Period.parse("2026-03-04", "Asia/Kolkata")
    cut = declared.of_period(rows, period.start_s, period.end_s, zoned("Asia/Kolkata"))
    both = [facts("agent_time", one, "Asia/Kolkata") for one in (rows, dict(cut))]
    whole, part = (one.filter(pc.equal(one["day_on"], pa.scalar(period.start_on))) for one in both)
    assert cut["agent_state"].num_rows < rows["agent_state"].num_rows
    assert whole.equals(part)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = invented(3)
    backwards = {
        name: table.take(pa.array(range(table.num_rows))[::-1].cast(pa.int64())) for name, table in rows.items()
    }
    assert facts("agent_time", rows).equals(facts("agent_time", backwards))
