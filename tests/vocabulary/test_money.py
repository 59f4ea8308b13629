from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st

from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.money import Money, Rounding, exponent

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF", "RON"])
AMOUNTS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=5)


def eur(text: str) -> Money:
    return Money(Decimal(text), "EUR")


@pytest.mark.parametrize(
    ("currency", "places"), [("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3), ("CLF", 4)]
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, places: int) -> None:
    assert exponent(currency) == places


def test_currencies_of_today_agree_with_the_table_of_babel_but_where_cldr_follows_custom() -> None:
    # CLDR says how a currency is commonly shown, ISO 4217 how it is divided; three-decimal and four-decimal ones agree.
    for currency in list_currencies():
        if get_currency_precision(currency) > 2:
            assert exponent(currency) == get_currency_precision(currency), currency


@given(AMOUNTS, AMOUNTS, CURRENCIES)
def test_adding_and_taking_away_is_exact(a: Decimal, b: Decimal, currency: str) -> None:
    one, two = Money(a, currency), Money(b, currency)
    assert one + two - two == one
    assert one + (-one) == Money.zero(currency)
    assert (one < two) == (a < b)
    assert (one <= two) == (a <= b)


@given(st.integers(-(10**12), 10**12), CURRENCIES)
def test_minor_units_round_trip(minor: int, currency: str) -> None:
    assert Money.of_minor(minor, currency).minor == minor


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.HALF_UP, ("2.68", "-2.68", "2.67")),
        (Rounding.HALF_EVEN, ("2.68", "-2.68", "2.66")),
        (Rounding.UP, ("2.68", "-2.68", "2.67")),
        (Rounding.DOWN, ("2.67", "-2.67", "2.66")),
        (Rounding.CEILING, ("2.68", "-2.67", "2.67")),
        (Rounding.FLOOR, ("2.67", "-2.68", "2.66")),
    ],
)
def test_a_half_goes_where_the_contract_says(rounding: Rounding, expected: tuple[str, str, str]) -> None:
    amounts = [eur("2.675"), eur("-2.675"), eur("2.665")]
    assert [str(amount.rounded(rounding).amount) for amount in amounts] == list(expected)


def test_rounding_goes_to_the_minor_unit_or_to_the_decimals_asked_for() -> None:
    assert Money(Decimal("1234.5"), "JPY").rounded().amount == Decimal(1235)
    assert Money(Decimal("1.23456"), "KWD").rounded().amount == Decimal("1.235")
    assert eur("1.23456").rounded(decimals=4).amount == Decimal("1.2346")
    assert eur("1.5").rounded(decimals=0).amount == Decimal(2)


def test_what_is_not_exact_or_not_a_currency_is_refused() -> None:
    with pytest.raises(UsageError, match="not float"):
        Money(1.1, "EUR")  # type: ignore[arg-type]
    for code in ("eur", "EURO", "€", "", "E1R"[:2]):
        with pytest.raises(UsageError, match="ISO 4217"):
            Money(Decimal(1), code)
    with pytest.raises(UsageError, match="not rounded"):
        _ = eur("1.005").minor
    with pytest.raises(UsageError, match="Decimal or a whole number"):
        eur("1") * 1.1  # type: ignore[operator]


def test_two_currencies_do_not_add_up_or_compare() -> None:
    other = Money(Decimal(1), "RON")
    for act in (
        lambda: eur("1") + other,
        lambda: eur("1") - other,
        lambda: eur("1") < other,
        lambda: eur("1") <= other,
    ):
        with pytest.raises(UsageError, match="EUR and RON"):
            act()
    assert eur("1") != other


def test_money_is_shown_with_its_currency_and_all_its_digits() -> None:
    assert str(eur("1234567.5")) == "EUR 1,234,567.50"
    assert str(eur("0.125")) == "EUR 0.125"
    assert str(Money(Decimal(1500), "JPY")) == "JPY 1,500"
    assert str(eur("2500") * Decimal("0.05")) == "EUR 125.00"
    assert str(eur("2500") * 2) == "EUR 5,000.00"
