"""How far a period's contacts lay above or below its forecast."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from tallystick.vocabulary.measure_value import MeasureValue
from tests.measures.kpi.on_intervals import measured


def against(*rows: dict[str, Any], **more: Any) -> MeasureValue:
    return measured("volume_against_forecast", "staffing_interval", *rows, **more)


PEAK = {"offered": 48, "forecast_milli": 30_000, "latest_milli": 40_000}
LULL = {"offered": 7, "forecast_milli": 20_000, "latest_milli": 10_000}


def test_more_than_was_forecast_is_above_nought_and_less_is_below() -> None:
    assert against({"offered": 11, "forecast_milli": 10_000}).value == Fraction(1, 10)
    assert against({"offered": 9, "forecast_milli": 10_000}).value == Fraction(-1, 10)
    assert against({"offered": 10, "forecast_milli": 10_000}).value == 0


def test_the_whole_volume_is_held_against_the_whole_forecast() -> None:
    """55 of 50, though the peak is 60 % above and the lull 65 % below."""
    value = against(PEAK, LULL)
    assert (value.value, value.n) == (Fraction(1, 10), 2)


def test_it_is_reckoned_of_the_forecast_and_not_of_the_contacts() -> None:
    assert against({"offered": 20, "forecast_milli": 10_000}).value == 1
    assert against({"offered": 0, "forecast_milli": 10_000}).value == -1


def test_the_version_of_the_lock_date_counts_and_the_latest_where_it_is_asked_for() -> None:
    assert against(PEAK, {"offered": 2, "forecast_milli": None, "latest_milli": 10_000}).value == Fraction(18, 30)
    assert against(PEAK, LULL, forecast="latest").value == Fraction(1, 10)
    assert against(PEAK, forecast="latest").value == Fraction(8, 40)


def test_where_nothing_was_forecast_there_is_no_figure() -> None:
    assert against({"offered": 9, "forecast_milli": 0}).value is None


def test_half_hours_without_a_forecast_in_force_or_without_known_contacts_are_left_out_and_counted() -> None:
    value = against(PEAK, {"forecast_milli": None}, {"offered": None})
    assert (value.n, value.excluded) == (1, (("contacts not known", 1), ("no forecast", 1)))


def test_a_half_hour_that_has_not_begun_is_not_looked_at() -> None:
    assert against(PEAK, as_of=datetime(2026, 3, 1, tzinfo=UTC)).n == 0
