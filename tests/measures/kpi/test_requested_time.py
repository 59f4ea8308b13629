"""Hours that the locked forecast asks for, and what was delivered of them."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured

ROWS = [
    {"required_s": 3600, "worked_s": 5400},
    {"required_s": 3600, "worked_s": 1800},
    {"required_s": 0, "worked_s": 1800},
    {"required_s": None, "worked_s": 1800},
    {"required_s": 1800, "worked_s": None},
]


def test_hours_asked_for_count_whether_anybody_came() -> None:
    value = measured("requested_time", ROWS)
    assert (value.value, value.n) == (9000, 3)


def test_an_idle_night_fills_no_evening() -> None:
    value = measured("requested_time", ROWS, part="delivered")
    assert (value.value, value.n) == (3600 + 1800, 2)
    assert dict(value.excluded)["agents not known"] == 1
