"""How a partner stands in a period: its verdicts together as one of four words.

The word follows from verdicts alone and is never greener than they are. A promise that waits for its window to close
leaves the others to speak; where as many wait as are settled, nothing is said. Clauses that are not in effect are
counted for nobody. A promise that was kept inside the reach of chance is a risk: the census says met, and the interval
beside it cannot tell the process behind it from one below the target.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tallystick.verdicts.pace import Pace
from tallystick.verdicts.verdict import IN_EFFECT, IntervalPosition, Outcome, Verdict

SETTLED = frozenset({Outcome.MET, Outcome.MISSED, Outcome.EXCUSED})


class Standing(StrEnum):
    """What a partner's period comes to."""

    MET = "met"
    AT_RISK = "at risk"
    MISSED = "missed"
    NOT_ENOUGH = "not enough data"


def standing(verdicts: Iterable[Verdict], paces: Iterable[Pace] = ()) -> Standing:
    """The gravest that the verdicts of one partner and period say; `paces` are the forecasts of one that still runs."""
    own = in_effect(verdicts)
    outcomes = {verdict.outcome for verdict in own}
    if Outcome.MISSED in outcomes:
        return Standing.MISSED
    if any(pace.may_miss for pace in paces):
        return Standing.AT_RISK
    waiting = sum(verdict.outcome is Outcome.PROVISIONAL for verdict in own)
    settled = sum(verdict.outcome in SETTLED for verdict in own)
    if waiting >= settled:
        return Standing.NOT_ENOUGH
    return Standing.AT_RISK if any(is_at_risk(verdict) for verdict in own) else Standing.MET


def in_effect(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts of clauses that bind."""
    return tuple(verdict for verdict in verdicts if verdict.lifecycle == IN_EFFECT)


def is_at_risk(verdict: Verdict) -> bool:
    """Kept by relief or a tolerance of volume alone, or by a figure whose 95 % interval does not keep all of it."""
    if verdict.outcome is Outcome.EXCUSED:
        return True
    if verdict.outcome is not Outcome.MET:
        return False
    # `ABOVE` begins at the target, `BELOW` ends before it; where lower is better the promise is kept below.
    if verdict.better == "lower":
        return verdict.interval_position in (IntervalPosition.REACHES, IntervalPosition.ABOVE)
    return verdict.interval_position in (IntervalPosition.REACHES, IntervalPosition.BELOW)
