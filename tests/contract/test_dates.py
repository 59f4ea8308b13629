"""The days of a contract that somebody must have in a calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tallystick.contract.dates import DateKind, dates_of
from tallystick.contract.load import load

LUMEN = Path(__file__).parents[2] / "examples" / "lumen" / "contracts"


def named(name: str) -> list[tuple[date, DateKind, str, str]]:
    contract, _ = load(LUMEN / name)
    assert contract is not None
    return [(one.on, one.kind, one.about, one.state) for one in dates_of(contract)]


def test_the_term_the_amendment_and_the_clause_that_begins_to_bind_are_dates() -> None:
    assert named("lumen-borealis.yaml") == [
        (date(2025, 7, 1), DateKind.BEGINS, "", ""),
        (date(2025, 9, 1), DateKind.STATE, "S2", "in-effect"),
        (date(2026, 1, 1), DateKind.AMENDED, "AM1", ""),
        (date(2027, 6, 30), DateKind.ENDS, "", ""),
    ]


def test_new_opening_hours_are_a_date() -> None:
    assert (date(2026, 3, 1), DateKind.HOURS, "iasi", "") in named("lumen-aurora.yaml")


def test_an_amendment_that_moves_the_end_of_the_term_moves_its_date(tmp_path: Path) -> None:
    text = """
tallystick: 1
contract: c
title: C
client: {id: lumen, name: Lumen}
partner: {id: aurora, name: Aurora}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2026-12-31}
clauses: []
amendments:
  - {id: AM1, effective: 2026-06-01, title: Longer, changes: [{section: term, set: {to: 2027-12-31}}]}
"""
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    contract, findings = load(path)
    assert contract is not None, findings
    found = [(one.on, one.kind) for one in dates_of(contract)]
    assert found == [
        (date(2026, 1, 1), DateKind.BEGINS),
        (date(2026, 6, 1), DateKind.AMENDED),
        (date(2027, 12, 31), DateKind.ENDS),
    ]
