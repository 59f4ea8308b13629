"""Resolved, and by one contact."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

YES = {"scale_min": 0, "scale_max": 1, "score": 1}


def test_it_is_stricter_than_what_the_customer_reports() -> None:
    rows = [YES, YES | {"contact_no": 2}, YES | {"reopens": 1}]
    assert measured("fcr_reported", rows).value == 1
    assert measured("one_contact_resolution", rows).value == Fraction(1, 3)


def test_an_answer_about_no_known_case_is_left_out() -> None:
    assert measured("one_contact_resolution", [YES | {"contact_no": None}]).excluded == (("unknown customer", 1),)
