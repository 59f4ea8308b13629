"""Who left, from counts."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_short_abandons_leave_both_parts() -> None:
    row = {"offered": 20, "abandoned": 4, "abandoned_in": 2}
    assert measured("abandonment_of_intervals", [row]).value == Fraction(4, 20)
    assert measured("abandonment_of_intervals", [row], short_s=5).value == Fraction(2, 18)


def test_short_abandons_of_another_length_are_not_guessed() -> None:
    value = measured("abandonment_of_intervals", [{"short_s": None}], short_s=5)
    assert value.excluded == (("other short threshold", 1),)
