"""The months of which the books tell an amount: a partner's own, and what all share; nothing of other partners."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tallystick.cost.booked_months import months_booked
from tallystick.records.attribution import UNASSIGNED
from tallystick.records.lake import Lake
from tests.facts.streams.test_cost_line import cost
from tests.verdicts.tiny_lake import append


def test_the_books_offer_months_of_the_partner_and_of_what_is_shared(tmp_path: Path) -> None:
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        append(lake, "cost", [
            cost(1, "2026-03-05", "10"),
            cost(2, "2026-03-31", "10"),
            cost(3, "2026-05-01", "7", partner=UNASSIGNED),
            cost(4, "2026-07-01", "9", partner="borealis"),
            cost(5, None, "9"),
            cost(6, "2026-09-01", "0"),
        ])  # fmt: skip
        assert months_booked(lake, "aurora") == {date(2026, 3, 1), date(2026, 5, 1), date(2026, 9, 1)}
        assert months_booked(lake, "borealis") == {date(2026, 5, 1), date(2026, 7, 1)}


def test_without_books_there_is_no_month(tmp_path: Path) -> None:
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        assert months_booked(lake, "aurora") == frozenset()
