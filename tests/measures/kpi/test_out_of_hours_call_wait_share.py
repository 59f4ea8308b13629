"""Waiting while we were closed."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_seconds_weigh_and_not_calls() -> None:
    rows = [{"wait_s": 90, "wait_closed_s": 90}, {"wait_s": 10}]
    assert measured("out_of_hours_call_wait_share", rows).value == Fraction(9, 10)


def test_queues_without_opening_hours_are_left_out_and_counted() -> None:
    value = measured("out_of_hours_call_wait_share", [{"wait_s": 90, "wait_closed_s": None}])
    assert (value.value, value.excluded) == (None, (("no opening hours", 1),))
