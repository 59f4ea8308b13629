"""How an agent took in an announcement, as expressions that the KPIs of briefings share."""

from __future__ import annotations

import narwhals as nw

from tallystick.measures.measure import At

FACT = "briefing"


def confirmed(at: At) -> nw.Expr:
    """The agent had confirmed it by `as_of`."""
    return (at.col("acknowledged_at") <= at.as_of).fill_null(value=False)
