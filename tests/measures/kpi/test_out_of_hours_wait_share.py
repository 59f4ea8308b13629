"""Waiting for a reply while we were closed."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_a_weekend_weighs_by_its_seconds() -> None:
    rows = [{"calendar_s": 200_000, "business_s": 20_000}, {"calendar_s": 20_000, "business_s": 20_000}]
    assert measured("out_of_hours_wait_share", rows).value == Fraction(180_000, 220_000)


def test_a_running_clock_is_pending() -> None:
    value = measured("out_of_hours_wait_share", [{"state": "running"}])
    assert (value.value, value.pending) == (None, 1)
