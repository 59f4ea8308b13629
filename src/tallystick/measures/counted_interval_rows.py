"""By which thresholds a source counted its intervals, as expressions that the KPIs on counted intervals share."""

from __future__ import annotations

import narwhals as nw

from tallystick.measures.measure import AT_START, CREATED_IN, MEASURED_IN, At

RULES = (CREATED_IN, MEASURED_IN)
ATTRIBUTIONS = (AT_START,)


def running(at: At) -> nw.Expr:
    """The interval was not over by `as_of`."""
    return (at.col("ended_at") > at.as_of).fill_null(value=False)


def other_threshold(at: At) -> nw.Expr:
    """Counted by another threshold than `seconds`, or by one that is not told: not assessable, never guessed."""
    return ~(at.col("threshold_s") == at.number("seconds")).fill_null(value=False)


def other_short(at: At) -> nw.Expr:
    """Short abandons counted by another threshold than `short_s`; nothing where that is not asked for."""
    if at.params["short_s"] is None:
        return at.never()
    return ~(at.col("short_s") == at.number("short_s")).fill_null(value=False)
