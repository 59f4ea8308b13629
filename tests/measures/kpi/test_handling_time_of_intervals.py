"""Handling time from sums."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured


def test_a_part_that_the_source_does_not_count_leaves_its_interval_out() -> None:
    rows = [{"hold_s": None}, {"answered": 2, "talk_s": 100, "hold_s": 20, "wrap_s": 40}]
    assert measured("handling_time_of_intervals", rows).value == 80
    assert measured("handling_time_of_intervals", rows, parts="talk").n == 2
