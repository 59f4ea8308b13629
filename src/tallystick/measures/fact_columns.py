"""Which columns of a fact table carry a period rule, an attribution and a dimension.

Local dates, weeks and months are columns that the folds wrote in the contract's zone; nothing is converted here.
Where the wanted column is empty the next one named stands in: a clock without a due instant belongs to the day it
started (and then counts as "no target"), a case without a due date of its own to the day it was created, a case whose
closing lost its owner to the last owner known (R2). Clocks and cases are said here, other fact tables by their streams.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw

from tallystick.facts.stream import Stream, stream, streams
from tallystick.measures.measure import (
    AT_DUE,
    AT_START,
    AT_STOP,
    CLOCK_SHARE,
    CREATED_IN,
    DUE_IN,
    MEASURED_IN,
    RESOLVED_IN,
    At,
)
from tallystick.vocabulary.errors import UsageError

CLOCK, CASE = "clock", "case"

# The moments whose date, week and month decide, in order of preference; `<moment>_on`, `_week`, `_month` are columns.
MOMENTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CLOCK: {
        CREATED_IN: ("start",),
        DUE_IN: ("due", "start"),
        RESOLVED_IN: ("stop",),
        MEASURED_IN: ("start",),
    },
    CASE: {
        CREATED_IN: ("created",),
        DUE_IN: ("due", "created"),
        RESOLVED_IN: ("solved",),
        MEASURED_IN: ("created",),
    },
}

_BEGINS = {CLOCK: "start_at", CASE: "created_at"}
_KEYS = {CLOCK: ("case_key", "case_id", "kind", "n"), CASE: ("case_key", "case_id")}
# The moments at which a row was over, in the order in which they are looked for; the earliest one counts.
_ENDS = {CLOCK: ("stop_at", "due_at"), CASE: ("first_solved_at", "closed_at")}

OWNERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CLOCK: {
        AT_START: ("owner_start",),
        AT_DUE: ("owner_due", "owner_stop", "owner_start"),
        AT_STOP: ("owner_stop", "owner_due", "owner_start"),
        CLOCK_SHARE: ("share_owner",),
    },
    CASE: {AT_START: ("partner",), AT_STOP: ("partner_last", "partner")},
}

AGENTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CLOCK: {
        AT_START: ("agent_start",),
        AT_DUE: ("agent_due", "agent_stop", "agent_start"),
        AT_STOP: ("agent_stop", "agent_due", "agent_start"),
        CLOCK_SHARE: ("agent_stop", "agent_due", "agent_start"),
    },
    CASE: {AT_START: ("agent",), AT_STOP: ("agent_last", "agent")},
}


def facts() -> tuple[str, ...]:
    """The name of every fact table."""
    return (CLOCK, CASE, *streams())


def _stream(fact: str) -> Stream:
    found = stream(fact)
    if found is None:
        raise UsageError(f"There are no {fact} facts.", f"There are: {', '.join(facts())}.")
    return found


def begins(fact: str) -> str:
    """The instant before which a row does not exist."""
    return _BEGINS[fact] if fact in _BEGINS else _stream(fact).begins


def keys(fact: str) -> tuple[str, ...]:
    """The columns that tell rows apart, and the id by which people call one (`case_id`)."""
    if fact in _KEYS:
        return _KEYS[fact]
    found = _stream(fact)
    return (*found.key, *(name for name in (*found.carried, "case_id") if name not in found.key))


def ends(fact: str) -> tuple[str, ...]:
    """The instants at which a row is over, in the order in which they are looked for; the earliest one counts."""
    return _ENDS[fact] if fact in _ENDS else _stream(fact).ends


def _first(at: At, names: tuple[str, ...]) -> nw.Expr:
    columns = [at.col(name) for name in names]
    return columns[0] if len(columns) == 1 else nw.coalesce(*columns)


def period_columns(fact: str, rule: str, part: str) -> tuple[str, ...]:
    """The columns of the moment by which a rule assigns rows to periods, the first one first."""
    known = MOMENTS[fact] if fact in MOMENTS else _stream(fact).moments
    moments = known.get(rule)
    if moments is None:
        raise UsageError(f"The {fact} facts know no period rule {rule}.", f"Use one of: {', '.join(known)}.")
    return tuple(f"{moment}_{part}" for moment in moments)


def period_moment(at: At, fact: str, rule: str, part: str) -> nw.Expr:
    """The local date (`on`), Monday (`week`) or month of the moment by which a rule assigns rows to periods."""
    return _first(at, period_columns(fact, rule, part))


def dimension_columns(fact: str, rule: str, attribution: str, name: str) -> tuple[str, ...]:
    """The columns of a dimension under a period rule and an attribution; where one is empty the next stands in."""
    if name in ("week", "month", "day"):
        return period_columns(fact, rule, "on" if name == "day" else name)
    if name in ("partner", "agent"):
        if fact in OWNERS:
            known = OWNERS[fact] if name == "partner" else AGENTS[fact]
        else:
            known = _stream(fact).owners if name == "partner" else _stream(fact).agents
        columns = known.get(attribution)
        if columns is None:
            rules = ", ".join(known)
            raise UsageError(f"The {fact} facts know no attribution {attribution}.", f"Use one of: {rules}.")
        return columns
    return (name,)


def dimension(at: At, fact: str, rule: str, attribution: str, name: str) -> nw.Expr:
    """The value of a dimension under a period rule and an attribution."""
    return _first(at, dimension_columns(fact, rule, attribution, name))
