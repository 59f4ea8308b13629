"""Survey suppression: the customers who would complain are not asked.

Looks like: Cases that went badly (late, reopened or escalated) get no survey far more often than those that went
    well.
Look-alikes: A survey for every third case, opt-outs and limits of one survey a month leave out good and bad cases
    alike. Surveys that go out days later: cases solved in the last three days of the period are not looked at.
Reads: survey_response, facts.case, facts.clock
Sign: A case solved in the period that went badly and has no survey.
Test: Fisher's exact test of unsurveyed cases among the bad against the good ones; the share of the bad without a survey
    is at least four times that of the good and five points above it, so that most of those named would have been asked.
    Whose survey was withheld can be told only where nearly everybody is asked: the share of the good with a survey is
    at least 80 %, or nobody is named.
Recomputed: Satisfied answers of all answers, as they came in, and with bad and good cases in the shares that they
    have among the solved ones.
Source: Contracts handbook, appendix A; KPI dictionary K43.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow.compute as pc

from tallystick.facts.coded import integers
from tallystick.facts.fold.layout import NONE
from tallystick.signals.chance import hypergeometric_tail
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import flagged_cases
from tallystick.signals.pattern import Figure, Pattern, Severity, Suspects

AGE_S = 3 * 86_400
SURVEYED = Fraction(4, 5)
POINTS = Fraction(5, 100)
TIMES = 4


def _search(evidence: Evidence) -> Suspects:
    cases, clocks = evidence.cases, evidence.clocks
    solved = evidence.inside(cases.first_solved_s) & (cases.first_solved_s < evidence.end_s - AGE_S)
    place = np.flatnonzero(solved & ~cases.excluded & ~cases.merged)
    late = np.zeros(len(cases.key), bool)
    late[clocks.case[~clocks.met & ~clocks.cancelled & (clocks.due_s < evidence.end_s)]] = True
    bad = (late | (cases.reopens > 0) | (cases.escalations > 0))[place]
    rows = evidence.rows["survey_response"]
    rows = rows.filter(pc.and_(pc.is_valid(rows.column("sent_at")), pc.is_valid(rows.column("case_key"))))
    asked = cases.place(integers(rows.column("case_key")))
    silent = ~np.isin(place, asked)
    n_bad, n_good = int(bad.sum()), int((~bad).sum())
    if not n_bad or not n_good:
        return Suspects((), 0)
    of_bad, of_good = int((silent & bad).sum()), int((silent & ~bad).sum())
    share_bad, share_good = Fraction(of_bad, n_bad), Fraction(of_good, n_good)
    worth = share_bad >= max(TIMES * share_good, share_good + POINTS) and 1 - share_good >= SURVEYED
    hit = np.flatnonzero(silent & bad)
    why = f"went badly and was not asked; {of_bad} of {n_bad} such cases were not, of the others {of_good} of {n_good}"
    reported, recomputed = _satisfied(rows, asked, place, bad)
    return Suspects(
        flagged_cases(evidence, place[hit], cases.first_solved_s[place[hit]], [why] * len(hit)),
        len(place),
        reported,
        recomputed,
        chance=hypergeometric_tail(of_bad, n_bad, of_bad + of_good, len(place)),
        worth=worth,
    )


def _satisfied(rows: Any, asked: Any, place: Any, bad: Any) -> tuple[Figure | None, Figure | None]:
    """CSAT (upper two fifths of the scale), as answered and with strata weighted by solved cases."""
    score, low, high = (
        integers(pc.fill_null(rows.column(name), NONE)).astype(np.int64) for name in ("score", "scale_min", "scale_max")
    )
    up = np.asarray(pc.fill_null(rows.column("higher_is_better"), fill_value=True).combine_chunks())
    answered = np.asarray(rows.column("score").combine_chunks().is_valid()) & (high > low)
    part = np.where(up, score - low, high - score)
    is_good = part * 4 >= 3 * (high - low)
    of_stratum = [np.isin(asked, place[bad]) & answered, np.isin(asked, place[~bad]) & answered]
    counts = [(int((mask & is_good).sum()), int(mask.sum())) for mask in of_stratum]
    if not all(n for _, n in counts):
        return None, None
    n = sum(size for _, size in counts)
    weights = [Fraction(int(bad.sum()), len(bad)), Fraction(int((~bad).sum()), len(bad))]
    weighed = sum(
        (weight * Fraction(good, size) for weight, (good, size) in zip(weights, counts, strict=True)), Fraction(0)
    )
    reported = Figure("csat", Fraction(sum(good for good, _ in counts)), Fraction(n), n)
    return reported, Figure("csat", weighed, Fraction(1), n)


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G011",
    title="Survey suppression",
    severity=Severity.SERIOUS,
    flatters="csat",
    reads=("survey_response", "facts.case", "facts.clock"),
    search=_search,
)
