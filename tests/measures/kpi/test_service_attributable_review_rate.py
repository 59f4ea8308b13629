"""Bad reviews that the service earned."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_a_bad_review_of_the_product_is_in_the_base_only() -> None:
    rows = [{"rating": 1, "about_service": True}, {"rating": 1}, {"rating": 5, "about_service": True}, {}]
    assert measured("service_attributable_review_rate", rows).value == Fraction(1, 4)


def test_how_many_steps_are_negative_is_a_choice() -> None:
    rows = [{"rating": 2, "about_service": True}, {}]
    assert measured("service_attributable_review_rate", rows).value == Fraction(1, 2)
    assert measured("service_attributable_review_rate", rows, boxes=1).value == 0


def test_a_thumb_up_is_never_negative() -> None:
    up = {"rating": 1, "rating_min": 0, "rating_max": 1, "about_service": True}
    assert measured("service_attributable_review_rate", [up, up | {"rating": 0}]).value == Fraction(1, 2)
