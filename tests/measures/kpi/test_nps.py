"""Promoters minus detractors."""

from __future__ import annotations

from decimal import Decimal

from tests.measures.kpi.desk import value_of


def answers(*scores: int, **parts: object) -> list[dict[str, object]]:
    return [{"scale_min": 0, "scale_max": 10, "score": score, **parts} for score in scores]


def scored(*rows: dict[str, object]):  # type: ignore[no-untyped-def]
    return value_of("nps", "survey", *rows, kind="nps")


def test_seven_and_eight_count_in_the_denominator_only() -> None:
    value = scored(*answers(9, 7, 8, 8))
    assert (value.value, value.n) == (25, 4)


def test_nine_promotes_and_six_detracts() -> None:
    assert scored(*answers(9)).value == 100
    assert scored(*answers(6)).value == -100
    assert scored(*answers(9, 6)).value == 0


def test_two_partners_of_one_score_can_have_very_different_answers() -> None:
    """What the figure hides its interval shows: everybody in the middle, or half for and half against."""
    calm, torn = scored(*answers(*[7] * 20)), scored(*answers(*[10] * 10, *[0] * 10))
    assert calm.value == torn.value == 0
    assert calm.interval is not None
    assert torn.interval is not None
    assert torn.interval[1] - torn.interval[0] > calm.interval[1] - calm.interval[0]


def test_it_is_as_noisy_as_the_definition_says() -> None:
    """Half promoters and a fifth detractors: a hundred answers give plus or minus 15 points."""
    value = scored(*answers(*[10] * 50, *[8] * 30, *[3] * 20))
    assert value.value == 30
    assert value.interval is not None
    low, high = value.interval
    assert abs((high - low) / 2 - Decimal(15)) < 1


def test_another_scale_and_scores_off_the_scale_are_left_out_with_counts() -> None:
    unanswered = {"scale_min": 0, "scale_max": 10, "score": None, "answered_at": None}
    value = scored(*answers(10, 11), {"score": 5}, unanswered)
    assert (value.value, value.n) == (100, 1)
    assert value.excluded == (("not answered", 1), ("off scale", 1), ("other scale", 1))
