"""A realistic contract in plain language, as a golden text.

Make it anew with `python tests/contract/test_plain.py` and read the difference as a lawyer would.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tallystick.contract.check import check_path
from tallystick.contract.load import load
from tallystick.contract.model import Contract
from tallystick.contract.plain import plain
from tests.contract.agreement import CARDS, sound

GOLDEN = Path(__file__).parent / "golden"
SIGNED = GOLDEN / "as-signed.md"
AMENDED = GOLDEN / "on-2026-04-01.md"


def agreement() -> Contract:
    contract, findings = load(GOLDEN / "agreement.yaml")
    assert contract is not None, findings
    return contract


def renderings() -> dict[Path, str]:
    contract = agreement()
    return {SIGNED: plain(contract, cards=CARDS), AMENDED: plain(contract, date(2026, 4, 1), cards=CARDS)}


def test_the_realistic_text_is_sound_but_for_its_remarks() -> None:
    contract, findings = check_path(GOLDEN / "agreement.yaml", CARDS)
    assert contract is not None
    assert [(found.id, found.place.line) for found in findings] == [("TS-C080", 14), ("TS-C042", 126)]


def test_the_plain_language_is_the_golden_one() -> None:
    for path, text in renderings().items():
        assert text == path.read_text(encoding="utf-8"), path.name


def test_the_lock_of_forecasts_is_said_where_the_text_sets_it() -> None:
    text = plain(sound(("definitions:\n", "definitions:\n  forecast_lock: 28d\n")), cards=CARDS)
    assert "A forecast is in force for an interval when it was handed over 28 days before it" in text
    assert "forecast" not in plain(sound(), cards=CARDS).partition("## What words mean")[2].partition("##")[0]


def test_what_was_not_known_is_not_rendered() -> None:
    text = plain(agreement(), date(2026, 2, 10), known_on=date(2026, 2, 10), cards=CARDS)
    assert "EUR 2,500.00" in text.split("### C2")[1].split("###")[0]
    assert "It is not contained in this text." in text


def test_every_part_of_the_text_finds_its_way_into_the_rendering() -> None:
    text = renderings()[SIGNED]
    contract = agreement()
    for word in (
        *contract.partner_ids, *contract.programmes, *contract.calendars, *(one.id for one in contract.clauses),
        *(one.id for one in contract.relief), *(one.id for one in contract.amendments), "INC-88", "HR-2025-Q3", "6.2",
    ):  # fmt: skip
        assert word in text, word


if __name__ == "__main__":
    for path, text in renderings().items():
        path.write_text(text, encoding="utf-8")
