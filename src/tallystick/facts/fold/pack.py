"""The rows of clocks of one kind as columns, without what one column tells of another. Plain integers, as in `layout`.

A clock's end is its start and its length, most clocks are due in the hands in which they start, and so on: what is left
is mostly nought, and needs little room. `facts/packing` puts it back when it is read.
"""

from __future__ import annotations

from tallystick.facts.fold.layout import (
    NONE,
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
    ROW_WIDTH,
    Column,
)

# Column c of row i stands at [c * count + i].
P_CASE = 0  # the case less that of the row before
P_N = 1  # the number less the one before it in its case, less one
P_STATE = 2
P_START_AT = 3  # less the creation of the case
P_STOP_AT = 4
P_DUE_AT = 5
P_RUNNING_SINCE = 6
P_BUSINESS_S = 7
P_CALENDAR_S = 8  # what start and end say, less the calendar seconds: the time in which the clock did not count
P_PAUSED_S = 9
P_PAUSED_OTHER_S = 10
P_WAITING_S = 11
P_TARGET_S = 12
P_BASIS = 13
P_TOGETHER = 14  # programme, queue, priority and owner at start as one number: together they take few values
P_OWNER_DUE = 15  # less the owner at start
P_OWNER_STOP = 16
P_AGENT_START = 17
P_AGENT_DUE = 18  # less the agent at stop
P_AGENT_STOP = 19
PACKED = (
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
    "together",
    "owner_due",
    "owner_stop",
    "agent_start",
    "agent_due",
    "agent_stop",
)
PACKED_WIDTH = 20
# What is told of a packed column, T_WIDTH numbers for each: its least and greatest value, and how many are not usual.
T_LEAST = 0
T_GREATEST = 1
T_UNUSUAL = 2
T_WIDTH = 3


def wrapped(value: int) -> int:
    """`value` as 32 bits with a sign hold it: differences of instants wrap around, and wrap back."""
    return ((value + (1 << 31)) & ((1 << 32) - 1)) - (1 << 31)


def pack_clocks(
    rows: Column, count: int, created_s: Column, usual: Column, bases: Column, packed: Column, told: Column
) -> None:
    """Pack `count` rows and tell of each column what T_... says.

    `created_s` are the creations of the cases, `usual` the value that is looked for in most rows of each column, and
    `bases` how many values each part of `together` takes.
    """
    case_before = NONE
    n_before = 0
    for i in range(count):
        at = i * ROW_WIDTH
        case = rows[at + R_CASE]
        n = rows[at + R_N]
        start_at = rows[at + R_START_AT]
        stop_at = rows[at + R_STOP_AT]
        running_since = rows[at + R_RUNNING_SINCE]
        owner = rows[at + R_OWNER_START]
        agent = rows[at + R_AGENT_STOP]
        end = running_since if stop_at == NONE else stop_at
        together = (rows[at + R_PROGRAMME] + 1) * bases[1] + rows[at + R_QUEUE] + 1
        together = (together * bases[2] + rows[at + R_PRIORITY] + 1) * bases[3] + owner + 1
        packed[P_CASE * count + i] = case - case_before
        packed[P_N * count + i] = n - 1 - (n_before if case == case_before else 0)
        packed[P_STATE * count + i] = rows[at + R_STATE]
        packed[P_START_AT * count + i] = wrapped(start_at - created_s[case])
        packed[P_STOP_AT * count + i] = stop_at
        packed[P_DUE_AT * count + i] = rows[at + R_DUE_AT]
        packed[P_RUNNING_SINCE * count + i] = running_since
        packed[P_BUSINESS_S * count + i] = rows[at + R_BUSINESS_S]
        packed[P_CALENDAR_S * count + i] = wrapped(end - start_at - rows[at + R_CALENDAR_S])
        packed[P_PAUSED_S * count + i] = rows[at + R_PAUSED_S]
        packed[P_PAUSED_OTHER_S * count + i] = rows[at + R_PAUSED_OTHER_S]
        packed[P_WAITING_S * count + i] = rows[at + R_WAITING_S]
        packed[P_TARGET_S * count + i] = rows[at + R_TARGET_S]
        packed[P_BASIS * count + i] = rows[at + R_BASIS]
        packed[P_TOGETHER * count + i] = wrapped(together)
        packed[P_OWNER_DUE * count + i] = rows[at + R_OWNER_DUE] - owner
        packed[P_OWNER_STOP * count + i] = rows[at + R_OWNER_STOP] - owner
        packed[P_AGENT_START * count + i] = rows[at + R_AGENT_START]
        packed[P_AGENT_DUE * count + i] = rows[at + R_AGENT_DUE] - agent
        packed[P_AGENT_STOP * count + i] = agent
        case_before = case
        n_before = n
    for column in range(PACKED_WIDTH):
        tell(packed[column * count : (column + 1) * count], usual[column], told, column * T_WIDTH)


def tell(values: Column, usual: int, told: Column, at: int) -> None:
    """What is to be known of some values, at least one, before room is made for them."""
    least = values[0]
    greatest = values[0]
    unusual = 0
    for i in range(len(values)):  # by place: compiled, this is eight times as fast as by value
        value = values[i]
        least = min(least, value)
        greatest = max(greatest, value)
        unusual += value != usual
    told[at + T_LEAST] = least
    told[at + T_GREATEST] = greatest
    told[at + T_UNUSUAL] = unusual
