"""What an event does to a case: one step function, and the loop over the events of many cases.

The rules, by their numbers in the KPI dictionary, are told in docs/guide/clocks.md; the tests name them.
"""

from __future__ import annotations

from tallystick.facts.fold.clock import advance, carry_out, start, write
from tallystick.facts.fold.event import (
    agent_replies,
    ask_for_person,
    change_field,
    change_hands,
    change_status,
    customer_writes,
    enter_programme,
    escalate,
    meaning_of,
    merge_away,
)
from tallystick.facts.fold.layout import (
    ACKNOWLEDGEMENT,
    AGENT,
    AGENT_WORK,
    AUTO_MESSAGES,
    BOT,
    BOT_HANDLED,
    C_MARK_AT,
    C_START,
    CALENDAR,
    CANCELLED,
    CASE,
    CASE_TOLD,
    CASE_WIDTH,
    CATEGORY,
    CELL,
    CLOCK_WIDTH,
    CLOCKS,
    CLOSED_AT,
    COUNTED,
    COUNTING,
    CURSOR_PARTNERS,
    CUSTOMER,
    CUSTOMER_FIRST_REPLY,
    DOER,
    E_ACKNOWLEDGED,
    E_ESCALATED,
    E_HANDOVER,
    E_MERGED,
    E_MESSAGE,
    E_PRIORITY,
    E_QUEUE,
    E_STATUS,
    ENDED_BY_SOLVING,
    FIRST_OWNER,
    FIRST_REPLY,
    FIRST_REPLY_AT,
    FIRST_REPLY_BEGAN,
    FIRST_RESOLUTION,
    FIRST_SOLVED_AT,
    FULL_RESOLUTION,
    HANDOVER_AT,
    IS_OVER,
    IS_OWN,
    KIND,
    LAST_OWNER,
    LAST_SOLVED_AT,
    MERGED_AT,
    NEW,
    NONE,
    NOW,
    OPENER,
    OWNER,
    OWNER_BEFORE,
    PARTNER,
    PARTNER_BEFORE,
    PARTNER_FIRST,
    PRIORITY,
    PROGRAMME,
    QUEUE,
    REQUESTER_WAIT,
    RUNNING,
    STATE_WIDTH,
    STILL_RUNNING,
    STOPPED,
    T_AT_OWN,
    T_REOPEN_WINDOW,
    TO_STOP,
    WAITING,
    Cases,
    Column,
    Events,
    Words,
)
from tallystick.vocabulary.opening import OpenTable


def first_word(events: Events, since: int, until: int, kind: int, meaning: Column) -> int:
    """The first known word of one kind of event: what holds before the first change where the case says nothing."""
    for j in range(since, until):
        if events.kind[j] == kind and events.value[j] != NONE and events.partner[j] != NONE:
            code: int = meaning[events.value[j]]
            return code
    return NONE


def begin(state: Column, i: int, cases: Cases, events: Events, words: Words, terms: Column, opening: OpenTable) -> None:
    """The state of case `i` at its creation, its clocks started."""
    for field in range(STATE_WIDTH):
        state[field] = 0
    for field in (OWNER, FIRST_OWNER, LAST_OWNER, OWNER_BEFORE, PARTNER_BEFORE, CALENDAR, PROGRAMME, DOER):
        state[field] = NONE
    for field in (FIRST_REPLY_AT, FIRST_SOLVED_AT, LAST_SOLVED_AT, CLOSED_AT, HANDOVER_AT, MERGED_AT):
        state[field] = NONE
    since = cases.first[i]
    until = cases.first[i + 1]
    opener = cases.initiated_by[i]
    state[CASE] = i
    state[NOW] = cases.begin_s[i]
    state[OPENER] = opener
    state[CELL] = cases.cell[i]
    state[CATEGORY] = NEW
    state[COUNTED] = COUNTING[NEW]
    state[KIND] = cases.kind[i]
    state[PARTNER] = cases.partner[i]
    state[PARTNER_FIRST] = cases.partner[i]
    state[IS_OWN] = 1 if cases.partner[i] == NONE else terms[terms[T_AT_OWN] + cases.partner[i]]
    state[QUEUE] = cases.queue[i]
    if state[QUEUE] == NONE:
        state[QUEUE] = first_word(events, since, until, E_QUEUE, words.queue)
    state[PRIORITY] = cases.priority[i]
    if state[PRIORITY] == NONE:
        state[PRIORITY] = first_word(events, since, until, E_PRIORITY, words.priority)
    enter_programme(state, terms, opening)
    has_messages = 0
    state[BOT_HANDLED] = 1 if opener == BOT else 0
    for j in range(since, until):
        if events.kind[j] == E_MESSAGE:
            has_messages = 1
        elif events.kind[j] == E_HANDOVER:
            state[BOT_HANDLED] = 1
    state[WAITING] = 1 if has_messages and opener == CUSTOMER else 0
    begins = (1 << REQUESTER_WAIT) | (1 << AGENT_WORK) | (1 << FIRST_RESOLUTION) | (1 << FULL_RESOLUTION)
    if state[BOT_HANDLED]:
        if opener == CUSTOMER:
            begins |= 1 << CUSTOMER_FIRST_REPLY
    elif opener != AGENT:
        begins |= 1 << FIRST_REPLY
        state[FIRST_REPLY_BEGAN] = 1
    for k in range(CLOCKS):
        if (begins >> k) & 1:
            start(state, k)


def step(
    state: Column,
    at_s: int,
    kind: int,
    actor: int,
    meaning: int,
    agent: int,
    partner: int,
    held: Column,
    rows: Column,
    shares: Column,
    cursor: Column,
    terms: Column,
    opening: OpenTable,
) -> None:
    """One event: let the time until it pass, then change what it changes. `meaning` comes from `meaning_of`."""
    if state[IS_OVER]:
        return
    advance(state, at_s, terms, opening)
    if partner != NONE and partner != state[PARTNER]:
        change_hands(state, partner, held, cursor[CURSOR_PARTNERS], terms, opening)
    state[DOER] = agent
    if kind == E_MESSAGE:
        if meaning != 1:
            state[AUTO_MESSAGES] += 1
        elif actor == CUSTOMER:
            customer_writes(state)
        elif actor == AGENT:
            agent_replies(state)
    elif kind == E_STATUS:
        change_status(state, meaning, actor, terms[T_REOPEN_WINDOW])
    elif kind == E_HANDOVER:
        ask_for_person(state)
    elif kind == E_ESCALATED:
        escalate(state)
    elif kind == E_MERGED:
        if meaning == 1:
            merge_away(state)
    else:
        change_field(state, kind, meaning, terms, opening)
    is_later = state[NOW] > state[CASE_WIDTH + ACKNOWLEDGEMENT * CLOCK_WIDTH + C_START]
    if kind == E_ACKNOWLEDGED or (actor == AGENT and kind != E_ESCALATED and is_later):
        state[TO_STOP] |= 1 << ACKNOWLEDGEMENT
    carry_out(state, held, rows, shares, cursor, terms, opening)


def finish(
    state: Column,
    out: Column,
    held: Column,
    rows: Column,
    shares: Column,
    cursor: Column,
    terms: Column,
    opening: OpenTable,
) -> None:
    """Write the clocks that still run, and the row of the case."""
    state[DOER] = NONE
    for k in range(CLOCKS):
        if (state[RUNNING] >> k) & 1:
            ending = STILL_RUNNING
            if state[CASE_WIDTH + k * CLOCK_WIDTH + C_MARK_AT] != NONE:
                ending = STOPPED if (ENDED_BY_SOLVING >> k) & 1 else CANCELLED
            write(state, k, ending, held, rows, shares, cursor, terms, opening)
    row = state[CASE] * CASE_TOLD
    for field in range(CASE_TOLD):
        out[row + field] = state[field]


def fold_cases(
    first: int,
    last: int,
    state: Column,
    cases: Cases,
    events: Events,
    words: Words,
    held: Column,
    rows: Column,
    shares: Column,
    cursor: Column,
    out: Column,
    terms: Column,
    opening: OpenTable,
) -> None:
    """Fold cases `first` to `last` (exclusive) from creation to their last event."""
    for i in range(first, last):
        begin(state, i, cases, events, words, terms, opening)
        source = cases.source[i]
        merged_at_s = cases.merged_at_s[i]
        for j in range(cases.first[i], cases.first[i + 1]):
            at_s = events.at_s[j]
            kind = events.kind[j]
            meaning = meaning_of(kind, events.value[j], at_s, source, merged_at_s, words)
            step(
                state,
                at_s,
                kind,
                events.actor[j],
                meaning,
                events.agent[j],
                events.partner[j],
                held,
                rows,
                shares,
                cursor,
                terms,
                opening,
            )
        finish(state, out, held, rows, shares, cursor, terms, opening)
