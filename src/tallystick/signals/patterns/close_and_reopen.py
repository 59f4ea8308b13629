"""Close and open anew: the case is solved without an answer, the work goes on under a new one.

Looks like: An agent solves a case whose customer waits, and within hours there is a new one of the same customer and
    the same reason, often opened by the agent. The old clock ended in time, the reopening never shows.
Look-alikes: A customer who comes back after a true answer, which is a repeat contact (K17); duplicates that customers
    write in an outage, whose first one is answered; a follow-up that an agent opens for another reason.
Reads: case_event, facts.case
Sign: Solved by an agent, then a case of the same requester and reason created within eight hours; and either no
    public reply since the customer's last message when it was solved, or the new case was opened by an agent or the
    system.
Test: Exact binomial tail against an allowance of 0.5 % of the cases solved in the period.
Recomputed: Reopen rate with these cases counted as reopened, which they are.
Source: Contracts handbook, appendix A; KPI dictionary K17, K21, R5.
"""

from __future__ import annotations

import numpy as np

from tallystick.facts.fold.layout import AGENT, E_STATUS, NONE, SOLVED
from tallystick.signals.columns import group_codes
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import flagged_cases, span
from tallystick.signals.pattern import Pattern, Severity, Suspects, share

WITHIN_S = 8 * 3600


def _search(evidence: Evidence) -> Suspects:
    events, cases = evidence.history, evidence.cases
    solves = (events.kind == E_STATUS) & (events.category >= SOLVED) & (events.category_before < SOLVED)
    solves &= evidence.inside(events.at_s)
    place = np.flatnonzero(solves & (events.actor == AGENT))
    case, at_s = events.case[place], events.at_s[place]
    # The next case of the same requester and reason, by its creation, after each solving.
    known = np.flatnonzero((cases.requester != NONE) & ~cases.merged)
    group = group_codes(cases.requester, cases.reason.codes)
    order = known[np.lexsort((cases.created_s[known], group[known]))]
    wide = 1 << 40
    lined = group[order] * wide + cases.created_s[order]
    at = np.searchsorted(lined, group[case] * wide + at_s, side="right")
    following = order[np.minimum(at, len(order) - 1)] if len(order) else np.zeros(len(case), np.int64)
    fits = (at < len(order)) & (cases.requester[case] != NONE) & (group[following] == group[case])
    gap = cases.created_s[following] - at_s
    fits &= (gap <= WITHIN_S) & (following != case)
    by_staff = np.array([word in ("agent", "system") for word in cases.initiated_by.words] + [False])
    opened = by_staff[cases.initiated_by.codes[following]]
    waited = events.waiting[place]
    hit = np.flatnonzero(fits & (waited | opened))
    reasons = [
        f"solved {'without an answer' if waited[one] else 'with an answer'}, new case"
        f" {cases.id[int(following[one])]} {span(gap[one])} later"
        f"{', opened by the partner' if opened[one] else ''}"
        for one in hit.tolist()
    ]
    solved = np.unique(events.case[solves])
    solved = solved[~cases.excluded[solved] & ~cases.merged[solved]]
    reopened = cases.reopens[solved] > 0
    return Suspects(
        flagged_cases(evidence, case[hit], at_s[hit], reasons),
        len(solved),
        share("reopen_rate", int(reopened.sum()), len(solved)),
        share("reopen_rate", int((reopened | np.isin(solved, case[hit])).sum()), len(solved)),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G003",
    title="Closed and opened anew",
    severity=Severity.SEVERE,
    flatters="reopen_rate",
    reads=("case_event", "facts.case"),
    search=_search,
)
