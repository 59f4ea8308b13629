"""What an agent's day brings, as expressions that the KPIs of agents' time share.

The facts hold seconds by state and by scheduled activity (`facts/streams/agent_time.py`). A day counts once it is over.
"""

from __future__ import annotations

import narwhals as nw

from tallystick.measures.looking_ahead import until
from tallystick.measures.measure import AT_START, MEASURED_IN, At

FACT = "agent_time"
RULES = (MEASURED_IN,)
ATTRIBUTIONS = (AT_START,)
settles = until("until_at")

ON_CONTACT = ("talk", "outbound", "chat", "hold", "wrap", "case_work")
OFF_PHONE = ("training", "coaching", "meeting", "project")
PAUSES = ("break", "meal")
WORKING = ("work", "overtime")
AWAY = ("leave", "sick", "absent")


def not_over(at: At) -> nw.Expr:
    """The day had not ended by `as_of`."""
    return at.col("until_at") > at.as_of


def states(at: At, *names: str) -> nw.Expr:
    """Seconds in some states together."""
    return together(at, *(f"{name}_s" for name in names))


def planned(at: At, *names: str) -> nw.Expr:
    """Seconds for which some activities were scheduled, together."""
    return together(at, *(f"planned_{name}_s" for name in names))


def together(at: At, *names: str) -> nw.Expr:
    """Some columns added up."""
    whole = at.col(names[0])
    for name in names[1:]:
        whole = whole + at.col(name)
    return whole


def on_contact(at: At) -> nw.Expr:
    """Seconds on contacts: talk, hold, after-work, chats, outbound calls and work on cases."""
    return states(at, *ON_CONTACT)


def worked(at: At) -> nw.Expr:
    """Seconds at work: on contacts, ringing, waiting, off the phone by name, or with a system down."""
    return states(at, *ON_CONTACT, "ring", "available", *OFF_PHONE, "system_down")
