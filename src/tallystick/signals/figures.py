"""KPIs as patterns need them: reported as the records stand, and again with some rows counted otherwise.

The counting is that of the measures (a test compares both): attainment as K10, its clocks by the instant they fell due
and by who held them then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tallystick.facts.coded import Integers
from tallystick.signals.evidence import Evidence
from tallystick.signals.pattern import Figure, Flagged, share


def attainment(evidence: Evidence, kinds: Sequence[str] = (), *, met: Any = None, counted: Any = None) -> Figure:
    """Clocks met of clocks due in the period (K10), of some kinds (all with a target where none is named).

    `met` and `counted` replace which clocks are met and which are counted.
    """
    clocks = evidence.clocks
    if counted is None:
        counted = standard(evidence, kinds)
    kept = clocks.met if met is None else met
    return share("sla_attainment", int((kept & counted).sum()), int(counted.sum()))


def standard(evidence: Evidence, kinds: Sequence[str] = ()) -> Any:
    """Which clocks the attainment of the period counts."""
    return evidence.clocks.counted(evidence.start_s, evidence.end_s, evidence.partner, kinds)


def of_cases(evidence: Evidence, places: Integers) -> Any:
    """Which clocks belong to some cases."""
    return np.isin(evidence.clocks.case, places)


def flagged_cases(evidence: Evidence, places: Integers, at_s: Integers, reasons: Sequence[str]) -> tuple[Flagged, ...]:
    """Cases as flagged rows, in order of time; the first of several signs of one case stands."""
    order = np.lexsort((places, at_s))
    _, first = np.unique(places[order], return_index=True)
    cases = evidence.cases
    return tuple(
        Flagged("case", int(cases.key[places[at]]), str(cases.id[int(places[at])]), int(at_s[at]), reasons[at])
        for at in order[np.sort(first)].tolist()
    )


def span(seconds: float) -> str:
    """A span of time as people say it: 45 s, 12 min, 3 h 20 min, 2 d 4 h."""
    whole = int(seconds)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min"
    if whole < 2 * 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def moment(at_s: int) -> str:
    """An instant as a reason names it: UTC to the minute."""
    return f"{datetime.fromtimestamp(int(at_s), UTC):%Y-%m-%d %H:%M} UTC"
