"""What each kind of event does to the state of a case. Plain integers; `case` steps through the events.

The rules, by their numbers in the KPI dictionary, are told in docs/guide/clocks.md; the tests name them.
"""

from __future__ import annotations

from tallystick.facts.fold.clock import hand_over
from tallystick.facts.fold.layout import (
    ACKNOWLEDGEMENT,
    AGENT,
    BOT_HANDLED,
    C_MARK_AT,
    C_N,
    C_START,
    CALENDAR,
    CASE_WIDTH,
    CATEGORY,
    CELL,
    CLOCK_WIDTH,
    CLOCKS,
    CLOSED,
    CLOSED_AT,
    COUNTED,
    COUNTING,
    CUSTOMER,
    CUSTOMER_FIRST_REPLY,
    CUSTOMER_MESSAGES,
    E_FLAG,
    E_MERGED,
    E_MESSAGE,
    E_NOTE,
    E_OWNER,
    E_PRIORITY,
    E_QUEUE,
    E_STATUS,
    ESCALATIONS,
    FIRST_OWNER,
    FIRST_REPLY,
    FIRST_REPLY_AT,
    FIRST_REPLY_BEGAN,
    FIRST_RESOLUTION,
    FIRST_SOLVED_AT,
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
    NEXT_REPLY,
    NONE,
    NOTES,
    NOW,
    OF_ONE_ISSUE,
    ON_HOLD,
    OPEN_AT_NOW,
    OPENER,
    OWNER,
    OWNER_BEFORE,
    PARTNER,
    PARTNER_BEFORE,
    PARTNER_FIRST,
    PAUSABLE_UPDATE,
    PAUSE,
    PERIODIC_UPDATE,
    PRIORITY,
    PROGRAMME,
    QUEUE,
    REOPENS,
    REOPENS_BY_CUSTOMER,
    REOPENS_IN_WINDOW,
    REPLIES,
    RUNNING,
    SOLVED,
    T_AT_CALENDAR,
    T_AT_OWN,
    T_AT_PROGRAMME,
    T_CELLS,
    TO_CANCEL,
    TO_END_SOLVED,
    TO_MARK,
    TO_START,
    TO_STOP,
    TRANSFERS_AGENT,
    TRANSFERS_PARTNER,
    TRANSFERS_QUEUE,
    UNKNOWN_STATUSES,
    UNSETTLED,
    WAITING,
    WITHOUT_TARGET,
    Column,
    Words,
)
from tallystick.vocabulary.opening import OpenTable, open_until


def enter_programme(state: Column, terms: Column, opening: OpenTable) -> None:
    """Take the programme and opening hours of the present queue; in foreign hands the last ones hold on."""
    if not state[IS_OWN] and state[PROGRAMME] != NONE:
        return
    state[PROGRAMME] = terms[terms[T_AT_PROGRAMME] + (state[QUEUE] + 1) * terms[T_CELLS] + state[CELL]]
    calendar = terms[terms[T_AT_CALENDAR] + state[PROGRAMME] + 1]
    if calendar != state[CALENDAR]:
        state[CALENDAR] = calendar
        state[OPEN_AT_NOW] = open_until(opening, calendar, state[NOW])
    state[UNSETTLED] |= state[WITHOUT_TARGET] & state[RUNNING]


def change_hands(state: Column, partner: int, held: Column, partners: int, terms: Column, opening: OpenTable) -> None:
    """The case goes to another partner. Coming back from foreign hands, its clocks take the terms of now."""
    if state[PARTNER] != NONE:
        hand_over(state, held, partners)
        state[TRANSFERS_PARTNER] += 1
        if partner == state[PARTNER_BEFORE]:
            state[LOOPS_PARTNER] += 1
    else:
        state[PARTNER_FIRST] = partner
    state[PARTNER_BEFORE] = state[PARTNER]
    state[PARTNER] = partner
    was_own = state[IS_OWN]
    state[IS_OWN] = terms[terms[T_AT_OWN] + partner]
    if state[IS_OWN] and not was_own:
        state[HAS_RETURNED] = 1
        state[UNSETTLED] |= state[RUNNING]
    enter_programme(state, terms, opening)


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


def take_queue(state: Column, queue: int, terms: Column, opening: OpenTable) -> None:
    """The case is put into another queue, and with it perhaps into another programme."""
    if queue != NONE and state[QUEUE] != NONE and queue != state[QUEUE]:
        state[TRANSFERS_QUEUE] += 1
    if queue != NONE or state[IS_OWN]:
        state[QUEUE] = queue
    enter_programme(state, terms, opening)


def customer_writes(state: Column) -> None:
    """A customer message: it waits for a reply, and a reply clock runs from the oldest one that does."""
    state[CUSTOMER_MESSAGES] += 1
    state[WAITING] = 1
    if not state[FIRST_REPLY_BEGAN]:
        if not state[BOT_HANDLED]:
            state[TO_START] |= 1 << FIRST_REPLY
            state[FIRST_REPLY_BEGAN] = 1
        elif state[OPENER] != CUSTOMER and state[CASE_WIDTH + CUSTOMER_FIRST_REPLY * CLOCK_WIDTH + C_N] == 0:
            state[TO_START] |= 1 << CUSTOMER_FIRST_REPLY
    elif not state[RUNNING] & ((1 << FIRST_REPLY) | (1 << NEXT_REPLY)):
        state[TO_START] |= 1 << NEXT_REPLY


def agent_replies(state: Column) -> None:
    """A public message by a person of ours: it answers what waits, and the time to the next update begins.

    In a case that an agent opened, the opening message is no reply: the second one is.
    """
    state[REPLIES] += 1
    is_opening = state[OPENER] == AGENT and not state[HAS_OPENED] and not state[CUSTOMER_MESSAGES]
    state[HAS_OPENED] = 1
    if not is_opening and state[FIRST_REPLY_AT] == NONE:
        state[FIRST_REPLY_AT] = state[NOW]
    state[WAITING] = 0
    if state[BOT_HANDLED]:
        state[FIRST_REPLY_BEGAN] = 1
    updates = (1 << PERIODIC_UPDATE) | (1 << PAUSABLE_UPDATE)
    state[TO_STOP] |= (1 << FIRST_REPLY) | (1 << NEXT_REPLY) | (1 << CUSTOMER_FIRST_REPLY) | updates
    if state[CATEGORY] < SOLVED:
        state[TO_START] |= updates


def ask_for_person(state: Column) -> None:
    """The customer asks the bot for a person: from here the first reply clock runs (R9)."""
    if state[HANDOVER_AT] == NONE:
        state[HANDOVER_AT] = state[NOW]
    state[WAITING] = 1
    if not state[FIRST_REPLY_BEGAN]:
        state[TO_START] |= 1 << FIRST_REPLY
        state[FIRST_REPLY_BEGAN] = 1


def escalate(state: Column) -> None:
    """The case is escalated: somebody has to acknowledge it, or to do something about it later than now."""
    state[ESCALATIONS] += 1
    if not (state[RUNNING] >> ACKNOWLEDGEMENT) & 1:
        state[TO_START] |= 1 << ACKNOWLEDGEMENT


def solve(state: Column) -> None:
    """The case is solved: its first resolution is final, the other clocks keep a note that a reopening takes back."""
    state[LAST_SOLVED_AT] = state[NOW]
    if state[FIRST_SOLVED_AT] == NONE:
        state[FIRST_SOLVED_AT] = state[NOW]
    state[TO_STOP] |= 1 << FIRST_RESOLUTION
    state[TO_CANCEL] |= (1 << PERIODIC_UPDATE) | (1 << PAUSABLE_UPDATE)
    state[TO_MARK] |= MARKED_BY_SOLVING


def reopen(state: Column, actor: int, window_s: int) -> None:
    """The case is open again: inside the window the same issue goes on, after it a new one begins (R5)."""
    state[REOPENS] += 1
    solved_at = state[LAST_SOLVED_AT]
    within = state[NOW] - solved_at <= window_s
    if within:
        state[REOPENS_IN_WINDOW] += 1
        if actor == CUSTOMER or state[WAITING]:
            state[REOPENS_BY_CUSTOMER] += 1
    else:
        state[TO_START] |= OF_ONE_ISSUE
    for k in range(CLOCKS):
        at = CASE_WIDTH + k * CLOCK_WIDTH
        if (state[RUNNING] >> k) & 1 and state[at + C_MARK_AT] != NONE:
            if within or state[at + C_START] > solved_at:
                state[at + C_MARK_AT] = NONE
            else:
                state[TO_END_SOLVED] |= 1 << k


def change_status(state: Column, meaning: int, actor: int, window_s: int) -> None:
    """A new status. `meaning` is NONE for an unknown word, which changes nothing and is counted.

    Otherwise it is (category + 1) * 2 + pausing; a word may be known to pause and have no category.
    """
    in_pause = state[IN_PAUSE]
    category = NONE
    if meaning != NONE:
        in_pause = meaning % 2
        category = meaning // 2 - 1
    if category == NONE:
        state[UNKNOWN_STATUSES] += 1
        category = state[CATEGORY]
    before = state[CATEGORY]
    state[CATEGORY] = category
    state[COUNTED] = COUNTING[category]
    if before >= SOLVED > category:
        reopen(state, actor, window_s)
    if state[IN_PAUSE] and not in_pause:
        state[TO_STOP] |= 1 << PAUSE
    elif in_pause and not state[IN_PAUSE]:
        state[TO_START] |= 1 << PAUSE
    state[IN_PAUSE] = in_pause
    if before < SOLVED <= category:
        solve(state)
    if category == CLOSED and before != CLOSED:
        state[CLOSED_AT] = state[NOW]
    if category == HOLD and not state[RUNNING] & ~state[TO_END_SOLVED] & (1 << ON_HOLD):
        state[TO_START] |= 1 << ON_HOLD


def merge_away(state: Column) -> None:
    """The case goes on as another: its clocks end here, and the survivor's run from the earliest message (R6)."""
    state[MERGED_AT] = state[NOW]
    state[IS_OVER] = 1
    for k in range(CLOCKS):
        if state[CASE_WIDTH + k * CLOCK_WIDTH + C_MARK_AT] != NONE:
            state[TO_END_SOLVED] |= 1 << k
        else:
            state[TO_CANCEL] |= 1 << k


def meaning_of(kind: int, value: int, at_s: int, source: int, merged_at_s: int, words: Words) -> int:
    """What an event's word means: a code of the list that its kind speaks of, NONE where it means nothing."""
    meaning = NONE
    if kind == E_MERGED:
        return 1 if at_s == merged_at_s else NONE
    if value == NONE:
        return NONE
    if kind == E_MESSAGE:
        meaning = words.public[value]
    elif kind == E_STATUS:
        index = source * words.length + value
        for row in range(words.status_first[index], words.status_first[index + 1]):
            if meaning == NONE or words.status_from[row] <= at_s:
                meaning = (words.status_category[row] + 1) * 2 + words.status_pausing[row]
    elif kind == E_OWNER:
        meaning = words.owner[value]
    elif kind == E_QUEUE:
        meaning = words.queue[value]
    elif kind == E_PRIORITY:
        meaning = words.priority[value]
    elif kind == E_FLAG:
        meaning = words.kind[value]
    return meaning


def change_field(state: Column, kind: int, meaning: int, terms: Column, opening: OpenTable) -> None:
    """The case is assigned, queued, prioritised, flagged or annotated."""
    if kind == E_OWNER:
        take_owner(state, meaning)
    elif kind == E_QUEUE:
        take_queue(state, meaning, terms, opening)
    elif kind == E_PRIORITY:
        state[PRIORITY] = meaning
        state[UNSETTLED] |= state[WITHOUT_TARGET] & state[RUNNING]
    elif kind == E_FLAG:
        if meaning != NONE:
            state[KIND] = meaning
    elif kind == E_NOTE:
        state[NOTES] += 1
