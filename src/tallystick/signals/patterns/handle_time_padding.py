"""Handle-time padding: calls are held open, or after-work is stretched, where minutes are paid.

Looks like: After-work or hold of minutes on calls that are otherwise like the others.
Look-alikes: Slow systems on some day make after-work longer for all calls of it: each call is compared with those of
    its own day. Beginners are slower, within the spread that calls have anyway. A hard case now and then.
Reads: call
Sign: After-work, or hold where there was any, more than three robust standard deviations (of logarithms) above its
    day's median, and at least two minutes above it.
Test: Exact binomial tail against an allowance of 0.5 % of the answered calls of the period.
Recomputed: Mean handle time, and with the after-work and hold of these calls at their day's median.
Source: Contracts handbook, appendix A and 4.4 (price per minute).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tallystick.facts.coded import Integers
from tallystick.signals.evidence import Evidence
from tallystick.signals.live import flagged_calls
from tallystick.signals.pattern import Pattern, Severity, Suspects, mean

SPREADS = 3.0
MORE_S = 120
LEAST = 20
# Medians and spread are taken again without what was found, so that much padding does not hide itself.
ROUNDS = 6


def _search(evidence: Evidence) -> Suspects:
    calls = evidence.calls
    place = np.flatnonzero(calls.answered)
    day = calls.day[place]
    after, middle_after = _outliers(calls.wrap_s[place], day)
    held, middle_held = _outliers(calls.hold_s[place], day)
    hit = np.flatnonzero(after | held)
    reasons = [
        " and ".join(
            f"{name} {values[place[one]]} s (median of its day {int(middle[one])} s)"
            for name, values, middle, is_out in (
                ("after-work", calls.wrap_s, middle_after, after),
                ("hold", calls.hold_s, middle_held, held),
            )
            if is_out[one]
        )
        for one in hit.tolist()
    ]
    handle = calls.handle_s[place]
    excess = np.where(after, calls.wrap_s[place] - middle_after, 0) + np.where(
        held, calls.hold_s[place] - middle_held, 0
    )
    return Suspects(
        flagged_calls(evidence, place[hit], reasons),
        len(place),
        mean("average_handle_time", int(handle.sum()), len(place)),
        mean("average_handle_time", int(handle.sum() - excess.sum()), len(place)),
    )


def _outliers(values: Integers, day: Integers) -> tuple[Any, Integers]:
    """Which values are far above those of their day, and the day's median; nought is no value.

    The spread is that of the whole month around its days' medians, as one day has too few calls to tell it, and is
    taken below the median, where padding does not reach.
    """
    some = np.flatnonzero(values > 0)
    found, middle = np.zeros(len(values), bool), np.zeros(len(values), np.int64)
    if not len(some):
        return found, middle
    usual = some
    for _ in range(ROUNDS):
        by_day = np.full(len(values), float(np.median(values[usual])))
        for one in np.unique(day[usual]).tolist():
            here = usual[day[usual] == one]
            if len(here) >= LEAST:
                by_day[day == one] = np.median(values[here])
        middle = by_day.astype(np.int64)
        apart = np.log1p(values) - np.log1p(by_day)
        below = np.median(apart[usual]) - apart[usual]
        spread = 1.4826 * float(np.median(below[below >= 0]))
        found = (values > 0) & (apart > SPREADS * spread) & (values >= middle + MORE_S)
        usual = some[~found[some]]
    return found, middle


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G015",
    title="Handle-time padding",
    severity=Severity.SERIOUS,
    flatters="average_handle_time",
    reads=("call",),
    search=_search,
    row="call",
)
