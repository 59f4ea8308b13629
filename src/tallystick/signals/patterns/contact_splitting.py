"""Contact splitting: one matter becomes several cases, each of them billed.

Looks like: Agents open further cases for the same customer and the same reason while the first one is in work or
    hours after it, under a price per contact.
Look-alikes: Customers write twice themselves, above all in an outage: what customers open is never looked at. A
    follow-up for another reason. A case that an agent opens for a customer who called: there is none before it.
Reads: facts.case
Sign: A case that an agent or the system opened, within four hours after another one of the same requester and reason
    was created, not merged into it.
Test: Exact binomial tail against an allowance of 0.5 % of the cases created in the period.
Recomputed: Cases created in the period, and without these.
Source: Contracts handbook, appendix A and 4.4 (price per contact).
"""

from __future__ import annotations

import numpy as np

from tallystick.facts.fold.layout import NONE
from tallystick.signals.columns import group_codes
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import flagged_cases, span
from tallystick.signals.pattern import Pattern, Severity, Suspects, amount

WITHIN_S = 4 * 3600


def _search(evidence: Evidence) -> Suspects:
    cases = evidence.cases
    made = evidence.inside(cases.created_s) & ~cases.excluded & ~cases.merged
    known = np.flatnonzero((cases.requester != NONE) & (cases.reason.codes != NONE) & ~cases.merged)
    group = group_codes(cases.requester[known], cases.reason.codes[known])
    order = np.lexsort((cases.created_s[known], group))
    place, lined = known[order], group[order]
    gap = np.append(1 << 40, np.diff(cases.created_s[place])) if len(place) else np.zeros(0, np.int64)
    same = np.append(False, lined[1:] == lined[:-1]) if len(place) else np.zeros(0, bool)
    by_staff = np.array([word in ("agent", "system") for word in cases.initiated_by.words] + [False])
    hit = np.flatnonzero(same & (gap <= WITHIN_S) & by_staff[cases.initiated_by.codes[place]] & made[place])
    reasons = [
        f"opened by the partner {span(gap[one])} after {cases.id[int(place[one - 1])]} of the same customer and reason"
        for one in hit.tolist()
    ]
    count = int(made.sum())
    return Suspects(
        flagged_cases(evidence, place[hit], cases.created_s[place[hit]], reasons),
        count,
        amount("contacts", count, count, "contacts"),
        amount("contacts", count - len(hit), count - len(hit), "contacts"),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G014",
    title="Contact splitting",
    severity=Severity.SEVERE,
    flatters="contacts",
    reads=("facts.case",),
    search=_search,
)
