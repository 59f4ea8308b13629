"""The repair desk of examples/cost: what its page says is what the program says, cell by cell."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.journeys.command_line import tally

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "cost"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
AT = ("--as-of", "2026-05-01T06:00Z")
TWO = ("--from", "2026-02", "--to", "2026-03")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("repair") / "home"
    assert tally("init", root, "--client", "lumen", "--zone", "Europe/Berlin").code == 0
    shutil.copy(FOLDER / "contract.yaml", root / "contracts")
    shutil.copy(FOLDER / "business-case.yaml", root)
    files = [FOLDER / f"{name}.csv" for name in ("cases", "invoices", "costs")]
    answer = tally("ingest", *files, "--home", root, *AT)
    assert answer.code == 0, answer.err
    return root


def cells(heading: str) -> list[list[str]]:
    """The rows of a section's table, without its header."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def lines_of(home: Path, *arguments: str) -> str:
    answer = tally("cost", *arguments, "--home", home, *AT)
    assert answer.code == 0, answer.err
    return re.sub(r"[ \u202f]+", " ", answer.out)


def test_the_months_cost_what_the_page_says(home: Path) -> None:
    told = lines_of(home, *TWO)
    for month, whole, card, hidden, contact, resolution in cells("The months"):
        basis = "received" if month == "2026-02" else "expected"
        assert f"{month} {whole} {card} {hidden} {basis} {contact} {resolution}" in told


def test_the_bars_are_those_of_the_page_and_no_other_moves(home: Path) -> None:
    told = lines_of(home, "--waterfall", *TWO)
    rows = cells("What moved it")
    for bar, _, amount in rows:
        assert f"{bar} EUR {amount}" in told or f"{bar} {amount} " in told, bar
    assert {bar for bar in ("productivity", "currency", "scope", "credits") if f"{bar} 0.00" in told} == {
        "productivity", "currency", "scope", "credits"}  # fmt: skip
    assert "Contacts: 40 and 44." in told


def test_the_business_case_is_held_to_as_the_page_says(home: Path) -> None:
    told = lines_of(home, *TWO)
    for row in cells("What was hoped for"):
        assert " ".join(row) in told


def test_what_stands_apart_is_told(home: Path) -> None:
    answer = tally("cost", "--month", "2026-02", "--home", home, *AT)
    assert "4 x EUR 1,116.00 / 40 -> EUR 111.60" in answer.out
    assert "1 borne by the partner" in answer.out
    assert "TS-K001" in answer.err
    assert "TS-K002" in answer.err


def test_its_contract_has_no_error() -> None:
    assert tally("check", FOLDER / "contract.yaml").code == 0
