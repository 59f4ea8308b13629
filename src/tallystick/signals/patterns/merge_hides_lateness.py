"""Merging into a younger case: an old, late one disappears in one whose clock has just begun.

Looks like: A case that is overdue or about to be is merged into a case that was created later. In the source the
    survivor's clock began at its own creation.
Look-alikes: Customers' duplicates are merged as well, the younger into the older one, soon after they came and long
    before anything falls due. Now and then one is merged the wrong way round.
Reads: case_event, facts.clock, facts.case
Sign: The survivor is at least an hour younger, and at the merge a promised clock of the older case was overdue or in
    the last quarter of its time.
Test: Exact binomial tail against an allowance of 0.5 % of the cases at work in the period.
Recomputed: Attainment of the first reply: as the source says it, the old case gone and the survivor in time, and with
    the survivor's clock from the earliest customer message on (R6).
Source: Contracts handbook, appendix A; KPI dictionary R6.
"""

from __future__ import annotations

import numpy as np

from tallystick.facts.fold.layout import E_MERGED, NONE
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import attainment, flagged_cases, of_cases, span, standard
from tallystick.signals.pattern import Pattern, Severity, Suspects

YOUNGER_S = 3600
CLOCK = "first_reply"


def _search(evidence: Evidence) -> Suspects:
    events, cases, clocks = evidence.history, evidence.cases, evidence.clocks
    place = np.flatnonzero((events.kind == E_MERGED) & evidence.inside(events.at_s))
    case, at_s = events.case[place], events.at_s[place]
    # Merges are few: their survivors are named by the source's id.
    named = {name: at for at, name in enumerate(cases.id.to_pylist())} if len(place) else {}
    words = events.value.words
    survivor = np.array([named.get(words[code], NONE) if code != NONE else NONE for code in events.value.codes[place]])
    survivor = survivor.astype(np.int64)
    younger_s = np.where(survivor == NONE, 0, cases.created_s[survivor] - cases.created_s[case])
    _, near, _ = clocks.running(case, at_s)
    late = clocks.overdue(case, at_s)
    hit = np.flatnonzero((younger_s >= YOUNGER_S) & (near | late))
    reasons = [
        f"{'overdue' if late[one] else 'nearly due'}, merged into {cases.id[int(survivor[one])]},"
        f" {span(younger_s[one])} younger"
        for one in hit.tolist()
    ]
    counted = standard(evidence, (CLOCK,))
    gone, kept = of_cases(evidence, case[hit]), of_cases(evidence, survivor[hit])
    return Suspects(
        flagged_cases(evidence, case[hit], at_s[hit], reasons),
        int(evidence.present.sum()),
        attainment(evidence, met=clocks.met | kept, counted=counted & ~gone),
        attainment(evidence, counted=counted),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G004",
    title="Merged into younger cases",
    severity=Severity.SERIOUS,
    flatters="sla_attainment",
    reads=("case_event", "facts.clock", "facts.case"),
    search=_search,
)
