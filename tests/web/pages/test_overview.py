"""The first screen: sentence and figures are the verdicts' own, an empty one teaches, late data are grey."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome
from tests.journeys.command_line import tally
from tests.web._own_home import own_home

SignIn = Callable[..., Any]
THIN = "\u202f"


def heading(response: Any) -> str:
    """The sentence of a page."""
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.S)
    assert found is not None
    return html.unescape(found[1])


@pytest.fixture
def empty_home(desk: Path) -> Iterator[Path]:
    """The example with everything but its verdicts."""
    from tests.web.conftest import HOME

    verdicts = HOME / "verdicts"
    whole = verdicts.readlink()
    verdicts.unlink()
    verdicts.mkdir()
    yield HOME
    verdicts.rmdir()
    verdicts.symlink_to(whole)


def test_the_sentence_says_who_is_inside_its_contract_who_is_not_and_why(sign_in: SignIn) -> None:
    client = sign_in("executive")
    assert heading(client.get("/overview")) == (
        f"June 2026: 1 of 3 partners inside contract; Cordoba Care missed service level, 30 seconds "
        f"(81.7{THIN}%, promised at least 88{THIN}%) and 1 more; Borealis Desk cannot be settled yet "
        f"(data to 2026-06-18 22:25 Europe/Lisbon). Price adjustments of USD{THIN}720.00 are proposed."
    )
    assert heading(client.get("/overview?period=2025-12")) == (
        f"December 2025: 2 of 3 partners inside contract; Aurora Contact missed first reply, German e-mail "
        f"(74.9{THIN}%, promised at least 90{THIN}%) and 1 more. Price adjustments of EUR{THIN}5,120.00 are proposed."
    )


def test_every_sentence_counts_what_the_verdicts_of_its_period_say(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    by_month: dict[str, dict[str, list[Outcome]]] = {}
    for one in VerdictStore(lumen / "verdicts").newest():
        if one.lifecycle == "in-effect":
            by_month.setdefault(one.period, {}).setdefault(one.partner, []).append(one.outcome)
    assert len(by_month) == 12
    for period, partners in by_month.items():
        # As many promises that wait as are settled leave nothing to say.
        outside = [
            own
            for own in partners.values()
            if Outcome.MISSED in own
            or own.count(Outcome.PROVISIONAL) >= own.count(Outcome.MET) + own.count(Outcome.EXCUSED)
        ]
        words = f"{len(partners) - len(outside)} of {len(partners)} partners inside contract"
        assert words in heading(client.get(f"/overview?period={period}")), period


def test_money_of_the_period_and_of_the_contract_year_are_the_statements(sign_in: SignIn, lumen: Path) -> None:
    statements = [one.statement for one in VerdictStore(lumen / "verdicts").judged() if one.statement]
    for period in ("2025-12", "2026-01", "2026-06"):
        twin = sign_in("finance").get(f"/overview.json?period={period}").json()
        rows = {row["contract"]: row for row in twin["money"]["rows"]}
        for name, row in rows.items():
            own = [one for one in statements if one.contract == name and one.period <= period]
            now = next(one for one in own if one.period == period)
            assert row["total"] == json.loads(json.dumps({"amount": str(now.total.amount), "currency": now.currency}))
            # All months of the example lie in the first year of its contracts.
            assert row["year"]["amount"] == str(sum(one.total.amount for one in own))
        tiles = {tile["name"]: tile for tile in twin["tiles"]}
        assert {one["currency"] for one in tiles["year"]["value"]} == {"EUR", "USD"}


def test_there_are_at_most_seven_tiles_and_each_leads_somewhere(sign_in: SignIn) -> None:
    client = sign_in("owner")
    tiles = client.get("/overview.json").json()["tiles"]
    assert 0 < len(tiles) <= 7
    for tile in tiles:
        assert tile["page"].startswith("/")
        assert tile["shown"]
        assert client.get(tile["page"]).status_code == 200, tile["page"]


def test_a_ratio_of_customers_stands_with_its_n_and_its_interval(sign_in: SignIn) -> None:
    tile = next(one for one in sign_in("owner").get("/overview.json").json()["tiles"] if one["name"] == "customers")
    assert tile["value"]["n"] == 101
    assert tile["value"]["numerator"] == 87
    assert tile["value"]["interval"] == ["0.780689", "0.915600"]
    assert "87 of 101" in tile["note"]


def test_the_twin_holds_the_standing_of_every_partner_in_every_month(sign_in: SignIn) -> None:
    twin = sign_in("owner").get("/overview.json").json()
    assert twin["months"]["aurora"]["2025-12"] == "missed"
    assert twin["months"]["borealis"]["2026-06"] == "not enough data"
    assert twin["months"]["cordoba"]["2026-02"] == "at risk"  # S2 is excused by agreed relief
    page = sign_in("owner").get("/overview").content.decode()
    for partner, months in twin["months"].items():
        for period in months:
            assert f'href="/partner/{partner}?period={period}"' in page


def test_a_partner_of_which_no_month_is_judged_has_no_standing(
    tmp_path: Path, prepared: Path, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_home(tmp_path, prepared, monkeypatch, "aurora")
    client = sign_in("owner")
    assert client.get("/overview.json").json()["months"] == {
        "aurora": {"2025-12": "missed"}, "borealis": {}, "cordoba": {},
    }  # fmt: skip
    assert client.get("/overview").content.count(b"not judged") == 2


def test_what_changed_names_each_promise_that_turned(sign_in: SignIn, lumen: Path) -> None:
    twin = sign_in("owner").get("/overview.json?period=2026-01").json()
    store = VerdictStore(lumen / "verdicts")
    before = {(one.partner, one.clause): one.outcome for one in store.newest(period="2025-12")}
    turned = {
        one.id
        for one in store.newest(period="2026-01")
        if before.get((one.partner, one.clause), one.outcome) is not one.outcome
    }
    assert {one["verdict"] for one in twin["changes"]} == turned
    assert turned


def test_one_late_feed_is_one_change_however_many_promises_wait_for_it(sign_in: SignIn) -> None:
    twin = sign_in("owner").get("/overview.json").json()
    about = [change["words"] for change in twin["changes"] if "borealis-case-events" in change["words"]]
    assert len(about) == 1
    assert "12 promises" in about[0]  # of the contract and of its annex on calls


def test_contract_dates_lie_ahead_of_today(sign_in: SignIn) -> None:
    rows = sign_in("owner").get("/overview.json").json()["dates"]["rows"]
    today = datetime.now(UTC).date().isoformat()
    assert rows == sorted(rows, key=lambda row: row["on"])
    for row in rows:
        assert row["on"] >= today or row["left"] == 0


def test_a_period_that_is_not_judged_is_the_newest_one(sign_in: SignIn) -> None:
    client = sign_in("owner")
    assert client.get("/overview.json?period=1999-01").json()["choice"]["period"] == "2026-06"


def test_the_wall_screen_has_no_menu_and_the_same_sentence(sign_in: SignIn) -> None:
    client = sign_in("executive")
    wall = client.get("/overview?wall=1")
    assert heading(wall) == heading(client.get("/overview"))
    assert b'class="bar"' not in wall.content
    assert b'<body class="control wall"' in wall.content
    assert b"Waiting for you" not in wall.content


def test_decisions_that_wait_are_those_of_the_desk(sign_in: SignIn, room_of: Callable[[str], Any]) -> None:
    waiting = room_of("owner").desk.close.waiting_for_me()
    twin = sign_in("owner").get("/overview.json").json()["waiting"]
    assert [(one["words"], one["href"]) for one in twin] == [(one["words"], one["href"]) for one in waiting]
    assert twin


def test_a_feed_that_stays_away_turns_the_newest_figures_grey_and_says_how_far_they_reach(sign_in: SignIn) -> None:
    from tallystick.web.desk.feeds import STAYED_AWAY, Alarm

    client = sign_in("owner")
    assert client.get("/overview.json").json()["standings"][0]["data_to"] == ""
    at = datetime(2026, 7, 4, 18, 55, tzinfo=UTC)
    Alarm.objects.create(
        feed="aurora-events", partner="aurora", kind=STAYED_AWAY, words="late", data_to=at, due=at, opened_at=at
    )
    stood = {one["partner"]: one for one in client.get("/overview.json").json()["standings"]}
    assert stood["aurora"]["data_to"].startswith("data to 2026-07-04")
    assert stood["cordoba"]["data_to"] == ""
    assert stood["aurora"]["standing"] == "met"
    page = client.get("/overview").content.decode()
    assert '<strong translate="no">Aurora Contact</strong><span class="status thin">' in page
    assert '<strong translate="no">Cordoba Care</strong><span class="status missed">' in page
    assert 'class="figure late-data"' in client.get("/partner/aurora").content.decode()
    assert client.get("/overview.json?period=2026-05").json()["standings"][0]["data_to"] == ""


def test_an_empty_home_teaches_the_next_step(empty_home: Path, sign_in: SignIn) -> None:
    client = sign_in("owner")
    for address in ("/overview", "/service-levels", "/partner/aurora"):
        response = client.get(address)
        assert response.status_code == 200
        assert b"has been judged yet." in response.content
        steps = client.get(f"{address}.json").json()["steps"]
        assert [step["done"] for step in steps] == [True, True, False]
        assert steps[-1]["command"] == "tally assess"
        assert b"tally assess" in response.content


@pytest.mark.parametrize("address", ["/overview", "/service-levels", "/partner/aurora"])
@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
@pytest.mark.parametrize("who", ["aurora", "borealis", "cordoba"])
def test_partners_people_do_not_find_the_clients_pages(sign_in: SignIn, who: str, address: str, ending: str) -> None:
    assert sign_in(who).get(address + ending).status_code == 404


@pytest.mark.parametrize("who", ["owner", "executive", "finance", "auditor"])
def test_all_of_the_clients_people_read_them(sign_in: SignIn, who: str) -> None:
    for address in ("/overview", "/service-levels", "/partner/aurora"):
        assert sign_in(who).get(address).status_code == 200


def test_the_command_line_has_as_many_verdicts_missed_as_the_tile(sign_in: SignIn, lumen: Path) -> None:
    listed = json.loads(tally("list", "verdicts", "--json", "--home", lumen).out)
    for period in ("2025-12", "2026-03"):
        missed = [one for one in listed if one["outcome"] == "missed" and one["period"] == period]
        tiles = sign_in("owner").get(f"/overview.json?period={period}").json()["tiles"]
        assert next(tile["value"] for tile in tiles if tile["name"] == "missed") == len(missed)


def test_the_money_says_how_far_its_closing_has_come(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from tallystick.web import stages

    client = sign_in("owner")
    rows = client.get("/overview.json?period=2025-12").json()["money"]["rows"]
    assert {row["stage"] for row in rows} == {"proposed"}
    assert 'href="/close/aurora/2025-12"' in client.get("/overview?period=2025-12").content.decode()
    for state, words in (("approved", "are approved."), ("closed", "are final."), ("restatement", "are proposed.")):
        monkeypatch.setattr(stages, "state_of", lambda _closing, state=state: state)
        assert heading(client.get("/overview?period=2025-12")).endswith(words)
        assert words in heading(client.get("/partner/aurora?period=2025-12"))
