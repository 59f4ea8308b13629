"""Workforce: figures and the curve are those of the command line, and single agents are for those who lead them."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.command_line import tally
from tests.web.pages._floor import foreign_is_not_there, inside, lake_facts, newest

SignIn = Callable[..., Any]


def figures(client: Any, query: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in client.get(f"/workforce.json?{query}").json()["figures"]["rows"]:
        found.setdefault(row["kpi"], []).append(row)
    return found


def test_adherence_and_conformance_are_those_of_the_days_of_the_month(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    period = newest(client, "workforce")
    shown = figures(client, f"partner=cordoba&period={period}")
    days = inside(lake_facts(lumen, "cordoba", period, "agent_time"), "day_on", period).to_pylist()
    due = [day for day in days if day["due_s"]]
    (adherence,) = shown["schedule_adherence"]
    assert adherence["n"] == len(due) > 0
    assert Fraction(adherence["value"]) == Fraction(
        sum(day["adherent_s"] for day in due), sum(day["due_s"] for day in due)
    )


def test_the_headcount_is_that_of_the_list_of_people(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    period = newest(client, "workforce")
    month = int(period.replace("-", ""))
    people = lake_facts(lumen, "aurora", period, "employment").to_pylist()
    there = {one["agent"] for one in people if one["month_month"] == month and one["closes"]
             and (one["role"] or "agent") == "agent"}  # fmt: skip
    (heads,) = figures(client, f"partner=aurora&period={period}")["headcount"]
    assert Fraction(heads["value"]) == len(there) > 0


def test_the_curve_is_that_of_the_command_line(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    shown = client.get(f"/workforce.json?partner=aurora&period={newest(client, 'workforce')}").json()
    until = shown["until"]
    answer = tally("survival", "aurora", "--to", until, "--as-of", f"{until}T00:00:00Z", "--json", "--home", lumen)
    said = json.loads(answer.out)
    rows = shown["steps_of_curve"]["rows"]
    assert [(row["day"], row["at_risk"], row["left"]) for row in rows] == [
        (step["day"], step["at_risk"], step["left"]) for step in said["steps"]
    ]
    assert [Fraction(row["share"]) for row in rows] == [Fraction(step["share"]) for step in said["steps"]]
    page = client.get(f"/workforce?partner=aurora&period={newest(client, 'workforce')}").content.decode()
    assert f"Of {said['people']} agents {said['left']} left so far" in page
    (stair,) = [part for part in page.split("<path ") if 'class="stair"' in part]
    assert stair.split('"')[1].count("V") == len(rows) > 0


def test_only_those_who_lead_them_read_of_single_agents(sign_in: SignIn, lumen: Path) -> None:
    own = sign_in("cordoba")
    period = newest(own, "workforce")
    shown = own.get(f"/workforce.json?period={period}").json()
    days = inside(lake_facts(lumen, "cordoba", period, "agent_time"), "day_on", period).to_pylist()
    assert {row["agent"] for row in shown["agents"]["rows"]} == {day["agent"] for day in days} != set()
    assert "need a person&#x27;s decision" in own.get("/workforce").content.decode().replace("'", "&#x27;")
    for who in ("owner", "auditor"):
        theirs = sign_in(who).get(f"/workforce.json?partner=cordoba&period={period}").json()
        assert "agents" not in theirs
        text = json.dumps(theirs)
        assert not [day["agent"] for day in days if day["agent"] in text]


def test_what_has_no_rows_is_a_dash_with_words_and_not_zero(sign_in: SignIn) -> None:
    client = sign_in("owner")
    rows = client.get("/workforce.json?partner=aurora&period=2025-08").json()["figures"]["rows"]
    unknown = [row for row in rows if row["of"] == "Time"]
    assert unknown
    assert all(row["value"] is None and row["n"] == 0 for row in unknown)
    assert "no rows" in client.get("/workforce?partner=aurora&period=2025-08").content.decode()


@pytest.mark.parametrize("who", ["aurora", "cordoba"])
def test_a_partner_reads_its_own_and_a_foreign_one_is_as_if_it_were_not_there(sign_in: SignIn, who: str) -> None:
    foreign_is_not_there(sign_in(who), "workforce", who)
