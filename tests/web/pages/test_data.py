"""The page of data over the shipped example: the ledger is the core's own, a partner sees its own part of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SignIn = Callable[..., Any]


def lines(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "imports" / "imports.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_import_of_the_ledger_is_listed_and_its_rows_add_up(sign_in: SignIn, lumen: Path) -> None:
    rows = sign_in("owner").get("/data.json").json()["imports"]["rows"]
    parts = ("rows_in", "stored", "duplicate", "rejected")
    assert [(one["file"], *(one[part] for part in parts)) for one in rows] == [
        (line["file"], *(line[part] for part in parts)) for line in reversed(lines(lumen))
    ]
    assert all(one["rows_in"] == one["stored"] + one["duplicate"] + one["rejected"] for one in rows)


@pytest.mark.parametrize("who", ["aurora", "borealis", "cordoba"])
def test_a_partner_sees_its_own_feeds_and_their_imports(sign_in: SignIn, who: str) -> None:
    shown = sign_in(who).get("/data.json").json()
    every = sign_in("owner").get("/data.json").json()
    own = {one["feed"] for one in every["feeds"]["rows"] if one["partner"] == who}
    assert own
    assert {one["feed"] for one in shown["feeds"]["rows"]} == own
    assert {one["feed"] for one in shown["imports"]["rows"]} <= own
    others = {"aurora", "borealis", "cordoba"} - {who}
    text = json.dumps(shown).lower()
    assert not [name for name in others if name in text]


def test_a_partner_is_told_the_rule_and_not_the_cells_of_files_that_others_gave(sign_in: SignIn) -> None:
    said = {
        who: next(one["reasons"] for one in sign_in(who).get("/data.json").json()["imports"]["rows"] if one["rejected"])
        for who in ("owner", "aurora")
    }
    assert "TS-I108, 3 rows" in said["owner"]
    assert "TS-I108, 3 rows" in said["aurora"]
    assert "31.11.2025" not in said["aurora"]


def test_the_page_speaks_of_nothing_as_fresh_that_nobody_watches(sign_in: SignIn) -> None:
    shown = sign_in("owner").get("/data.json").json()
    assert {one["state"] for one in shown["feeds"]["rows"]} == {"not watched"}
    assert shown["check"] is None
    assert "The data gate has not been asked yet." in sign_in("owner").get("/data").content.decode()
