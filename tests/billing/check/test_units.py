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
        ("hour", "hour", 1),
        ("Hours", "minute", 60),
        ("h", "hour", 1),
        ("min", "hour", Fraction(1, 60)),
        ("minutes", "minute", 1),
        ("minute", "hour", Fraction(1, 60)),
        ("s", "minute", Fraction(1, 60)),
        ("sec", "hour", Fraction(1, 3600)),
        ("seconds", "hour", Fraction(1, 3600)),
        ("second", "minute", Fraction(1, 60)),
        ("Contacts", "contact", 1),
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


@pytest.mark.parametrize(
    ("unit", "word"),
    [("DAY", "hour"), ("HUR", "contact"), ("hours", "contact"), ("contacts", "hour"), ("MON", "contact"),
     ("KGM", "EUR")],
)  # fmt: skip
def test_units_that_do_not_compare_have_none(unit: str, word: str) -> None:
    assert factor(unit, word, "EUR") is None
