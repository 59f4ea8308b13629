"""Units of invoices in the units of a rate card."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.billing.check.units import factor


@pytest.mark.parametrize(
    ("unit", "word", "told"),
    [
        ("HUR", "hour", 1),
        ("MIN", "hour", Fraction(1, 60)),
        ("SEC", "minute", Fraction(1, 60)),
        ("HUR", "minute", 60),
        ("C62", "contact", 1),
        ("", "hour", 1),
        ("MON", "FTE", 1),
        ("MON", "month", 1),
        ("C62", "EUR", 1),
        ("resolution", "resolution", 1),
    ],
)
def test_units_that_compare_have_a_factor(unit: str, word: str, told: Fraction | int) -> None:
    assert factor(unit, word, "EUR") == told


@pytest.mark.parametrize(("unit", "word"), [("DAY", "hour"), ("HUR", "contact"), ("MON", "contact"), ("KGM", "EUR")])
def test_units_that_do_not_compare_have_none(unit: str, word: str) -> None:
    assert factor(unit, word, "EUR") is None
