"""The list of security requirements names code and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "docs" / "guide" / "security.md"


def rows() -> list[list[str]]:
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "requirement"]


def test_every_requirement_names_a_place_and_a_test_that_are_there() -> None:
    assert len(rows()) >= 45
    for requirement, _done, where, test in rows():
        assert re.match(r"\d+\.\d+\.\d+ ", requirement), requirement
        place = re.fullmatch(r"`([^`]+)`", where)
        if place is not None:
            assert any((base / place[1]).exists() for base in (ROOT / "src/tallystick/web", ROOT)), where
        else:
            assert where == "allauth", where
        named = re.fullmatch(r"`([^`]+)::(\w+)`", test)
        assert named is not None, test
        text = (ROOT / "tests" / "web" / named[1]).read_text(encoding="utf-8")
        assert f"\ndef {named[2]}(" in text, test
