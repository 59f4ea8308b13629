"""What state a session with a machine is in at an instant, as expressions that the KPIs on IVR and bots share."""

from __future__ import annotations

import narwhals as nw

from tallystick.measures import call_rows
from tallystick.measures.measure import AT_START, CREATED_IN, MEASURED_IN, At

RULES = (CREATED_IN, MEASURED_IN)
ATTRIBUTIONS = (AT_START,)
BOT = call_rows.only("bot")
INBOUND = call_rows.INBOUND


def running(at: At) -> nw.Expr:
    """The session had not ended by `as_of`."""
    ended = (at.col("ended_at") <= at.as_of).fill_null(value=False)
    return ~ended & (at.word("outcome", "waiting") | ~at.col("ended_at").is_null())


def outcome_unknown(at: At) -> nw.Expr:
    """It is over, and nothing says how."""
    return at.word("outcome", "unknown") & ~at.col("escalated")


def unknown_customer(at: At) -> nw.Expr:
    """The customer is not known, so nobody can tell whether they came back."""
    return at.col("requester_key").is_null()


def other_machine(at: At) -> nw.Expr:
    """With a machine that the parameter `machine` does not ask for."""
    wanted = at.text("machine")
    return at.never() if wanted == "any" else ~at.word("kind", wanted)


OTHER_MACHINE = ("other machine", other_machine)
UNCLEAR = ("outcome unknown", outcome_unknown)
