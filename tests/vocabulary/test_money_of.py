"""Exact amounts rounded once: every mode against the decimal module's own."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.vocabulary.money import Rounding, exponent, money_of


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD", "CLF"])
@pytest.mark.parametrize("rounding", list(Rounding))
@settings(deadline=None)
@given(amount=st.decimals(-(10**12), 10**12, places=6))
def test_amounts_that_end_are_rounded_as_decimals_are(currency: str, rounding: Rounding, amount: Decimal) -> None:
    with localcontext(prec=60):
        expected = amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding.decimal_mode)
    assert money_of(Fraction(amount), currency, rounding).amount == expected


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("cents", "mode", "expected"), [
    ("0.5", Rounding.HALF_UP, 1), ("0.5", Rounding.HALF_EVEN, 0), ("1.5", Rounding.HALF_EVEN, 2),
    ("0.5", Rounding.UP, 1), ("0.5", Rounding.DOWN, 0), ("1", Rounding.UP, 1),
])  # fmt: skip
def test_halves_go_where_the_mode_says_on_both_sides_of_nothing(
    sign: int, cents: str, mode: Rounding, expected: int
) -> None:
    assert money_of(sign * Fraction(cents) / 100, "EUR", mode).minor == sign * expected


def test_a_third_of_a_cent_is_rounded_without_loss() -> None:
    assert str(money_of(Fraction(10**20, 3), "EUR")) == f"EUR {int('3' * 20):,}.33"
    assert money_of(Fraction(-1, 300), "EUR", Rounding.FLOOR).minor == -1
    assert money_of(Fraction(-1, 300), "EUR", Rounding.CEILING).minor == 0
