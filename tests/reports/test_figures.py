"""How figures are written."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.reports import figures
from tallystick.vocabulary.money import Money


@pytest.mark.parametrize(
    ("value", "target", "written"),
    [
        (Fraction(9, 10), Fraction(9, 10), "90.0 %"),
        (Fraction(8999, 10000), Fraction(9, 10), "89.99 %"),
        (Fraction(899_999, 1_000_000), Fraction(9, 10), "89.9999 %"),
        (Fraction(2, 3), Fraction(9, 10), "66.7 %"),
        (Fraction(0), None, "0.0 %"),
    ],
)
def test_a_share_has_enough_digits_to_show_its_side_of_the_target(
    value: Fraction, target: Fraction | None, written: str
) -> None:
    assert figures.share_text(value, target).replace("\u202f", " ") == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (14_400, "4 h"),
        (5_400, "1 h 30 min"),
        (95, "1 min 35 s"),
        (0, "0 s"),
        (180_000, "2 d 2 h"),
        (-90, "\u22121 min 30 s"),
    ],
)
def test_durations_are_hours_and_minutes(seconds: int, written: str) -> None:
    assert figures.duration_text(Fraction(seconds)).replace("\u202f", " ") == written


def test_nothing_is_said_in_words() -> None:
    assert figures.value_text(None, "ratio") == "no data"
    assert figures.difference_text(None, "ratio") == "not comparable"
    assert figures.counted_text(None) == "n = 0"


def test_differences_of_shares_are_points_with_their_sign() -> None:
    assert figures.difference_text(Fraction(177, 1000), "ratio") == "+17.7 points"
    assert figures.difference_text(Fraction(-1, 10_000), "ratio") == "\u22120.01 points"


def test_money_keeps_its_currency_and_digits() -> None:
    assert figures.money_text(Money(Decimal("-5120"), "EUR")).replace("\u202f", " ") == "EUR \u22125,120.00"


@pytest.mark.parametrize(("amount", "words"), [("5", "+EUR 5.00"), ("-5", "\u2212EUR 5.00"), ("0", "EUR 0.00")])
def test_a_change_of_an_amount_has_its_sign_in_front(amount: str, words: str) -> None:
    assert figures.change_text(Money(Decimal(amount), "EUR")).replace("\u202f", " ") == words


def test_months_have_names_and_other_periods_keep_theirs() -> None:
    assert figures.month_name("2025-12") == "December 2025"
    assert figures.month_name("2025-Q4") == "2025-Q4"
