"""Who left, and from when it counts."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

CALLS = [{}, {"outcome": "abandoned", "wait_s": 5}, {"outcome": "abandoned", "wait_s": 18}, {"outcome": "callback"}]


def test_a_request_for_a_call_back_is_offered_and_no_abandon() -> None:
    assert measured("abandonment_rate", CALLS).value == Fraction(2, 4)


def test_the_threshold_is_the_contracts() -> None:
    assert measured("abandonment_rate", CALLS, short_s=5).value == Fraction(1, 3)
    assert measured("abandonment_rate", CALLS, short_s=18).value == 0
    assert measured("abandonment_rate", CALLS, short_s=5, short_abandons="count").value == Fraction(1, 4)


def test_whoever_still_waits_has_not_left() -> None:
    value = measured("abandonment_rate", [{"outcome": "waiting"}, {}])
    assert (value.value, value.n, value.pending) == (0, 1, 1)
