"""How a clock starts, takes its terms, counts, falls due and ends. Plain integers; see `layout` for the codes.

A span is the time between two instants at which something happened to a case. Within it nothing changes, so every
running clock gets the span's calendar seconds and its business seconds: two look-ups in the calendar, no loop over
days. A span outside every opening interval has zero business seconds.

Terms are those in force at the end of the instant at which a clock starts (R1): a queue or priority set in the same
second counts. A clock that finds no target takes the first that comes to apply, counted from its start. A clock whose
case comes back out of foreign hands takes the terms of that instant.
"""

from __future__ import annotations

from tallystick.facts.fold.layout import (
    AGENT_WORK,
    BASIS_BUSINESS,
    BASIS_CALENDAR,
    C_AGENT_DUE,
    C_AGENT_START,
    C_BASIS,
    C_BUSINESS,
    C_CALENDAR,
    C_DUE,
    C_HELD,
    C_MARK_AGENT,
    C_MARK_AT,
    C_MARK_BUSINESS,
    C_MARK_CALENDAR,
    C_MARK_OWNER,
    C_MARK_PAUSED,
    C_MARK_PAUSED_OTHER,
    C_N,
    C_OWNER_DUE,
    C_OWNER_START,
    C_PAUSED,
    C_PAUSED_OTHER,
    C_PRIORITY,
    C_PROGRAMME,
    C_QUEUE,
    C_START,
    C_TARGET,
    C_WAITING,
    CALENDAR,
    CANCELLED,
    CASE,
    CATEGORY,
    CLOCK_WIDTH,
    CLOCKS,
    COUNTING,
    FULL_RESOLUTION,
    HAS_RETURNED,
    IN_PAUSE,
    IS_OWN,
    LAST_OWNER,
    MARKED_BY_SOLVING,
    NEXT_REPLY,
    NONE,
    NOW,
    ON_HOLD,
    OPEN_AT_NOW,
    OWNER,
    PARTNER,
    PAUSABLE_UPDATE,
    PAUSE,
    PAUSED_S,
    PERIODIC_UPDATE,
    PRIORITY,
    PROGRAMME,
    QUEUE,
    REQUESTER_WAIT,
    RUNNING,
    SOLVED,
    STILL_RUNNING,
    STOPPED,
    UNSETTLED,
    WAITING,
    WAITING_PAUSED_S,
    WITHOUT_TARGET,
    ClockRows,
    Column,
    ShareRows,
    Terms,
)
from tallystick.vocabulary.opening import NEVER, instant_after, open_until

# Clocks that count only in some statuses: their due instant is not a function of their start alone.
INTERMITTENT = (
    (1 << PAUSABLE_UPDATE) | (1 << REQUESTER_WAIT) | (1 << AGENT_WORK) | (1 << ON_HOLD) | (1 << FULL_RESOLUTION)
)
# Clocks whose cancelled, never begun seconds say nothing: an answer that the solving made needless at once.
DROPPED_WHEN_EMPTY = (1 << NEXT_REPLY) | (1 << PERIODIC_UPDATE) | (1 << PAUSABLE_UPDATE)


def start(state: Column, clocks: Column, k: int) -> None:
    """Start a new instance of clock `k` now. Its terms are taken when the instant is over (`settle`).

    In a solved case it starts with a mark: unless the case is reopened, nothing was asked of anybody.
    """
    at = k * CLOCK_WIDTH
    n = clocks[at + C_N] + 1
    for field in range(CLOCK_WIDTH):
        clocks[at + field] = 0
    clocks[at + C_N] = n
    clocks[at + C_START] = state[NOW]
    clocks[at + C_TARGET] = NONE
    clocks[at + C_BASIS] = BASIS_CALENDAR if k == PAUSE else BASIS_BUSINESS
    clocks[at + C_DUE] = NONE
    clocks[at + C_OWNER_START] = NONE
    clocks[at + C_OWNER_DUE] = NONE
    clocks[at + C_AGENT_START] = NONE
    clocks[at + C_AGENT_DUE] = NONE
    clocks[at + C_MARK_AT] = NONE
    state[RUNNING] |= 1 << k
    state[UNSETTLED] |= 1 << k
    if state[CATEGORY] >= SOLVED and (MARKED_BY_SOLVING >> k) & 1:
        mark(state, clocks, k, NONE)


def elapsed(clocks: Column, k: int) -> int:
    """Seconds that clock `k` has counted, on its own basis."""
    at = k * CLOCK_WIDTH
    return clocks[at + C_CALENDAR] if clocks[at + C_BASIS] == BASIS_CALENDAR else clocks[at + C_BUSINESS]


def target_of(k: int, programme: int, priority: int, at_s: int, terms: Terms) -> int:
    """The row of the target of clock `k` in force at `at_s`, the most specific first; NONE where there is none."""
    index = (k * (terms.programmes + 1) + programme + 1) * (terms.priorities + 1) + priority + 1
    for row in range(terms.target_first[index], terms.target_first[index + 1]):
        if terms.target_from[row] <= at_s < terms.target_until[row]:
            return row
    return NONE


def take_target(state: Column, clocks: Column, k: int, terms: Terms) -> None:
    """Give clock `k` the target of the terms in force; where its time is already over, its due instant lies behind."""
    at = k * CLOCK_WIDTH
    began = clocks[at + C_START]
    when = state[NOW] if state[HAS_RETURNED] else began
    row = target_of(k, state[PROGRAMME], state[PRIORITY], when, terms) if state[IS_OWN] else NONE
    if row == NONE:
        if clocks[at + C_TARGET] == NONE:
            state[WITHOUT_TARGET] |= 1 << k
        return
    state[WITHOUT_TARGET] &= ~(1 << k)
    target = terms.target_seconds[row]
    clocks[at + C_TARGET] = target
    clocks[at + C_BASIS] = terms.target_basis[row]
    if clocks[at + C_DUE] != NONE or elapsed(clocks, k) < target:
        return
    due = began if target == 0 else state[NOW]
    if target > 0 and not (INTERMITTENT >> k) & 1:
        if clocks[at + C_BASIS] == BASIS_CALENDAR:
            due = began + target
        else:
            due = min(due, instant_after(terms.opening, state[CALENDAR], began, target))
    fall_due(state, clocks, k, due)


def fall_due(state: Column, clocks: Column, k: int, due: int) -> None:
    """Write down when clock `k` is due, and who holds the case then."""
    at = k * CLOCK_WIDTH
    clocks[at + C_DUE] = due
    clocks[at + C_OWNER_DUE] = state[PARTNER]
    clocks[at + C_AGENT_DUE] = state[OWNER] if state[OWNER] != NONE else state[LAST_OWNER]


def settle(state: Column, clocks: Column, terms: Terms) -> None:
    """Let every clock that waits for it take the terms in force at the end of this instant."""
    waiting = state[UNSETTLED] & state[RUNNING]
    for k in range(CLOCKS):
        if (waiting >> k) & 1:
            at = k * CLOCK_WIDTH
            clocks[at + C_PROGRAMME] = state[PROGRAMME]
            clocks[at + C_QUEUE] = state[QUEUE]
            clocks[at + C_PRIORITY] = state[PRIORITY]
            if clocks[at + C_OWNER_START] == NONE:
                clocks[at + C_OWNER_START] = state[PARTNER]
                clocks[at + C_AGENT_START] = state[OWNER]
            take_target(state, clocks, k, terms)
    state[UNSETTLED] = 0
    state[HAS_RETURNED] = 0


def counting(state: Column) -> int:
    """Which running clocks count in the present status: bit k for clock k. A legitimate pause stops one of them."""
    mask = state[RUNNING] & COUNTING[state[CATEGORY]]
    if state[IN_PAUSE] and not state[WAITING]:
        mask &= ~(1 << FULL_RESOLUTION)
    return mask


def advance(state: Column, clocks: Column, until: int, terms: Terms) -> None:
    """Let the span from the last instant to `until` pass; an event out of order (earlier) moves nothing."""
    since = state[NOW]
    if until <= since:
        return
    if state[UNSETTLED]:
        settle(state, clocks, terms)
    calendar = state[CALENDAR]
    open_now = open_until(terms.opening, calendar, until)
    business = open_now - state[OPEN_AT_NOW]
    span = until - since
    in_pause = state[IN_PAUSE]
    waiting = state[WAITING]
    running = state[RUNNING]
    counts = counting(state)
    for k in range(CLOCKS):
        if (running >> k) & 1:
            at = k * CLOCK_WIDTH
            on_basis = span if clocks[at + C_BASIS] == BASIS_CALENDAR else business
            if (counts >> k) & 1:
                if clocks[at + C_TARGET] != NONE and clocks[at + C_DUE] == NONE:
                    left = clocks[at + C_TARGET] - elapsed(clocks, k)
                    if left <= on_basis:
                        fall_due(state, clocks, k, deadline(terms, calendar, since, left, clocks[at + C_BASIS]))
                clocks[at + C_BUSINESS] += business
                clocks[at + C_CALENDAR] += span
            if in_pause:
                if waiting:
                    clocks[at + C_PAUSED_OTHER] += on_basis
                    if k == PAUSE:
                        clocks[at + C_WAITING] += on_basis
                elif k in (FULL_RESOLUTION, PAUSE):
                    clocks[at + C_PAUSED] += on_basis
    if in_pause:
        if waiting:
            state[WAITING_PAUSED_S] += span
        else:
            state[PAUSED_S] += span
    state[NOW] = until
    state[OPEN_AT_NOW] = open_now


def deadline(terms: Terms, calendar: int, since: int, seconds: int, basis: int) -> int:
    """The instant at which `seconds` more have been counted; on a closing instant it stays there."""
    if seconds <= 0:
        return since
    if basis == BASIS_CALENDAR:
        return since + seconds
    return instant_after(terms.opening, calendar, since, seconds)


def mark(state: Column, clocks: Column, k: int, agent: int) -> None:
    """Note how far clock `k` had come when the case was solved; a reopening takes the note away."""
    at = k * CLOCK_WIDTH
    clocks[at + C_MARK_AT] = state[NOW]
    clocks[at + C_MARK_BUSINESS] = clocks[at + C_BUSINESS]
    clocks[at + C_MARK_CALENDAR] = clocks[at + C_CALENDAR]
    clocks[at + C_MARK_PAUSED] = clocks[at + C_PAUSED]
    clocks[at + C_MARK_PAUSED_OTHER] = clocks[at + C_PAUSED_OTHER]
    clocks[at + C_MARK_OWNER] = state[PARTNER]
    clocks[at + C_MARK_AGENT] = agent if agent != NONE else state[LAST_OWNER]


def unmark(clocks: Column, k: int) -> None:
    """Take the note of a solving away."""
    clocks[k * CLOCK_WIDTH + C_MARK_AT] = NONE


def hand_over(state: Column, clocks: Column, shares: ShareRows) -> None:
    """Put the seconds counted since the last change of hands down to the partner that held the case until now."""
    if state[PARTNER] == NONE:
        return
    for k in range(CLOCKS):
        at = k * CLOCK_WIDTH
        if (state[RUNNING] >> k) & 1 and clocks[at + C_MARK_AT] == NONE:
            if clocks[at + C_HELD] == 0:
                for partner in range(shares.partners):
                    shares.held[k * shares.partners + partner] = 0
            fresh = elapsed(clocks, k) - clocks[at + C_HELD]
            shares.held[k * shares.partners + state[PARTNER]] += fresh
            clocks[at + C_HELD] += fresh


def share(state: Column, clocks: Column, k: int, seconds: int, owner: int, shares: ShareRows) -> None:
    """Write who held clock `k` for how long, `seconds` in all; `owner` held it last."""
    at = k * CLOCK_WIDTH
    if clocks[at + C_HELD] == 0 or owner == NONE:
        return
    shares.held[k * shares.partners + owner] += seconds - clocks[at + C_HELD]
    for partner in range(shares.partners):
        held = shares.held[k * shares.partners + partner]
        if held != 0:
            row = shares.filled[0]
            shares.filled[0] = row + 1
            shares.case[row] = state[CASE]
            shares.kind[row] = k
            shares.n[row] = clocks[at + C_N]
            shares.partner[row] = partner
            shares.seconds[row] = held


def write(
    state: Column,
    clocks: Column,
    k: int,
    ending: int,
    stop_at: int,
    agent: int,
    rows: ClockRows,
    shares: ShareRows,
    terms: Terms,
) -> None:
    """Write clock `k` as a finished row and let it run no more. `ending` is stopped, running or cancelled.

    With a mark, the seconds are those at the mark. A clock whose time was over before it was cancelled counts as
    stopped, late: what was missed stays missed.
    """
    if state[UNSETTLED]:
        settle(state, clocks, terms)
    at = k * CLOCK_WIDTH
    business = clocks[at + C_BUSINESS]
    calendar = clocks[at + C_CALENDAR]
    paused = clocks[at + C_PAUSED]
    paused_other = clocks[at + C_PAUSED_OTHER]
    owner = state[PARTNER]
    if clocks[at + C_MARK_AT] != NONE and ending != STILL_RUNNING:
        business = clocks[at + C_MARK_BUSINESS]
        calendar = clocks[at + C_MARK_CALENDAR]
        paused = clocks[at + C_MARK_PAUSED]
        paused_other = clocks[at + C_MARK_PAUSED_OTHER]
        owner = clocks[at + C_MARK_OWNER]
    basis = clocks[at + C_BASIS]
    seconds = calendar if basis == BASIS_CALENDAR else business
    target = clocks[at + C_TARGET]
    is_counting = (counting(state) >> k) & 1
    state[RUNNING] &= ~(1 << k)
    if ending == CANCELLED and target != NONE and seconds > target:
        ending = STOPPED
    is_empty = ending != STILL_RUNNING and stop_at == clocks[at + C_START]
    if is_empty and (DROPPED_WHEN_EMPTY >> k) & 1 and (k != NEXT_REPLY or ending == CANCELLED):
        clocks[at + C_N] -= 1
        return
    if target != NONE and clocks[at + C_DUE] == NONE and (ending != STILL_RUNNING or is_counting):
        since = stop_at if ending != STILL_RUNNING else state[NOW]
        due = deadline(terms, state[CALENDAR], since, target - seconds, basis)
        if due < NEVER:
            fall_due(state, clocks, k, due)
    share(state, clocks, k, seconds, owner, shares)
    row = rows.first[k] + rows.filled[k]
    rows.filled[k] += 1
    rows.case[row] = state[CASE]
    rows.n[row] = clocks[at + C_N]
    rows.state[row] = ending
    rows.start_at[row] = clocks[at + C_START]
    rows.stop_at[row] = stop_at if ending != STILL_RUNNING else NONE
    rows.due_at[row] = clocks[at + C_DUE]
    rows.running_since[row] = state[NOW] if ending == STILL_RUNNING and is_counting else NONE
    rows.business_s[row] = business
    rows.calendar_s[row] = calendar
    rows.paused_s[row] = paused
    rows.paused_other_s[row] = paused_other
    rows.waiting_s[row] = clocks[at + C_WAITING]
    rows.target_s[row] = target
    rows.basis[row] = basis
    rows.programme[row] = clocks[at + C_PROGRAMME]
    rows.queue[row] = clocks[at + C_QUEUE]
    rows.priority[row] = clocks[at + C_PRIORITY]
    rows.owner_start[row] = clocks[at + C_OWNER_START]
    rows.owner_due[row] = clocks[at + C_OWNER_DUE]
    rows.owner_stop[row] = owner if ending != STILL_RUNNING else NONE
    rows.agent_start[row] = clocks[at + C_AGENT_START]
    rows.agent_due[row] = clocks[at + C_AGENT_DUE]
    rows.agent_stop[row] = agent if ending != STILL_RUNNING else NONE


def stop(state: Column, clocks: Column, k: int, agent: int, rows: ClockRows, shares: ShareRows, terms: Terms) -> None:
    """Stop clock `k` now, if it runs; `agent` is who did it, or else the agent to whom the case was last assigned."""
    if (state[RUNNING] >> k) & 1:
        unmark(clocks, k)
        doer = agent if agent != NONE else state[LAST_OWNER]
        write(state, clocks, k, STOPPED, state[NOW], doer, rows, shares, terms)
