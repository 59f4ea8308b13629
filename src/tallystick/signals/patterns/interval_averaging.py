"""Interval averaging: idle hours pay for the peak, and the month's average looks well.

Looks like: At the same time of day, day after day, callers wait too long, while hours with few calls are answered at
    once; over the month the target is met.
Look-alikes: An outage or a peak season is bad at all hours of some days; a short peak is bad on some of them. Only a
    half hour that fails on most days, when others on the same days do not, is a matter of the roster.
Reads: call
Sign: A call that was not answered within 20 s, in a half hour of the day (contract's zone) that fails: on at least
    half of the days with calls in it, half of them or more waited longer or gave up.
Test: For each half hour the exact binomial tail of failed days against the share of failed half hours at all other
    times (at least 5 %), times the number of half hours; it is said only where the other half hours answer
    70 % or more in 20 s and at least 30 points more than these, as else nothing is made up for.
Recomputed: Service level of the month, and the share of half hours on single days that reached 80 %, those with fewer
    than three calls left out.
Source: Contracts handbook, appendix A; KPI dictionary K14, K53 [mci-line].
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tallystick.signals.chance import BUDGET, binomial_tail
from tallystick.signals.evidence import Evidence
from tallystick.signals.live import flagged_calls
from tallystick.signals.pattern import Pattern, Severity, Suspects, share

WITHIN_S = 20
TARGET = Fraction(4, 5)
ELSEWHERE = Fraction(7, 10)
APART = Fraction(3, 10)
USUAL = Fraction(1, 20)
LEAST_DAYS = 8


def _search(evidence: Evidence) -> Suspects:
    calls = evidence.calls
    place = np.flatnonzero(calls.queued)
    if not len(place):
        return Suspects((), 0)
    in_time = (calls.answered & (calls.queue_s <= WITHIN_S))[place]
    slot, pair = calls.slot[place], calls.day[place] * 64 + calls.slot[place]
    pairs, at = np.unique(pair, return_inverse=True)
    size, good = np.bincount(at), np.bincount(at[in_time], minlength=len(pairs))
    failed = 2 * (size - good) >= size
    of_slot = pairs % 64
    slots = np.unique(of_slot)
    chance, named = 1.0, []
    for one in slots.tolist():
        here = of_slot == one
        days, bad = int(here.sum()), int(failed[here].sum())
        if days < LEAST_DAYS or 2 * bad < days:
            continue
        others = int((~here).sum())
        usual = max(USUAL, Fraction(int(failed[~here].sum()), others) if others else USUAL)
        tail = min(1.0, binomial_tail(bad, days, usual) * len(slots))
        chance = min(chance, tail)
        if tail <= BUDGET:
            named.append(one)
    hit = np.flatnonzero(np.isin(slot, named) & ~in_time & failed[at])
    reasons = [
        f"{'answered after' if calls.answered[place[one]] else 'given up after'} {calls.queue_s[place[one]]} s at"
        f" {slot[one] // 2:02d}:{slot[one] % 2 * 30:02d}, a half hour that fails on most days"
        for one in hit.tolist()
    ]
    level = share("service_level", int(in_time.sum()), len(place))
    judged = size >= 3
    reached = judged & (good * TARGET.denominator >= size * TARGET.numerator)
    rest = ~np.isin(slot, named)
    elsewhere = share("service_level", int((in_time & rest).sum()), int(rest.sum())).value
    there = share("service_level", int((in_time & ~rest).sum()), int((~rest).sum())).value
    return Suspects(
        flagged_calls(evidence, place[hit], reasons),
        len(place),
        level,
        share("interval_attainment", int(reached.sum()), int(judged.sum())),
        chance=chance,
        worth=elsewhere is not None and there is not None and elsewhere >= max(ELSEWHERE, there + APART),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G010",
    title="Interval averaging",
    severity=Severity.NOTABLE,
    flatters="service_level",
    reads=("call",),
    search=_search,
    row="call",
)
