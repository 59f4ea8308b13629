"""Mass change of status at the end of a month: many open cases are solved at once, their customers unanswered.

Looks like: In the last three days of the month one agent solves or closes ten or more cases within ten minutes,
    although customers wait for an answer.
Look-alikes: Old cases that nobody answered any more are closed in bulk as well, but there the customer was written to
    last. An outage ends for all at once: cases of one reason that came within twelve hours are left out with their
    count. Automatic closing is the system's, not an agent's.
Reads: case_event, facts.case
Sign: Solved or closed by an agent with nine others within ten minutes, no public reply since the customer's last
    message.
Test: Exact binomial tail against an allowance of 0.5 % of the cases at work in the period.
Recomputed: Cases solved of cases created in the period, and without these.
Source: Contracts handbook, appendix A; KPI dictionary K13.
"""

from __future__ import annotations

import numpy as np

from tallystick.facts.fold.layout import AGENT, E_STATUS, SOLVED
from tallystick.signals.columns import group_codes, sizes
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import flagged_cases, moment
from tallystick.signals.history import BULK, BULK_S
from tallystick.signals.pattern import Pattern, Severity, Suspects, share

LAST_S = 3 * 86_400
ONE_CAUSE_S = 12 * 3600


def _search(evidence: Evidence) -> Suspects:
    events, cases = evidence.history, evidence.cases
    at_end = (events.at_s >= evidence.end_s - LAST_S) & (events.at_s < evidence.end_s)
    solves = (events.kind == E_STATUS) & (events.category >= SOLVED) & (events.category_before < SOLVED)
    bulk = events.bulk()
    place = np.flatnonzero(solves & (events.actor == AGENT) & at_end & events.waiting & (bulk >= BULK))
    case, at_s = events.case[place], events.at_s[place]
    # Of one cause: most of what was changed together shares a reason and arrived together.
    together = group_codes(at_s // BULK_S, events.agent.codes[place])
    cause = group_codes(together, cases.reason.codes[case], cases.created_s[case] // ONE_CAUSE_S)
    of_one = sizes(cause) * 2 >= sizes(together) if len(place) else np.zeros(0, bool)
    of_one &= (sizes(cause) >= BULK) if len(place) else of_one
    hit = np.flatnonzero(~of_one)
    reasons = [
        f"solved together with {bulk[place[one]] - 1} others at {moment(at_s[one])}, the customer unanswered"
        for one in hit.tolist()
    ]
    made = int((evidence.inside(cases.created_s) & ~cases.excluded & ~cases.merged).sum())
    solved = evidence.inside(cases.first_solved_s) & ~cases.excluded & ~cases.merged
    without = solved.copy()
    without[case[hit]] = False
    return Suspects(
        flagged_cases(evidence, case[hit], at_s[hit], reasons),
        int(evidence.present.sum()),
        share("throughput_ratio", int(solved.sum()), made),
        share("throughput_ratio", int(without.sum()), made),
        left_out=int(of_one.sum()),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G018",
    title="Mass change of status at month's end",
    severity=Severity.SERIOUS,
    flatters="throughput_ratio",
    reads=("case_event", "facts.case"),
    search=_search,
)
