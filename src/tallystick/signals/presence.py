"""What agents did, state by state, and by agent and local day: how long, how long free for work, how many contacts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import Coded, Integers, coded, integers
from tallystick.facts.fold.layout import NONE
from tallystick.records.tables.agent_state import STATES
from tallystick.signals.columns import NOT_YET, group_codes, instants
from tallystick.vocabulary.opening import ZoneTable, local_day_many

ON_CONTACT = ("ring", "talk", "hold", "chat", "outbound")
EXCLUSIVE = ("talk", "hold", "wrap", "case_work", "outbound")
# Time for which customers' work is claimed. What the roster names otherwise (training, meetings, breaks) is not.
CLAIMED = ("available", "ring", "talk", "hold", "wrap", "chat", "case_work", "outbound", "not_ready")


@dataclass(frozen=True)
class Presence:
    """States that began in the period, by agent and start; an open one ends where the agent's next state begins."""

    key: Integers
    agent: Coded
    state: Integers
    start_s: Integers
    end_s: Integers
    day: Integers
    device: Coded
    line: Integers  # code of source and queue: what the time is put down to

    @classmethod
    def of(cls, rows: pa.Table, start_s: int, end_s: int, zone: ZoneTable) -> Presence:
        """The states of the rows that began in [start_s, end_s); one without any end is left out."""
        rows = rows.filter(pc.and_(pc.is_valid(rows.column("started_at")), pc.is_valid(rows.column("agent"))))
        rows = rows.sort_by([("agent", "ascending"), ("started_at", "ascending"), ("state_key", "ascending")])
        rows = rows.combine_chunks()
        agent = coded(rows.column("agent"))
        begin, end = instants(rows.column("started_at")), instants(rows.column("ended_at"))
        following = np.append(begin[1:], NOT_YET) if len(begin) else begin
        same = np.append(agent.codes[1:] == agent.codes[:-1], False) if len(begin) else np.zeros(0, bool)
        end = np.where((end == NOT_YET) & same, following, end)
        kept = np.flatnonzero((begin >= start_s) & (begin < end_s) & (end < NOT_YET) & (end > begin))
        state = coded(rows.column("state"), STATES).codes[kept]
        line = group_codes(coded(rows.column("source")).codes, coded(rows.column("queue")).codes)[kept]
        return cls(
            key=integers(rows.column("state_key"))[kept],
            agent=agent.at(kept),
            state=state,
            start_s=begin[kept],
            end_s=end[kept],
            day=np.asarray(local_day_many(zone, begin[kept]), np.int64),
            device=coded(rows.column("device")).at(kept),
            line=line,
        )

    def is_in(self, *states: str) -> Any:
        """Which rows are in one of some states."""
        return np.isin(self.state, [STATES.index(one) for one in states])

    @cached_property
    def days(self) -> AgentDays:
        """One row for each agent and local day with any state but offline."""
        there = np.flatnonzero(~self.is_in("offline"))
        pair = self.agent.codes[there].astype(np.int64) * (1 << 32) + self.day[there]
        distinct, place = np.unique(pair, return_inverse=True)
        length = (self.end_s - self.start_s)[there]
        of_row = np.full(len(self.key), NONE)
        of_row[there] = place

        def total(mask: Any) -> Integers:
            here = mask[there]
            return np.bincount(place[here], weights=length[here], minlength=len(distinct)).astype(np.int64)

        contacts = np.bincount(place[self.is_in(*ON_CONTACT)[there]], minlength=len(distinct))
        began = np.full(len(distinct), NOT_YET)
        np.minimum.at(began, place, self.start_s[there])
        return AgentDays(
            agent=distinct >> 32,
            day=distinct & ((1 << 32) - 1),
            began_s=began,
            claimed_s=total(self.is_in(*CLAIMED)),
            contacts=contacts,
            of_row=of_row,
        )


@dataclass(frozen=True)
class AgentDays:
    """Agents' days by agent (code of `Presence.agent`) and local day; `of_row` leads from a state to its day."""

    agent: Integers
    day: Integers
    began_s: Integers
    claimed_s: Integers
    contacts: Integers
    of_row: Integers
