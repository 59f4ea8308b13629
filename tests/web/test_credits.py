"""Amounts of several currencies, and what a contract year came to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from tallystick.vocabulary.money import Money
from tallystick.web.amounts import by_currency
from tallystick.web.credits import moneys_words, years_of


def test_currencies_are_listed_and_never_added() -> None:
    amounts = [Money(Decimal(2), "USD"), Money(Decimal(1), "EUR"), Money(Decimal(3), "EUR"), Money(Decimal(0), "GBP")]
    assert by_currency(amounts) == (Money(Decimal(4), "EUR"), Money(Decimal(0), "GBP"), Money(Decimal(2), "USD"))
    assert moneys_words(by_currency(amounts)) == "EUR\u202f4.00 and USD\u202f2.00"
    assert moneys_words([Money(Decimal(0), "EUR")]) == "none"


def test_a_year_of_credits_counts_one_partner_of_a_contract_alone() -> None:
    def stood(partner: str, day: str, amount: int) -> SimpleNamespace:
        on = date.fromisoformat(day)
        statement = SimpleNamespace(contract="c", total=Money(Decimal(amount), "EUR"))
        return SimpleNamespace(
            partner=partner, begins={"c": on}, statements=(statement,), records=(SimpleNamespace(contract="c"),)
        )

    text = SimpleNamespace(contract=SimpleNamespace(contract="c", term=SimpleNamespace(from_on=date(2025, 7, 1))))
    room = SimpleNamespace(books=SimpleNamespace(contracts=(text,)))
    all_of = {
        (one.partner, at): one
        for at, one in enumerate([stood("a", "2025-06-01", 1), stood("a", "2025-08-01", 2), stood("b", "2025-08-01", 4),
                                  stood("a", "2025-09-01", 8), stood("a", "2025-10-01", 16)])
    }  # fmt: skip
    (year,) = years_of(room, all_of, all_of["a", 3])  # type: ignore[arg-type]
    assert year.total == Money(Decimal(10), "EUR")
