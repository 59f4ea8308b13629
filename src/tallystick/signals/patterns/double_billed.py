"""Double billing: one person is on two lines at the same time.

Looks like: The same person talks, holds or does after-work for two systems or two lines at once, and both are billed.
Look-alikes: Chats side by side are states of their own and allowed. Clocks of two systems differ by seconds. An agent
    who changes lines during the day is on one after the other.
Reads: agent_state
Sign: A person's day (ids of several systems joined by the table identity) with at least 30 minutes in which states
    that exclude each other (talk, hold, after-work, case work, outbound) overlap on different lines, overlaps of up
    to a minute left out.
Test: Exact binomial tail against an allowance of 0.5 % of the persons' days.
Recomputed: Hours claimed as work in the period, and without the overlapping part.
Source: Contracts handbook, appendix A and T03 (shared agents).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow.compute as pc

from tallystick.facts.coded import Integers
from tallystick.signals.evidence import Evidence
from tallystick.signals.live import flagged_days, overlaps
from tallystick.signals.pattern import Pattern, Severity, Suspects, amount
from tallystick.signals.presence import EXCLUSIVE, Presence

LEAST_S = 30 * 60
SKEW_S = 60


def _search(evidence: Evidence) -> Suspects:
    presence = evidence.presence
    days = presence.days
    person = _persons(evidence, presence)
    exclusive = np.flatnonzero(presence.is_in(*EXCLUSIVE))
    one, other, seconds = overlaps(presence, exclusive, person[presence.agent.codes], presence.line)
    kept = seconds > SKEW_S
    # Of a person's two ids one stands for both.
    named = np.where(presence.agent.codes[one] <= presence.agent.codes[other], one, other)[kept]
    doubled = (
        np.bincount(days.of_row[named], weights=seconds[kept], minlength=len(days.agent)).astype(np.int64)
        if len(named)
        else np.zeros(len(days.agent), np.int64)
    )
    hit = np.flatnonzero(doubled >= LEAST_S)
    reasons = [f"{doubled[at] // 60} min on two lines at once" for at in hit.tolist()]
    worked = int(days.claimed_s.sum())
    without = worked - int(doubled[hit].sum())
    return Suspects(
        flagged_days(presence, days, hit, reasons),
        len(days.agent),
        amount("hours", Fraction(worked, 3600), len(days.agent), "hours"),
        amount("hours", Fraction(without, 3600), len(days.agent), "hours"),
    )


def _persons(evidence: Evidence, presence: Presence) -> Integers:
    """A number for the person behind each agent id; an id that no identity joins is a person of its own."""
    of: dict[str, int] = {}
    if evidence.has("identity"):
        rows = evidence.rows["identity"]
        rows = rows.filter(pc.and_(pc.is_valid(rows.column("source_id")), pc.is_valid(rows.column("person_key"))))
        of = dict(zip(rows.column("source_id").to_pylist(), rows.column("person_key").to_pylist(), strict=True))
    keys = [of.get(word, -1 - code) for code, word in enumerate(presence.agent.words)]
    _, place = np.unique(np.array(keys, np.int64), return_inverse=True)
    found: Integers = place.astype(np.int64)
    return found


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G013",
    title="Double-billed agents",
    severity=Severity.SEVERE,
    flatters="hours",
    reads=("agent_state",),
    search=_search,
    row="agent's day",
)
