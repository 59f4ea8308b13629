"""The wait of those who were answered, and its tail."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured

CALLS = [{"wait_s": 2}, {"wait_s": 4}, {"wait_s": 300}, {"outcome": "abandoned", "wait_s": 900}]


def test_the_mean_hides_what_the_tail_shows() -> None:
    assert measured("average_speed_of_answer", CALLS).value == 102
    assert measured("average_speed_of_answer", CALLS, statistic="median").value == 4
    assert measured("average_speed_of_answer", CALLS, statistic="p90").value == 300
    assert measured("average_speed_of_answer", CALLS, statistic="max").value == 300


def test_those_who_left_are_not_in_it() -> None:
    value = measured("average_speed_of_answer", CALLS)
    assert (value.n, value.excluded) == (3, (("not answered", 1),))


def test_an_answer_whose_moment_is_not_known_is_left_out() -> None:
    value = measured("average_speed_of_answer", [{"answered_at": None, "wait_s": None}, {"wait_s": 8}])
    assert (value.value, value.excluded) == (8, (("wait not known", 1),))
