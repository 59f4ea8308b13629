"""Delivered of requested time, half hour by half hour."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.desk import value_of


def test_an_idle_night_fills_no_evening() -> None:
    evening, night = {"worked_s": 3600, "required_s": 7200}, {"worked_s": 9000, "required_s": 5400}
    assert value_of("fill_rate", "staffing_interval", evening, night).value == Fraction(9000, 12_600)
    assert value_of("fill_rate", "staffing_interval", evening, night, surplus="counted").value == 1


def test_the_roster_may_be_asked_in_place_of_the_work_done() -> None:
    row = {"worked_s": 3600, "scheduled_s": 7200, "required_s": 7200}
    assert value_of("fill_rate", "staffing_interval", row, delivered="scheduled").value == 1
