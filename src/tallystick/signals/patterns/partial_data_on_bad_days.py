"""Partial data near bad days: what was late is missing from the feed.

Looks like: On the days with the worst figures there are more cases of which nothing is told after their creation: no
    reply, no status, no owner.
Look-alikes: A feed that was down for a day is one gap, wherever it falls; cases of the last days of the period, of
    which there is nothing to tell yet; a few cases that nobody ever touches, on any day alike.
Reads: case_event, facts.case, facts.clock
Sign: A case of which the feed tells nothing by an agent, although its first reply fell due in the period. Bad are the
    days on which more of the cases told of were late than on the median day.
Test: Fisher's exact test of silent cases among those due on bad days against other days; their share on bad days is
    at least three times that on others, and they lie on three bad days or more with no day holding half of them.
Recomputed: Attainment of the first reply of the cases told of, and with the silent ones counted as missed: what is
    missing after its due instant has failed (R4).
Source: Contracts handbook, appendix A; KPI dictionary R4, R15.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tallystick.facts.fold.layout import AGENT
from tallystick.signals.chance import hypergeometric_tail
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import attainment, flagged_cases, standard
from tallystick.signals.pattern import Pattern, Severity, Suspects
from tallystick.vocabulary.opening import local_day_many

TIMES = 3
DAYS = 3
CLOCK = "first_reply"


def _search(evidence: Evidence) -> Suspects:
    events, cases, clocks = evidence.history, evidence.cases, evidence.clocks
    touched = np.zeros(len(cases.key), bool)
    touched[events.case[events.actor == AGENT]] = True
    counted = standard(evidence, (CLOCK,))
    place = np.flatnonzero(counted)
    if not len(place):
        return Suspects((), 0)
    case = clocks.case[place]
    silent = ~touched[case] & (cases.replies[case] == 0) & ~cases.merged[case]
    day = np.asarray(local_day_many(evidence.tables.zone, cases.created_s[case]), np.int64)
    days, at = np.unique(day, return_inverse=True)
    told = np.bincount(at[~silent], minlength=len(days))
    late = np.bincount(at[~silent & ~clocks.met[place]], minlength=len(days))
    # Whole thousandths, so that days of equal shares fall on one side; a day of which nothing is told is a bad one.
    shares = np.where(told > 0, late * 1000 // np.maximum(told, 1), 1000)
    is_bad = (shares > int(np.median(shares)))[at]
    n_bad, n_other = int(is_bad.sum()), int((~is_bad).sum())
    hits, others = int((silent & is_bad).sum()), int((silent & ~is_bad).sum())
    by_day = np.bincount(at[silent & is_bad], minlength=len(days))
    worth = bool(n_bad and n_other and int((by_day > 0).sum()) >= DAYS and 2 * int(by_day.max()) <= hits)
    worth = worth and Fraction(hits, max(n_bad, 1)) >= TIMES * Fraction(others, max(n_other, 1))
    hit = np.flatnonzero(silent & is_bad)
    reasons = [
        f"nothing told after its creation; on that day {late[at[one]]} of {told[at[one]]} were late"
        for one in hit.tolist()
    ]
    gone = np.zeros(len(clocks.case), bool)
    gone[place[hit]] = True
    return Suspects(
        flagged_cases(evidence, case[hit], cases.created_s[case[hit]], reasons),
        len(place),
        attainment(evidence, counted=counted & ~gone),
        attainment(evidence, counted=counted),
        chance=hypergeometric_tail(hits, n_bad, hits + others, n_bad + n_other),
        worth=worth,
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G017",
    title="Partial data near bad days",
    severity=Severity.SERIOUS,
    flatters="sla_attainment",
    reads=("case_event", "facts.case", "facts.clock"),
    search=_search,
)
