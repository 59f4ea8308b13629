"""Erlang B and C over columns of intervals: blocking, waiting, service level, and the agents that a target needs.

All functions take numbers or arrays of one shape and give arrays. `load` is offered work in erlangs (contacts a second
x seconds each), `agents` a whole number, times are seconds. Inside are floats; what becomes a fact or a figure is the
whole number of agents. Every step adds and multiplies positive numbers only, so 5,000 agents are as exact as five.

Where `agents` do not exceed `load` no queue without abandonment ever settles. The answers are then the limits: each
contact waits (1), none is answered in time (0), the mean wait is infinite. Without any load nobody waits and no agent
is needed; with nobody at the desks a contact that came would wait for ever.

Sources: Erlang's B by its recursion, inverted so that it neither underflows nor loses digits; C from B.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tallystick.vocabulary.errors import UsageError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Nearer than this is equal: wider than what machines round differently, so that all count the same agents.
MARGIN = 1e-12
# Columns are worked through in pieces that stay in the processor's cache.
PIECE = 8192


class Required(NamedTuple):
    """Agents that must be at their desks, and those that must be paid for it, shrinkage added. Whole numbers."""

    present: Integers
    paid: Integers


def blocking(load: Any, agents: Any) -> Floats:
    """Erlang B: the share of contacts that find every agent busy where nobody can wait."""
    shape, (a, n) = columns(load, agents)
    return (1 / inverse_blocking(a, _whole(n))).reshape(shape)


def carried(load: Any, agents: Any) -> Floats:
    """Erlang B: the erlangs that are served; with those that are lost they are those offered."""
    shape, (a, n) = columns(load, agents)
    return (a * (1 - 1 / inverse_blocking(a, _whole(n)))).reshape(shape)


def waiting(load: Any, agents: Any) -> Floats:
    """Erlang C: the share of contacts that wait; 1 where the queue never settles."""
    shape, (a, n) = columns(load, agents)
    return _waiting(a, n, inverse_blocking(a, _whole(n))).reshape(shape)


def answered_within(load: Any, agents: Any, aht_s: Any, within_s: Any) -> Floats:
    """Erlang C: the share of contacts answered within `within_s`; 0 where the queue never settles."""
    shape, (a, n, aht, within) = columns(load, agents, aht_s, within_s)
    _require_times(aht, within)
    wait = _waiting(a, n, inverse_blocking(a, _whole(n)))
    return np.where(a < n, _in_time(wait, a, n, within / aht), np.where(wait > 0, 0.0, 1.0)).reshape(shape)


def mean_wait_s(load: Any, agents: Any, aht_s: Any) -> Floats:
    """Erlang C: the mean seconds that a contact waits (ASA, nobody hanging up); infinite where it never settles."""
    shape, (a, n, aht) = columns(load, agents, aht_s)
    _require_times(aht, aht)
    wait = _waiting(a, n, inverse_blocking(a, _whole(n)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(a < n, wait * aht / (n - a), np.inf).reshape(shape)


def occupancy(load: Any, agents: Any) -> Floats:
    """The share of their time that agents are on contacts; 1 where there is more work than agents."""
    shape, (a, n) = columns(load, agents)
    _whole(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(a < n, a / n, np.where(a > 0, 1.0, 0.0)).reshape(shape)


def required(
    load: Any,
    aht_s: Any,
    *,
    within_s: Any,
    share: float,
    most_occupied: float = 1.0,
    shrinkage: float = 0.0,
    at_once: int = 1,
) -> Required:
    """The fewest agents with which Erlang C answers `share` of the contacts within `within_s`.

    They are occupied at most to `most_occupied` and handle `at_once` contacts side by side (chats; `aht_s` is then how
    long one contact lasts among the others). `shrinkage` is the part of paid time in which an agent is not at work.
    Without load none is needed. Raises UsageError for a share of 1, which no number of agents reaches.
    """
    shape, (a, aht, within) = columns(load, aht_s, within_s)
    _require_times(aht, within)
    _require_target(share, most_occupied, shrinkage, at_once)
    least = np.maximum(np.floor(a) + 1, np.ceil(a / most_occupied - 1e-9)).astype(np.int64)
    slots = np.zeros(len(a), np.int64)
    order = _ascending(least)
    for begin in range(0, len(a), PIECE):
        piece = order[begin : begin + PIECE]
        slots[piece] = _required_slots(a[piece], least[piece], within[piece] / aht[piece], share)
    return staffed(slots.reshape(shape), shrinkage, at_once)


def required_lines(load: Any, most_blocked: float) -> Integers:
    """The fewest agents or lines with which Erlang B loses at most `most_blocked` of the contacts."""
    shape, (a,) = columns(load)
    if not 0 < most_blocked < 1:
        raise UsageError(f"A share of lost contacts cannot be {most_blocked}.", "Use one between 0 and 1.")
    found = np.zeros(len(a), np.int64)
    at, n = np.flatnonzero(a > 0), 0
    load, inverse = a[at], np.ones(len(at))
    with np.errstate(over="ignore"):
        while len(at):
            found[at] = n
            short = np.flatnonzero(inverse * most_blocked < 1 - MARGIN)
            at, load, inverse = at.take(short), load.take(short), inverse.take(short)
            n += 1
            inverse = 1 + inverse * n / load
    return found.reshape(shape)


def staffed(slots: Any, shrinkage: float = 0.0, at_once: int = 1) -> Required:
    """Agents present and paid for a number of contacts that must be handled side by side."""
    present = -(-np.asarray(slots, np.int64) // at_once)
    return Required(present, np.ceil(present / (1 - shrinkage) - 1e-9).astype(np.int64))


# ---- within ------------------------------------------------------------------------------------------------------


def columns(*given: Any) -> tuple[tuple[int, ...], list[Floats]]:
    """The arguments as flat columns of one length, and the shape that the answer has; refuses what is no number."""
    wide = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in given))
    flat = [np.ascontiguousarray(one).reshape(-1) for one in wide]
    if any(not np.isfinite(one).all() or (one < 0).any() for one in flat):
        raise UsageError("Loads, agents and times are numbers of at least 0.", "Leave out what is not known.")
    return wide[0].shape, flat


def inverse_blocking(load: Floats, agents: Integers) -> Floats:
    """1 / Erlang B for columns: 1 + n/a x itself of one agent less. Infinite where B is smaller than any float."""
    found = np.empty(len(load))
    order = _ascending(agents)
    for begin in range(0, len(load), PIECE):
        piece = order[begin : begin + PIECE]
        found[piece] = _inverse_piece(load[piece], agents[piece])
    return found


def _ascending(agents: Integers) -> Integers:
    """The order of whole numbers; sixteen bits are sorted digit by digit, five times as quickly."""
    small = len(agents) == 0 or int(agents.max()) < 1 << 16
    order: Integers = np.argsort(agents.astype(np.uint16) if small else agents, kind="stable")
    return order


def _inverse_piece(load: Floats, agents: Integers) -> Floats:
    """The same for a piece whose agents ascend."""
    inverse = np.ones(len(load))
    with np.errstate(over="ignore", divide="ignore"):
        per = 1 / load
        upto = np.searchsorted(agents, np.arange(1, int(agents[-1]) + 1)) if len(agents) else ()
        for n, begin in enumerate(upto, 1):
            rest = inverse[begin:]
            rest *= n * per[begin:]
            rest += 1
    return inverse


def _waiting(load: Floats, agents: Floats, inverse: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        busy = load / agents
        return np.where(load < agents, 1 / (inverse * (1 - busy) + busy), 1.0)


def _in_time(wait: Floats, load: Floats, agents: Any, within: Floats) -> Floats:
    late: Floats = wait * np.exp(-np.maximum(agents - load, 0) * within)
    return 1 - late


def _required_slots(load: Floats, least: Integers, within: Floats, share: float) -> Integers:
    """The slots of a piece: each begins at `least`, which ascend, and goes up until the share is kept."""
    found = np.where(load > 0, least, 0)
    at = np.flatnonzero(load > 0)
    a, t = load[at], within[at]
    n: Floats = least[at].astype(np.float64)
    late_most = 1 - share + MARGIN
    with np.errstate(over="ignore", divide="ignore", under="ignore"):
        per = 1 / a
        inverse = _inverse_piece(a, least[at])
        while len(at):
            # `_waiting` and `_in_time` without what is known here: the queue settles.
            room = n - a
            short = np.flatnonzero(n / (inverse * room + a) * np.exp(-room * t) > late_most)
            found[at] = n
            at = at.take(short)
            a, n, t, per, inverse = (one.take(short) for one in (a, n, t, per, inverse))
            n += 1
            inverse *= n * per
            inverse += 1
    return found


def _whole(agents: Floats) -> Integers:
    whole = agents.astype(np.int64)
    if (whole != agents).any():
        raise UsageError("Agents come in whole numbers.", "Round down those who are there, up those who are needed.")
    return whole


def _require_times(aht: Floats, within: Floats) -> None:
    if (aht <= 0).any() or (within < 0).any():
        raise UsageError("Handling takes more than 0 seconds.", "Leave out intervals without a handling time.")


def _require_target(share: float, most_occupied: float, shrinkage: float, at_once: int) -> None:
    if not 0 <= share < 1:
        raise UsageError(f"No number of agents answers a share of {share} in time.", "Use a share below 1.")
    if not 0 < most_occupied <= 1:
        raise UsageError(f"Agents cannot be occupied to {most_occupied}.", "Use a share above 0, at most 1.")
    if not 0 <= shrinkage < 1:
        raise UsageError(f"Shrinkage cannot be {shrinkage}.", "Use a share from 0 to below 1.")
    if at_once < 1:
        raise UsageError(f"An agent cannot handle {at_once} contacts at once.", "Use a whole number from 1 on.")
