"""Service level where only counted intervals are handed out."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_counts_are_added_and_percentages_never_averaged() -> None:
    rows = [{"offered": 1, "answered": 1, "answered_in": 1}, {"offered": 99, "answered": 60, "answered_in": 32}]
    value = measured("service_level_of_intervals", rows)
    assert (value.value, value.n, value.denominator) == (Fraction(33, 100), 2, 100)
    assert measured("service_level_of_intervals", rows, variant="of_answered").value == Fraction(33, 61)


def test_another_threshold_than_the_sources_is_not_assessable() -> None:
    value = measured("service_level_of_intervals", [{}, {}], seconds=30)
    assert (value.value, value.n, value.excluded) == (None, 0, (("other threshold", 2),))


def test_short_abandons_can_be_taken_out_at_the_sources_own_length_only() -> None:
    row = {"offered": 10, "answered_in": 8, "abandoned": 2, "abandoned_in": 2}
    assert measured("service_level_of_intervals", [row], short_s=5).value == 1
    assert measured("service_level_of_intervals", [row], short_s=6).value is None


def test_an_interval_that_runs_is_pending() -> None:
    value = measured("service_level_of_intervals", [{}], as_of=datetime(2026, 3, 2, 8, 29, 59, tzinfo=UTC))
    assert (value.n, value.pending) == (0, 1)
