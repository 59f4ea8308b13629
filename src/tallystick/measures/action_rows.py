"""What became of an action, as expressions that the KPIs of actions, queries and meetings share."""

from __future__ import annotations

import narwhals as nw

from tallystick.measures.measure import AT_START, CREATED_IN, DUE_IN, At, Param

FACT = "action"
RULES = (DUE_IN, CREATED_IN)
ATTRIBUTIONS = (AT_START,)
SIDE = Param("both", "whose duty it is", choices=("both", "client", "partner"))


def _other_side(at: At) -> nw.Expr:
    return at.never() if at.text("side") == "both" else ~at.word("side", at.text("side"))


OTHER_SIDE = ("duties of the other side", _other_side)


def no_due_date(at: At) -> nw.Expr:
    """Nobody said by when."""
    return at.col("due_at").is_null()


def closed(at: At) -> nw.Expr:
    """It was done by `as_of`."""
    return (at.col("closed_at") <= at.as_of).fill_null(value=False)


def open_not_due(at: At) -> nw.Expr:
    """It is open and its time has not run out."""
    return ~closed(at) & (at.col("due_at") > at.as_of)


def in_time(at: At) -> nw.Expr:
    """It was done by its due date."""
    return closed(at) & (at.col("closed_at") <= at.col("due_at"))
