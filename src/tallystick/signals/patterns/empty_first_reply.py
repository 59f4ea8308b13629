"""Empty first reply: words without content stop the clock, the answer comes long after.

Looks like: The first reply is short ("we are looking into it"); then the agent writes again, unasked, much more and
    much later. The clock of the first reply stopped at the first of them.
Look-alikes: A short true answer, after which nobody has to write; a question back, which the customer answers; a word
    of receipt with the answer within the promised time; a second message with a missing attachment soon after.
Reads: message, facts.clock, facts.case
Sign: Between the first and the second public message of agents no customer writes; the first has at most 240
    characters and at most half of the second; the second comes more than the whole promised first reply time after
    the first.
Test: Exact binomial tail against an allowance of 0.5 % of the cases first answered in the period.
Recomputed: Attainment of the first reply with the clocks of these cases stopped by the second message, which is late.
Source: Contracts handbook, appendix A; KPI dictionary K6 (next reply); gaming of contracts [scalefactor].
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import coded, integers
from tallystick.facts.fold.layout import NONE
from tallystick.signals.columns import instants, starts
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import attainment, flagged_cases, of_cases, span, standard
from tallystick.signals.pattern import Pattern, Severity, Suspects

SHORT = 240
CLOCK = "first_reply"


def _search(evidence: Evidence) -> Suspects:
    rows = evidence.rows["message"]
    kept = pc.and_(pc.is_valid(rows.column("sent_at")), pc.fill_null(rows.column("public"), fill_value=False))
    kept = pc.and_(kept, pc.is_in(rows.column("role"), pa.array(["agent", "customer"])))
    rows = rows.filter(kept).sort_by(
        [("case_key", "ascending"), ("sent_at", "ascending"), ("message_key", "ascending")]
    )
    case = evidence.cases.place(integers(rows.column("case_key")))
    sent_s = instants(rows.column("sent_at"))
    length = integers(pc.fill_null(rows.column("length"), NONE)).astype(np.int64)
    by_agent = coded(rows.column("role"), ("customer", "agent")).codes == 1
    begins = starts(case)
    # The first agent message of each case, and the message right after it.
    before = np.append(0, np.cumsum(by_agent))[:-1]
    is_first = by_agent & (case != NONE) & (before == before[begins] if len(case) else by_agent)
    first = np.flatnonzero(is_first & evidence.inside(sent_s))
    following = np.minimum(first + 1, max(len(case) - 1, 0))
    again = (following > first) & (case[following] == case[first]) & by_agent[following]
    brief = (length[first] >= 0) & (length[first] <= SHORT) & (length[first] * 2 <= length[following])
    clocks = evidence.clocks
    promised = np.zeros(len(evidence.cases.key), np.int64)
    on_calendar = np.zeros(len(promised), bool)
    calendar = np.zeros(len(promised), np.int64)
    mine = np.flatnonzero(clocks.of_kind(CLOCK))
    promised[clocks.case[mine]] = clocks.target_s[mine]
    on_calendar[clocks.case[mine]] = clocks.on_calendar[mine]
    calendar[clocks.case[mine]] = clocks.calendar[mine]
    which = case[first]
    gap = evidence.open_between(calendar[which], on_calendar[which], sent_s[first], sent_s[following])
    hit = np.flatnonzero(again & brief & (promised[which] > 0) & (gap > promised[which]))
    reasons = [
        f"{length[first[at]]} characters, then {length[following[at]]} unasked"
        f" {span(sent_s[following[at]] - sent_s[first[at]])} later"
        for at in hit.tolist()
    ]
    cases = which[hit]
    counted = standard(evidence, (CLOCK,))
    late = of_cases(evidence, cases)
    return Suspects(
        flagged_cases(evidence, cases, sent_s[first[hit]], reasons),
        len(first),
        attainment(evidence, counted=counted),
        attainment(evidence, met=clocks.met & ~late, counted=counted),
    )


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G002",
    title="Empty first replies",
    severity=Severity.SERIOUS,
    flatters="sla_attainment",
    reads=("message", "facts.clock", "facts.case"),
    search=_search,
)
