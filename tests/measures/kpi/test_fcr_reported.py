"""What customers say of their issue."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

YES, NO = {"scale_min": 0, "scale_max": 1, "score": 1}, {"scale_min": 0, "scale_max": 1, "score": 0}


def test_yes_of_all_answers() -> None:
    assert measured("fcr_reported", [YES, YES, NO]).value == Fraction(2, 3)


def test_the_good_end_is_the_answers_own() -> None:
    turned = {"scale_min": 1, "scale_max": 2, "higher_is_better": False}
    assert measured("fcr_reported", [turned | {"score": 1}, turned | {"score": 2}]).value == Fraction(1, 2)


def test_satisfaction_is_another_question() -> None:
    assert measured("fcr_reported", [YES], kind="csat").n == 0
    assert measured("fcr_reported", [{"score": 5}]).excluded == (("not yes or no", 1),)
