"""How much was asked for."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured


def test_every_visit_is_work_and_every_call_is_one_customer() -> None:
    rows = [{}, {"visit": 2, "first_visit": False}, {"outcome": "abandoned", "wait_s": 30}]
    assert measured("offered_calls", rows).value == 3
    assert measured("offered_calls", rows, visits="first").value == 2


def test_a_refused_call_was_not_offered() -> None:
    assert measured("offered_calls", [{"outcome": "refused", "wait_s": 0}]).value is None


def test_calls_are_counted_whole_and_have_no_interval() -> None:
    value = measured("offered_calls", [{}, {}, {}])
    assert (value.value, value.kind, value.interval) == (3, "census", None)
