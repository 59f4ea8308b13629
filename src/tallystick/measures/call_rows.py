"""What state a call is in at an instant, as expressions that the KPIs on calls share.

A call fact row is one visit of one contact to a queue; `facts/streams/call.py` makes it. Facts know nothing of `as_of`:
what happened later than it has not happened yet here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import narwhals as nw

from tallystick.measures.measure import AT_START, AT_STOP, CREATED_IN, MEASURED_IN, At, Counting, Param, Rows, Setting

# A contact belongs to the day it was offered, however long it lasted.
RULES = (CREATED_IN, MEASURED_IN)
# Waiting is answered for by whoever has the queue, handling by whoever took the call.
BY_QUEUE = (AT_START, AT_STOP)
BY_AGENT = (AT_STOP, AT_START)

LEAVE_OUT, COUNT = "leave_out", "count"
FLOW_OUTS = ("overflow", "timeout")
MACHINES = ("ivr", "bot")

SECONDS = Param(20, "seconds of waiting within which an answer is in time", least=1)
SHORT = Param(None, "abandons within so many seconds are no contacts; without it every one counts", least=1)
DIRECTION = Param("both", "calls in both directions, or one", choices=("both", "inbound", "outbound"))
VISITS = Param("every", "every visit to a queue, or the first of each call", choices=("every", "first"))


def only(kind: str) -> Callable[[Mapping[str, Setting]], str]:
    """One kind of row, whatever the parameters."""

    def named(_params: Mapping[str, Setting]) -> str:
        return kind

    return named


AT_A_QUEUE = only("queue")


def answered(at: At) -> nw.Expr:
    """Somebody had answered by `as_of`."""

    def by_then() -> nw.Expr:
        return (at.word("outcome", "answered") & (at.col("answered_at") <= at.as_of)).fill_null(value=False)

    return at.once("answered", 0, by_then)


def lost(at: At) -> nw.Expr:
    """The visit had ended without an answer by `as_of`."""

    def by_then() -> nw.Expr:
        over = nw.coalesce(at.col("ended_at"), at.col("offered_at")) <= at.as_of
        return (~at.word("outcome", "answered", "waiting") & over).fill_null(value=False)

    return at.once("lost", 0, by_then)


def unknown_wait(at: At) -> nw.Expr:
    """Answered, and nothing says when."""
    return at.word("outcome", "answered") & at.col("answered_at").is_null()


def waiting(at: At) -> nw.Expr:
    """Neither answered nor lost by `as_of`."""
    return ~answered(at) & ~lost(at) & ~unknown_wait(at)


def ended_as(at: At, *outcomes: str) -> nw.Expr:
    """The visit had ended in one of some ways by `as_of`."""
    return lost(at) & at.word("outcome", *outcomes)


def abandoned(at: At) -> nw.Expr:
    """The customer had left by `as_of`."""
    return ended_as(at, "abandoned")


def in_time(at: At) -> nw.Expr:
    """Answered within the parameter `seconds`, the last one included."""
    return answered(at) & (at.col("wait_s") <= at.number("seconds")).fill_null(value=False)


def left_in_time(at: At) -> nw.Expr:
    """Abandoned within the parameter `seconds`."""
    return abandoned(at) & (at.col("wait_s") <= at.number("seconds")).fill_null(value=False)


def short_abandon(at: At) -> nw.Expr:
    """Abandoned within the parameter `short_s`; never where it is not set."""
    if at.params["short_s"] is None:
        return at.never()
    return abandoned(at) & (at.col("wait_s") <= at.number("short_s")).fill_null(value=False)


def not_inbound(at: At) -> nw.Expr:
    """The customer did not call us."""
    return ~at.word("direction", "inbound")


def internal(at: At) -> nw.Expr:
    """A call inside the house."""
    return at.word("direction", "internal")


def other_direction(at: At) -> nw.Expr:
    """Not of the direction that the parameter `direction` asks for."""
    wanted = at.text("direction")
    return at.never() if wanted == "both" else ~at.word("direction", wanted)


def by_machine(at: At) -> nw.Expr:
    """A machine alone had the contact."""
    return at.word("kind", *MACHINES)


def refused(at: At) -> nw.Expr:
    """Busy, full or closed: the contact never came into the queue."""
    return ended_as(at, "refused")


def outcome_unknown(at: At) -> nw.Expr:
    """Nothing says what became of the wait."""
    return unknown_wait(at) | ended_as(at, "unknown", "no_answer", "self_served")


def later_visit(at: At) -> nw.Expr:
    """Not the first visit of its call, where only first ones are asked for."""
    return ~at.col("first_visit") if at.text("visits") == "first" else at.never()


def left_out_if(param: str, *outcomes: str) -> Callable[[At], nw.Expr]:
    """Visits that ended in one of some ways, where the parameter `param` leaves them out."""

    def rows(at: At) -> nw.Expr:
        return ended_as(at, *outcomes) if at.text(param) == LEAVE_OUT else at.never()

    return rows


def not_answered(at: At) -> nw.Expr:
    """The visit ended without an answer."""
    return lost(at)


def not_handled(at: At) -> nw.Expr:
    """Nobody talked: lost, or answered by a source that tells nothing of what came then."""
    return lost(at) | unknown_wait(at) | (answered(at) & ~at.col("handled"))


def unfinished(at: At) -> nw.Expr:
    """It still waits or is still handled at `as_of`, or its end is not known yet."""
    over = (at.col("ended_at") <= at.as_of).fill_null(value=False)
    return waiting(at) | (answered(at) & (at.col("unfinished") | ~over))


def earlier_visit(at: At) -> nw.Expr:
    """The contact went on to another queue, which stands for its call."""
    return ~at.col("last_visit")


def unknown_customer(at: At) -> nw.Expr:
    """The customer is not known, so nobody can tell whether the call came back."""
    return at.col("requester_key").is_null()


def interval(at: At) -> nw.Expr:
    """The number of the interval of `minutes` in which it was offered."""
    return at.second("offered_at") // (60 * at.number("minutes"))


INBOUND = ("not inbound", not_inbound)
MACHINE = ("machine only", by_machine)
REFUSED = ("refused", refused)
UNCLEAR = ("outcome unknown", outcome_unknown)
UNHANDLED = ("not handled", not_handled)
STRANGER = ("unknown customer", unknown_customer)
EARLIER = ("earlier visit of the same call", earlier_visit)


def of_answered_calls(numerator: Rows) -> Counting:
    """A share of inbound answered calls of known customers, each once by its last visit."""
    left_out = (INBOUND, MACHINE, EARLIER, STRANGER, ("not answered", not_handled))
    return Counting(left_out=left_out, pending=waiting, numerator=numerator)
