"""Calls and agents' days as flagged rows, and states of agents that overlap where they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from tallystick.facts.coded import Integers
from tallystick.signals.columns import group_codes
from tallystick.signals.evidence import Evidence
from tallystick.signals.pattern import Flagged
from tallystick.signals.presence import AgentDays, Presence

EPOCH = date(1970, 1, 1)


def flagged_calls(evidence: Evidence, places: Integers, reasons: Sequence[str]) -> tuple[Flagged, ...]:
    """Calls as flagged rows, in order of time; the first of several signs of one call stands."""
    calls = evidence.calls
    order = np.lexsort((places, calls.began_s[places]))
    _, first = np.unique(places[order], return_index=True)
    return tuple(
        Flagged(
            "call",
            int(calls.key[places[at]]),
            str(calls.id[int(places[at])]),
            int(calls.began_s[places[at]]),
            reasons[at],
        )
        for at in order[np.sort(first)].tolist()
    )


def flagged_days(presence: Presence, days: AgentDays, places: Integers, reasons: Sequence[str]) -> tuple[Flagged, ...]:
    """Agents' days as flagged rows, in order of time; the key is that of the day's first state."""
    first_key = np.zeros(len(days.agent), np.int64)
    there = np.flatnonzero(days.of_row >= 0)[::-1]
    first_key[days.of_row[there]] = presence.key[there]
    order = np.lexsort((days.agent[places], days.began_s[places]))
    return tuple(
        Flagged(
            "agent_state",
            int(first_key[places[at]]),
            f"{presence.agent.words[days.agent[places[at]]]} {EPOCH + timedelta(days=int(days.day[places[at]]))}",
            int(days.began_s[places[at]]),
            reasons[at],
        )
        for at in order.tolist()
    )


def overlaps(
    presence: Presence, places: Integers, shared: Integers, apart: Integers
) -> tuple[Integers, Integers, Integers]:
    """Pairs of states that share `shared`, differ in `apart` and overlap: (one, other, seconds of both).

    Each state is laid beside the last one of every other value of `apart` that began before it; states of one value do
    not overlap among themselves, so those are all that can.
    """
    found: list[tuple[Integers, Integers, Integers]] = []
    if not len(places):
        none = np.zeros(0, np.int64)
        return none, none, none
    group = group_codes(shared[places])
    values = np.unique(apart[places]).tolist()
    # Groups with a single value cannot clash; most have one, so little is left.
    pair = np.unique(np.stack([group, apart[places]], axis=1), axis=0)
    several = np.flatnonzero(np.bincount(pair[:, 0]) > 1)
    kept = places[np.isin(group, several)]
    if not len(kept):
        none = np.zeros(0, np.int64)
        return none, none, none
    group = group_codes(shared[kept])
    wide = 1 << 36
    for value in values:
        mine = kept[apart[kept] == value]
        own_group = group[apart[kept] == value]
        if not len(mine):
            continue
        order = np.lexsort((presence.start_s[mine], own_group))
        mine, own_group = mine[order], own_group[order]
        lined = own_group * wide + presence.start_s[mine]
        others = np.flatnonzero(apart[kept] != value)
        at = np.searchsorted(lined, group[others] * wide + presence.start_s[kept[others]], side="right") - 1
        fits = at >= 0
        at, others = at[fits], others[fits]
        before = mine[at]
        same = own_group[at] == group[others]
        both = np.minimum(presence.end_s[before], presence.end_s[kept[others]]) - presence.start_s[kept[others]]
        # Two that begin together would be met from both sides; the one with the lower place counts.
        tie = (presence.start_s[before] == presence.start_s[kept[others]]) & (before > kept[others])
        clash = same & (both > 0) & ~tie
        found.append((before[clash], kept[others][clash], both[clash]))
    one, other, seconds = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return one, other, seconds
