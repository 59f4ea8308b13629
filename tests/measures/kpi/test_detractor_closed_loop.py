"""Somebody came back to those who were unhappy."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

LATE = {"score": 1, "followed_at": "2026-03-04T08:00:01Z"}


def test_only_low_answers_are_owed_a_follow_up() -> None:
    rows = [{"score": 1}, {"score": 2, "followed_at": None}, {"score": 5, "followed_at": None}]
    assert measured("detractor_closed_loop", rows).value == Fraction(1, 2)
    assert measured("detractor_closed_loop", rows, boxes=1).value == 1


def test_the_time_agreed_is_kept_to_the_second() -> None:
    assert measured("detractor_closed_loop", [LATE]).value == 0
    assert measured("detractor_closed_loop", [LATE], within_s=2 * 86_400 + 1).value == 1


def test_low_on_the_promoter_scale_is_up_to_six() -> None:
    scale = {"scale_min": 0, "scale_max": 10}
    rows = [scale | {"score": 6}, scale | {"score": 7}]
    value = measured("detractor_closed_loop", rows, kind="nps", survey="nps")
    assert (value.n, value.excluded) == (1, (("not low", 1),))


def test_on_good_and_bad_bad_is_low_and_good_is_not() -> None:
    scale = {"scale_min": 0, "scale_max": 1}
    assert measured("detractor_closed_loop", [scale | {"score": 0}, scale | {"score": 1}]).n == 1


def test_where_the_good_end_is_low_the_high_answers_are_owed_one() -> None:
    assert measured("detractor_closed_loop", [{"score": 5, "higher_is_better": False}]).n == 1
