"""Ghost agents: paid presence without anybody working.

Looks like: Agents are logged in for hours without a single contact while their colleagues have many; two agents are
    present at one device at once; somebody works after having left.
Look-alikes: Training, coaching, meetings and project days are states of their own and never claimed as work. Desks
    shared by shifts are used one after the other. A day of written cases shows in the events of those cases. A quiet
    night, when colleagues have hardly a contact either.
Reads: agent_state
Sign: An agent's day with (a) presence after the day on which the agent left; (b) at least four hours claimed as work,
    no contact, no event in a case, where at the colleagues' pace none would come with a chance below 1 in 10,000
    (Poisson); or (c) an hour or more at a device that another agent, who uses it more, is using at the same time.
Test: Exact binomial tail against an allowance of 0.5 % of the agents' days.
Recomputed: Hours claimed as work in the period, and without those days.
Source: Contracts handbook, appendix A and T03.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow.compute as pc

from tallystick.facts.coded import Integers, coded, integers
from tallystick.facts.fold.layout import AGENT, NONE
from tallystick.signals.evidence import Evidence
from tallystick.signals.live import flagged_days, overlaps
from tallystick.signals.pattern import Pattern, Severity, Suspects, amount
from tallystick.signals.presence import AgentDays, Presence
from tallystick.vocabulary.opening import local_day_many

HOURS_S = 4 * 3600
SHARED_S = 3600
# -ln(1/10,000): as many contacts expected make none a chance of 1 in 10,000.
EXPECTED = 9.21


def _search(evidence: Evidence) -> Suspects:
    presence = evidence.presence
    days = presence.days
    written = _events_of(evidence, presence, days)
    contacts = days.contacts + written
    worked = int(days.claimed_s.sum())
    pace = float(contacts.sum()) / worked if worked else 0.0
    idle = (days.claimed_s >= HOURS_S) & (contacts == 0) & (days.claimed_s * pace >= EXPECTED)
    gone = _after_leaving(evidence, presence, days)
    shared_s = _at_one_device(presence, days)
    shared = shared_s >= SHARED_S
    hit = np.flatnonzero(idle | gone | shared)
    reasons = []
    for one in hit.tolist():
        worked_h, pace_n = days.claimed_s[one] / 3600, days.claimed_s[one] * pace
        told = (
            (gone[one], "after the agent's last day"),
            (idle[one], f"{worked_h:.1f} h of work and no contact, {pace_n:.0f} at the colleagues' pace"),
            (shared[one], f"{shared_s[one] / 3600:.1f} h at a device in use by another agent"),
        )
        reasons.append("; ".join(words for holds, words in told if holds))
    without = worked - int(days.claimed_s[hit].sum())
    return Suspects(
        flagged_days(presence, days, hit, reasons),
        len(days.agent),
        amount("hours", Fraction(worked, 3600), len(days.agent), "hours"),
        amount("hours", Fraction(without, 3600), len(days.agent) - len(hit), "hours"),
    )


def _events_of(evidence: Evidence, presence: Presence, days: AgentDays) -> Integers:
    """How many events of cases each agent's day has."""
    found = np.zeros(len(days.agent), np.int64)
    if not evidence.has("case_event") or not evidence.has("facts.case"):
        return found
    events = evidence.history
    place = {word: code for code, word in enumerate(presence.agent.words)}
    code = np.array([place.get(word, NONE) for word in events.agent.words] + [NONE])[events.agent.codes]
    mine = (code != NONE) & (events.actor == AGENT) & evidence.inside(events.at_s)
    day = np.asarray(local_day_many(evidence.tables.zone, events.at_s[mine]), np.int64)
    return _placed(days, code[mine], day)


def _placed(days: AgentDays, agent: Integers, day: Integers) -> Integers:
    """How many of some pairs of agent and day fall on each agent's day."""
    lined = days.agent * (1 << 32) + days.day
    if not len(lined):
        return np.zeros(0, np.int64)
    pair = agent.astype(np.int64) * (1 << 32) + day
    at = np.minimum(np.searchsorted(lined, pair), len(lined) - 1)
    fits = lined[at] == pair
    found: Integers = np.bincount(at[fits], minlength=len(lined))
    return found


def _after_leaving(evidence: Evidence, presence: Presence, days: AgentDays) -> Any:
    """Which days lie after the agent's last day, where the records tell it."""
    if not evidence.has("agent"):
        return np.zeros(len(days.agent), bool)
    rows = evidence.rows["agent"]
    rows = rows.filter(pc.and_(pc.is_valid(rows.column("left_on")), pc.is_valid(rows.column("agent_id"))))
    agent = coded(rows.column("agent_id"))
    last = integers(rows.column("left_on").cast("int32")).astype(np.int64)
    until = dict(zip((agent.words[code] for code in agent.codes.tolist()), last.tolist(), strict=True))
    far = 1 << 40
    left = np.array([until.get(word, far) for word in presence.agent.words] + [far])
    return days.day > left[days.agent]


def _at_one_device(presence: Presence, days: AgentDays) -> Integers:
    """Seconds of each agent's day at a device that another agent, who uses it more in the period, uses at the time."""
    there = np.flatnonzero(~presence.is_in("offline") & (presence.device.codes != NONE))
    length = (presence.end_s - presence.start_s)[there]
    pair = presence.device.codes[there].astype(np.int64) * (1 << 32) + presence.agent.codes[there]
    distinct, at = np.unique(pair, return_inverse=True)
    used = np.bincount(at, weights=length, minlength=len(distinct))
    usage = np.zeros(len(presence.key))
    usage[there] = used[at] if len(there) else 0
    one, other, seconds = overlaps(presence, there, presence.device.codes, presence.agent.codes)
    guest = np.where(usage[one] < usage[other], one, other)
    if not len(guest):
        return np.zeros(len(days.agent), np.int64)
    found: Integers = np.bincount(days.of_row[guest], weights=seconds, minlength=len(days.agent)).astype(np.int64)
    return found


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G012",
    title="Ghost agents and hours",
    severity=Severity.SEVERE,
    flatters="hours",
    reads=("agent_state",),
    search=_search,
    row="agent's day",
)
