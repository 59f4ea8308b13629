"""Expressions that the KPIs on half hours of staffing and on quarters of coverage share."""

from __future__ import annotations

from collections.abc import Callable

import narwhals as nw

from tallystick.measures.measure import AT_START, CREATED_IN, MEASURED_IN, At

# A half hour belongs to the day on which it begins, and to the partner whose agents and contacts it counts.
RULES = (MEASURED_IN, CREATED_IN)
ATTRIBUTIONS = (AT_START,)


def empty(name: str) -> Callable[[At], nw.Expr]:
    """Nothing is known of a column."""
    return lambda at: at.col(name).is_null()


def apart(left: nw.Expr, right: nw.Expr) -> nw.Expr:
    """How far two whole numbers lie apart."""
    return nw.when(left >= right).then(left - right).otherwise(right - left)


def forecast(at: At) -> nw.Expr:
    """Thousandths of contacts that were forecast: in force at the lock date, or the latest, by the parameter."""
    return at.col("forecast_milli" if at.text("forecast") == "locked" else "latest_milli")


def no_forecast(at: At) -> nw.Expr:
    """Nothing was forecast."""
    return forecast(at).is_null()
