"""Attempts that never got in."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_a_call_refused_by_the_machine_or_at_the_queue_is_blocked_once() -> None:
    rows = [
        {"kind": "ivr", "outcome": "refused", "wait_s": None},
        {"outcome": "refused", "wait_s": 0},
        {"outcome": "refused", "wait_s": 0, "first_visit": False},
        {"outcome": "abandoned", "wait_s": 9},
    ]
    assert measured("blockage", rows).value == Fraction(2, 3)


def test_blocking_does_not_show_in_the_service_level() -> None:
    rows = [{"wait_s": 1}, *[{"outcome": "refused", "wait_s": 0}] * 9]
    assert measured("service_level", rows).value == 1
    assert measured("blockage", rows).value == Fraction(9, 10)
