"""How figures are written for a person."""

from __future__ import annotations

from fractions import Fraction

from tallystick.cli import terminal


def test_a_small_chart_leaves_a_blank_where_there_are_no_data() -> None:
    assert terminal.spark([Fraction(0), None, Fraction(1)]) == "▁ █"


def test_every_outcome_has_a_shape_of_its_own() -> None:
    shapes = [shape for shape, _ in terminal.OUTCOMES.values()]
    assert len(set(shapes)) == len(shapes)
