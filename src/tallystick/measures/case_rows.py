"""What state a case is in at an instant, as expressions that several KPIs share."""

from __future__ import annotations

from datetime import timedelta

import narwhals as nw

from tallystick.measures.measure import AT_START, AT_STOP, CREATED_IN, RESOLVED_IN, At, Param

WEEK_S = 7 * 86_400
WINDOW = Param(WEEK_S, "seconds of the window; must be that of the clock terms", least=1)

# Few cases have a due instant of their own, so the KPIs of solving belong to the period of the first solving.
SOLVED_RULES = (RESOLVED_IN, CREATED_IN)
BY_LAST_OWNER = (AT_STOP, AT_START)
BY_FIRST_OWNER = (AT_START, AT_STOP)


def merged(at: At) -> nw.Expr:
    """The case was merged into another, which carries its counts (R6)."""
    return ~at.col("merged_into").is_null()


MERGED = ("merged", merged)


def solved(at: At) -> nw.Expr:
    """The case had been solved at least once by `as_of`."""
    return (at.col("first_solved_at") <= at.as_of).fill_null(value=False)


def not_solved(at: At) -> nw.Expr:
    """The case had not been solved by `as_of`."""
    return ~solved(at)


def window_open(at: At) -> nw.Expr:
    """Unsolved, or so lately solved that the window still runs: nobody can know yet what it will show.

    A case already seen to come back waits too, else the newest days would hold only the bad news.
    """
    ends = at.col("first_solved_at") + timedelta(seconds=at.number("window_s"))
    return ~(ends <= at.as_of).fill_null(value=False)


def open_then(at: At) -> nw.Expr:
    """The case was open at `as_of`: not closed, and not solved for good by then."""
    closed = (at.col("closed_at") <= at.as_of).fill_null(value=False)
    rests = (at.col("last_solved_at") <= at.as_of).fill_null(value=False) & at.word("status", "solved", "closed")
    return ~closed & ~rests


def unknown_customer(at: At) -> nw.Expr:
    """The customer is not known, so nobody can tell whether the case came back."""
    return at.col("requester_key").is_null()
