"""Who works when on the lines: the rostered activities of each agent and day, and who stayed away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import story
from opening_hours import utc_seconds
from wording import AGENT_NAMES, AGENT_SURNAMES

from floor import plan

WORK, BREAK, MEAL, TRAINING = "work", "break", "meal", "training"
# (activity, minutes after the shift's start, minutes)
PAUSES = ((BREAK, 115, 15), (MEAL, 235, 30), (BREAK, 385, 15))


@dataclass(frozen=True)
class PhoneAgent:
    """One agent of a line."""

    agent_id: str
    name: str
    line: plan.Line
    started_on: date
    left_on: date | None


@dataclass
class Day:
    """One agent's day: (activity, start, end) in UTC seconds without gaps; whether the agent came at all."""

    agent: PhoneAgent
    day: date
    activities: list[tuple[str, int, int]]
    came: bool = True
    sick: bool = False
    busy: list[tuple[str, int, int, int]] = field(default_factory=list)  # state, start, end, call
    pauses: list[tuple[str, int, int]] = field(default_factory=list)  # as they were taken

    @property
    def span(self) -> tuple[int, int]:
        """First and last rostered second."""
        return self.activities[0][1], self.activities[-1][2]


def hire(rng: np.random.Generator) -> list[PhoneAgent]:
    """The agents of all lines; Cordoba's last one leaves in May."""
    agents: list[PhoneAgent] = []
    for line in plan.LINES:
        for at in range(line.team):
            agent_id = f"{line.partner[0].upper()}-{line.first_id + at}"
            first, last = AGENT_NAMES[line.partner], AGENT_SURNAMES[line.partner]
            name = f"{first[int(rng.integers(len(first)))]} {last[int(rng.integers(len(last)))]}"
            started = date(2024, 1, 8) + timedelta(days=int(rng.integers(0, 720)))
            left = plan.GHOST_LEFT_ON if agent_id == plan.GHOST else None
            agents.append(PhoneAgent(agent_id, name, line, started, left))
    return agents


def _activities(
    line: plan.Line, shift: plan.Shift, day: date, stagger: int, trains: bool
) -> list[tuple[str, int, int]]:
    zone = story.HOURS[line.hours].zone
    starts = utc_seconds(day, shift.starts, zone)
    ends = utc_seconds(day + timedelta(days=shift.ends <= shift.starts), shift.ends, zone)
    pauses = [(kind, starts + (after + 10 * stagger) * 60, minutes * 60) for kind, after, minutes in PAUSES]
    if trains:
        pauses.append((TRAINING, starts + (305 + 10 * stagger) * 60, 45 * 60))
    found: list[tuple[str, int, int]] = []
    at = starts
    for kind, begins, lasts in sorted(pauses, key=lambda one: one[1]):
        if begins + lasts >= ends:
            continue
        found += [(WORK, at, begins), (kind, begins, begins + lasts)]
        at = begins + lasts
    return [*found, (WORK, at, ends)]


def rostered(rng: np.random.Generator, agents: list[PhoneAgent]) -> Iterator[Day]:
    """Every agent's rostered days; each line's agents take turns, five days a week at most."""
    day = plan.FIRST_DAY
    turn = dict.fromkeys(plan.LINES, 0)
    worked: dict[tuple[str, int], int] = {}
    while day <= plan.LAST_DAY:
        for line in plan.LINES:
            hours = story.HOURS[line.hours]
            if day in hours.closed:
                continue
            team = [one for one in agents if one.line == line and (one.left_on is None or day <= one.left_on)]
            week = day.isocalendar().week
            taken = 0
            for shift in line.shifts:
                wanted = shift.agents[max(0, day.weekday() - 4)]
                for place in range(wanted):
                    for _ in team:
                        agent = team[turn[line] % len(team)]
                        turn[line] += 1
                        if worked.get((agent.agent_id, week), 0) < 5:
                            break
                    worked[agent.agent_id, week] = worked.get((agent.agent_id, week), 0) + 1
                    trains = day.weekday() == 2 and place == 0
                    one = Day(agent, day, _activities(line, shift, day, place, trains))
                    taken += 1
                    one.sick = bool(rng.random() < plan.SICK_SHARE)
                    one.came = not one.sick
                    if _stayed_away(line, shift, day, place):
                        one.came, one.sick = False, False
                    elif line.queue == plan.NO_SHOW_QUEUE and day == plan.NO_SHOW_DAY:
                        one.came, one.sick = True, False
                    yield one
        day += timedelta(days=1)


def _stayed_away(line: plan.Line, shift: plan.Shift, day: date, place: int) -> bool:
    late = shift is line.shifts[1]
    return line.queue == plan.NO_SHOW_QUEUE and day == plan.NO_SHOW_DAY and late and place >= plan.NO_SHOW_LEFT
