"""Contract years and amounts of several currencies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tallystick.vocabulary.money import Money
from tallystick.web.amounts import by_currency
from tallystick.web.credits import contract_year, moneys_words


@pytest.mark.parametrize(
    ("begun", "on", "year"),
    [
        ("2025-07-01", "2025-07-01", ("2025-07-01", "2026-07-01")),
        ("2025-07-01", "2026-06-30", ("2025-07-01", "2026-07-01")),
        ("2025-07-01", "2026-07-01", ("2026-07-01", "2027-07-01")),
        ("2024-02-29", "2025-02-28", ("2024-02-29", "2025-03-01")),
        ("2024-02-29", "2025-03-01", ("2025-03-01", "2026-03-01")),
        ("2024-02-29", "2028-02-29", ("2028-02-29", "2029-03-01")),
    ],
)
def test_a_contract_year_runs_from_anniversary_to_anniversary(begun: str, on: str, year: tuple[str, str]) -> None:
    found = contract_year(date.fromisoformat(begun), date.fromisoformat(on))
    assert tuple(day.isoformat() for day in found) == year


def test_currencies_are_listed_and_never_added() -> None:
    amounts = [Money(Decimal(2), "USD"), Money(Decimal(1), "EUR"), Money(Decimal(3), "EUR"), Money(Decimal(0), "GBP")]
    assert by_currency(amounts) == (Money(Decimal(4), "EUR"), Money(Decimal(0), "GBP"), Money(Decimal(2), "USD"))
    assert moneys_words(by_currency(amounts)) == "EUR\u202f4.00 and USD\u202f2.00"
    assert moneys_words([Money(Decimal(0), "EUR")]) == "none"
