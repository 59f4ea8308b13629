"""Cherry-picking: easy cases are taken first, hard ones of the same queue are passed over.

Looks like: Cases of some reason wait while many that came later to the same queue, with the same priority, are
    answered before them.
Look-alikes: A queue that is not served in order of arrival passes over all reasons alike. In an outage hundreds of
    cases are answered by one text: cases answered with nine others of their reason within ten minutes are left out
    with their count. Reasons that need a specialist have, or should have, a queue of their own. Only a reason that is
    passed over far more often than all others is a sign.
Reads: facts.case, facts.clock
Sign: A case that was overtaken by at least 20 younger cases of the same queue and priority, each answered first.
Test: For each reason, Fisher's exact test of overtaken cases among its own against those of all other reasons, times
    the number of reasons; the share of its cases that were passed over is at least three times that of the others and
    three points above it.
Recomputed: Attainment of the first reply as it is, and with the same replies given in order of arrival.
Source: Contracts handbook, appendix A; theory of pay per contact [bu-ren].
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from tallystick.facts.coded import Integers
from tallystick.facts.fold.layout import NONE
from tallystick.signals.chance import BUDGET, hypergeometric_tail
from tallystick.signals.columns import NOT_YET, group_codes, overtaken, sizes
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import flagged_cases, span
from tallystick.signals.history import BULK, BULK_S
from tallystick.signals.pattern import Figure, Pattern, Severity, Suspects, share

PASSED = 20
TIMES = 3
POINTS = Fraction(3, 100)


def _search(evidence: Evidence) -> Suspects:
    cases = evidence.cases
    mine = evidence.inside(cases.created_s) & (cases.first_reply_s < NOT_YET) & ~cases.excluded & ~cases.merged
    mine &= cases.reason.codes != NONE
    together = mine & _in_bulk(evidence, mine)
    place = np.flatnonzero(mine & ~together)
    line = group_codes(cases.queue.codes[place], cases.priority.codes[place])
    passed = np.zeros(len(place), np.int64)
    for one in np.unique(line).tolist():
        here = np.flatnonzero(line == one)
        passed[here] = overtaken(cases.created_s[place[here]], cases.first_reply_s[place[here]])
    is_passed = passed >= PASSED
    reason = cases.reason.codes[place]
    asked = np.unique(reason)
    every, hits = len(place), int(is_passed.sum())
    chance: float = 1.0
    named: list[int] = []
    for code in asked.tolist():
        size, own = int((reason == code).sum()), int(is_passed[reason == code].sum())
        if size == every or not own:
            continue
        others = Fraction(hits - own, every - size)
        if Fraction(own, size) < max(TIMES * others, others + POINTS):
            continue
        tail: float = min(1.0, hypergeometric_tail(own, size, hits, every) * len(asked))
        chance = min(chance, tail)
        if tail <= BUDGET:
            named.append(code)
    hit = np.flatnonzero(is_passed & np.isin(reason, named))
    reasons = [
        f"{cases.reason.words[reason[one]]}: passed over by {passed[one]} younger cases, answered after"
        f" {span(cases.first_reply_s[place[one]] - cases.created_s[place[one]])}"
        for one in hit.tolist()
    ]
    reported, in_order = _in_order(evidence, place, line)
    return Suspects(
        flagged_cases(evidence, place[hit], cases.first_reply_s[place[hit]], reasons),
        every,
        reported,
        in_order,
        chance=chance,
        left_out=int(together.sum()),
    )


def _in_bulk(evidence: Evidence, mine: Any) -> Any:
    """Cases first answered with nine others of the same reason within ten minutes: one text for all of them."""
    cases = evidence.cases
    place = np.flatnonzero(mine)
    found = np.zeros(len(mine), bool)
    for shift in (0, BULK_S // 2):
        group = group_codes((cases.first_reply_s[place] + shift) // BULK_S, cases.reason.codes[place])
        found[place] |= sizes(group) >= BULK
    return found


def _in_order(evidence: Evidence, place: Integers, line: Integers) -> tuple[Figure, Figure]:
    """First replies in time: as given, and the same instants given to the cases of each line in order of arrival."""
    cases, clocks = evidence.cases, evidence.clocks
    due = np.full(len(cases.key), NONE)
    mine = np.flatnonzero(clocks.of_kind("first_reply") & (clocks.due_s < NOT_YET))
    due[clocks.case[mine]] = clocks.due_s[mine]
    by_arrival = np.lexsort((cases.created_s[place], line))
    by_reply = np.lexsort((cases.first_reply_s[place], line))
    dues, promised = due[place[by_arrival]], due[place] != NONE
    given = cases.first_reply_s[place]
    count = int(promised.sum())
    met = int((promised & (given <= due[place])).sum())
    # A reply cannot come before its case: where order would ask that, the case is answered as it arrives.
    fair = np.maximum(given[by_reply], cases.created_s[place[by_arrival]])
    return share("sla_attainment", met, count), share(
        "sla_attainment", int(((dues != NONE) & (fair <= dues)).sum()), count
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G006",
    title="Cherry-picking",
    severity=Severity.SERIOUS,
    flatters="sla_attainment",
    reads=("facts.case", "facts.clock"),
    search=_search,
)
