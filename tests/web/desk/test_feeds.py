"""Feeds: expected, late, absent; the alarm opened and closed; what the data gate says, to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

SignIn = Callable[..., Any]
ROWS = """\
Ticket ID,Event time,Event,New value
T-{n},2026-07-0{n} 09:00,created,
T-{n},2026-07-0{n} 09:20,status,{word}
"""
EXPECTED = {"feed": "aurora-cases", "cadence": "daily", "hour": 8, "zone": "Europe/Bucharest", "grace_hours": 2}


@pytest.fixture(autouse=True)
def _records(own_records: Path) -> None:
    """Every test writes."""


def tick(*at: int) -> None:
    from tallystick.web import worker
    from tallystick.web.place import home

    worker.tick(home(), datetime(*at, tzinfo=UTC))


def arrive(number: int, *at: int, word: str = "Open") -> None:
    """A file of Aurora's feed arrives at an instant, as the command line takes it in."""
    from tallystick.records.ingest import ingest
    from tallystick.web.place import home

    path = home().root / "cases.csv"
    path.write_text(ROWS.format(n=number, word=word), encoding="utf-8")
    ingest(home().root, path, as_of=datetime(*at, tzinfo=UTC), partner="aurora",
           hints={"feed": "aurora-cases", "zone": "UTC"}, client=home().client)  # fmt: skip


def expect(client: Any, **said: Any) -> Any:
    return client.post("/do/expect-feed", {**EXPECTED, **said})


def feed(client: Any) -> dict[str, Any]:
    rows = client.get("/data.json").json()["feeds"]["rows"]
    return next(row for row in rows if row["feed"] == "aurora-cases")


def test_a_feed_that_nobody_watches_has_no_green_lamp(sign_in: SignIn) -> None:
    arrive(1, 2026, 8, 1, 5)
    client = sign_in("owner")
    assert feed(client)["state"] == "not watched"
    assert 'class="lamp fresh"' not in client.get("/data").content.decode()


def test_a_feed_that_stays_away_raises_one_alarm_that_the_next_file_closes(sign_in: SignIn) -> None:
    from tallystick.web.desk.feeds import Alarm

    arrive(1, 2026, 8, 1, 4)
    assert expect(sign_in("owner")).status_code == 302
    tick(2026, 8, 2, 6)  # 09:00 in Bucharest: due at 08:00, two hours of grace
    assert not Alarm.objects.exists()
    tick(2026, 8, 2, 8)
    tick(2026, 8, 2, 9)
    alarm = Alarm.objects.get()
    assert (alarm.feed, alarm.partner, alarm.kind, alarm.closed_at) == ("aurora-cases", "aurora", "late", None)
    assert "2026-08-02 08:00 Europe/Bucharest" in alarm.words
    arrive(2, 2026, 8, 2, 10)
    tick(2026, 8, 2, 10, 1)
    alarm.refresh_from_db()
    assert alarm.closed_at == datetime(2026, 8, 2, 10, 1, tzinfo=UTC)
    tick(2026, 8, 3, 9)
    assert Alarm.objects.filter(closed_at=None).count() == 1, "the next day it stays away again"


def test_the_figures_of_the_partner_are_told_how_far_their_data_reach(
    sign_in: SignIn, room_of: Callable[[str], Any]
) -> None:
    arrive(1, 2026, 8, 1, 4)
    expect(sign_in("owner"))
    tick(2026, 8, 2, 9)
    assert room_of("owner").desk.feeds.late() == {"aurora": "data to 2026-07-01 12:20 Europe/Bucharest"}
    assert [one.feed for one in room_of("owner").desk.feeds.alarms()] == ["aurora-cases"]


def test_a_partner_hears_of_its_own_feeds_alone(sign_in: SignIn, room_of: Callable[[str], Any]) -> None:
    arrive(1, 2026, 8, 1, 4)
    expect(sign_in("owner"))
    tick(2026, 8, 2, 9)
    own, other = sign_in("aurora"), sign_in("borealis")
    assert "aurora-cases" in own.get("/data").content.decode()
    assert "aurora" not in other.get("/data").content.decode().lower()
    assert room_of("borealis").desk.feeds.late() == {}
    assert room_of("borealis").desk.feeds.list() == ()
    assert expect(own).status_code == 404, "the client says when files are expected"


def test_the_same_word_for_a_feed_of_others_and_for_none(sign_in: SignIn) -> None:
    client = sign_in("owner")
    assert expect(client, feed="no-such-feed").status_code == 404
    assert client.get("/do/expect-feed?feed=no-such-feed").status_code == 404


@pytest.mark.parametrize(
    ("said", "now", "due", "following"),
    [
        ({"cadence": "daily"}, (2026, 8, 5, 12), (2026, 8, 5, 5), (2026, 8, 6, 5)),
        ({"cadence": "daily"}, (2026, 8, 5, 4), (2026, 8, 4, 5), (2026, 8, 5, 5)),
        ({"cadence": "weekly", "weekday": 0}, (2026, 8, 5, 12), (2026, 8, 3, 5), (2026, 8, 10, 5)),
        ({"cadence": "monthly", "day": 31}, (2026, 3, 1, 12), (2026, 2, 28, 6), (2026, 3, 31, 5)),
        # The clock goes forward on the last Sunday of March: 08:00 is an hour earlier in UTC from then on.
        ({"cadence": "daily"}, (2026, 3, 29, 12), (2026, 3, 29, 5), (2026, 3, 30, 5)),
        ({"cadence": "daily"}, (2026, 3, 28, 12), (2026, 3, 28, 6), (2026, 3, 29, 5)),
    ],
)
def test_moments_of_arrival_follow_the_wall_clock(
    said: dict[str, Any], now: tuple[int, ...], due: tuple[int, ...], following: tuple[int, ...]
) -> None:
    from tallystick.web.desk.feeds import Expectation

    one = Expectation(feed="x", hour=8, zone="Europe/Bucharest", **said)
    assert one.due_until(datetime(*now, tzinfo=UTC)) == datetime(*due, tzinfo=UTC)
    assert one.due_after(datetime(*now, tzinfo=UTC)) == datetime(*following, tzinfo=UTC)


def test_late_becomes_absent_after_a_whole_round_without_a_file() -> None:
    from tallystick.web.desk.feeds import Expectation, state_of

    one = Expectation(
        feed="x", hour=8, zone="UTC", cadence="daily", grace_hours=2, set_at=datetime(2026, 8, 1, tzinfo=UTC)
    )
    arrived = datetime(2026, 8, 5, 7, tzinfo=UTC)
    states = [state_of(one, [arrived], datetime(2026, 8, day, 12, tzinfo=UTC)) for day in (5, 6, 7, 8)]
    assert states == ["fresh", "late", "absent", "absent"]
    assert state_of(one, [], datetime(2026, 8, 1, 9, tzinfo=UTC)) == "awaited"
    assert state_of(one, [], datetime(2026, 8, 2, 12, tzinfo=UTC)) == "absent"
    assert state_of(None, [arrived], arrived) == "not watched"


def test_an_unknown_status_is_on_the_list_and_is_given_its_meaning(sign_in: SignIn, own_records: Path) -> None:
    arrive(1, 2026, 8, 1, 4, word="Awaiting courier")
    tick(2026, 8, 1, 5)
    client = sign_in("owner")
    listed = client.get("/data.json").json()["to_do"]["rows"]
    assert [(one["kind"], one["word"]) for one in listed] == [("status", "Awaiting courier")]
    said = {"feed": "aurora-cases", "part": "statuses", "word": "Awaiting courier"}
    assert client.post("/do/say-meaning", {**said, "meaning": "nonsense"}).status_code == 409
    mapping = (own_records / "mappings" / "aurora-cases.yaml").read_text(encoding="utf-8")
    column = next(iter(YAML(typ="safe").load(mapping)["columns"]))
    for deed in ("say-meaning", "take-meaning-back"):
        # A part that holds no words of the source is nobody's to rewrite by this form.
        wrong = {**said, "part": "columns", "word": column, "meaning": "aurora"}
        assert client.post(f"/do/{deed}", wrong).status_code == 404
    nothing = {**said, "word": "never said", "meaning": "pending"}
    assert client.post("/do/take-meaning-back", nothing).status_code == 404
    assert (own_records / "mappings" / "aurora-cases.yaml").read_text(encoding="utf-8") == mapping
    assert client.post("/do/say-meaning", {**said, "meaning": "pending"}).status_code == 302
    assert "Awaiting courier: pending" in (own_records / "mappings" / "aurora-cases.yaml").read_text(encoding="utf-8")
    # Nor does taking a meaning back put another one there that nobody knows.
    assert client.post("/do/take-meaning-back", {**said, "meaning": "nonsense"}).status_code == 409
    arrive(2, 2026, 8, 1, 6)
    tick(2026, 8, 1, 7)
    assert client.get("/data.json").json()["to_do"]["rows"] == []


def test_the_gates_findings_stand_with_rule_rows_and_cure(sign_in: SignIn) -> None:
    client = sign_in("owner")
    assert client.get("/data.json").json()["check"] is None
    arrive(1, 2026, 8, 1, 4, word="Awaiting courier")
    tick(2026, 8, 1, 5)
    shown = client.get("/data.json").json()
    assert shown["check"]["behind"] == 0
    found = next(one for one in shown["findings"]["rows"] if one["rule"] == "TS-D005")
    assert found["rows"] == 1
    assert found["cure"]
    arrive(2, 2026, 8, 1, 6)
    assert client.get("/data.json").json()["check"]["behind"] == 1
    assert sign_in("borealis").get("/data.json").json()["findings"]["rows"] == []


def test_the_client_reads_the_answer_over_everything_whichever_was_written_first(room_of: Callable[[str], Any]) -> None:
    from tallystick.web.desk.feeds import DataCheck

    for whose in ("aurora", "", "borealis"):
        report = {"findings": [{"id": "TS-D005", "message": f"of {whose}"}], "feeds": []}
        DataCheck.objects.create(partner=whose, commit=1, at=datetime(2026, 8, 1, tzinfo=UTC), report=report)
    told = {who: [one["message"] for one in room_of(who).desk.feeds.check().findings] for who in ("owner", "borealis")}
    assert told == {"owner": ["of "], "borealis": ["of borealis"]}


def test_a_file_after_a_long_absence_is_fresh_until_the_next_moment_is_missed() -> None:
    from tallystick.web.desk.feeds import Expectation, state_of

    daily = Expectation(
        feed="x", hour=8, zone="UTC", cadence="daily", grace_hours=2, set_at=datetime(2026, 8, 1, tzinfo=UTC)
    )
    long_ago, before, after = (
        datetime(2026, 7, 1, tzinfo=UTC),
        datetime(2026, 8, 5, 7, tzinfo=UTC),  # an hour before the next moment
        datetime(2026, 8, 5, 9, tzinfo=UTC),  # an hour after the missed one
    )
    days = [datetime(2026, 8, day, 12, tzinfo=UTC) for day in (5, 6)]
    assert [state_of(daily, [long_ago, before], day) for day in days] == ["fresh", "late"]
    assert state_of(daily, [long_ago, before], before) == "fresh", "the moment that was missed is made good"
    assert [state_of(daily, [long_ago, after], day) for day in days] == ["fresh", "late"]


def test_a_feed_that_is_watched_no_more_closes_its_alarm_and_loses_its_lamp(sign_in: SignIn) -> None:
    from tallystick.web.desk.feeds import Alarm

    arrive(1, 2026, 8, 1, 4)
    client = sign_in("owner")
    expect(client)
    tick(2026, 8, 2, 9)
    assert expect(client, cadence="never").status_code == 302
    assert not Alarm.objects.filter(closed_at=None).exists()
    assert feed(client)["state"] == "not watched"
    assert expect(client, cadence="never").status_code == 409


def test_the_form_names_the_feed_that_it_is_about(sign_in: SignIn) -> None:
    arrive(1, 2026, 8, 1, 4)
    assert ">aurora-cases</output>" in sign_in("owner").get("/do/expect-feed?feed=aurora-cases").content.decode()


def test_the_form_of_a_word_offers_the_meanings_that_there_are(sign_in: SignIn) -> None:
    arrive(1, 2026, 8, 1, 4, word="Awaiting courier")
    asked = "/do/say-meaning?feed=aurora-cases&part=statuses&word=Awaiting+courier"
    html = sign_in("owner").get(asked).content.decode()
    assert "“Awaiting courier” in “aurora-cases”" in html
    assert '<option value="pending">' in html
    assert sign_in("owner").get(asked.replace("aurora-cases", "no-such-feed")).status_code == 404
