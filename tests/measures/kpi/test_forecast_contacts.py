"""The forecast that a commitment goes by."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

ROWS = [{"forecast_milli": 1500, "latest_milli": 4000}, {"forecast_milli": None, "latest_milli": 1}]


def test_the_locked_forecast_counts_in_whole_and_in_parts_of_contacts() -> None:
    value = measured("forecast_contacts", ROWS)
    assert (value.value, value.n, value.excluded) == (Fraction(3, 2), 1, (("no forecast", 1),))


def test_a_later_forecast_is_another_figure() -> None:
    assert measured("forecast_contacts", ROWS, forecast="latest").value == Fraction(4001, 1000)
