"""Exact amounts and their one rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.contract.amounts import amount_text, exact, shown, to_money, whole
from tallystick.vocabulary.money import Money, Rounding

MODES = [mode.value for mode in Rounding]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tenths", range(-35, 36))
def test_a_whole_number_is_the_one_that_decimal_gives(mode: str, tenths: int) -> None:
    value = Fraction(tenths, 10)
    expected = Decimal(tenths).scaleb(-1).quantize(Decimal(1), Rounding(mode).decimal_mode)
    assert whole(value, mode) == int(expected)


@pytest.mark.parametrize(
    ("mode", "above", "below"),
    [("half-up", 1, -1), ("half-even", 1, -1), ("up", 1, -1), ("down", 0, 0), ("ceiling", 1, 0), ("floor", 0, -1)],
)
def test_digits_that_never_end_are_rounded_by_the_exact_value(mode: str, above: int, below: int) -> None:
    assert (whole(Fraction(2, 3), mode), whole(Fraction(-2, 3), mode)) == (above, below)
    hair = Fraction(10**30 // 3, 10**30) + Fraction(1, 6)
    assert whole(hair, "half-up") == 0, "a hair below a half"


@pytest.mark.parametrize("mode", MODES)
def test_a_whole_number_keeps_every_digit_however_long_it_is(mode: str) -> None:
    odd = 2**53 + 1  # the first whole number that a float cannot hold
    assert (whole(Fraction(odd), mode), whole(Fraction(-odd), mode)) == (odd, -odd)


def test_money_is_rounded_once_to_its_minor_unit() -> None:
    assert to_money(Fraction(10, 3), "EUR") == Money(Decimal("3.33"), "EUR")
    assert to_money(Fraction(5, 2), "JPY", "half-even") == Money(Decimal(2), "JPY")
    assert to_money(Fraction(-5, 2), "JPY") == Money(Decimal(-3), "JPY")
    assert to_money(Fraction(12345, 10_000_000), "KWD") == Money(Decimal("0.001"), "KWD")


def test_a_step_shows_money_where_its_digits_end_and_the_fraction_where_they_do_not() -> None:
    assert shown(Fraction(1, 8), "EUR") == Money(Decimal("0.125"), "EUR")
    assert shown(Fraction(1, 250), "EUR") == Money(Decimal("0.004"), "EUR")
    assert shown(Fraction(1, 5), "EUR") == Money(Decimal("0.2"), "EUR")
    assert shown(Fraction(1, 3), "EUR") == Fraction(1, 3)
    assert shown(Fraction(1, 6), "EUR") == Fraction(1, 6)
    assert exact(Money(Decimal("0.125"), "EUR")) == Fraction(1, 8)
    assert amount_text(Fraction(1, 3), "EUR") == "EUR 0.33333333…"
