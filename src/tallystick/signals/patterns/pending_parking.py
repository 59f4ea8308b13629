"""Parking: a pause goes on over an unanswered message of the customer, over the due instant or up to the reply.

Looks like: An agent sets a pausing status although nobody has answered the customer, or leaves it on after the
    customer has answered. It lies over the due instant of a clock or is set in the last quarter of its time; or the
    agent lifts it a minute before replying, so that the source's own clock counted nothing of the wait.
Look-alikes: A pause after a reply waits for the customer and is legitimate until the customer writes; most sources
    lift it then. Where a source hardly ever does (fewer than a fifth of such pauses), a message into a pause is no
    sign, and these are left out with their count; the pause is still not legitimate, which K13 says. A mass outage:
    ten or more cases put on hold together by one agent within ten minutes are one decision; they are left out with
    their count as well (a mass change of status at the end of a month is a pattern of its own). A slip of the hand.
Reads: case_event, facts.clock, facts.case
Sign: In a pause that an agent began a customer's message stands unanswered, and either a promised clock falls due
    from then to the end of the pause, or had at most a quarter of its time left when the pause began; or the pause is
    lifted by an agent at most five minutes before the reply, after an hour or more of business time.
Test: Exact binomial tail against an allowance of 0.5 % of the cases at work in the period.
Recomputed: Attainment of all clocks with a target: as the source would say it, with the time of these pauses taken
    out, and with it counted, because a pause is legitimate only while no customer message waits (R8).
Source: KPI dictionary K13, R8; contracts handbook, appendix A; audit of paused clocks [agh].
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tallystick.facts.fold.layout import AGENT, E_STATUS, NONE
from tallystick.signals.columns import NOT_YET, first_after
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import attainment, flagged_cases, of_cases, span, standard
from tallystick.signals.history import BULK
from tallystick.signals.pattern import Pattern, Severity, Suspects

LIFTED = Fraction(1, 5)
AT_ONCE_S = 300
LEAST_S = 3600


def _search(evidence: Evidence) -> Suspects:
    events, clocks = evidence.history, evidence.clocks
    begins = (events.kind == E_STATUS) & (events.pausing == 1) & (events.pausing_before == 0)
    together = (
        begins & (events.actor == AGENT) & events.waiting & (events.bulk() >= BULK) & evidence.inside(events.at_s)
    )
    place = np.flatnonzero(begins & ~together)
    asked = first_after(events.is_question, events.case)[place]
    lifted = first_after((events.kind == E_STATUS) & (events.pausing == 0), events.case)[place]
    ends_s = events.pause_ends_s[place]
    waits = events.waiting[place]
    asked_s = np.where(asked == NONE, NOT_YET, events.at_s[asked])
    into = ~waits & (asked_s <= ends_s)
    at_once = into & (ends_s - asked_s <= AT_ONCE_S) & (events.actor[lifted] != AGENT)
    # A source that leaves pauses on by itself says nothing of an agent's will.
    usable = waits if into.any() and Fraction(int(at_once.sum()), int(into.sum())) < LIFTED else waits | into
    since_s = np.where(waits, events.at_s[place], asked_s)
    looked = usable & (ends_s > since_s) & (events.actor[place] == AGENT) & evidence.inside(since_s)
    since_all_s = since_s
    place, since_s, ends_s, lifted = place[looked], since_s[looked], ends_s[looked], lifted[looked]
    case, waits = events.case[place], waits[looked]
    first, near, falls = clocks.running(case, since_s, until=ends_s)
    known = first != NONE
    until_s = np.minimum(ends_s, evidence.end_s)
    calendar = np.append(clocks.calendar, 0)[first]  # of a case without a clock that runs: the last, which is 0
    unanswered_s = evidence.open_between(calendar, ~known, since_s, until_s)
    reply = first_after(events.is_reply, events.case)[lifted]
    reply_s = np.where(reply == NONE, NOT_YET, events.at_s[reply])
    flipped = (lifted != NONE) & (events.actor[lifted] == AGENT) & (reply_s - ends_s <= AT_ONCE_S)
    flipped &= unanswered_s >= LEAST_S
    hit = np.flatnonzero((near & waits) | falls | flipped)
    reasons = []
    for at in hit.tolist():
        told = f"paused for {span(until_s[at] - since_s[at])} with the customer unanswered"
        if known[at] and (near[at] or falls[at]):
            kind = clocks.kind.words[clocks.kind.codes[first[at]]].replace("_", " ")
            told += f", from {span(max(clocks.due_s[first[at]] - since_s[at], 0))} before its {kind} fell due"
        if flipped[at]:
            told += f", lifted {span(reply_s[at] - ends_s[at])} before the reply"
        reasons.append(told)
    cases = case[hit]
    counted = standard(evidence)
    spared = of_cases(evidence, cases) & (clocks.seconds - clocks.paused_other_s <= clocks.target_s)
    return Suspects(
        flagged_cases(evidence, cases, since_s[hit], reasons),
        int(evidence.present.sum()),
        attainment(evidence, met=clocks.met | spared, counted=counted),
        attainment(evidence, counted=counted),
        left_out=int(together.sum()) + int((into & ~usable & evidence.inside(since_all_s)).sum()),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G001",
    title="Parking in a pausing status",
    severity=Severity.SEVERE,
    flatters="sla_attainment",
    reads=("case_event", "facts.clock", "facts.case"),
    search=_search,
)
