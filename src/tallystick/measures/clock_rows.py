"""What state a clock is in at an instant, as expressions that several KPIs share.

The facts store what happened and nothing of `as_of`: a running clock carries its seconds so far and the instant since
which it runs. Whether it is met, late or still open at `as_of` is decided here, the same for every KPI.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import narwhals as nw

from tallystick.measures.measure import (
    AT_DUE,
    AT_START,
    AT_STOP,
    CLOCK_SHARE,
    CREATED_IN,
    DUE_IN,
    RESOLVED_IN,
    At,
    Param,
    Setting,
)
from tallystick.measures.quantile import METHODS, NEAREST, STATISTIC
from tallystick.vocabulary.clock_terms import CLOCK_KINDS

STOPPED, RUNNING, CANCELLED = "stopped", "running", "cancelled"
OWN, BUSINESS, CALENDAR = "own", "business", "calendar"

CLOCK = Param("first_reply", "which clock", choices=CLOCK_KINDS)
WITHIN = Param(None, "seconds the clock may take, in place of the target in the facts", least=1)
STATISTIC_OF = Param("median", "mean, median, max or a percentile such as p90", pattern=STATISTIC)
METHOD = Param(NEAREST, "how a quantile between two rows is taken", choices=METHODS)
BASIS = Param(OWN, "business or calendar seconds; own is what the target is set in", choices=(OWN, BUSINESS, CALENDAR))

# What is owed belongs to the day it was due and to whoever held it then.
ATTAINMENT_RULES = (DUE_IN, CREATED_IN, RESOLVED_IN)
ATTAINMENT_ATTRIBUTIONS = (AT_DUE, AT_START, AT_STOP, CLOCK_SHARE)

# Due-in like every verdict: a case that waits on stays in view as pending instead of dropping out (R3).
DURATION_RULES = (DUE_IN, RESOLVED_IN, CREATED_IN)
DURATION_ATTRIBUTIONS = (AT_STOP, AT_START, AT_DUE, CLOCK_SHARE)
DURATION_PARAMS = {"statistic": STATISTIC_OF, "method": METHOD, "basis": BASIS}


def named_clock(params: Mapping[str, Setting]) -> str:
    """The clock that the parameter `clock` names."""
    return str(params["clock"])


def only(kind: str) -> Callable[[Mapping[str, Setting]], str]:
    """One kind of clock, whatever the parameters."""

    def named(_params: Mapping[str, Setting]) -> str:
        return kind

    return named


def kind_by_statistic(params: Mapping[str, Setting]) -> str:
    """The kind that the parameter `statistic` makes."""
    return "mean" if params["statistic"] == "mean" else "quantile"


def stopped(at: At) -> nw.Expr:
    """The clock had stopped by `as_of`."""

    def ended() -> nw.Expr:
        by_then = at.word("state", STOPPED) & (at.col("stop_at") <= at.as_of)
        return by_then.fill_null(value=False)

    return at.once("stopped", 0, ended)


def cancelled(at: At) -> nw.Expr:
    """The clock ended without an outcome: what it waited for can no longer happen."""
    return at.once("cancelled", 0, lambda: at.word("state", CANCELLED))


def not_stopped(at: At) -> nw.Expr:
    """The clock had neither stopped by `as_of` nor been cancelled."""
    return ~cancelled(at) & ~stopped(at)


def without_target(at: At) -> nw.Expr:
    """No target was in force, so nothing was promised; never so where the request brings its own `within`."""
    return at.col("target_s").is_null()


def seconds(at: At, basis: str = OWN) -> nw.Expr:
    """What the clock has counted so far, legitimate pauses taken out."""
    if basis == OWN:
        return nw.when(at.word("basis", CALENDAR)).then(at.col("calendar_s")).otherwise(at.col("business_s"))
    return at.col(f"{basis}_s")


def duration(at: At) -> nw.Expr:
    """The seconds of a finished clock, on the basis that the request asks for."""
    return seconds(at, at.text("basis"))


def _late_against_due(at: At) -> nw.Expr:
    """Open past due (R4): a moving clock by its due instant, a paused one by the seconds it has counted."""
    moving = ~at.col("running_since").is_null() | at.word("state", STOPPED)
    by_instant = (at.col("due_at") < at.as_of).fill_null(value=False)
    by_seconds = (seconds(at) > at.col("target_s")).fill_null(value=False)
    return nw.when(moving).then(by_instant).otherwise(by_seconds)


def _late_against_seconds(at: At, limit: int) -> nw.Expr:
    """Open and certainly above `limit`.

    The seconds counted when the clock last moved are a lower bound. On calendar time the span since then is added; on
    business time the due instant of the facts helps where its target is at least `limit`. Beyond that a business clock
    is called late only once its own facts show it, so the answer never runs ahead of the evidence.
    """
    counted = (seconds(at) > limit).fill_null(value=False)
    moving = at.word("state", RUNNING)
    on_calendar = at.word("basis", CALENDAR) & (at.col("running_since") < at.as_of)
    since = nw.lit(at.as_of_second) - at.second("running_since") + seconds(at)
    by_span = (on_calendar & (since > limit)).fill_null(value=False)
    by_due = ((at.col("target_s") >= limit) & (at.col("due_at") < at.as_of)).fill_null(value=False)
    return nw.when(moving).then(counted | by_span | by_due).otherwise(by_due)


def limit_of(at: At) -> int | None:
    """The parameter `within`, where the measure has it and the request set it."""
    given = at.params.get("within")
    return None if given is None else int(str(given))


def late(at: At) -> nw.Expr:
    """Open past due at `as_of`: counted as failed."""
    limit = limit_of(at)
    open_yet = not_stopped(at)

    def overdue() -> nw.Expr:
        found = _late_against_due(at) if limit is None else _late_against_seconds(at, limit)
        # A choice, not `&`: an engine that works by columns then looks at the few open clocks only.
        return nw.when(open_yet).then(found).otherwise(nw.lit(value=False))

    return at.once(f"late_{limit}", 1, overdue)


def met(at: At) -> nw.Expr:
    """Stopped by `as_of`, at the due instant or before (or within the request's own seconds).

    A clock that stopped while it stood still has no due instant; then its seconds decide against its target.
    """
    limit = limit_of(at)
    if limit is not None:
        return stopped(at) & (seconds(at) <= limit)
    by_seconds = seconds(at) <= at.col("target_s")
    in_time = nw.when(at.col("due_at").is_null()).then(by_seconds).otherwise(at.col("stop_at") <= at.col("due_at"))
    return stopped(at) & in_time


def open_not_due(at: At) -> nw.Expr:
    """Open and not past due: no outcome yet, so in neither part (R4)."""
    return not_stopped(at) & ~late(at)


def nothing_promised(at: At) -> nw.Expr:
    """No target in force and none brought by the request."""
    if limit_of(at) is not None:
        return at.never()
    return without_target(at)
