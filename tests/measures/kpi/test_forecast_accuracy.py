"""How far the forecast lay from what came."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from tallystick.vocabulary.measure_value import MeasureValue
from tests.measures.kpi.on_intervals import measured


def accuracy(*rows: dict[str, Any], **more: Any) -> MeasureValue:
    return measured("forecast_accuracy", "staffing_interval", *rows, **more)


PEAK = {"offered": 40, "forecast_milli": 30_000, "latest_milli": 38_000}
LULL = {"offered": 10, "forecast_milli": 20_000, "latest_milli": 9000}


def test_errors_of_peak_and_lull_do_not_cancel_unless_their_sign_is_asked_for() -> None:
    assert accuracy(PEAK, LULL).value == Fraction(20, 50)
    assert accuracy(PEAK, LULL, statistic="bias").value == 0


def test_busy_intervals_weigh_more_than_in_a_mean_of_percentages() -> None:
    """MAPE would be (25 % + 100 %) / 2 = 62.5 %."""
    assert accuracy(PEAK, LULL).value == Fraction(2, 5)


def test_bias_is_above_nought_where_too_much_was_forecast() -> None:
    assert accuracy({"offered": 10, "forecast_milli": 12_500}, statistic="bias").value == Fraction(1, 4)
    assert accuracy({"offered": 10, "forecast_milli": 7500}, statistic="bias").value == Fraction(-1, 4)


def test_the_version_of_the_lock_date_counts_and_the_latest_where_it_is_asked_for() -> None:
    assert accuracy(PEAK, LULL, forecast="latest").value == Fraction(3, 50)


def test_an_interval_that_brought_nothing_adds_its_error_alone() -> None:
    value = accuracy(PEAK, {"offered": 0, "forecast_milli": 5000})
    assert (value.value, value.n) == (Fraction(15, 40), 2)


def test_without_any_contact_there_is_no_figure() -> None:
    assert accuracy({"offered": 0, "forecast_milli": 5000}).value is None


def test_intervals_without_a_forecast_in_force_or_without_known_contacts_are_left_out_and_counted() -> None:
    value = accuracy(PEAK, {"forecast_milli": None}, {"offered": None})
    assert (value.n, value.excluded) == (1, (("contacts not known", 1), ("no forecast", 1)))


def test_an_interval_that_has_not_begun_is_not_looked_at() -> None:
    assert accuracy(PEAK, as_of=datetime(2026, 3, 1, tzinfo=UTC)).n == 0
