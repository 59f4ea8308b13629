"""What becomes of each call: who waits how long, who answers, who gives up; first come, first served in each line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import story
from opening_hours import OpeningHours, opening_hours, utc_seconds

from floor import plan
from floor.shifts import BREAK, MEAL, TRAINING, WORK, Day

ANSWERED, ABANDONED = "answered", "abandoned"
RINGING = 15


@dataclass
class Call:
    """One call: instants in UTC seconds, lengths in seconds."""

    line: plan.Line
    number: int
    caller: str
    reason: str
    entered: int
    outcome: str
    left: int  # when waiting ended: answered or given up
    agent: str = ""
    ring: int = 0
    missed: tuple[tuple[str, int], ...] = ()  # agents that did not pick up, and when ringing began
    talk: int = 0
    hold_at: int = 0  # seconds of talk before the hold
    hold: int = 0
    wrap: int = 0
    transferred: bool = False
    by_customer: bool = True

    @property
    def waited(self) -> int:
        """Seconds from entering the queue until answered or given up."""
        return self.left - self.entered

    @property
    def ended(self) -> int:
        """When the customer's call was over."""
        return self.left + self.talk + self.hold


@cache
def open_hours(line: plan.Line) -> OpeningHours:
    """The opening hours of a line."""
    hours = story.HOURS[line.hours]
    return opening_hours(hours.zone, hours.versions, hours.closed, hours.overrides)


def expected_calls(line: plan.Line, day: date) -> dict[int, float]:
    """{start of a half hour in UTC seconds: calls that an honest forecast expects} of one local day."""
    zone = story.HOURS[line.hours].zone
    midnight = utc_seconds(day, "00:00", zone)
    length = utc_seconds(day + timedelta(days=1), "00:00", zone) - midnight
    halves = [midnight + at for at in range(0, length, plan.HALF_HOUR)]
    opened = open_hours(line).is_open(np.array(halves, np.int64)).tolist()
    weights = {
        at: plan.HOUR_WEIGHT[(at - midnight) // 3_600 % 24] for at, open_ in zip(halves, opened, strict=True) if open_
    }
    # A usual day has every hour of the line's longest day; a shorter one has fewer calls.
    usual = _usual_weight(line)
    volume = line.daily * plan.WEEKDAY_WEIGHT[day.weekday()]
    return {at: volume * weight / usual for at, weight in weights.items()}


@cache
def _usual_weight(line: plan.Line) -> float:
    day = date(2026, 5, 6)
    zone = story.HOURS[line.hours].zone
    midnight = utc_seconds(day, "00:00", zone)
    halves = np.arange(midnight, midnight + story.DAY, plan.HALF_HOUR)
    opened = open_hours(line).is_open(halves)
    return float(sum(plan.HOUR_WEIGHT[(int(at) - midnight) // 3_600 % 24] for at in halves[opened]))


def surge(line: plan.Line, day: date) -> float:
    """How much more than a usual day: the promotion of which Lumen told too late."""
    late = line.partner == plan.LATE_PARTNER and plan.LATE_FROM <= day < plan.LATE_TO
    return plan.LATE_SURGE if late else 1.0


class Worker:
    """One agent on one day while calls are dealt out: free spans of work, postponed pauses."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.rest = list(day.activities) if day.came else []
        self.free = self.rest[0][1] if self.rest else 0
        self.idle_since = self.free

    def ready_at(self, instant: int) -> int | None:
        """The first second from `instant` on at which the agent could take a call; None: not any more this day."""
        at = max(instant, self.free)
        for kind, begins, ends in self.rest:
            if kind != WORK:
                continue
            if at < ends:
                return max(at, begins)
        return None

    def settle(self) -> None:
        """What was not taken yet at the end of the day is taken as it stands."""
        self.day.pauses += [one for one in self.rest if one[0] != WORK]

    def take(self, state: str, begins: int, ends: int, call: int) -> None:
        """Be busy; pauses that should have begun meanwhile begin afterwards and last as long."""
        self.day.busy.append((state, begins, ends, call))
        self.day.pauses += [one for one in self.rest if one[0] != WORK and one[2] <= begins]
        self.free = self.idle_since = ends
        moved: list[tuple[str, int, int]] = []
        at = ends
        for kind, first, last in self.rest:
            if kind != WORK and begins <= first < at and last > begins:
                moved.append((kind, at, at + last - first))
                at += last - first
            elif moved and kind == WORK:
                moved.append((kind, max(first, at), max(last, at)))
            elif last > begins:
                moved.append((kind, first, last))
        self.rest = moved


def dealt(rng: np.random.Generator, days: list[Day]) -> list[Call]:
    """Every call of every line, in order of entering; fills the days' busy spans."""
    by_line: dict[tuple[plan.Line, date], list[Worker]] = defaultdict(list)
    for one in days:
        by_line[one.agent.line, one.day].append(Worker(one))
    calls: list[Call] = []
    reasons = list(story.REASONS)
    shares = np.array(list(story.REASONS.values()))
    shares = shares / shares.sum()
    day = plan.FIRST_DAY
    while day <= plan.LAST_DAY:
        for line in plan.LINES:
            # Who works past midnight is still there in the first hour of the next day.
            workers = [*by_line[line, day - timedelta(days=1)], *by_line[line, day]]
            arrivals: list[int] = []
            for half, mean in expected_calls(line, day).items():
                count = int(rng.poisson(mean * surge(line, day)))
                arrivals += (half + np.sort(rng.integers(0, plan.HALF_HOUR, count))).tolist()
            inside = open_hours(line).is_open(np.array(arrivals, np.int64)) if arrivals else ()
            for at in (one for one, open_ in zip(arrivals, inside, strict=True) if open_):
                reason = reasons[int(rng.choice(len(reasons), p=shares))]
                caller = f"+{ {'de': 49, 'ro': 40, 'en': 44}[line.language] }{int(rng.integers(10**8, 10**9))}"
                calls.append(_answer(rng, line, workers, at, caller, reason, len(calls)))
        day += timedelta(days=1)
    for workers in by_line.values():
        for worker in workers:
            worker.settle()
    return calls


def _answer(
    rng: np.random.Generator,
    line: plan.Line,
    workers: list[Worker],
    entered: int,
    caller: str,
    reason: str,
    number: int,
) -> Call:
    patience = max(2, int(rng.exponential(plan.PATIENCE_S)))
    missed: list[tuple[str, int]] = []
    at = entered
    while True:
        ready = [(moment, one.idle_since, place) for place, one in enumerate(workers)
                 if (moment := one.ready_at(at)) is not None]  # fmt: skip
        ring = int(rng.integers(2, 7))
        if not ready or min(ready)[0] + ring - entered > patience:
            return Call(line, number, caller, reason, entered, ABANDONED, entered + patience, missed=tuple(missed))
        moment, _, place = min(ready)
        worker = workers[place]
        if rng.random() < plan.NOBODY_PICKS_UP:
            missed.append((worker.day.agent.agent_id, moment))
            worker.take("ring", moment, moment + RINGING, number)
            at = moment + RINGING
            if at - entered > patience:
                return Call(line, number, caller, reason, entered, ABANDONED, entered + patience, missed=tuple(missed))
            continue
        break
    answered = moment + ring
    talk = max(15, int(rng.lognormal(np.log(line.talk_s) - 0.18, 0.6)))
    hold = int(rng.integers(20, 120)) if rng.random() < plan.ON_HOLD else 0
    hold_at = int(rng.integers(5, talk)) if hold else 0
    transferred = bool(rng.random() < plan.TRANSFERRED)
    wrap = int(rng.integers(15, 75))
    call = Call(
        line, number, caller, reason, entered, ANSWERED, answered, worker.day.agent.agent_id, ring, tuple(missed),
        talk, hold_at, hold, wrap, transferred, bool(rng.random() < 0.8),
    )  # fmt: skip
    worker.take("ring", moment, answered, number)
    at = answered
    if hold:
        worker.take("talk", at, at + hold_at, number)
        worker.take("hold", at + hold_at, at + hold_at + hold, number)
        at += hold_at + hold
        worker.take("talk", at, call.ended, number)
    else:
        worker.take("talk", at, call.ended, number)
    worker.take("wrap", call.ended, call.ended + wrap, number)
    return call


def states(day: Day) -> list[tuple[str, int, int, int]]:
    """What an agent did all day, without gaps: (state, start, end, call or -1); empty where the agent stayed away."""
    if not day.came:
        return []
    taken = sorted([*day.busy, *((kind, begins, ends, -1) for kind, begins, ends in day.pauses)],
                   key=lambda one: one[1])  # fmt: skip
    found: list[tuple[str, int, int, int]] = []
    at = day.span[0]
    for state, begins, ends, call in taken:
        if begins > at:
            found.append(("available", at, begins, -1))
        if ends > max(at, begins):
            found.append((state, max(at, begins), ends, call))
        at = max(at, ends)
    if at < day.span[1]:
        found.append(("available", at, day.span[1], -1))
    return found


__all__ = [
    "ABANDONED",
    "ANSWERED",
    "BREAK",
    "MEAL",
    "TRAINING",
    "Call",
    "dealt",
    "expected_calls",
    "open_hours",
    "states",
    "surge",
]
