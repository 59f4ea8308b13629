"""Where each number of a fold's state stands, and what its codes mean. Integers only.

The state of a case is one array of `STATE_WIDTH` integers: `CASE_WIDTH` of the case, then `CLOCK_WIDTH` for each kind
of clock, beginning at `CASE_WIDTH + k * CLOCK_WIDTH`. At most one instance of a kind runs at a time; a finished one
becomes a row of the output. The arrays are few and flat because compiled code hands each of them from call to call.

Instants are UTC seconds since 1970 and durations seconds. NONE stands for "unknown" and "not yet" everywhere, in codes
and in instants alike; a case that was opened before 1970 is not told from one without an instant.
"""

from __future__ import annotations

from typing import Any, NamedTuple

NONE = -1

# A column of integers: an array where the fold is compiled, a list where it is not.
Column = Any

# ---- kinds of clock, in the order of vocabulary.clock_terms.CLOCK_KINDS ------------------------------------------
FIRST_REPLY = 0
NEXT_REPLY = 1
PERIODIC_UPDATE = 2
PAUSABLE_UPDATE = 3
REQUESTER_WAIT = 4
AGENT_WORK = 5
ON_HOLD = 6
PAUSE = 7
FIRST_RESOLUTION = 8
FULL_RESOLUTION = 9
CUSTOMER_FIRST_REPLY = 10
ACKNOWLEDGEMENT = 11
CLOCKS = 12

# ---- status categories, in the order of vocabulary.clock_terms.STATUS_CATEGORIES ---------------------------------
NEW = 0
OPEN = 1
PENDING = 2
HOLD = 3
SOLVED = 4
CLOSED = 5

# ---- kinds of event, by rank -------------------------------------------------------------------------------------
EVENT_KINDS = (
    "created",
    "queue",
    "priority",
    "owner",
    "message",
    "note",
    "handover",
    "escalated",
    "acknowledged",
    "status",
    "merged",
    "unmerged",
    "flag",
)
E_CREATED = 0
E_QUEUE = 1
E_PRIORITY = 2
E_OWNER = 3
E_MESSAGE = 4
E_NOTE = 5
E_HANDOVER = 6
E_ESCALATED = 7
E_ACKNOWLEDGED = 8
E_STATUS = 9
E_MERGED = 10
E_UNMERGED = 11
E_FLAG = 12

# ---- who acted or opened a case ----------------------------------------------------------------------------------
ACTORS = ("customer", "agent", "system", "bot")
CUSTOMER = 0
AGENT = 1
SYSTEM = 2
BOT = 3

# ---- the state of a case -----------------------------------------------------------------------------------------
# The first of them, in the order of CASE_FIELDS, are what the row of a case tells when its last event is over.
KIND = 0  # kind of case (spam, test ...)
CATEGORY = 1  # status category
PARTNER_FIRST = 2
PARTNER = 3  # who holds the case
PROGRAMME = 4
QUEUE = 5
PRIORITY = 6
FIRST_OWNER = 7  # the agent to whom it was first assigned
LAST_OWNER = 8  # agent to whom it was last assigned, also after it was unassigned (R2)
REPLIES = 9
CUSTOMER_MESSAGES = 10
AUTO_MESSAGES = 11
NOTES = 12
REOPENS = 13
REOPENS_IN_WINDOW = 14
REOPENS_BY_CUSTOMER = 15
TRANSFERS_AGENT = 16
TRANSFERS_QUEUE = 17
TRANSFERS_PARTNER = 18
LOOPS = 19
LOOPS_PARTNER = 20
ESCALATIONS = 21
UNKNOWN_STATUSES = 22
FIRST_REPLY_AT = 23
FIRST_SOLVED_AT = 24
LAST_SOLVED_AT = 25
CLOSED_AT = 26
HANDOVER_AT = 27
PAUSED_S = 28  # calendar seconds of legitimate pause
WAITING_PAUSED_S = 29  # calendar seconds in a pausing status while a customer message waited
WAITING = 30  # 1 while a customer message is unanswered
CASE_TOLD = 31
NOW = 31  # instant up to which the clocks have been advanced
OPEN_AT_NOW = 32  # open seconds of the calendar before NOW
CALENDAR = 33  # which opening hours are in force
IN_PAUSE = 34  # 1 while the status is one in which the terms let clocks pause
IS_OWN = 35  # 0 while a party outside the terms holds it
OWNER = 36  # agent to whom the case is assigned now
OWNER_BEFORE = 37  # the one before, for loops
PARTNER_BEFORE = 38
RUNNING = 39  # bit k: clock k runs
UNSETTLED = 40  # bit k: clock k has not yet taken its terms
WITHOUT_TARGET = 41  # bit k: clock k runs and found no target so far
IS_OVER = 42  # 1 after an effective merge into another case
HAS_OPENED = 43  # agent-opened case: its opening message was seen
BOT_HANDLED = 44
FIRST_REPLY_BEGAN = 45  # the first reply clock was started once
MERGED_AT = 46
CASE = 47  # dense index of the case
HAS_RETURNED = 48  # 1 from a return out of foreign hands until the clocks have taken their terms
TO_STOP = 49  # what the present event does to the clocks: bit k for clock k; `carry_out` does it and clears them
TO_CANCEL = 50
TO_END_SOLVED = 51
TO_START = 52
TO_MARK = 53
DOER = 54  # the agent who acted in the present event
OPENER = 55  # who opened the case
CELL = 56  # its pair of channel and language
COUNTED = 57  # which clocks count in its status, by COUNTING
CASE_WIDTH = 58

# ---- the state of one clock --------------------------------------------------------------------------------------
C_N = 0
C_START = 1
C_BUSINESS = 2
C_CALENDAR = 3
C_PAUSED = 4
C_PAUSED_OTHER = 5
C_WAITING = 6
C_TARGET = 7
C_BASIS = 8
C_DUE = 9
C_PROGRAMME = 10
C_QUEUE = 11
C_PRIORITY = 12
C_OWNER_START = 13
C_OWNER_DUE = 14
C_AGENT_START = 15
C_AGENT_DUE = 16
C_MARK_AT = 17  # instant of the last solving while the clock ran on; NONE when it is not solved
C_MARK_BUSINESS = 18
C_MARK_CALENDAR = 19
C_MARK_PAUSED = 20
C_MARK_PAUSED_OTHER = 21
C_MARK_OWNER = 22
C_MARK_AGENT = 23
C_HELD = 24  # seconds already put down to partners that held the case before
CLOCK_WIDTH = 25
STATE_WIDTH = CASE_WIDTH + CLOCKS * CLOCK_WIDTH

# ---- the rows of finished clocks: field f of row r stands at [r * ROW_WIDTH + f] ----------------------------------
R_CASE = 0
R_N = 1
R_STATE = 2
R_START_AT = 3
R_STOP_AT = 4
R_DUE_AT = 5
R_RUNNING_SINCE = 6
R_BUSINESS_S = 7
R_CALENDAR_S = 8
R_PAUSED_S = 9
R_PAUSED_OTHER_S = 10
R_WAITING_S = 11
R_TARGET_S = 12
R_BASIS = 13
R_PROGRAMME = 14
R_QUEUE = 15
R_PRIORITY = 16
R_OWNER_START = 17
R_OWNER_DUE = 18
R_OWNER_STOP = 19
R_AGENT_START = 20
R_AGENT_DUE = 21
R_AGENT_STOP = 22
CLOCK_FIELDS = (
    "case",
    "n",
    "state",
    "start_at",
    "stop_at",
    "due_at",
    "running_since",
    "business_s",
    "calendar_s",
    "paused_s",
    "paused_other_s",
    "waiting_s",
    "target_s",
    "basis",
    "programme",
    "queue",
    "priority",
    "owner_start",
    "owner_due",
    "owner_stop",
    "agent_start",
    "agent_due",
    "agent_stop",
)
ROW_WIDTH = 23
# `cursor[k]` is the row that the next clock of kind k takes; then the next row of shares, and how many partners
# there are.
CURSOR_SHARES = CLOCKS
CURSOR_PARTNERS = CLOCKS + 1
CURSOR_WIDTH = CLOCKS + 2

# ---- rows of shares: field f of row r stands at [r * SHARE_WIDTH + f] --------------------------------------------
SHARE_FIELDS = ("case", "kind", "n", "partner", "seconds")
SHARE_WIDTH = 5

# ---- rows of cases: field f of case i stands at [i * CASE_TOLD + f] --------------------------------------------------
CASE_FIELDS = (
    "kind",
    "category",
    "partner",
    "partner_last",
    "programme",
    "queue",
    "priority",
    "agent_first",
    "agent_last",
    "replies",
    "customer_messages",
    "auto_messages",
    "notes",
    "reopens",
    "reopens_in_window",
    "reopens_by_customer",
    "transfers_agent",
    "transfers_queue",
    "transfers_partner",
    "loops",
    "loops_partner",
    "escalations",
    "unknown_statuses",
    "first_reply_at",
    "first_solved_at",
    "last_solved_at",
    "closed_at",
    "handover_at",
    "paused_s",
    "waiting_paused_s",
    "waiting",
)

# ---- clock terms as one array: counts, then where each table begins ----------------------------------------------
T_AT_CALENDAR = 0  # calendar[programme + 1]; the first is always open and holds where no programme does
T_CELLS = 1  # pairs of channel and language
T_PROGRAMMES = 2
T_PRIORITIES = 3
T_REOPEN_WINDOW = 4
T_AT_PROGRAMME = 5  # programme[(queue + 1) * cells + cell]
T_AT_FIRST = 6  # targets of clock k, programme p, priority r: rows [first[i], first[i + 1]) with
#                 i = (k * (programmes + 1) + p + 1) * (priorities + 1) + r + 1, the most specific first
T_AT_TARGETS = 7  # rows of (from, until, seconds, basis)
T_AT_OWN = 8  # own[partner] is 1 where the partner's time runs under these terms
TERMS_HEAD = 9
TARGET_WIDTH = 4

BASIS_BUSINESS = 0
BASIS_CALENDAR = 1

STOPPED = 0
STILL_RUNNING = 1
CANCELLED = 2
CLOCK_STATES = ("stopped", "running", "cancelled")

# ---- which clocks count in which category: bit k for clock k -----------------------------------------------------
_ALWAYS = (
    (1 << FIRST_REPLY)
    | (1 << NEXT_REPLY)
    | (1 << PERIODIC_UPDATE)
    | (1 << PAUSE)
    | (1 << FIRST_RESOLUTION)
    | (1 << FULL_RESOLUTION)
    | (1 << CUSTOMER_FIRST_REPLY)
    | (1 << ACKNOWLEDGEMENT)
)
_CUSTOMER_WAITS = (1 << PAUSABLE_UPDATE) | (1 << REQUESTER_WAIT)
COUNTING = (
    _ALWAYS | _CUSTOMER_WAITS | (1 << AGENT_WORK),
    _ALWAYS | _CUSTOMER_WAITS | (1 << AGENT_WORK),
    _ALWAYS,
    _ALWAYS | _CUSTOMER_WAITS | (1 << ON_HOLD),
    _ALWAYS,
    _ALWAYS,
)

# Clocks that run on through a solving, because a reopening takes it back: the solving only leaves a mark on them.
MARKED_BY_SOLVING = (
    (1 << FIRST_REPLY)
    | (1 << NEXT_REPLY)
    | (1 << REQUESTER_WAIT)
    | (1 << AGENT_WORK)
    | (1 << ON_HOLD)
    | (1 << FULL_RESOLUTION)
    | (1 << CUSTOMER_FIRST_REPLY)
    | (1 << ACKNOWLEDGEMENT)
)
# Of these, a case that ends solved has ended them as asked; the others waited for something that never came.
ENDED_BY_SOLVING = (1 << REQUESTER_WAIT) | (1 << AGENT_WORK) | (1 << ON_HOLD) | (1 << FULL_RESOLUTION)
# Clocks that a reopening after the window begins anew (R5).
OF_ONE_ISSUE = (1 << REQUESTER_WAIT) | (1 << AGENT_WORK) | (1 << FIRST_RESOLUTION) | (1 << FULL_RESOLUTION)


class Events(NamedTuple):
    """The events of many cases as columns, those of one case contiguous and in total order.

    `value` and `agent` are codes of two word lists, `partner` the code of who holds the case at the event (NONE: a
    message taken over from a merged case, which does not move the case).
    """

    at_s: Column
    kind: Column
    actor: Column
    value: Column
    agent: Column
    partner: Column


class Cases(NamedTuple):
    """Cases as columns: `first[i]` to `first[i + 1]` are the events of case i; codes as in `Events` and `Words`."""

    first: Column
    begin_s: Column
    source: Column
    cell: Column
    queue: Column
    priority: Column
    kind: Column
    initiated_by: Column
    partner: Column
    merged_at_s: Column


class Words(NamedTuple):
    """What the words in `Events.value` mean, one entry for each word (and source, for statuses).

    `queue`, `priority`, `owner` and `kind` are codes of the queue, priority, agent and case-kind lists. `public` is 1
    for the word `public`. The meanings of status word v of source s stand from `status_first[i]` to
    `status_first[i + 1]`, i = s * length + v, in `status_from` (the instant from which each holds), `status_category`
    and `status_pausing`.
    """

    length: int
    queue: Column
    priority: Column
    owner: Column
    kind: Column
    public: Column
    status_first: Column
    status_from: Column
    status_category: Column
    status_pausing: Column
