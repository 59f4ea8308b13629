"""Calls: figures are those of the records, a partner reads its own alone, and without a judging it says what to do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from tests.journeys.command_line import tally
from tests.web.pages._floor import exported, foreign_is_not_there, inside, lake_facts, newest

SignIn = Callable[..., Any]
WITHIN_S, SHORT_S = 30, 5
ZONE = ZoneInfo("Europe/Bucharest")


def first_visits(home: Path, period: str) -> list[dict[str, Any]]:
    """Aurora's calls of a month that came to a queue for the first time, inbound."""
    rows = inside(lake_facts(home, "aurora", period, "call"), "offered_on", period).to_pylist()
    return [row for row in rows if row["kind"] == "queue" and row["first_visit"] and row["direction"] == "inbound"]


def short(row: dict[str, Any]) -> bool:
    return row["outcome"] == "abandoned" and row["wait_s"] <= SHORT_S


def level_of(rows: list[dict[str, Any]]) -> tuple[int, int]:
    """Calls answered within 30 seconds, of those that came and did not give up at once: clause T1 by hand."""
    counted = [row for row in rows if not short(row)]
    met = sum(row["answered_at"] is not None and row["wait_s"] <= WITHIN_S for row in counted)
    return met, len(counted)


def test_each_queue_shows_what_its_calls_say_counted_as_the_contract_counts(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    period = newest(client, "calls")
    shown = client.get(f"/calls.json?partner=aurora&period={period}").json()
    calls = first_visits(lumen, period)
    assert {row["queue"] for row in calls} == {row["queue"] for row in shown["queues"]["rows"]} != set()
    for row in shown["queues"]["rows"]:
        own = [one for one in calls if one["queue"] == row["queue"]]
        met, counted = level_of(own)
        assert row["offered"] == f"{len(own)}/1"
        assert Fraction(row["service_level"]) == Fraction(met, counted)
        assert row["service_level_n"] == counted
        waits = [one["wait_s"] for one in own if one["answered_at"] is not None]
        assert Fraction(row["asa"]) == Fraction(sum(waits), len(waits))
        given_up = sum(one["outcome"] == "abandoned" and not short(one) for one in own)
        assert Fraction(row["abandonment"]) == Fraction(given_up, counted)
        assert row["terms"] == "T1"


def test_the_whole_equals_the_verdict_on_the_clause(sign_in: SignIn, room_of: Callable[[str], Any]) -> None:
    client = sign_in("owner")
    period = newest(client, "calls")
    rows = client.get(f"/calls.json?partner=aurora&period={period}").json()["figures"]["rows"]
    verdict = room_of("owner").books.verdict("aurora", "T1", period, "lumen-aurora-telephone")
    own = [row for row in rows if row["kpi"] == "service_level"]
    assert sum(row["n"] for row in own) == verdict.value.n > 0
    assert sum(row["numerator"] for row in own) == verdict.value.numerator


def test_every_figure_of_the_export_has_its_n_and_its_interval_where_there_is_one(sign_in: SignIn) -> None:
    client = sign_in("owner")
    rows = exported(client, f"/calls.csv?partner=aurora&period={newest(client, 'calls')}&table=figures")
    assert len(rows) == 8 * len({row["Queue"] for row in rows})
    assert all(int(row["n"]) > 0 for row in rows)
    assert all(row["95 % interval"] for row in rows if row["KPI"] in ("service_level", "abandonment_rate"))


def test_hours_of_the_week_are_local_and_add_up_to_the_whole(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    period = newest(client, "calls")
    rows = client.get(f"/calls.json?partner=aurora&period={period}").json()["hours"]["rows"]
    local = [one["offered_at"].astimezone(ZONE) for one in first_visits(lumen, period)]
    by_hand = Counter((at.weekday(), at.hour) for at in local)
    assert {(row["weekday"], row["hour"]): int(Fraction(row["offered"])) for row in rows} == dict(by_hand)
    page = client.get(f"/calls?partner=aurora&period={period}").content.decode()
    assert page.count('<table class="heat">') == 1


def test_a_day_shows_its_half_hours_with_the_agents_and_causes_of_the_command_line(
    sign_in: SignIn, lumen: Path
) -> None:
    client = sign_in("owner")
    period = newest(client, "calls")
    day = client.get(f"/calls.json?partner=aurora&period={period}").json()["days"][3][0]
    rows = client.get(f"/calls.json?partner=aurora&period={period}&day={day}").json()["intervals"]["rows"]
    own = [one for one in first_visits(lumen, period) if f"{one['offered_on']}" == day]
    assert sum(int(Fraction(row["offered"])) for row in rows if row["offered"]) == len(own) > 0
    assert (sum(row["in_time"] or 0 for row in rows), sum(row["n"] for row in rows)) == level_of(own)
    answer = tally("staffing", "--partner", "aurora", "--period", period, "--json", "--as-of",
                   f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "--home", lumen)  # fmt: skip
    told = Counter[str]()
    for one in json.loads(answer.out)["intervals_short"]:
        at = datetime.fromisoformat(one["started_at"]).astimezone(ZONE)
        if f"{at:%Y-%m-%d}" == day:
            told[f"{at:%H:%M}"] += 1
    shown = {row["at"]: row["cause"].count(";") + 1 for row in rows if row["cause"]}
    assert shown == dict(told)


def test_a_half_hour_without_a_call_has_no_service_level_and_not_zero(sign_in: SignIn) -> None:
    client = sign_in("owner")
    address = f"/calls.json?partner=aurora&period={newest(client, 'calls')}"
    found = [
        row
        for day, _chosen in client.get(address).json()["days"][:5]
        for row in client.get(f"{address}&day={day}").json()["intervals"]["rows"]
        if row["offered"] is None
    ]
    assert found
    assert all(row["service_level"] is None and row["asa"] is None for row in found)


@pytest.mark.parametrize("who", ["aurora", "borealis"])
def test_a_partner_reads_its_own_and_a_foreign_one_is_as_if_it_were_not_there(sign_in: SignIn, who: str) -> None:
    foreign_is_not_there(sign_in(who), "calls", who)


def test_what_a_telephone_system_counted_itself_is_added_up_and_never_guessed(
    sign_in: SignIn, room_of: Callable[[str], Any]
) -> None:
    from dataclasses import replace

    from tallystick.facts.stream import streams
    from tallystick.web.floor import floor_of
    from tallystick.web.pages.calls import counted_intervals

    floor = floor_of(room_of("owner"), "aurora", newest(sign_in("owner"), "calls"), ("call_interval",))
    begun = datetime.fromtimestamp(floor.period.start_s, UTC) + timedelta(hours=9)
    whole = {"queue": "Telefon DE", "partner": "aurora", "programme": "german-line", "threshold_s": 30, "short_s": 5,
             "talk_s": 900, "hold_s": 60, "wrap_s": 40, "abandoned_in": 0}  # fmt: skip
    counts = ((10, 9, 8, 1, 90), (20, 18, 15, 2, 108))
    names = ("offered", "answered", "answered_in", "abandoned", "wait_s")
    rows = [whole | dict(zip(names, one, strict=True)) for one in counts]
    rows.append(rows[0] | {"threshold_s": 20})  # by another threshold: no service level
    for place, row in enumerate(rows):
        row |= {"interval_key": place, "started_at": begun + timedelta(minutes=30 * place)}
        row |= {"ended_at": row["started_at"] + timedelta(minutes=30), "started_on": row["started_at"].date()}
    schema = streams()["call_interval"].schema
    facts = pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in schema.items()})
    shown = {row["kpi"].value: row for row in counted_intervals(replace(floor, facts={"call_interval": facts})).rows}
    assert shown["service_level_of_intervals"]["value"].value == Fraction(23, 30)
    assert (shown["service_level_of_intervals"]["n"].value, shown["abandonment_of_intervals"]["n"].value) == (2, 3)
    assert shown["abandonment_of_intervals"]["value"].value == Fraction(4, 40)
    assert shown["speed_of_answer_of_intervals"]["value"].value == Fraction(288, 36)


def test_a_month_without_calls_says_so_and_what_to_do(sign_in: SignIn) -> None:
    client = sign_in("owner")
    page = client.get("/calls?partner=aurora&period=2025-08").content.decode()
    assert "No call of Aurora Contact in August 2025 is known." in page
    assert "Import an export of the telephone system" in page
    assert client.get("/calls.json?partner=aurora&period=2025-08").json()["queues"]["rows"] == []


def test_before_the_first_judging_the_page_shows_the_first_steps(
    sign_in: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.home import create_home
    from tallystick.web.accounts import access

    empty = create_home(tmp_path / "home", "lumen", "Lumen Home", "Europe/Bucharest")
    monkeypatch.setattr(access, "home", lambda: empty)
    for page in ("calls", "workforce", "coverage", "duties"):
        assert b"has been judged yet." in sign_in("owner").get(f"/{page}").content
