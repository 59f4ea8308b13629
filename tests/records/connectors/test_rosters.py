"""Scheduled activities of agents, out of tables and of calendars; and what agents did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.connectors._state_words import activity_of, state_of
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.persons import person_of
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
EVERYONE = Scope.of_client("client")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:A7
BEGIN:VTIMEZONE
TZID:Somewhere
BEGIN:DAYLIGHT
TZOFFSETFROM:+0530
TZOFFSETTO:+0630
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0630
TZOFFSETTO:+0530
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTART;TZID=Somewhere:20260327T090000
DTEND;TZID=Somewhere:20260327T170000
SUMMARY:Shift
LAST-MODIFIED:20260301T100000Z
BEGIN:VALARM
TRIGGER:-PT15M
SUMMARY:wake up
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;TZID=Somewhere:20260330T090000
DURATION:PT8H30M
SUMMARY:Trai
 ning
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;TZID=Europe/Paris:20260330T090000
DTEND;TZID=Europe/Paris:20260330T100000
SUMMARY:Coaching
ATTENDEE;CN="Ann; Lee":mailto:Ann@example.com
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART:20260402T090000
DTEND:20260402T100000
SUMMARY:Meeting
END:VEVENT
BEGIN:VEVENT
UID:5
DTSTART;VALUE=DATE:20260403
SUMMARY:Sick
END:VEVENT
BEGIN:VEVENT
UID:6
DTSTART:20260402T090000Z
DTEND:20260402T100000Z
SUMMARY:Meeting
RRULE:FREQ=WEEKLY
END:VEVENT
BEGIN:VEVENT
UID:7
DTSTART:20260404T090000Z
DTEND:20260404T100000Z
SUMMARY:Shift
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""


def take(home: Path, name: str, text: str, *, as_of: datetime = AS_OF, **hints: str):
    path = home / name
    path.write_text(text, encoding="utf-8")
    vault = Vault.create(home / "keys")
    hints.setdefault("zone", "UTC")
    return ingest(home, path, as_of=as_of, partner="aurora", hints=hints, vault=vault, redactor=Redactor())


def read(home: Path, name: str):
    with Lake.open(home / "lake") as lake:
        return lake.read(EVERYONE, name).to_pylist()


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def spans(home: Path):
    return sorted((row["agent"], row["activity"], row["started_at"], row["ended_at"]) for row in read(home, "shift"))


def test_a_night_shift_crosses_midnight_and_the_clock_change_shortens_it(tmp_path):
    text = """agent_id,date,start,end,activity
A1,2026-03-27,22:00,06:00,Night shift
A1,2026-03-28,22:00,06:00,Night shift
A1,2026-03-28,23:00,23:30,Lunch
A2,2026-03-30,,,Annual leave
"""
    outcome = take(tmp_path, "shifts.csv", text, zone="Europe/Bucharest")
    assert (outcome.connector, outcome.rejected) == ("rosters", 0)
    assert spans(tmp_path) == [
        ("A1", "meal", at(28, 21), at(28, 21, 30)),
        ("A1", "work", at(27, 20), at(28, 4)),
        ("A1", "work", at(28, 20), at(29, 3)),
        ("A2", "leave", at(29, 21), at(30, 21)),
    ]


def test_both_times_in_one_column_and_a_word_that_nobody_knows(tmp_path):
    text = "employee id,day,shift,activity\n7,2026-03-10,09:00-17:30,Early\n8,2026-03-10,22:00 - 06:00,Moonwalk\n"
    outcome = take(tmp_path, "plan.csv", text)
    assert outcome.connector == "rosters"
    rows = {row["agent"]: row for row in read(tmp_path, "shift")}
    assert (rows["7"]["activity"], rows["7"]["started_at"], rows["7"]["ended_at"]) == (
        "work",
        at(10, 9),
        at(10, 17, 30),
    )
    assert (rows["8"]["activity"], rows["8"]["raw"], rows["8"]["ended_at"]) == (None, "Moonwalk", at(11, 6))
    assert [(one.value, one.place.column) for one in outcome.findings if one.id == "TS-I230"] == [
        ("Moonwalk", "activity")
    ]


def test_what_the_roster_took_back_is_gone_in_either_order_of_its_files(tmp_path):
    head = "shift_id,agent_id,shift_start,shift_end,activity,status,updated_at\n"
    first = "s1,A1,2026-03-10T09:00:00Z,2026-03-10T17:00:00Z,Shift,active,2026-03-01T00:00:00Z\n"
    gone = "s1,A1,2026-03-10T09:00:00Z,2026-03-10T17:00:00Z,Shift,cancelled,2026-03-02T00:00:00Z\n"
    for home, order in ((tmp_path / "a", (first, gone)), (tmp_path / "b", (gone, first))):
        home.mkdir()
        for number, row in enumerate(order):
            take(home, f"r{number}.csv", head + row, feed="wfm")
        assert spans(home) == []


def test_a_roster_without_versions_says_what_its_newest_file_says(tmp_path):
    text = "agent_id,shift_start,shift_end,activity\nA1,2026-03-10T09:00:00Z,2026-03-10T{0}:00:00Z,Shift\n"
    for number, hour in enumerate((17, 13)):
        take(tmp_path, "wfm.csv", text.format(hour), as_of=AS_OF + timedelta(hours=number))
    assert spans(tmp_path) == [("A1", "work", at(10, 9), at(10, 13))]


def test_a_calendar_is_read_in_the_zones_that_it_names_and_in_those_that_it_defines(tmp_path):
    outcome = take(tmp_path, "roster.ics", CALENDAR, zone="Asia/Kolkata")
    assert (outcome.connector, outcome.rows_in, outcome.rejected) == ("rosters", 7, 1)
    (repeats,) = [one for one in outcome.findings if one.id == "TS-I117"]
    assert (repeats.place.row, repeats.place.file) == (CALENDAR.splitlines().index("UID:6"), "roster.ics")
    rows = {row["activity"]: row for row in read(tmp_path, "shift")}
    assert (rows["work"]["started_at"], rows["work"]["ended_at"], rows["work"]["agent"]) == (
        at(27, 3, 30), at(27, 11, 30), "A7",
    )  # fmt: skip
    # The clock of that zone has changed on the 29th.
    assert (rows["training"]["started_at"], rows["training"]["ended_at"]) == (at(30, 2, 30), at(30, 11))
    assert rows["coaching"]["started_at"] == at(30, 7)
    # A time that floats is in the feed's own zone, and so is a whole day.
    assert rows["meeting"]["started_at"] == at(2, 3, 30, month=4)
    assert (rows["sick"]["started_at"], rows["sick"]["ended_at"]) == (at(2, 18, 30, month=4), at(3, 18, 30, month=4))
    assert len(rows) == 5


def test_an_address_in_a_calendar_is_kept_as_the_hash_by_which_the_list_of_agents_knows_it(tmp_path):
    take(tmp_path, "agents.csv", "agent_id,name,site,started_on,email\nA9,Ann Lee,Cluj,2024-01-15,ann@example.com\n")
    take(tmp_path, "roster.ics", CALENDAR)
    assert "example.com" not in repr(read(tmp_path, "shift")).lower()
    with Lake.open(tmp_path / "lake") as lake:
        identity = lake.read(EVERYONE, "identity")
        shift = lake.read(EVERYONE, "shift")
    people = person_of(identity, shift["source"], shift["agent"], shift["started_at"], kinds=("roster", "e-mail"))
    found = dict(zip(shift["activity"].to_pylist(), people.to_pylist(), strict=True))
    assert (found["coaching"], found["work"]) == ("A9", "A7")


def test_states_say_what_agents_did_and_a_reason_says_more_than_not_ready(tmp_path):
    text = """agent,state,reason_code,started_at,duration_s,channel,chats
101,Available,,2026-03-10T09:00:00Z,600,voice,
101,On call,,2026-03-10T09:10:00Z,240,voice,
101,Not ready,AUX 3 - Lunch,2026-03-10T09:14:00Z,1800,voice,
101,Busy,,2026-03-10T09:44:00Z,60,chat,3
101,Logged out,,2026-03-10T09:45:00Z,,voice,
"""
    outcome = take(tmp_path, "states.csv", text)
    assert (outcome.connector, outcome.rejected) == ("agent_states", 0)
    rows = sorted(read(tmp_path, "agent_state"), key=lambda row: row["started_at"])
    assert [row["state"] for row in rows] == ["available", "talk", "meal", "not_ready", "offline"]
    assert [row["ended_at"] for row in rows] == [at(10, 9, 10), at(10, 9, 14), at(10, 9, 44), at(10, 9, 45), None]
    assert (rows[3]["contacts"], rows[3]["channel"], rows[2]["raw"]) == (3, "chat", "Not ready AUX 3 - Lunch")


def test_the_later_news_of_a_state_holds_in_either_order(tmp_path):
    head = "agent,state,reason_code,started_at,ended_at\n"
    running = "101,Available,,2026-03-10T09:00:00Z,\n"
    ended = "101,Available,,2026-03-10T09:00:00Z,2026-03-10T10:00:00Z\n"
    for home, order in ((tmp_path / "a", (running, ended)), (tmp_path / "b", (ended, running))):
        home.mkdir()
        for number, row in enumerate(order):
            take(home, f"s{number}.csv", head + row, feed="states")
        assert [row["ended_at"] for row in read(home, "agent_state")] == [at(10, 10)]


def test_words_of_states_and_activities_are_known_in_several_languages_and_codes() -> None:
    assert [state_of(word) for word in ("ACW", "Nacharbeit", "AUX 3 - Lunch", "on_queue", "Quidditch")] == [
        "wrap", "wrap", "meal", "available", None,
    ]  # fmt: skip
    assert [activity_of(word) for word in ("Urlaub", "Congé", "OT", "Late shift", "Quidditch")] == [
        "leave", "leave", "overtime", "work", None,
    ]  # fmt: skip
