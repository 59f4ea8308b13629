"""Coverage: shares and gaps are those of the records, hours are the customers', a partner reads its own alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.web.pages._floor import exported, foreign_is_not_there, inside, lake_facts, newest

SignIn = Callable[..., Any]


def quarters(home: Path, partner: str, period: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = inside(lake_facts(home, partner, period, "coverage"), "started_on", period).to_pylist()
    return rows


@pytest.mark.parametrize("partner", ["aurora", "cordoba"])
def test_each_programme_shows_the_share_of_its_contracted_quarters(sign_in: SignIn, lumen: Path, partner: str) -> None:
    client = sign_in("owner")
    period = newest(client, "coverage")
    shown = client.get(f"/coverage.json?partner={partner}&period={period}").json()
    own = quarters(lumen, partner, period)
    assert {row["programme"] for row in shown["programmes"]["rows"]} == {row["programme"] for row in own} != set()
    for row in shown["programmes"]["rows"]:
        mine = [one for one in own if one["programme"] == row["programme"]]
        staffed = sum(one["staffed_s"] * 10 >= one["contracted_s"] * 9 for one in mine)
        assert Fraction(row["share"]) == Fraction(staffed, len(mine))
        assert row["n"] == len(mine)
        assert row["contracted"] == sum(one["contracted_s"] for one in mine)
        assert row["staffed"] == sum(one["staffed_s"] for one in mine)


@pytest.mark.parametrize(("partner", "zone"), [("aurora", "Europe/Bucharest"), ("cordoba", "America/New_York")])
def test_hours_of_the_week_are_in_the_customers_own_time(sign_in: SignIn, lumen: Path, partner: str, zone: str) -> None:
    client = sign_in("owner")
    period = newest(client, "coverage")
    rows = client.get(f"/coverage.json?partner={partner}&period={period}").json()["hours"]["rows"]
    by_hand: Counter[tuple[str, int, int]] = Counter()
    for one in quarters(lumen, partner, period):
        at = one["started_at"].astimezone(ZoneInfo(zone))
        by_hand[one["programme"], at.weekday(), at.hour] += one["contracted_s"]
    assert {(row["programme"], row["weekday"], row["hour"]): row["contracted"] for row in rows} == dict(by_hand)
    page = client.get(f"/coverage?partner={partner}&period={period}").content.decode()
    assert page.count('<table class="heat">') == len({row["programme"] for row in rows})
    assert f"Hours are local in {zone}" in page


def test_every_missing_second_stands_in_exactly_one_gap_the_longest_first(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    found = 0
    for partner in ("aurora", "borealis", "cordoba"):
        period = newest(client, "coverage")
        rows = client.get(f"/coverage.json?partner={partner}&period={period}").json()["gaps"]["rows"]
        lost = [row["minutes"] for row in rows]
        assert lost == sorted(lost, reverse=True)
        own = quarters(lumen, partner, period)
        assert sum(lost) == sum(max(one["contracted_s"] - one["staffed_s"], 0) for one in own)
        for row in rows:
            start, end = (datetime.fromisoformat(row[name]) for name in ("from", "until"))
            missing = [one for one in own if one["programme"] == row["programme"] and start <= one["started_at"] < end]
            assert row["minutes"] == sum(one["contracted_s"] - one["staffed_s"] for one in missing) > 0
        found += len(rows)
    assert found


def test_the_export_holds_every_gap(sign_in: SignIn) -> None:
    client = sign_in("owner")
    query = f"partner=aurora&period={newest(client, 'coverage')}"
    listed = client.get(f"/coverage.json?{query}").json()["gaps"]["rows"]
    assert len(exported(client, f"/coverage.csv?{query}&table=gaps")) == len(listed)


@pytest.mark.parametrize("who", ["aurora", "borealis"])
def test_a_partner_reads_its_own_and_a_foreign_one_is_as_if_it_were_not_there(sign_in: SignIn, who: str) -> None:
    foreign_is_not_there(sign_in(who), "coverage", who)


def test_a_month_of_which_nothing_is_known_has_no_share_and_says_what_to_do(sign_in: SignIn) -> None:
    client = sign_in("owner")
    page = client.get("/coverage?partner=aurora&period=2025-08").content.decode()
    assert "Nothing is known of Aurora Contact&#x27;s contracted hours in August 2025." in page
    assert "Import the states of agents" in page
    assert "100" not in page.split("<main")[1].split("</main>")[0]
