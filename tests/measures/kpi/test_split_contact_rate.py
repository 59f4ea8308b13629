"""One contact that became two."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

ROWS = [{}, {"contact_no": 2, "since_previous_s": 60}, {"contact_no": 2, "since_previous_s": 90_000}]


def test_only_a_call_soon_after_the_one_before_is_the_same_contact() -> None:
    assert measured("split_contact_rate", ROWS).value == Fraction(1, 3)
    assert measured("split_contact_rate", ROWS, within_s=90_000).value == Fraction(2, 3)
    assert measured("repeat_call_rate", ROWS).value == Fraction(2, 3)
