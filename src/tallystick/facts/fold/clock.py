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
    CASE_WIDTH,
    CATEGORY,
    CLOCK_WIDTH,
    CLOCKS,
    COUNTED,
    CURSOR_PARTNERS,
    CURSOR_SHARES,
    DOER,
    ENDED_BY_SOLVING,
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
    R_AGENT_DUE,
    R_AGENT_START,
    R_AGENT_STOP,
    R_BASIS,
    R_BUSINESS_S,
    R_CALENDAR_S,
    R_CASE,
    R_DUE_AT,
    R_N,
    R_OWNER_DUE,
    R_OWNER_START,
    R_OWNER_STOP,
    R_PAUSED_OTHER_S,
    R_PAUSED_S,
    R_PRIORITY,
    R_PROGRAMME,
    R_QUEUE,
    R_RUNNING_SINCE,
    R_START_AT,
    R_STATE,
    R_STOP_AT,
    R_TARGET_S,
    R_WAITING_S,
    REQUESTER_WAIT,
    ROW_WIDTH,
    RUNNING,
    SHARE_WIDTH,
    SOLVED,
    STILL_RUNNING,
    STOPPED,
    T_AT_FIRST,
    T_AT_TARGETS,
    T_PRIORITIES,
    T_PROGRAMMES,
    TARGET_WIDTH,
    TO_CANCEL,
    TO_END_SOLVED,
    TO_MARK,
    TO_START,
    TO_STOP,
    UNSETTLED,
    WAITING,
    WAITING_PAUSED_S,
    WITHOUT_TARGET,
    Column,
)
from tallystick.vocabulary.opening import NEVER, OpenTable, instant_after, open_until

# Clocks that count only in some statuses: their due instant is not a function of their start alone.
INTERMITTENT = (
    (1 << PAUSABLE_UPDATE) | (1 << REQUESTER_WAIT) | (1 << AGENT_WORK) | (1 << ON_HOLD) | (1 << FULL_RESOLUTION)
)
# Clocks of which nothing is told where they end in the instant in which they began.
DROPPED_WHEN_EMPTY = (1 << NEXT_REPLY) | (1 << PERIODIC_UPDATE) | (1 << PAUSABLE_UPDATE)


def start(state: Column, k: int) -> None:
    """Start a new instance of clock `k` now. Its terms are taken when the instant is over (`settle`).

    In a solved case it starts with a mark: unless the case is reopened, nothing was asked of anybody.
    """
    at = CASE_WIDTH + k * CLOCK_WIDTH
    n = state[at + C_N] + 1
    for field in range(CLOCK_WIDTH):
        state[at + field] = 0
    state[at + C_N] = n
    state[at + C_START] = state[NOW]
    state[at + C_TARGET] = NONE
    state[at + C_BASIS] = BASIS_CALENDAR if k == PAUSE else BASIS_BUSINESS
    state[at + C_DUE] = NONE
    state[at + C_OWNER_START] = NONE
    state[at + C_OWNER_DUE] = NONE
    state[at + C_AGENT_START] = NONE
    state[at + C_AGENT_DUE] = NONE
    state[at + C_MARK_AT] = NONE
    state[RUNNING] |= 1 << k
    state[UNSETTLED] |= 1 << k
    if state[CATEGORY] >= SOLVED and (MARKED_BY_SOLVING >> k) & 1:
        mark(state, k)


def elapsed(state: Column, at: int) -> int:
    """Seconds that the clock at `at` has counted, on its own basis."""
    seconds: int = state[at + C_CALENDAR] if state[at + C_BASIS] == BASIS_CALENDAR else state[at + C_BUSINESS]
    return seconds


def target_of(k: int, programme: int, priority: int, at_s: int, terms: Column) -> int:
    """Where the target of clock `k` in force at `at_s` stands, the most specific first; NONE where there is none."""
    index = (
        terms[T_AT_FIRST] + (k * (terms[T_PROGRAMMES] + 1) + programme + 1) * (terms[T_PRIORITIES] + 1) + priority + 1
    )
    for row in range(terms[index], terms[index + 1]):
        place: int = terms[T_AT_TARGETS] + row * TARGET_WIDTH
        if terms[place] <= at_s < terms[place + 1]:
            return place
    return NONE


def take_target(state: Column, k: int, terms: Column, opening: OpenTable) -> None:
    """Give clock `k` the target of the terms in force; where its time is already over, its due instant lies behind."""
    at = CASE_WIDTH + k * CLOCK_WIDTH
    began = state[at + C_START]
    when = state[NOW] if state[HAS_RETURNED] else began
    place = target_of(k, state[PROGRAMME], state[PRIORITY], when, terms) if state[IS_OWN] else NONE
    if place == NONE:
        if state[at + C_TARGET] == NONE:
            state[WITHOUT_TARGET] |= 1 << k
        return
    state[WITHOUT_TARGET] &= ~(1 << k)
    target = terms[place + 2]
    state[at + C_TARGET] = target
    state[at + C_BASIS] = terms[place + 3]
    if state[at + C_DUE] != NONE or elapsed(state, at) < target:
        return
    due = began if target == 0 else state[NOW]
    if target > 0 and not (INTERMITTENT >> k) & 1:
        if state[at + C_BASIS] == BASIS_CALENDAR:
            due = began + target
        else:
            due = min(due, instant_after(opening, state[CALENDAR], began, target))
    fall_due(state, at, due)


def fall_due(state: Column, at: int, due: int) -> None:
    """Write down when the clock at `at` is due, and who holds the case then."""
    state[at + C_DUE] = due
    state[at + C_OWNER_DUE] = state[PARTNER]
    state[at + C_AGENT_DUE] = state[OWNER] if state[OWNER] != NONE else state[LAST_OWNER]


def settle(state: Column, terms: Column, opening: OpenTable) -> None:
    """Let every clock that waits for it take the terms in force at the end of this instant."""
    unsettled = state[UNSETTLED] & state[RUNNING]
    for k in range(CLOCKS):
        if (unsettled >> k) & 1:
            at = CASE_WIDTH + k * CLOCK_WIDTH
            state[at + C_PROGRAMME] = state[PROGRAMME]
            state[at + C_QUEUE] = state[QUEUE]
            state[at + C_PRIORITY] = state[PRIORITY]
            if state[at + C_OWNER_START] == NONE:
                state[at + C_OWNER_START] = state[PARTNER]
                state[at + C_AGENT_START] = state[OWNER]
            take_target(state, k, terms, opening)
    state[UNSETTLED] = 0
    state[HAS_RETURNED] = 0


def counting(state: Column) -> int:
    """Which running clocks count in the present status: bit k for clock k. A legitimate pause stops one of them."""
    mask: int = state[RUNNING] & state[COUNTED]
    if state[IN_PAUSE] and not state[WAITING]:
        mask &= ~(1 << FULL_RESOLUTION)
    return mask


def advance(state: Column, until: int, terms: Column, opening: OpenTable) -> None:
    """Let the span from the last instant to `until` pass; an event out of order (earlier) moves nothing."""
    since = state[NOW]
    if until <= since:
        return
    if state[UNSETTLED]:
        settle(state, terms, opening)
    open_now = open_until(opening, state[CALENDAR], until)
    business = open_now - state[OPEN_AT_NOW]
    span = until - since
    counts = counting(state)
    running = state[RUNNING]
    for k in range(CLOCKS):
        if (counts >> k) & 1:
            at = CASE_WIDTH + k * CLOCK_WIDTH
            if state[at + C_TARGET] != NONE and state[at + C_DUE] == NONE:
                left = state[at + C_TARGET] - elapsed(state, at)
                if left <= (span if state[at + C_BASIS] == BASIS_CALENDAR else business):
                    due = deadline(state[CALENDAR], since, left, state[at + C_BASIS], opening)
                    fall_due(state, at, due)
            state[at + C_BUSINESS] += business
            state[at + C_CALENDAR] += span
    if state[IN_PAUSE]:
        for k in range(CLOCKS):
            if (running >> k) & 1:
                at = CASE_WIDTH + k * CLOCK_WIDTH
                on_basis = span if state[at + C_BASIS] == BASIS_CALENDAR else business
                if state[WAITING]:
                    state[at + C_PAUSED_OTHER] += on_basis
                    if k == PAUSE:
                        state[at + C_WAITING] += on_basis
                elif k in (FULL_RESOLUTION, PAUSE):
                    state[at + C_PAUSED] += on_basis
        state[WAITING_PAUSED_S if state[WAITING] else PAUSED_S] += span
    state[NOW] = until
    state[OPEN_AT_NOW] = open_now


def deadline(calendar: int, since: int, seconds: int, basis: int, opening: OpenTable) -> int:
    """The instant at which `seconds` more have been counted; on a closing instant it stays there."""
    if seconds <= 0:
        return since
    if basis == BASIS_CALENDAR:
        return since + seconds
    return instant_after(opening, calendar, since, seconds)


def mark(state: Column, k: int) -> None:
    """Note how far clock `k` had come when the case was solved; a reopening takes the note away."""
    at = CASE_WIDTH + k * CLOCK_WIDTH
    state[at + C_MARK_AT] = state[NOW]
    state[at + C_MARK_BUSINESS] = state[at + C_BUSINESS]
    state[at + C_MARK_CALENDAR] = state[at + C_CALENDAR]
    state[at + C_MARK_PAUSED] = state[at + C_PAUSED]
    state[at + C_MARK_PAUSED_OTHER] = state[at + C_PAUSED_OTHER]
    state[at + C_MARK_OWNER] = state[PARTNER]
    state[at + C_MARK_AGENT] = state[DOER] if state[DOER] != NONE else state[LAST_OWNER]


def hand_over(state: Column, held: Column, partners: int) -> None:
    """Put the seconds counted since the last change of hands down to the partner that held the case until now.

    `held[k * partners + p]` are the seconds of clock k with partner p, valid where the clock has any held seconds.
    """
    for k in range(CLOCKS):
        at = CASE_WIDTH + k * CLOCK_WIDTH
        if (state[RUNNING] >> k) & 1 and state[at + C_MARK_AT] == NONE:
            if state[at + C_HELD] == 0:
                for partner in range(partners):
                    held[k * partners + partner] = 0
            fresh = elapsed(state, at) - state[at + C_HELD]
            held[k * partners + state[PARTNER]] += fresh
            state[at + C_HELD] += fresh


def share(state: Column, k: int, seconds: int, owner: int, held: Column, shares: Column, cursor: Column) -> None:
    """Write who held clock `k` for how long, `seconds` in all; `owner` held it last. One holder needs no row."""
    at = CASE_WIDTH + k * CLOCK_WIDTH
    if state[at + C_HELD] == 0 or owner == NONE:
        return
    partners = cursor[CURSOR_PARTNERS]
    held[k * partners + owner] += seconds - state[at + C_HELD]
    for partner in range(partners):
        if held[k * partners + partner] != 0:
            row = cursor[CURSOR_SHARES] * SHARE_WIDTH
            cursor[CURSOR_SHARES] += 1
            shares[row] = state[CASE]
            shares[row + 1] = k
            shares[row + 2] = state[at + C_N]
            shares[row + 3] = partner
            shares[row + 4] = held[k * partners + partner]


def write(
    state: Column,
    k: int,
    ending: int,
    held: Column,
    rows: Column,
    shares: Column,
    cursor: Column,
    terms: Column,
    opening: OpenTable,
) -> None:
    """Write clock `k` as a finished row and let it run no more. `ending` is stopped, running or cancelled.

    A clock with a mark, where it is not stopped now, ends at the mark, with the seconds that it had then. A clock whose
    time was over before it was cancelled counts as stopped, late: what was missed stays missed.
    """
    if state[UNSETTLED]:
        settle(state, terms, opening)
    at = CASE_WIDTH + k * CLOCK_WIDTH
    stop_at = state[NOW]
    business = state[at + C_BUSINESS]
    calendar = state[at + C_CALENDAR]
    paused = state[at + C_PAUSED]
    paused_other = state[at + C_PAUSED_OTHER]
    owner = state[PARTNER]
    agent = state[DOER] if state[DOER] != NONE else state[LAST_OWNER]
    if state[at + C_MARK_AT] != NONE:
        stop_at = state[at + C_MARK_AT]
        business = state[at + C_MARK_BUSINESS]
        calendar = state[at + C_MARK_CALENDAR]
        paused = state[at + C_MARK_PAUSED]
        paused_other = state[at + C_MARK_PAUSED_OTHER]
        owner = state[at + C_MARK_OWNER]
        agent = state[at + C_MARK_AGENT]
    basis = state[at + C_BASIS]
    seconds = calendar if basis == BASIS_CALENDAR else business
    target = state[at + C_TARGET]
    is_counting = (counting(state) >> k) & 1
    is_running = ending == STILL_RUNNING
    state[RUNNING] &= ~(1 << k)
    if ending == CANCELLED and target != NONE and seconds > target:
        ending = STOPPED
    is_empty = not is_running and stop_at == state[at + C_START] and (DROPPED_WHEN_EMPTY >> k) & 1
    if is_empty and (k != NEXT_REPLY or ending == CANCELLED):
        state[at + C_N] -= 1
        return
    if target != NONE and state[at + C_DUE] == NONE and (is_counting or not is_running):
        due = deadline(state[CALENDAR], stop_at, target - seconds, basis, opening)
        if due < NEVER:
            fall_due(state, at, due)
    share(state, k, seconds, owner, held, shares, cursor)
    row = cursor[k] * ROW_WIDTH
    cursor[k] += 1
    rows[row + R_CASE] = state[CASE]
    rows[row + R_N] = state[at + C_N]
    rows[row + R_STATE] = ending
    rows[row + R_START_AT] = state[at + C_START]
    rows[row + R_STOP_AT] = NONE if is_running else stop_at
    rows[row + R_DUE_AT] = state[at + C_DUE]
    rows[row + R_RUNNING_SINCE] = state[NOW] if is_running and is_counting else NONE
    rows[row + R_BUSINESS_S] = business
    rows[row + R_CALENDAR_S] = calendar
    rows[row + R_PAUSED_S] = paused
    rows[row + R_PAUSED_OTHER_S] = paused_other
    rows[row + R_WAITING_S] = state[at + C_WAITING]
    rows[row + R_TARGET_S] = target
    rows[row + R_BASIS] = basis
    rows[row + R_OWNER_STOP] = NONE if is_running else owner
    rows[row + R_AGENT_STOP] = NONE if is_running else agent
    write_terms(state, at, row, rows)


def write_terms(state: Column, at: int, row: int, rows: Column) -> None:
    """Write under what terms, and in whose hands, the clock at `at` started and fell due."""
    rows[row + R_PROGRAMME] = state[at + C_PROGRAMME]
    rows[row + R_QUEUE] = state[at + C_QUEUE]
    rows[row + R_PRIORITY] = state[at + C_PRIORITY]
    rows[row + R_OWNER_START] = state[at + C_OWNER_START]
    rows[row + R_OWNER_DUE] = state[at + C_OWNER_DUE]
    rows[row + R_AGENT_START] = state[at + C_AGENT_START]
    rows[row + R_AGENT_DUE] = state[at + C_AGENT_DUE]


def carry_out(
    state: Column, held: Column, rows: Column, shares: Column, cursor: Column, terms: Column, opening: OpenTable
) -> None:
    """Do to the clocks what the event at hand asked for: end, then start, then mark."""
    ending = (state[TO_STOP] | state[TO_CANCEL] | state[TO_END_SOLVED]) & state[RUNNING]
    if ending:
        for k in range(CLOCKS):
            if (ending >> k) & 1:
                how = CANCELLED
                if (state[TO_STOP] >> k) & 1:
                    state[CASE_WIDTH + k * CLOCK_WIDTH + C_MARK_AT] = NONE
                    how = STOPPED
                elif (state[TO_END_SOLVED] & ENDED_BY_SOLVING) >> k & 1:
                    how = STOPPED
                write(state, k, how, held, rows, shares, cursor, terms, opening)
    if state[TO_START]:
        for k in range(CLOCKS):
            if (state[TO_START] >> k) & 1:
                start(state, k)
    if state[TO_MARK]:
        for k in range(CLOCKS):
            if (state[TO_MARK] & state[RUNNING]) >> k & 1:
                mark(state, k)
    state[TO_STOP] = 0
    state[TO_CANCEL] = 0
    state[TO_END_SOLVED] = 0
    state[TO_START] = 0
    state[TO_MARK] = 0
