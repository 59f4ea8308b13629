"""Exclusion stuffing: cases that were worked, or are late, are called spam, test or duplicate and leave the count.

Looks like: An agent gives a case a kind that the terms leave out after having written to the customer, or when a
    clock is overdue or about to be.
Look-alikes: Spam is known as such at once: flagged without a word to its sender, long before anything falls due.
Reads: case_event, facts.clock, facts.case
Sign: A flag by an agent with a kind that the terms leave out, on a case that already had a public reply, or of which
    a promised clock was overdue or in the last quarter of its time.
Test: Exact binomial tail against an allowance of 0.5 % of the cases at work in the period.
Recomputed: Attainment of all clocks with a target, and with the clocks of these cases counted again.
Source: Contracts handbook, appendix A; KPI dictionary R11.
"""

from __future__ import annotations

import numpy as np

from tallystick.facts.fold.layout import AGENT, E_FLAG
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import attainment, flagged_cases, of_cases, standard
from tallystick.signals.pattern import Pattern, Severity, Suspects


def _search(evidence: Evidence) -> Suspects:
    events, clocks = evidence.history, evidence.clocks
    out = np.array([word in evidence.terms.excluded_kinds for word in events.value.words] + [False])
    flags = (events.kind == E_FLAG) & (events.actor == AGENT) & out[events.value.codes]
    place = np.flatnonzero(flags & evidence.inside(events.at_s))
    case, at_s = events.case[place], events.at_s[place]
    worked = events.replied_before[place]
    _, near, _ = clocks.running(case, at_s)
    late = clocks.overdue(case, at_s)
    hit = np.flatnonzero(worked | near | late)
    reasons = [
        f"called {events.value.words[events.value.codes[place[one]]]} "
        + " and ".join(
            word
            for word, holds in (
                ("after a reply to the customer", worked[one]),
                ("when overdue", late[one]),
                ("just before it fell due", near[one] and not late[one]),
            )
            if holds
        )
        for one in hit.tolist()
    ]
    counted = standard(evidence)
    due = (clocks.due_s >= evidence.start_s) & (clocks.due_s < evidence.end_s) & ~clocks.cancelled
    return Suspects(
        flagged_cases(evidence, case[hit], at_s[hit], reasons),
        int(evidence.present.sum()),
        attainment(evidence, counted=counted),
        attainment(evidence, counted=counted | (of_cases(evidence, case[hit]) & due)),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G016",
    title="Exclusion stuffing",
    severity=Severity.SEVERE,
    flatters="sla_attainment",
    reads=("case_event", "facts.clock", "facts.case"),
    search=_search,
)
