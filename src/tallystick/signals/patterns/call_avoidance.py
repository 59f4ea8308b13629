"""Call avoidance: agents let calls ring, or end them after seconds.

Looks like: Some agents do not answer the calls offered to them, or hang up within ten seconds, far more often than
    their colleagues.
Look-alikes: Everybody misses a call now and then; beginners more often, so that an agent is named only from four
    times the colleagues' share and 5 % on. Wrong numbers are ended by the customer. A call that is passed on at once
    is a transfer, not a hang-up.
Reads: call
Sign: A ring that the agent let pass or refused, or a talk of at most ten seconds that the agent ended without passing
    it on.
Test: For each agent the exact binomial tail against the colleagues' share (at least 1 %), times the number of agents;
    the calls of agents that exceed it are named, and the others compared again without them.
Recomputed: Mean handle time of the answered calls, and without these.
Source: Contracts handbook, appendix A.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tallystick.facts.fold.layout import NONE
from tallystick.records.tables.call import ENDED_BY
from tallystick.signals.chance import BUDGET, binomial_tail
from tallystick.signals.evidence import Evidence
from tallystick.signals.live import flagged_calls
from tallystick.signals.pattern import Pattern, Severity, Suspects, mean

BRIEF_S = 10
LEAST = Fraction(1, 100)
TIMES = 4
OWN_LEAST = Fraction(5, 100)


def _search(evidence: Evidence) -> Suspects:
    calls = evidence.calls
    brief = calls.answered & (calls.talk_s <= BRIEF_S) & (calls.talk_ended_by == ENDED_BY.index("agent"))
    brief &= ~calls.transferred & (calls.agent != NONE)
    taken = np.flatnonzero(calls.answered & (calls.agent != NONE))
    missed = np.flatnonzero(calls.ring_missed)
    agents = len(calls.agents)
    # What an agent was offered: calls taken and rings let pass.
    offered = np.bincount(calls.agent[taken], minlength=agents) + np.bincount(
        calls.ring_agent[missed], minlength=agents
    )
    short = np.flatnonzero(brief)
    avoided = np.bincount(calls.agent[short], minlength=agents) + np.bincount(
        calls.ring_agent[missed], minlength=agents
    )
    asked = np.flatnonzero(offered)
    chance, named = _named(offered.tolist(), avoided.tolist(), asked.tolist())
    rings = missed[np.isin(calls.ring_agent[missed], named)]
    hangs = short[np.isin(calls.agent[short], named)]
    place = np.concatenate([calls.ring_call[rings], hangs])
    who = np.concatenate([calls.ring_agent[rings], calls.agent[hangs]])
    reasons = [
        f"agent {calls.agents[agent]} {'let it ring' if at < len(rings) else f'hung up after {calls.talk_s[call]} s'};"
        f" so {avoided[agent]} of {offered[agent]} calls offered to the agent"
        for at, (call, agent) in enumerate(zip(place.tolist(), who.tolist(), strict=True))
    ]
    handled = np.flatnonzero(calls.answered)
    kept = handled[~np.isin(handled, hangs)]
    return Suspects(
        flagged_calls(evidence, place, reasons),
        int(offered.sum()),
        mean("average_handle_time", int(calls.handle_s[handled].sum()), len(handled)),
        mean("average_handle_time", int(calls.handle_s[kept].sum()), len(kept)),
        chance=chance,
    )


def _named(offered: list[int], avoided: list[int], asked: list[int]) -> tuple[float, list[int]]:
    """The least chance, and the agents who exceed it.

    Whoever is named is no colleague to compare with, so the others are looked at again until nobody more is named.
    """
    chance: float = 1.0
    named: list[int] = []
    while True:
        others = [one for one in asked if one not in named]
        rest_avoided, rest_offered = sum(avoided[one] for one in others), sum(offered[one] for one in others)
        fresh = []
        for one in others:
            size = rest_offered - offered[one]
            usual = max(LEAST, Fraction(rest_avoided - avoided[one], size) if size else LEAST)
            if Fraction(avoided[one], offered[one]) < max(OWN_LEAST, TIMES * usual):
                continue
            tail = min(1.0, binomial_tail(avoided[one], offered[one], usual) * len(asked))
            chance = min(chance, tail)
            if tail <= BUDGET:
                fresh.append(one)
        if not fresh:
            return chance, named
        named += fresh


PATTERN = Pattern(
    module=__name__,
    text=__doc__,
    finding="TS-G009",
    title="Call avoidance",
    severity=Severity.SERIOUS,
    flatters="average_handle_time",
    reads=("call",),
    search=_search,
    row="call",
)
