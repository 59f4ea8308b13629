"""Short abandons: the customer waits before the queue, so that giving up is not counted or counted as short.

Looks like: Long announcements or loops stand before the entry into the queue; who hangs up there, or a few seconds
    after entering, is no abandon by the letter.
Look-alikes: Callers who listen to the menu and help themselves, or hang up at once. An outage announcement lengthens
    the menu for all on its days: the length is compared with other calls of the same day.
Reads: call
Sign: An abandoned call that spent, before its queue, at least 30 s more than the median of its day and more than all
    but outliers (2.5 robust standard deviations of the logarithm), and waited in the queue at most ten seconds.
Test: Exact binomial tail against an allowance of 0.5 % of the calls of the period.
Recomputed: Abandonment: abandoned after more than ten seconds in the queue of calls offered without the short ones,
    and with the time before the queue counted as waiting.
Source: Contracts handbook, appendix A; KPI dictionary K3, K4.
"""

from __future__ import annotations

import numpy as np

from tallystick.signals.columns import robust_bound
from tallystick.signals.evidence import Evidence
from tallystick.signals.live import flagged_calls
from tallystick.signals.pattern import Pattern, Severity, Suspects, share

SHORT_S = 10
MORE_S = 30
SPREADS = 2.5


def _search(evidence: Evidence) -> Suspects:
    calls = evidence.calls
    bound, middle = np.zeros(len(calls.key)), np.zeros(len(calls.key))
    for day in np.unique(calls.day).tolist():
        here = calls.day == day
        bound[here] = robust_bound(calls.ivr_s[here], SPREADS)
        middle[here] = np.median(calls.ivr_s[here])
    long = (calls.ivr_s > bound) & (calls.ivr_s >= middle + MORE_S)
    short = calls.abandoned & (calls.queue_s <= SHORT_S)
    hit = np.flatnonzero(long & short)
    reasons = [
        f"{calls.ivr_s[one]} s before the queue (median of the day {int(middle[one])} s),"
        f" then {calls.queue_s[one]} s in it"
        for one in hit.tolist()
    ]
    offered = calls.queued & ~short
    again = offered.copy()
    again[hit] = True
    lost = calls.abandoned & ~short
    return Suspects(
        flagged_calls(evidence, hit, reasons),
        len(calls.key),
        share("abandonment_rate", int((lost & offered).sum()), int(offered.sum())),
        share("abandonment_rate", int((lost & offered).sum()) + len(hit), int(again.sum())),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G008",
    title="Waiting moved before the queue",
    severity=Severity.SERIOUS,
    flatters="abandonment_rate",
    reads=("call",),
    search=_search,
    row="call",
)
