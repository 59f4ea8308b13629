"""Clock integrity over the shipped example: what was planted is found, a partner reads its own, twins say the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.command_line import tally

SignIn = Callable[..., Any]
PLANTED = {
    *(("borealis", f"2026-{month:02}", "pending_parking") for month in range(2, 6)),
    *(("cordoba", f"2026-{month:02}", "ghost_agents") for month in (5, 6)),
    ("cordoba", "2026-06", "interval_averaging"),
}


def patterns(client: Any, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/integrity.json{query}").json()["patterns"]["rows"]
    return found


def test_what_was_planted_is_found_in_its_months_and_nothing_else_anywhere(sign_in: SignIn) -> None:
    client = sign_in("owner")
    among = client.get("/integrity.json").json()["choice"]["among"]
    assert len(among) == 12
    looked_at = ("2025-11", "2026-03", "2026-06")  # the journey of the example looks at every month
    found = {
        (row["partner"], period, row["pattern"])
        for period in looked_at
        for row in patterns(client, f"?period={period}")
        if row["state"] == "found"
    }
    assert found == {one for one in PLANTED if one[1] in looked_at}


def test_the_page_says_what_the_command_line_says(sign_in: SignIn, lumen: Path) -> None:
    answer = tally("integrity", "--period", "2026-03", "--json", "--home", lumen)
    assert answer.code == 1
    said = {
        (one["partner"], each["pattern"]): (each["state"], each["suspects"] or None, each["reported"])
        for one in json.loads(answer.out)
        for each in one["patterns"]
    }
    shown = patterns(sign_in("owner"), "?period=2026-03")
    assert len(shown) == len(said)
    for row in shown:
        state, suspects, reported = said[row["partner"], row["pattern"]]
        assert row["state"] == state
        assert (row["suspects"] or None) == suspects
        assert row["reported"] == (reported and reported["value"])
        assert row["figure_n"] == (reported and reported["n"])


def test_rows_are_named_only_where_a_pattern_is_found_and_lead_to_their_case(sign_in: SignIn) -> None:
    client = sign_in("owner")
    query = "?period=2026-03&partner=borealis&pattern=pending_parking"
    answer = client.get(f"/integrity.json{query}").json()
    (row,) = answer["patterns"]["rows"]
    assert answer["rows"]["total"] == row["suspects"] > 100
    listed = list(csv.reader(io.StringIO(client.get(f"/integrity.csv{query}&table=rows").content.decode("utf-8-sig"))))
    assert len(listed) - 1 == row["suspects"]
    page = client.get(f"/integrity{query}").content.decode()
    first = answer["rows"]["rows"][0]["row"]
    (address,) = set(re.findall(rf'href="([^"]+/case/{first})"', page))
    assert first in client.get(address).content.decode()
    clear = client.get("/integrity.json?period=2026-03&partner=aurora").json()
    assert clear["rows"]["rows"] == []
    assert (
        "Single rows with a sign occur in honest work too"
        in client.get("/integrity?period=2026-03&partner=aurora").content.decode()
    )


@pytest.mark.parametrize("who", ["aurora", "borealis", "cordoba"])
def test_a_partner_reads_its_own_and_nothing_of_others(sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    for query in ("?period=2026-03", "?period=2026-03&partner=borealis&pattern=pending_parking"):
        shown = client.get(f"/integrity.json{query}").json()
        assert {row["partner"] for row in shown["patterns"]["rows"]} == {who}
        text = json.dumps(shown).lower()
        assert not [name for name in {"aurora", "borealis", "cordoba"} - {who} if name in text]
        assert bool(shown["rows"]["rows"]) == (who == "borealis")


def test_each_pattern_of_a_partner_stands_once_and_names_the_contracts(sign_in: SignIn) -> None:
    rows = patterns(sign_in("owner"), "?period=2026-03")
    named = [(row["partner"], row["pattern"]) for row in rows]
    assert len(named) == len(set(named))
    assert all(row["contracts"] for row in rows)
    assert all(f"lumen-{row['partner']}" in row["contracts"] for row in rows)
    listed = sign_in("owner").get("/integrity.json?period=2026-03").json()["rows"]["rows"]
    assert {row["contract"] for row in listed} == {"lumen-borealis"}


def test_a_pattern_that_is_asked_for_shows_what_it_looks_for(sign_in: SignIn) -> None:
    page = sign_in("owner").get("/integrity?pattern=ghost_agents&period=2026-03").content.decode()
    assert "Look-alikes" in page
    assert "no data" in page
    assert "What is looked for" not in sign_in("owner").get("/integrity").content.decode()


def test_the_client_chooses_among_partners_and_a_partner_is_not_asked(sign_in: SignIn) -> None:
    ours, theirs = (
        sign_in(who).get("/integrity.json?period=2026-03&partner=borealis").json() for who in ("owner", "borealis")
    )
    assert ours["several"]
    assert not theirs["several"]
    for name in ("patterns", "rows"):
        keys = [{column["key"] for column in twin[name]["columns"]} for twin in (ours, theirs)]
        assert keys[0] - keys[1] == {"partner"}
    assert [value for value, _name, chosen in ours["filters"]["partner"] if chosen] == ["borealis"]
