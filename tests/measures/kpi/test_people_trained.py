"""People who completed a course."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured

ROWS = [{"course": "a"}, {"course": "a", "result": "failed"}, {"course": "b", "result": "passed"}, {"result": None}]


def test_completed_and_passed_count_and_the_others_do_not() -> None:
    assert measured("people_trained", ROWS).value == 2
    value = measured("people_trained", ROWS, course="a")
    assert (value.value, dict(value.excluded)) == (1, {"another course": 2, "not completed": 1})
