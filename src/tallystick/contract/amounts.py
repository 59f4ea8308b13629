"""Exact amounts on the way to money: fractions until the one rounding at the end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tallystick.contract.quantity import decimal_text
from tallystick.vocabulary.money import Money, Rounding, exponent


def whole(value: Fraction, mode: str) -> int:
    """A fraction as a whole number in one of the rounding modes, exactly; half-up turns away from zero."""
    size = abs(value)
    floor, rest = divmod(size.numerator, size.denominator)
    half = Fraction(rest, size.denominator) - Fraction(1, 2)
    up = {
        "half-up": half >= 0,
        "half-even": half > 0 or (half == 0 and floor % 2 == 1),
        "up": rest > 0,
        "down": False,
        "ceiling": rest > 0 and value > 0,
        "floor": rest > 0 and value < 0,
    }[mode]
    return (floor + up) * (-1 if value < 0 else 1)


def exact(money: Money) -> Fraction:
    """An amount as a fraction."""
    return Fraction(money.amount)


def to_money(value: Fraction, currency: str, mode: str = Rounding.HALF_UP.value) -> Money:
    """A fraction of the currency's unit, rounded once to its minor unit."""
    return Money.of_minor(whole(value * 10 ** exponent(currency), mode), currency)


def amount_text(value: Fraction, currency: str) -> str:
    """An amount that is not yet rounded, in decimal digits: EUR 1234.5."""
    return f"{currency} {decimal_text(value, 8)}"


def shown(value: Fraction, currency: str) -> Money | Fraction:
    """An exact amount as a step's result: money where its digits end, otherwise the fraction itself."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return Money(Decimal(value.numerator) / Decimal(value.denominator), currency) if rest == 1 else value
