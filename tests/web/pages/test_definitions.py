"""Definitions: each KPI's card says what the command line and the reference say, and names only one's own clauses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tallystick.measures.benchmarks import Benchmark, contexts, industry
from tallystick.measures.dictionary import users_of
from tallystick.measures.measure import catalogue
from tests.web import probes

SignIn = Callable[..., Any]


def listed(client: Any) -> dict[str, dict[str, Any]]:
    rows = client.get("/definitions.json").json()["definitions"]["rows"]
    return {row["kpi"]: row for row in rows}


def test_every_kpi_is_listed_those_of_ones_contracts_first(sign_in: SignIn) -> None:
    rows = listed(sign_in("owner"))
    assert set(rows) == set(catalogue())
    used = [row["clauses"] is not None for row in rows.values()]
    assert used == sorted(used, reverse=True)
    assert sum(used) == sign_in("owner").get("/definitions.json").json()["used"]
    assert rows["nps"]["clauses"] == "lumen-cordoba: K4"


def test_a_partner_reads_the_same_definitions_and_its_own_clauses_alone(sign_in: SignIn) -> None:
    ours, theirs = listed(sign_in("owner")), listed(sign_in("borealis"))
    assert {name: row["definition"] for name, row in ours.items()} == {
        name: row["definition"] for name, row in theirs.items()
    }
    named = {row["clauses"] for row in theirs.values() if row["clauses"]}
    assert named
    contracts = {"lumen-borealis", "lumen-borealis-telephone"}
    assert {part.split(":")[0] for one in named for part in one.split("; ")} <= contracts
    card = sign_in("borealis").get("/definitions/sla_attainment.json").json()
    assert {row["contract"] for row in card["clauses"]["rows"]} == {"lumen-borealis"}


def test_a_card_has_every_section_parameter_and_row_of_the_example(sign_in: SignIn) -> None:
    for name, measure in catalogue().items():
        card = sign_in("owner").get(f"/definitions/{name}.json").json()
        assert card["about"]["definition"] == measure.definition
        assert all(text for _section, text in card["sections"])
        assert [row["name"] for row in card["parameters"]["rows"]] == list(measure.params)
        assert len(card["by_hand"]["rows"]) == 5
        assert (
            f"n = {card['example']['result'].split('n = ')[1].split(',')[0].rstrip('.')}" in card["example"]["result"]
        )


def test_a_card_says_who_uses_the_kpi_and_what_others_publish_of_it(sign_in: SignIn) -> None:
    for who in ("owner", "borealis"):
        client = sign_in(who)
        for name in ("csat", "sla_attainment", "occupancy", "login_time"):
            measure = catalogue()[name]
            card = client.get(f"/definitions/{name}.json").json()
            assert [one.lower().rstrip(".") for one in card["users"]] == [
                one.lower() for one in users_of(measure.source)
            ]
            shown = card["published"]["rows"]
            assert [row["says"] for row in shown] == [one.benchmark.says for one in contexts(measure)]
            assert [row["comparable"] == "yes" for row in shown] == [not one.refused for one in contexts(measure)]
            assert all(row["dated"] and row["sources"] for row in shown)
    body = sign_in("owner").get("/definitions/csat").content.decode()
    assert "never a target" in body
    assert "The client&#x27;s managers of partners" in body
    assert "no: It was published for boxes 1, this figure has 2." in body


def test_what_is_published_names_the_clauses_beside_whose_figure_it_may_stand(
    room_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two figures on satisfaction one is of the upper box alone; the clauses of all three contracts take two."""
    from tallystick.web.pages import definition

    made = [Benchmark(f"of_{boxes}", "K39", f"{boxes} boxes", 2026, only={"boxes": boxes}) for boxes in (1, 2)]
    monkeypatch.setattr(definition, "_known", lambda _room: made)
    measure = catalogue()["csat"]
    for who, expected in (("owner", ["aurora", "borealis", "cordoba"]), ("borealis", ["borealis"])):
        one, two = definition._published(room_of(who), "csat", measure).rows
        assert (one["says"].value, one["clauses"].value) == ("1 boxes", None)
        assert two["comparable"].value == "yes"
        assert two["clauses"].value == "; ".join(f"lumen-{partner}: K1" for partner in expected)


def test_what_a_folder_says_itself_is_read_by_the_clients_people_alone(
    room_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.pages import definition

    own = Benchmark("ours", "K39", "Our panel saw 78 %.", 2026, own=True)
    monkeypatch.setattr(definition, "benchmarks", lambda _home: ([own], []))
    assert definition._known(room_of("owner")) == [own]
    assert definition._known(room_of("borealis")) == list(industry())


def test_the_list_says_who_uses_each_kpi_and_how_many_figures_are_published(sign_in: SignIn) -> None:
    for name, row in listed(sign_in("owner")).items():
        measure = catalogue()[name]
        assert (row["published"] or 0) == len(contexts(measure))
        assert bool(row["users"]) == bool(users_of(measure.source))


def test_the_card_of_one_kpi_reads_as_its_reference_page_does(sign_in: SignIn) -> None:
    body = sign_in("owner").get("/definitions/sla_attainment").content.decode()
    assert "50 %, n = 4, 1 pending." in body
    assert "/contract/lumen-aurora" in body
    assert "`" not in body.split('<main id="content"')[1].split("</main>")[0]


def test_a_kpi_that_is_not_there_is_answered_like_any_missing_page(sign_in: SignIn) -> None:
    client = sign_in("owner")
    missing = client.get("/definitions/no_such_kpi")
    assert missing.status_code == 404
    assert probes.plain(missing.content) == probes.plain(client.get("/contract/no-such-contract").content)
