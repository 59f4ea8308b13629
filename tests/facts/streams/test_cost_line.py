"""Amounts of the books as facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tallystick.facts.stream import stream
from tallystick.vocabulary.period import Period
from tests.facts.floor import Row, at, facts, whole


def cost(number: int, begins: str | None, amount: str, **parts: Any) -> Row:
    return {
        "cost_key": number,
        "kind": "travel",
        "period_from": None if begins is None else date.fromisoformat(begins),
        "amount": Decimal(amount),
        "currency": "EUR",
        "partner": "aurora",
        "borne_by": "client",
        **parts,
    }


def test_an_amount_is_kept_to_four_decimals_in_whole_numbers() -> None:
    rows = facts("cost_line", {"cost": whole("cost", [cost(1, "2026-03-05", "1234.5678")])}, "UTC").to_pylist()
    assert [(row["amount_e4"], row["cost"], row["currency"]) for row in rows] == [(12_345_678, "travel", "EUR")]
    assert (rows[0]["from_at"], rows[0]["from_on"]) == (at("2026-03-05T00:00"), date(2026, 3, 5))


def test_a_credit_note_is_below_zero_and_a_retracted_amount_is_no_row() -> None:
    told = whole("cost", [cost(1, "2026-03-05", "-10.5"), cost(2, None, "3")])
    assert facts("cost_line", {"cost": told}, "UTC").column("amount_e4").to_pylist() == [-105_000]


def test_a_month_is_cut_by_the_first_day_in_the_zone_of_the_terms() -> None:
    told = whole("cost", [cost(1, "2026-02-28", "1"), cost(2, "2026-03-01", "1"), cost(3, "2026-04-01", "1")])
    march = Period.parse("2026-03", "Europe/Bucharest")
    found = stream("cost_line")
    assert found is not None
    from tests.facts.floor import zoned

    kept = found.of_period({"cost": told}, march.start_s, march.end_s, zoned("Europe/Bucharest"))
    assert kept["cost"].column("cost_key").to_pylist() == [2]
