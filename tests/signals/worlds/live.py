"""Honest calls and agents' states: peaks, a season, an outage day with announcements and slow systems, beginners."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from tests.signals.worlds.honest import AGENTS, BEGINNERS
from tests.signals.worlds.world import DAY, START_S, World, joined, words

CALLS = 1800
SHIFT_S = 8 * 3600


def add_segments(world: World, call: Any, kind: str, from_s: Any, until_s: Any, **parts: Any) -> None:
    """Segments of one kind, one for each of some calls."""
    size = len(call)

    def column(name: str) -> Any:
        given = parts.get(name)
        return given if isinstance(given, np.ndarray) else words(size, given)

    fresh = {
        "call": np.asarray(call, np.int64), "seq": np.full(size, parts.get("seq", 0), np.int32),
        "kind": words(size, kind), "from_s": np.asarray(from_s, np.int64), "until_s": np.asarray(until_s, np.int64),
        "result": column("result"), "ended_by": column("ended_by"), "agent": column("agent"),
    }  # fmt: skip
    world.segments = joined(world.segments, fresh) if world.segments else fresh


def phone(world: World, busy: Any, outage_day: int | None) -> None:
    """Calls of the month with their segments."""
    chance = world.chance
    day = chance.choice(31, CALLS, p=busy)
    hours = np.arange(7, 22)
    profile = np.array([2, 5, 8, 10, 10, 8, 6, 6, 7, 7, 6, 4, 2, 1.5, 1])
    hour = chance.choice(hours, CALLS, p=profile / profile.sum())
    began = np.sort(START_S + day * DAY + hour * 3600 + chance.integers(0, 3600, CALLS))
    call = np.arange(CALLS)
    in_outage = np.zeros(CALLS, bool) if outage_day is None else (began // DAY == outage_day // DAY)
    peak = ((began % DAY) // 3600 >= 10) & ((began % DAY) // 3600 < 12)
    menu = np.exp(chance.normal(np.log(25), 0.4, CALLS)) + np.where(in_outage, 40, 0)
    queue_s = np.where(chance.random(CALLS) < np.where(in_outage, 0.55, np.where(peak, 0.22, 0.12)),
                       chance.exponential(60, CALLS) + 15, chance.exponential(6, CALLS) + 1)  # fmt: skip
    leaves_menu = chance.random(CALLS) < 0.02
    patience = chance.exponential(400, CALLS)
    gives_up = ~leaves_menu & (patience < queue_s) | (chance.random(CALLS) < 0.01)
    menu_end = began + menu.astype(np.int64)
    queue_end = menu_end + np.where(gives_up, np.minimum(patience, queue_s), queue_s).astype(np.int64)
    result = np.where(leaves_menu, "abandoned", "to_queue").astype(object)
    add_segments(world, call, "ivr", began, menu_end, result=result)
    gives_up &= ~leaves_menu
    queued = call[~leaves_menu]
    add_segments(world, queued, "queue", menu_end[queued], queue_end[queued], seq=1,
                 result=np.where(gives_up, "abandoned", "answered").astype(object)[queued])  # fmt: skip
    taken = call[~leaves_menu & ~gives_up]
    who = chance.integers(0, AGENTS, len(taken))
    agent = world.agents[who]
    beginner = who < BEGINNERS
    missed = chance.random(len(taken)) < np.where(beginner, 0.02, 0.008)
    let_pass = taken[missed]
    add_segments(world, let_pass, "ring", queue_end[let_pass] - 6, queue_end[let_pass], seq=2, result="no_answer",
                 agent=world.agents[chance.integers(0, AGENTS, len(let_pass))])  # fmt: skip
    add_segments(world, taken, "ring", queue_end[taken], queue_end[taken] + 4, seq=3, result="answered", agent=agent)
    talk = np.exp(chance.normal(np.log(240), 0.6, len(taken))) + 12
    wrong, dropped = chance.random(len(taken)) < 0.015, chance.random(len(taken)) < 0.003
    talk = np.where(wrong | dropped, chance.integers(2, 9, len(taken)), talk)
    moved = ~wrong & ~dropped & (chance.random(len(taken)) < 0.04)
    from_s = queue_end[taken] + 4
    until_s = from_s + talk.astype(np.int64)
    by_agent = dropped | (~wrong & (chance.random(len(taken)) < 0.4))
    add_segments(world, taken, "talk", from_s, until_s, seq=4, agent=agent,
                 result=np.where(moved, "transferred", "completed").astype(object),
                 ended_by=np.where(by_agent, "agent", "customer").astype(object))  # fmt: skip
    holds = np.flatnonzero(~wrong & ~dropped & (chance.random(len(taken)) < 0.2))
    held = np.exp(chance.normal(np.log(50), 0.5, len(holds))).astype(np.int64)
    add_segments(world, taken[holds], "hold", until_s[holds], until_s[holds] + held, seq=5, agent=agent[holds])
    after = np.exp(chance.normal(np.log(45), 0.4, len(taken))) * np.where(beginner, 1.3, 1.0)
    after = (after * np.where(in_outage[taken], 1.8, 1.0)).astype(np.int64) + 1
    since = until_s.copy()
    since[holds] += held
    add_segments(world, taken, "wrap", since, since + after, seq=6, agent=agent)


def presence(world: World) -> None:
    """States of agents: shifts with breaks, days of training and of written cases, desks shared by two shifts."""
    chance = world.chance
    course = ("available", "talk", "wrap", "available", "talk", "wrap", "break", "available", "talk", "meal",
              "available", "talk", "wrap", "available", "talk", "wrap")  # fmt: skip
    parts: list[dict[str, Any]] = []
    for number in range(AGENTS):
        name = str(world.agents[number])
        world.persons[name] = 700 + number
        early = number < AGENTS // 2
        begins = 7 * 3600 if early else 15 * 3600 + 900
        for day in range(31):
            if (day + number) % 7 in (5, 6) or chance.random() < 0.05:
                continue
            kind = chance.random()
            at_desk = START_S + day * DAY in world.hours.days
            plan = ("training",) if kind < 0.03 else ("case_work",) if kind < 0.05 and at_desk else course
            weight = chance.uniform(0.5, 1.5, len(plan))
            late = int(chance.integers(0, 1500)) if early and chance.random() < 0.03 else 0
            ends = np.cumsum(weight / weight.sum() * SHIFT_S).astype(np.int64) + START_S + day * DAY + begins + late
            starts = np.append(START_S + day * DAY + begins + late, ends[:-1])
            size = len(plan)
            parts.append({
                "agent": words(size, name), "state": np.array(plan, dtype=object), "from_s": starts, "until_s": ends,
                "source": words(size, "acd"), "queue": words(size, "line" if chance.random() < 0.8 else "second"),
                "device": words(size, f"desk{number % (AGENTS // 2)}"),
            })  # fmt: skip
    world.states = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    world.left["a19"] = date(2026, 3, 31)
