"""Handed on at the deadline: the case goes to another partner shortly before the clock falls due.

Looks like: The partner keeps a case for most of its time and hands it to another one in the last quarter, so that the
    miss falls on whoever holds it when it is due.
Look-alikes: Cases that came to the wrong partner are handed on soon after their creation. A specialist's case may go
    at any time; such hand-overs lie evenly over the clock, not just before its end.
Reads: case_event, facts.clock, facts.case
Sign: The holder of the case changes from this partner to another while a promised clock is running that has at most a
    quarter of its time left.
Test: Exact binomial tail against an allowance of 0.5 % of the cases at work in the period.
Recomputed: Attainment by owner at due, and with the clocks of these cases put back to the partner that held them
    until then.
Source: Contracts handbook, appendix A; KPI dictionary R2 (attribution by share of clock).
"""

from __future__ import annotations

import numpy as np

from tallystick.facts.fold.layout import NONE
from tallystick.signals.columns import last_before
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import attainment, flagged_cases, of_cases, span, standard
from tallystick.signals.pattern import Pattern, Severity, Suspects


def _search(evidence: Evidence) -> Suspects:
    events, clocks = evidence.history, evidence.clocks
    holder = events.partner.codes
    known = last_before(holder != NONE, events.begins)
    before = np.where(known == NONE, NONE, holder[np.maximum(known, 0)])
    own = events.partner.words.index(evidence.partner) if evidence.partner in events.partner.words else NONE
    leaves = (before == own) & (holder != own) & (holder != NONE) & (own != NONE)
    place = np.flatnonzero(leaves & evidence.inside(events.at_s))
    case, at_s = events.case[place], events.at_s[place]
    first, near, _ = clocks.running(case, at_s)
    hit = np.flatnonzero(near)
    reasons = [
        f"handed on {span(clocks.due_s[first[one]] - at_s[one])} before it fell due,"
        f" {span(at_s[one] - clocks.start_s[first[one]])} after the clock began"
        for one in hit.tolist()
    ]
    counted = standard(evidence)
    due = (clocks.due_s >= evidence.start_s) & (clocks.due_s < evidence.end_s) & ~clocks.cancelled & ~clocks.excluded
    back = of_cases(evidence, case[hit]) & due
    return Suspects(
        flagged_cases(evidence, case[hit], at_s[hit], reasons),
        int(evidence.present.sum()),
        attainment(evidence, counted=counted),
        attainment(evidence, counted=counted | back),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G007",
    title="Handed on at the deadline",
    severity=Severity.SERIOUS,
    flatters="sla_attainment",
    reads=("case_event", "facts.clock", "facts.case"),
    search=_search,
)
