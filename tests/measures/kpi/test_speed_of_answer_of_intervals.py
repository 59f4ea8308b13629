"""Mean wait from sums."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured


def test_intervals_weigh_by_their_contacts() -> None:
    rows = [{"answered": 1, "wait_s": 100}, {"answered": 99, "wait_s": 0}]
    assert measured("speed_of_answer_of_intervals", rows).value == 1


def test_an_interval_without_answers_adds_nothing() -> None:
    assert measured("speed_of_answer_of_intervals", [{"answered": 0, "wait_s": 0}]).value is None
