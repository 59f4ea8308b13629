"""Where each number of a fold's state stands, and what its codes mean. Integers only.

The state of a case is one array of `CASE_WIDTH` integers, the state of its clocks one array of
`len(CLOCK_KINDS) * CLOCK_WIDTH` integers: clock `k` owns `[k * CLOCK_WIDTH, (k + 1) * CLOCK_WIDTH)`. At most one
instance of each kind of clock runs at a time; a finished instance becomes a row of the output.

Instants are UTC seconds since 1970 and durations seconds. NONE stands for "unknown" and "not yet" everywhere, in codes
and in instants alike; a case that was opened before 1970 is not told from one without an instant.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tallystick.vocabulary.opening import OpenTable

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

# ---- kinds of case -----------------------------------------------------------------------------------------------
CASE_KINDS = ("normal", "spam", "test", "duplicate", "proactive", "internal")

# ---- the state of a case -----------------------------------------------------------------------------------------
NOW = 0  # instant up to which the clocks have been advanced
OPEN_AT_NOW = 1  # open seconds of the calendar before NOW
CALENDAR = 2  # which opening hours are in force
CATEGORY = 3  # status category
IN_PAUSE = 4  # 1 while the status is one in which the terms let clocks pause
WAITING = 5  # 1 while a customer message is unanswered
PARTNER = 6  # who holds the case
IS_OWN = 7  # 0 while a party outside the terms holds it
QUEUE = 8
PRIORITY = 9
PROGRAMME = 10
OWNER = 11  # agent to whom the case is assigned now
LAST_OWNER = 12  # agent to whom it was last assigned, also after it was unassigned (R2)
OWNER_BEFORE = 13  # the one before, for loops
PARTNER_BEFORE = 14
RUNNING = 15  # bit k: clock k runs
UNSETTLED = 16  # bit k: clock k has not yet taken its terms
WITHOUT_TARGET = 17  # bit k: clock k runs and found no target so far
IS_OVER = 18  # 1 after an effective merge into another case
HAS_OPENED = 19  # agent-opened case: its opening message was seen
BOT_HANDLED = 20
FIRST_REPLY_BEGAN = 21  # the first reply clock was started once
KIND = 22  # kind of case (spam, test ...)
REPLIES = 23
CUSTOMER_MESSAGES = 24
AUTO_MESSAGES = 25
NOTES = 26
REOPENS = 27
REOPENS_IN_WINDOW = 28
REOPENS_BY_CUSTOMER = 29
TRANSFERS_AGENT = 30
TRANSFERS_QUEUE = 31
TRANSFERS_PARTNER = 32
LOOPS = 33
LOOPS_PARTNER = 34
ESCALATIONS = 35
UNKNOWN_STATUSES = 36
FIRST_REPLY_AT = 37
FIRST_SOLVED_AT = 38
LAST_SOLVED_AT = 39
CLOSED_AT = 40
HANDOVER_AT = 41
MERGED_AT = 42
PAUSED_S = 43  # calendar seconds of legitimate pause
WAITING_PAUSED_S = 44  # calendar seconds in a pausing status while a customer message waited
CASE = 45  # dense index of the case
PARTNER_FIRST = 46
HAS_RETURNED = 47  # 1 from a return out of foreign hands until the clocks have taken their terms
FIRST_OWNER = 48  # the agent to whom it was first assigned
CASE_WIDTH = 49

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
    message taken over from a merged case, which does not move the case). The value of an effective `merged` event is
    a word of its own, so `Words.effective` tells it.
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
    for the word `public`. A status word v of source s has the meanings `[status_first[s * length + v], status_first[s * n +
    v + 1])` of `status_from`, `status_category` and `status_pausing`, by the instant from which they hold.
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


class Terms(NamedTuple):
    """Clock terms as tables of integers.

    `programme[(queue + 1) * cells + cell]` is the programme of a queue and a (channel, language) cell. Targets of
    clock k, programme p and priority r stand at `[target_first[i], target_first[i + 1])` with i = (k * (programmes +
    1) + p + 1) * (priorities + 1) + r + 1, the most specific first. The calendar of programme p is p; the last
    calendar of `opening` is always open and holds where no programme does. `own` is 1 for a partner of the terms.
    """

    opening: OpenTable
    always_open: int
    cells: int
    programme: Column
    programmes: int
    priorities: int
    target_first: Column
    target_from: Column
    target_until: Column
    target_seconds: Column
    target_basis: Column
    own: Column
    reopen_window_s: int


class ClockRows(NamedTuple):
    """Finished clocks as columns; kind k fills `[first[k], first[k + 1])`, `filled[k]` rows of it so far."""

    first: Column
    filled: Column
    case: Column
    n: Column
    state: Column
    start_at: Column
    stop_at: Column
    due_at: Column
    running_since: Column
    business_s: Column
    calendar_s: Column
    paused_s: Column
    paused_other_s: Column
    waiting_s: Column
    target_s: Column
    basis: Column
    programme: Column
    queue: Column
    priority: Column
    owner_start: Column
    owner_due: Column
    owner_stop: Column
    agent_start: Column
    agent_due: Column
    agent_stop: Column


class ShareRows(NamedTuple):
    """Who held a clock for how long, only for clocks that more than one partner held; `filled[0]` rows so far.

    `held` is scratch space: seconds of each running clock by partner, `CLOCKS * partners` integers.
    """

    filled: Column
    partners: int
    held: Column
    case: Column
    kind: Column
    n: Column
    partner: Column
    seconds: Column


class CaseRows(NamedTuple):
    """One row for each case: the counts and instants of its final state."""

    kind: Column
    category: Column
    partner: Column
    partner_last: Column
    programme: Column
    queue: Column
    priority: Column
    agent_first: Column
    agent_last: Column
    replies: Column
    customer_messages: Column
    auto_messages: Column
    notes: Column
    reopens: Column
    reopens_in_window: Column
    reopens_by_customer: Column
    transfers_agent: Column
    transfers_queue: Column
    transfers_partner: Column
    loops: Column
    loops_partner: Column
    escalations: Column
    unknown_statuses: Column
    first_reply_at: Column
    first_solved_at: Column
    last_solved_at: Column
    closed_at: Column
    handover_at: Column
    paused_s: Column
    waiting_paused_s: Column
    waiting: Column
