"""Contracts: what they say, what is wrong with them in place, how they changed; a partner sees its own alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.command_line import tally
from tests.web import probes
from tests.web._own_home import own_home

SignIn = Callable[..., Any]
BOREALIS = "/contract/lumen-borealis"


def test_the_client_sees_every_contract_and_a_partner_its_own(sign_in: SignIn) -> None:
    def ids(who: str) -> list[str]:
        return [row["contract"] for row in sign_in(who).get("/contracts.json").json()["contracts"]["rows"]]

    partners = ("aurora", "borealis", "cordoba")
    assert ids("owner") == [f"lumen-{name}{annex}" for name in partners for annex in ("", "-telephone")]
    assert ids("borealis") == ["lumen-borealis", "lumen-borealis-telephone"]


def test_a_foreign_contract_answers_as_an_invented_one(sign_in: SignIn) -> None:
    client = sign_in("aurora")
    for ending in ("", ".json", ".csv", "?version=AM1"):
        foreign, invented = client.get(f"{BOREALIS}{ending}"), client.get(f"/contract/no-such-contract{ending}")
        assert foreign.status_code == invented.status_code == 404
        assert probes.plain(foreign.content) == probes.plain(invented.content)


def test_plain_language_is_the_command_lines(sign_in: SignIn, prepared: Path) -> None:
    twin = sign_in("owner").get(f"{BOREALIS}.json?version=original").json()
    answer = tally("contract", "show", "lumen-borealis", "--markdown", "--home", prepared.parent.parent)
    assert twin["plain"] == answer.out
    for who in ("owner", "borealis"):
        body = sign_in(who).get(BOREALIS).content.decode()
        assert 'id="clause-S1"' in body
        assert "within 6 hours" in body


def test_an_amendment_shows_its_days_and_the_sentences_that_changed(sign_in: SignIn) -> None:
    twin = sign_in("borealis").get(f"{BOREALIS}.json").json()
    rows = twin["versions"]["rows"]
    assert [(row["version"], row["effective"], row["known"]) for row in rows] == [
        ("original", "2025-07-01", "2025-06-03"),
        ("AM1", "2026-01-01", "2025-12-10"),
    ]
    changed = {one["heading"]: [(sign, line) for sign, line in one["lines"] if sign != " "] for one in twin["changes"]}
    went = " ".join(line for sign, line in changed["S1. First reply, English e-mail"] if sign == "-")
    came = " ".join(line for sign, line in changed["S1. First reply, English e-mail"] if sign == "+")
    assert "8 hours" in went
    assert "88 %" in went
    assert "6 hours" in came
    assert "92 %" in came
    same = sign_in("borealis").get(f"{BOREALIS}.json?old=AM1&new=AM1").json()
    assert same["changes"] == []
    back = sign_in("borealis").get(f"{BOREALIS}.json?old=AM1&new=original").json()
    assert [one["heading"] for one in back["changes"]] == [one["heading"] for one in twin["changes"]]


def test_worked_examples_come_out_as_they_say(sign_in: SignIn) -> None:
    rows = sign_in("owner").get(f"{BOREALIS}.json").json()["examples"]["rows"]
    assert len(rows) == 8
    assert all(row["holds"] and row["expected"] == row["found"] for row in rows)


def test_included_definitions_are_shown_too(sign_in: SignIn) -> None:
    body = sign_in("borealis").get(BOREALIS).content.decode()
    assert "shared/definitions.yaml" in body
    assert "pausing_statuses: [pending]" in body


def test_a_finding_stands_under_the_line_that_it_is_about_with_its_cure(
    sign_in: SignIn, tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = own_home(tmp_path, prepared, monkeypatch)
    text = home.root / "contracts" / "lumen-aurora.yaml"
    text.write_text(text.read_text("utf-8").replace("target: 90%", "target: 190%", 1), "utf-8")
    line = next(at for at, one in enumerate(text.read_text("utf-8").splitlines(), 1) if "190%" in one)
    client = sign_in("owner")
    listed = client.get("/contracts.json").json()["contracts"]["rows"]
    (listed,) = [row for row in listed if row["contract"] == "lumen-aurora"]
    assert listed["state"] == "not valid"
    assert listed["findings"] >= 1
    twin, body = (client.get(f"/contract/lumen-aurora{ending}") for ending in (".json", ""))
    findings = twin.json()["findings"]["rows"]
    assert any(row["where"].startswith(f"lumen-aurora.yaml:{line}") and row["cure"] for row in findings)
    place = body.content.decode().index(f'id="line-0-{line}"')
    after = body.content.decode()[place:]
    assert after.index('class="said ') < after.index(f'id="line-0-{line + 1}"')
    assert str(home.root) not in body.content.decode() + twin.content.decode()
    assert sign_in("aurora").get("/contract/lumen-aurora").status_code == 200
    assert sign_in("borealis").get("/contract/lumen-aurora").status_code == 404


def test_a_changed_text_makes_its_lock_stale_and_an_included_one_too(
    sign_in: SignIn, tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = own_home(tmp_path, prepared, monkeypatch)
    client = sign_in("owner")

    def lock() -> str:
        return str(client.get("/contract/lumen-cordoba.json").json()["about"]["lock"])

    assert lock() == "fresh"
    shared = home.root / "contracts" / "shared" / "definitions.yaml"
    shared.write_text(shared.read_text("utf-8") + "# One more remark.\n", "utf-8")
    assert lock() == "stale"
    assert "shared/definitions.yaml" in client.get("/contract/lumen-cordoba").content.decode()
    (home.root / "contracts" / "lumen-cordoba.lock").unlink()
    assert lock() == "none"


def test_a_hostile_title_is_text_everywhere(
    sign_in: SignIn, tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = own_home(tmp_path, prepared, monkeypatch)
    text = home.root / "contracts" / "lumen-aurora.yaml"
    hostile = "**<script>alert(1)</script>** `<b>` {{ title }}"
    words = text.read_text("utf-8").replace("Customer care agreement, German and Romanian", f"'{hostile}'")
    words = words.replace("title: First reply, German e-mail", "title: '<svg onload=alert(1)>'")
    text.write_text(words, "utf-8")
    client = sign_in("owner")
    for address in ("/contracts", "/contract/lumen-aurora"):
        body = client.get(address).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
        assert "<script>alert" not in body
        assert "<svg onload" not in body
        assert "<b>" not in body
    assert client.get("/contracts.csv").content.decode("utf-8-sig").count("<script>") == 1
