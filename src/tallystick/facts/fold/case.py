"""What an event does to a case: one step function, and the loop over the events of many cases.

The rules, by their numbers in the KPI dictionary, are told in docs/guide/clocks.md; the tests name them.
"""

from __future__ import annotations

from tallystick.facts.fold.clock import advance, hand_over, mark, start, stop, unmark, write
from tallystick.facts.fold.layout import (
    ACKNOWLEDGEMENT,
    AGENT,
    AGENT_WORK,
    AUTO_MESSAGES,
    BOT,
    BOT_HANDLED,
    C_MARK_AGENT,
    C_MARK_AT,
    C_N,
    C_START,
    CALENDAR,
    CANCELLED,
    CASE,
    CASE_WIDTH,
    CATEGORY,
    CLOCK_WIDTH,
    CLOCKS,
    CLOSED,
    CLOSED_AT,
    CUSTOMER,
    CUSTOMER_FIRST_REPLY,
    CUSTOMER_MESSAGES,
    E_ACKNOWLEDGED,
    E_ESCALATED,
    E_FLAG,
    E_HANDOVER,
    E_MERGED,
    E_MESSAGE,
    E_NOTE,
    E_OWNER,
    E_PRIORITY,
    E_QUEUE,
    E_STATUS,
    ENDED_BY_SOLVING,
    ESCALATIONS,
    FIRST_OWNER,
    FIRST_REPLY,
    FIRST_REPLY_AT,
    FIRST_REPLY_BEGAN,
    FIRST_RESOLUTION,
    FIRST_SOLVED_AT,
    FULL_RESOLUTION,
    HANDOVER_AT,
    HAS_OPENED,
    HAS_RETURNED,
    HOLD,
    IN_PAUSE,
    IS_OVER,
    IS_OWN,
    KIND,
    LAST_OWNER,
    LAST_SOLVED_AT,
    LOOPS,
    LOOPS_PARTNER,
    MARKED_BY_SOLVING,
    MERGED_AT,
    NEW,
    NEXT_REPLY,
    NONE,
    NOTES,
    NOW,
    OF_ONE_ISSUE,
    ON_HOLD,
    OPEN_AT_NOW,
    OWNER,
    OWNER_BEFORE,
    PARTNER,
    PARTNER_BEFORE,
    PARTNER_FIRST,
    PAUSABLE_UPDATE,
    PAUSE,
    PAUSED_S,
    PERIODIC_UPDATE,
    PRIORITY,
    PROGRAMME,
    QUEUE,
    REOPENS,
    REOPENS_BY_CUSTOMER,
    REOPENS_IN_WINDOW,
    REPLIES,
    REQUESTER_WAIT,
    RUNNING,
    SOLVED,
    STILL_RUNNING,
    STOPPED,
    TRANSFERS_AGENT,
    TRANSFERS_PARTNER,
    TRANSFERS_QUEUE,
    UNKNOWN_STATUSES,
    UNSETTLED,
    WAITING,
    WAITING_PAUSED_S,
    WITHOUT_TARGET,
    CaseRows,
    Cases,
    ClockRows,
    Column,
    Events,
    ShareRows,
    Terms,
    Words,
)
from tallystick.vocabulary.opening import open_until


def first_word(events: Events, since: int, until: int, kind: int, meaning: Column) -> int:
    """The first known word of one kind of event: what holds before the first change where the case says nothing."""
    for i in range(since, until):
        if events.kind[i] == kind and events.value[i] != NONE and events.partner[i] != NONE:
            return meaning[events.value[i]]
    return NONE


def enter_programme(state: Column, cell: int, terms: Terms) -> None:
    """Take the programme and opening hours of the present queue; in foreign hands the last ones hold on."""
    if not state[IS_OWN] and state[PROGRAMME] != NONE:
        return
    state[PROGRAMME] = terms.programme[(state[QUEUE] + 1) * terms.cells + cell]
    calendar = state[PROGRAMME] if state[PROGRAMME] != NONE else terms.always_open
    if calendar != state[CALENDAR]:
        state[CALENDAR] = calendar
        state[OPEN_AT_NOW] = open_until(terms.opening, calendar, state[NOW])
    state[UNSETTLED] |= state[WITHOUT_TARGET] & state[RUNNING]


def begin(state: Column, clocks: Column, i: int, cases: Cases, events: Events, words: Words, terms: Terms) -> None:
    """The state of case `i` at its creation, its clocks started."""
    for field in range(CASE_WIDTH):
        state[field] = 0
    for field in range(CLOCKS * CLOCK_WIDTH):
        clocks[field] = 0
    for field in (OWNER, FIRST_OWNER, LAST_OWNER, OWNER_BEFORE, PARTNER_BEFORE, CALENDAR, PROGRAMME):
        state[field] = NONE
    for field in (FIRST_REPLY_AT, FIRST_SOLVED_AT, LAST_SOLVED_AT, CLOSED_AT, HANDOVER_AT, MERGED_AT):
        state[field] = NONE
    since = cases.first[i]
    until = cases.first[i + 1]
    state[CASE] = i
    state[NOW] = cases.begin_s[i]
    state[CATEGORY] = NEW
    state[KIND] = cases.kind[i]
    state[PARTNER] = cases.partner[i]
    state[PARTNER_FIRST] = cases.partner[i]
    state[IS_OWN] = 1 if cases.partner[i] == NONE else terms.own[cases.partner[i]]
    state[QUEUE] = cases.queue[i]
    if state[QUEUE] == NONE:
        state[QUEUE] = first_word(events, since, until, E_QUEUE, words.queue)
    state[PRIORITY] = cases.priority[i]
    if state[PRIORITY] == NONE:
        state[PRIORITY] = first_word(events, since, until, E_PRIORITY, words.priority)
    enter_programme(state, cases.cell[i], terms)
    has_messages = 0
    opener = cases.initiated_by[i]
    state[BOT_HANDLED] = 1 if opener == BOT else 0
    for j in range(since, until):
        if events.kind[j] == E_MESSAGE:
            has_messages = 1
        elif events.kind[j] == E_HANDOVER:
            state[BOT_HANDLED] = 1
    state[WAITING] = 1 if has_messages and opener == CUSTOMER else 0
    for k in (REQUESTER_WAIT, AGENT_WORK, FIRST_RESOLUTION, FULL_RESOLUTION):
        start(state, clocks, k)
    if state[BOT_HANDLED]:
        if opener == CUSTOMER:
            start(state, clocks, CUSTOMER_FIRST_REPLY)
    elif opener != AGENT:
        start(state, clocks, FIRST_REPLY)
        state[FIRST_REPLY_BEGAN] = 1


def change_hands(state: Column, clocks: Column, partner: int, shares: ShareRows, terms: Terms) -> None:
    """The case goes to another partner. Coming back from foreign hands, its clocks take the terms of now."""
    if state[PARTNER] != NONE:
        hand_over(state, clocks, shares)
        state[TRANSFERS_PARTNER] += 1
        if partner == state[PARTNER_BEFORE]:
            state[LOOPS_PARTNER] += 1
    else:
        state[PARTNER_FIRST] = partner
    state[PARTNER_BEFORE] = state[PARTNER]
    state[PARTNER] = partner
    was_own = state[IS_OWN]
    state[IS_OWN] = terms.own[partner]
    if state[IS_OWN] and not was_own:
        state[HAS_RETURNED] = 1
        state[UNSETTLED] |= state[RUNNING]


def take_owner(state: Column, owner: int) -> None:
    """The case is assigned to `owner`, or to nobody (NONE): the last owner is kept for attribution (R2)."""
    state[OWNER] = owner
    if owner == NONE or owner == state[LAST_OWNER]:
        return
    if state[LAST_OWNER] != NONE:
        state[TRANSFERS_AGENT] += 1
        if owner == state[OWNER_BEFORE]:
            state[LOOPS] += 1
    else:
        state[FIRST_OWNER] = owner
    state[OWNER_BEFORE] = state[LAST_OWNER]
    state[LAST_OWNER] = owner


def customer_writes(state: Column, clocks: Column, opener: int) -> None:
    """A customer message: it waits for a reply, and a reply clock runs from the oldest one that does."""
    state[CUSTOMER_MESSAGES] += 1
    state[WAITING] = 1
    if not state[FIRST_REPLY_BEGAN]:
        if not state[BOT_HANDLED]:
            start(state, clocks, FIRST_REPLY)
            state[FIRST_REPLY_BEGAN] = 1
        elif opener != CUSTOMER and clocks[CUSTOMER_FIRST_REPLY * CLOCK_WIDTH + C_N] == 0:
            start(state, clocks, CUSTOMER_FIRST_REPLY)
    elif not (state[RUNNING] >> FIRST_REPLY) & 1 and not (state[RUNNING] >> NEXT_REPLY) & 1:
        start(state, clocks, NEXT_REPLY)


def agent_replies(
    state: Column, clocks: Column, agent: int, opener: int, rows: ClockRows, shares: ShareRows, terms: Terms
) -> None:
    """A public message by a person of ours: it answers what waits, and the time to the next update begins."""
    state[REPLIES] += 1
    is_opening = opener == AGENT and not state[HAS_OPENED] and not state[CUSTOMER_MESSAGES]
    state[HAS_OPENED] = 1
    if not is_opening and state[FIRST_REPLY_AT] == NONE:
        state[FIRST_REPLY_AT] = state[NOW]
    state[WAITING] = 0
    if state[BOT_HANDLED]:
        state[FIRST_REPLY_BEGAN] = 1
    for k in (FIRST_REPLY, NEXT_REPLY, CUSTOMER_FIRST_REPLY, PERIODIC_UPDATE, PAUSABLE_UPDATE):
        stop(state, clocks, k, agent, rows, shares, terms)
    if state[CATEGORY] < SOLVED:
        start(state, clocks, PERIODIC_UPDATE)
        start(state, clocks, PAUSABLE_UPDATE)


def solve(state: Column, clocks: Column, agent: int, rows: ClockRows, shares: ShareRows, terms: Terms) -> None:
    """The case is solved: its first resolution is final, the other clocks keep a note that a reopening takes back."""
    state[LAST_SOLVED_AT] = state[NOW]
    if state[FIRST_SOLVED_AT] == NONE:
        state[FIRST_SOLVED_AT] = state[NOW]
    for k in (FIRST_RESOLUTION, PERIODIC_UPDATE, PAUSABLE_UPDATE):
        stop(state, clocks, k, agent, rows, shares, terms)
    for k in range(CLOCKS):
        if (state[RUNNING] & MARKED_BY_SOLVING) >> k & 1:
            mark(state, clocks, k, agent)


def reopen(state: Column, clocks: Column, actor: int, rows: ClockRows, shares: ShareRows, terms: Terms) -> None:
    """The case is open again: inside the window the same issue goes on, after it a new one begins (R5)."""
    state[REOPENS] += 1
    solved_at = state[LAST_SOLVED_AT]
    within = state[NOW] - solved_at <= terms.reopen_window_s
    if within:
        state[REOPENS_IN_WINDOW] += 1
        if actor == CUSTOMER or state[WAITING]:
            state[REOPENS_BY_CUSTOMER] += 1
    for k in range(CLOCKS):
        at = k * CLOCK_WIDTH
        if (state[RUNNING] >> k) & 1 and clocks[at + C_MARK_AT] != NONE:
            if within or clocks[at + C_START] > solved_at:
                unmark(clocks, k)
            else:
                end_solved(state, clocks, k, rows, shares, terms)
    if not within:
        for k in range(CLOCKS):
            if (OF_ONE_ISSUE >> k) & 1 and not (state[RUNNING] >> k) & 1:
                start(state, clocks, k)


def end_solved(state: Column, clocks: Column, k: int, rows: ClockRows, shares: ShareRows, terms: Terms) -> None:
    """End clock `k` at the solving that it bears a note of: stopped where solving is its end, else cancelled."""
    ending = STOPPED if (ENDED_BY_SOLVING >> k) & 1 else CANCELLED
    at = k * CLOCK_WIDTH
    write(state, clocks, k, ending, clocks[at + C_MARK_AT], clocks[at + C_MARK_AGENT], rows, shares, terms)


def change_status(
    state: Column,
    clocks: Column,
    raw: int,
    source: int,
    actor: int,
    agent: int,
    words: Words,
    rows: ClockRows,
    shares: ShareRows,
    terms: Terms,
) -> None:
    """A new raw status: what it means is looked up as of now; an unknown one changes nothing and is counted."""
    row = NONE
    if raw != NONE:
        index = source * words.length + raw
        for candidate in range(words.status_first[index], words.status_first[index + 1]):
            if row == NONE or words.status_from[candidate] <= state[NOW]:
                row = candidate
    category = NONE
    if row != NONE:
        category = words.status_category[row]
    if category == NONE:
        state[UNKNOWN_STATUSES] += 1
        category = state[CATEGORY]
    in_pause = words.status_pausing[row] if row != NONE else state[IN_PAUSE]
    before = state[CATEGORY]
    state[CATEGORY] = category
    if before >= SOLVED > category:
        reopen(state, clocks, actor, rows, shares, terms)
    if state[IN_PAUSE] and not in_pause:
        stop(state, clocks, PAUSE, agent, rows, shares, terms)
    elif in_pause and not state[IN_PAUSE]:
        start(state, clocks, PAUSE)
    state[IN_PAUSE] = in_pause
    if before < SOLVED <= category:
        solve(state, clocks, agent if actor == AGENT else NONE, rows, shares, terms)
    if category == CLOSED and before != CLOSED:
        state[CLOSED_AT] = state[NOW]
    if category == HOLD and not (state[RUNNING] >> ON_HOLD) & 1:
        start(state, clocks, ON_HOLD)


def change_field(state: Column, kind: int, value: int, cell: int, words: Words, terms: Terms) -> None:
    """The case is assigned, queued, prioritised or flagged anew."""
    if kind == E_OWNER:
        take_owner(state, words.owner[value] if value != NONE else NONE)
    elif kind == E_QUEUE:
        queue = words.queue[value] if value != NONE else NONE
        if queue != NONE and state[QUEUE] != NONE and queue != state[QUEUE]:
            state[TRANSFERS_QUEUE] += 1
        if queue != NONE or state[IS_OWN]:
            state[QUEUE] = queue
        enter_programme(state, cell, terms)
    elif kind == E_PRIORITY:
        state[PRIORITY] = words.priority[value] if value != NONE else NONE
        state[UNSETTLED] |= state[WITHOUT_TARGET] & state[RUNNING]
    elif kind == E_FLAG and value != NONE and words.kind[value] != NONE:
        state[KIND] = words.kind[value]


def ask_for_person(state: Column, clocks: Column) -> None:
    """The customer asks the bot for a person: from here the first reply clock runs (R9)."""
    if state[HANDOVER_AT] == NONE:
        state[HANDOVER_AT] = state[NOW]
    state[WAITING] = 1
    if not state[FIRST_REPLY_BEGAN]:
        start(state, clocks, FIRST_REPLY)
        state[FIRST_REPLY_BEGAN] = 1


def escalate(state: Column, clocks: Column) -> None:
    """The case is escalated: somebody has to acknowledge it, or to do something about it later than now."""
    state[ESCALATIONS] += 1
    if not (state[RUNNING] >> ACKNOWLEDGEMENT) & 1:
        start(state, clocks, ACKNOWLEDGEMENT)


def step(
    state: Column,
    clocks: Column,
    j: int,
    i: int,
    cases: Cases,
    events: Events,
    words: Words,
    rows: ClockRows,
    shares: ShareRows,
    terms: Terms,
) -> None:
    """Event `j` of case `i`: let the time until it pass, then change what it changes."""
    if state[IS_OVER]:
        return
    advance(state, clocks, events.at_s[j], terms)
    partner = events.partner[j]
    if partner != NONE and partner != state[PARTNER]:
        change_hands(state, clocks, partner, shares, terms)
        enter_programme(state, cases.cell[i], terms)
    kind = events.kind[j]
    actor = events.actor[j]
    value = events.value[j]
    agent = events.agent[j]
    if kind == E_MESSAGE:
        if value == NONE or not words.public[value]:
            state[AUTO_MESSAGES] += 1
        elif actor == CUSTOMER:
            customer_writes(state, clocks, cases.initiated_by[i])
        elif actor == AGENT:
            agent_replies(state, clocks, agent, cases.initiated_by[i], rows, shares, terms)
    elif kind == E_STATUS:
        change_status(state, clocks, value, cases.source[i], actor, agent, words, rows, shares, terms)
    elif kind == E_OWNER or kind == E_QUEUE or kind == E_PRIORITY or kind == E_FLAG:  # noqa: PLR1714, SIM109
        change_field(state, kind, value, cases.cell[i], words, terms)
    elif kind == E_NOTE:
        state[NOTES] += 1
    elif kind == E_HANDOVER:
        ask_for_person(state, clocks)
    elif kind == E_ESCALATED:
        escalate(state, clocks)
    elif kind == E_MERGED and events.at_s[j] == cases.merged_at_s[i]:
        merge_away(state, clocks, agent, rows, shares, terms)
    is_later = state[NOW] > clocks[ACKNOWLEDGEMENT * CLOCK_WIDTH + C_START]
    if kind == E_ACKNOWLEDGED or (actor == AGENT and kind != E_ESCALATED and is_later):
        stop(state, clocks, ACKNOWLEDGEMENT, agent, rows, shares, terms)


def merge_away(state: Column, clocks: Column, agent: int, rows: ClockRows, shares: ShareRows, terms: Terms) -> None:
    """The case goes on as another: its clocks end here, and the survivor's run from the earliest message (R6)."""
    state[MERGED_AT] = state[NOW]
    for k in range(CLOCKS):
        if (state[RUNNING] >> k) & 1:
            if clocks[k * CLOCK_WIDTH + C_MARK_AT] != NONE:
                end_solved(state, clocks, k, rows, shares, terms)
            else:
                doer = agent if agent != NONE else state[LAST_OWNER]
                write(state, clocks, k, CANCELLED, state[NOW], doer, rows, shares, terms)
    state[IS_OVER] = 1


def finish(
    state: Column,
    clocks: Column,
    rows: ClockRows,
    shares: ShareRows,
    out: CaseRows,
    terms: Terms,
) -> None:
    """Write the clocks that still run, and the row of the case."""
    for k in range(CLOCKS):
        if (state[RUNNING] >> k) & 1:
            if clocks[k * CLOCK_WIDTH + C_MARK_AT] != NONE:
                end_solved(state, clocks, k, rows, shares, terms)
            else:
                write(state, clocks, k, STILL_RUNNING, NONE, NONE, rows, shares, terms)
    i = state[CASE]
    out.kind[i] = state[KIND]
    out.category[i] = state[CATEGORY]
    out.partner[i] = state[PARTNER_FIRST]
    out.partner_last[i] = state[PARTNER]
    out.programme[i] = state[PROGRAMME]
    out.queue[i] = state[QUEUE]
    out.priority[i] = state[PRIORITY]
    out.agent_first[i] = state[FIRST_OWNER]
    out.agent_last[i] = state[LAST_OWNER]
    out.replies[i] = state[REPLIES]
    out.customer_messages[i] = state[CUSTOMER_MESSAGES]
    out.auto_messages[i] = state[AUTO_MESSAGES]
    out.notes[i] = state[NOTES]
    out.reopens[i] = state[REOPENS]
    out.reopens_in_window[i] = state[REOPENS_IN_WINDOW]
    out.reopens_by_customer[i] = state[REOPENS_BY_CUSTOMER]
    out.transfers_agent[i] = state[TRANSFERS_AGENT]
    out.transfers_queue[i] = state[TRANSFERS_QUEUE]
    out.transfers_partner[i] = state[TRANSFERS_PARTNER]
    out.loops[i] = state[LOOPS]
    out.loops_partner[i] = state[LOOPS_PARTNER]
    out.escalations[i] = state[ESCALATIONS]
    out.unknown_statuses[i] = state[UNKNOWN_STATUSES]
    out.first_reply_at[i] = state[FIRST_REPLY_AT]
    out.first_solved_at[i] = state[FIRST_SOLVED_AT]
    out.last_solved_at[i] = state[LAST_SOLVED_AT]
    out.closed_at[i] = state[CLOSED_AT]
    out.handover_at[i] = state[HANDOVER_AT]
    out.paused_s[i] = state[PAUSED_S]
    out.waiting_paused_s[i] = state[WAITING_PAUSED_S]
    out.waiting[i] = state[WAITING]


def fold_cases(
    first: int,
    last: int,
    state: Column,
    clocks: Column,
    cases: Cases,
    events: Events,
    words: Words,
    rows: ClockRows,
    shares: ShareRows,
    out: CaseRows,
    terms: Terms,
) -> None:
    """Fold cases `first` to `last` (exclusive) from creation to their last event."""
    for i in range(first, last):
        begin(state, clocks, i, cases, events, words, terms)
        for j in range(cases.first[i], cases.first[i + 1]):
            step(state, clocks, j, i, cases, events, words, rows, shares, terms)
        finish(state, clocks, rows, shares, out, terms)
