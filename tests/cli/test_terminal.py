"""How figures are written for a person."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.cli import terminal


@pytest.mark.parametrize(
    ("value", "threshold", "text"),
    [
        (Fraction(94996, 100_000), Fraction(95, 100), "94.996 %"),
        (Fraction(95, 100), Fraction(95, 100), "95.0 %"),
        (Fraction(7, 10), Fraction(8, 10), "70.0 %"),
        (None, Fraction(8, 10), "no data"),
    ],
)
def test_a_percentage_near_its_threshold_shows_enough_digits(
    value: Fraction | None, threshold: Fraction, text: str
) -> None:
    assert terminal.percent(value, threshold) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "no data"),
        (0, "0 s"),
        (61, "1 min 01 s"),
        (3900, "1 h 05 min"),
        (273_600, "3 d 4 h"),
        (-60, "-1 min 00 s"),
    ],
)
def test_durations_are_said_as_a_person_says_them(seconds: int | None, text: str) -> None:
    assert terminal.duration(seconds) == text


def test_a_small_chart_leaves_a_blank_where_there_are_no_data() -> None:
    assert terminal.spark([Fraction(0), None, Fraction(1)]) == "▁ █"


def test_every_outcome_has_a_shape_of_its_own() -> None:
    shapes = [shape for shape, _ in terminal.OUTCOMES.values()]
    assert len(set(shapes)) == len(shapes)
