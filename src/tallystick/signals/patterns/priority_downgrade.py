"""Downgrade before the breach: a lower priority, with more time, is given just before the clock falls due.

Looks like: An agent lowers the priority in the last quarter of a clock's time, so that the source's own due instant
    moves away; often it is raised again later.
Look-alikes: Sorting at the beginning, when a case is read for the first time: most changes of priority stand in the
    first quarter. A customer who says that it is no longer urgent; seldom just before the due instant.
Reads: case_event, facts.clock, facts.case
Sign: A change by an agent to a priority with a longer target (by its word, where the terms set none: urgent, high,
    normal, low), while a promised clock is running and has at most a quarter of its time left.
Test: Exact binomial tail against an allowance of 0.5 % of the cases at work in the period.
Recomputed: Attainment of all clocks with a target: as the source says it, with the target of the lower priority, and
    with the one in force when the clock started (R1).
Source: Contracts handbook, appendix A; KPI dictionary R1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tallystick.facts.fold.layout import AGENT, E_PRIORITY
from tallystick.signals.evidence import Evidence
from tallystick.signals.figures import attainment, flagged_cases, of_cases, span, standard
from tallystick.signals.pattern import Pattern, Severity, Suspects
from tallystick.vocabulary.clock_terms import ANY

WORDS = ("urgent", "critical", "highest", "high", "medium", "normal", "standard", "low", "lowest")


def _search(evidence: Evidence) -> Suspects:
    events, clocks = evidence.history, evidence.clocks
    changes = (events.kind == E_PRIORITY) & (events.actor == AGENT) & evidence.inside(events.at_s)
    rank = _ranks(evidence, events.priority_words)
    before = events.priority_before
    lower = (rank[events.value.codes] > rank[before]) & (rank[before] >= 0)
    place = np.flatnonzero(changes & lower)
    case, at_s = events.case[place], events.at_s[place]
    first, near, _ = clocks.running(case, at_s)
    hit = np.flatnonzero(near)
    words = [*events.priority_words, ""]
    reasons = [
        f"{words[before[place[one]]]} to {events.value.words[events.value.codes[place[one]]]}"
        f" {span(clocks.due_s[first[one]] - at_s[one])} before it fell due"
        for one in hit.tolist()
    ]
    counted = standard(evidence)
    spared = of_cases(evidence, case[hit]) & (clocks.seconds <= _widest(evidence))
    return Suspects(
        flagged_cases(evidence, case[hit], at_s[hit], reasons),
        int(evidence.present.sum()),
        attainment(evidence, met=clocks.met | spared, counted=counted),
        attainment(evidence, counted=counted),
    )


def _ranks(evidence: Evidence, words: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A rank for each priority word, higher with more time; -1 for a word that nothing ranks, and for none."""
    seconds: dict[str, int] = {}
    for target in evidence.terms.targets:
        if target.priority != ANY:
            seconds[target.priority] = min(seconds.get(target.priority, target.seconds), target.seconds)
    if len(set(seconds.values())) > 1:
        return np.array([seconds.get(word, -1) for word in words] + [-1], np.int64)
    return np.array([WORDS.index(word.lower()) if word.lower() in WORDS else -1 for word in words] + [-1], np.int64)


def _widest(evidence: Evidence) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The longest target that any priority gives to each clock's kind, on the clock's own basis."""
    longest: dict[str, int] = {}
    for target in evidence.terms.targets:
        longest[target.clock] = max(longest.get(target.clock, 0), target.seconds)
    kind = evidence.clocks.kind
    return np.array([longest.get(word, 0) for word in kind.words] + [0], np.int64)[kind.codes]


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G005",
    title="Priority lowered before the breach",
    severity=Severity.SEVERE,
    flatters="sla_attainment",
    reads=("case_event", "facts.clock", "facts.case"),
    search=_search,
)
