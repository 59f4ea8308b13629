"""What a clock needs of a promise, as a value: facts are folded under these terms and know no contract.

`assess` resolves the terms from the contracts in force and hands them to `facts.derive`; their digest keys the
fact set.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Literal, get_args

from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.opening import OpenHours, ZoneOffsets

ANY = "*"

# Every clock a case can run, in the order of their codes. `facts/fold/clock.py` says what starts and stops each.
CLOCK_KINDS = (
    "first_reply",
    "next_reply",
    "periodic_update",
    "pausable_update",
    "requester_wait",
    "agent_work",
    "on_hold",
    "pause",
    "first_resolution",
    "full_resolution",
    "customer_first_reply",
    "acknowledgement",
)

# What sort of thing a case is. A contract may leave out any but an ordinary one.
ExcludedKind = Literal["spam", "test", "duplicate", "proactive", "internal"]
# In the order of their codes in the facts.
CASE_KINDS: tuple[str, ...] = ("normal", *get_args(ExcludedKind))

STATUS_CATEGORIES = ("new", "open", "pending", "hold", "solved", "closed")

# How long before an interval its forecast is locked, where a contract says nothing.
FORECAST_LOCK_S = 14 * 86_400

BUSINESS = "business"
CALENDAR = "calendar"


@dataclass(frozen=True)
class ClockTarget:
    """The time one kind of clock has, for a programme and a priority (`*` is any), within [from_s, until_s).

    Instants are UTC seconds since 1970; `seconds` are business or calendar seconds by `basis`. A clock takes the
    target in force when it starts or, after a transfer, when it comes back to a queue of ours.
    """

    clock: str
    programme: str
    priority: str
    seconds: int
    basis: str
    from_s: int
    until_s: int


@dataclass(frozen=True)
class ProgrammeTerms:
    """Which cases belong to a programme, and the opening hours its clocks run under.

    An empty set matches anything; the first programme that matches wins. `hours` names entries of `ClockTerms.hours`
    as (from_s, name) pairs, sorted, the version in force being the last that has begun.
    """

    programme: str
    queues: frozenset[str]
    channels: frozenset[str]
    languages: frozenset[str]
    hours: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ClockTerms:
    """All terms for one partner (or for everybody, when `partner` is `*`).

    `zone` is the contract's, for local dates. `pausing` are the status categories or raw statuses (lower case) in
    which a clock may pause. Windows are seconds. `forecast_lock_s` is how long before an interval its forecast is
    locked. `excluded_kinds` are the case kinds (spam, test ...) that the counted exclusions name.
    """

    partner: str
    zone: ZoneOffsets
    hours: dict[str, OpenHours]
    programmes: tuple[ProgrammeTerms, ...]
    targets: tuple[ClockTarget, ...] = ()
    pausing: frozenset[str] = frozenset({"pending"})
    reopen_window_s: int = 7 * 86_400
    repeat_window_s: int = 7 * 86_400
    excluded_kinds: frozenset[str] = frozenset({"spam", "test", "duplicate"})
    label: str = ""
    fold_version: int = field(default=1)
    forecast_lock_s: int = FORECAST_LOCK_S

    def digest(self) -> str:
        """What keys a fact set: every part that can move a figure. Made once: terms never change."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        # Terms that came later count where they differ from what held before, so that older digests stay.
        if self.forecast_lock_s == FORECAST_LOCK_S:
            del parts["forecast_lock_s"]
        return digest(parts)
