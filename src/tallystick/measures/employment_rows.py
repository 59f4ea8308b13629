"""What a month of employment brings, as expressions that the KPIs of headcount and leaving share."""

from __future__ import annotations

import narwhals as nw

from tallystick.measures.looking_ahead import until
from tallystick.measures.measure import AT_START, MEASURED_IN, At, Param

FACT = "employment"
RULES = (MEASURED_IN,)
ATTRIBUTIONS = (AT_START,)
settles = until("next_at")

WHO = ("agent", "team_leader", "quality", "trainer", "workforce")
ROLE = Param("agent", "whose months; who has no role is an agent", choices=(*WHO, "everybody"))
LEAVERS = Param(
    "all",
    "which leavers",
    choices=("all", "without-transfers", "voluntary", "involuntary", "transfer", "training"),
)


def in_role(at: At, role: str) -> nw.Expr:
    """Whether the person has a role; one without any is an agent."""
    if role == "everybody":
        return at.every()
    found = at.word("role", role)
    return found | at.col("role").is_null() if role == "agent" else found


def _other_role(at: At) -> nw.Expr:
    return ~in_role(at, at.text("role"))


OTHER_ROLE = ("people in another role", _other_role)


def not_over(at: At) -> nw.Expr:
    """The month had not ended by `as_of`."""
    return at.col("next_at") > at.as_of


def leaves(at: At) -> nw.Expr:
    """The way in which the person left is one of those asked for."""
    wanted = at.text("leavers")
    if wanted == "all":
        return at.every()
    if wanted == "without-transfers":
        return ~at.word("left_as", "transfer")
    return at.word("left_as", wanted)


def _other_month(at: At) -> nw.Expr:
    return (at.col("month_at") >= at.as_of) | (at.col("next_at") < at.as_of)


OTHER_MONTH = ("months before the snapshot", _other_month)


def there_then(at: At) -> nw.Expr:
    """The person had begun and not left by the snapshot; its month's row is the one that tells."""
    gone = (at.col("left_at") <= at.as_of).fill_null(value=False)
    return (at.col("started_at") < at.as_of) & ~gone
