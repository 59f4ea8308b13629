"""`tally contract show`: which text a name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.home import create_home
from tests.contract.agreement import TEXT
from tests.journeys.command_line import tally

ID = "lumen-aurora"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one text, whose file is not named after the contract."""
    assert f"contract: {ID}\n" in TEXT
    root = create_home(tmp_path / "home").root
    (root / "contracts" / "signed.yaml").write_text(TEXT, encoding="utf-8")
    return root


@pytest.mark.parametrize("name", [ID, "signed", "signed.yaml"])
def test_a_contract_is_found_by_its_id_as_by_its_file(home: Path, name: str) -> None:
    answer = tally("contract", "show", name, "--home", home, "--json")
    assert answer.code == 0, answer.err
    assert answer.json["contract"] == ID


def test_an_id_that_is_misspelt_is_answered_with_the_one_that_is_there(home: Path) -> None:
    answer = tally("contract", "show", "lumen-aurorra", "--home", home)
    assert answer.code == 2
    assert f"Did you mean {ID}?" in answer.err


def test_an_id_that_two_texts_have_is_answered_with_their_files(home: Path) -> None:
    (home / "contracts" / "older.yaml").write_text(TEXT, encoding="utf-8")
    answer = tally("contract", "show", ID, "--home", home)
    assert answer.code == 2
    assert "older.yaml, signed.yaml" in answer.err


def test_a_broken_text_is_found_by_its_id_and_the_hint_names_its_file(home: Path) -> None:
    path = home / "contracts" / "signed.yaml"
    path.write_text(TEXT.replace("currency: EUR", "currency: EURO", 1), encoding="utf-8")
    answer = tally("contract", "show", ID, "--home", home)
    assert answer.code == 3
    assert f"tally check {path}" in " ".join(answer.err.split())
