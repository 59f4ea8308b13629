"""The records of 2026 of three small partners: seats, calls and agents' days, and what each measure counts of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

A_DAY = timedelta(days=1)
YEAR = 2026
MONTHS = tuple(f"{YEAR}-{month:02}" for month in range(1, 13))
# Public holidays that the contracts rest on, and the days on which clocks change.
HOLIDAYS = frozenset({date(YEAR, 1, 1), date(YEAR, 5, 1), date(YEAR, 12, 25)})
SPRING, AUTUMN = date(YEAR, 3, 29), date(YEAR, 10, 25)
HOUR = 3600

# (id of the record, whose agent it is, what it brings in the measure's own unit)
Brought = tuple[str, str, int]
Settings = Mapping[str, object]
Population = Mapping[str, tuple[str, ...]]


def days(month: str) -> list[date]:
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return [first + timedelta(days=place) for place in range((following - first).days)]


def before(month: str) -> str:
    return (date.fromisoformat(f"{month}-01") - A_DAY).isoformat()[:7]


# ---- seats: twelve agents, one who leaves and is replaced, one who is not, two more in November ----


@dataclass(frozen=True)
class Seat:
    agent: str
    begins: date
    ends: date | None = None
    filled: date | None = None


SEATS = (
    *(Seat(f"s{number:02}", date(2025, 6, 1)) for number in range(10)),
    Seat("s10", date(2025, 6, 1), date(YEAR, 3, 10), date(YEAR, 4, 20)),
    Seat("s12", date(YEAR, 4, 20)),
    Seat("s11", date(2025, 6, 1), date(YEAR, 8, 20), date(YEAR, 11, 1)),
    *(Seat(f"s{number}", date(YEAR, 11, 1)) for number in range(13, 17)),
)
FOLLOWED = 92


def seat_days(window: int, day: date) -> Iterator[Brought]:
    for seat in SEATS:
        if seat.begins <= day and (seat.ends is None or day <= seat.ends):
            yield f"{seat.agent}@{day}", seat.agent, 1
        elif seat.ends is not None and seat.ends < day and (seat.filled is None or day < seat.filled):
            vacant = (day - seat.ends).days
            if vacant <= min(window, FOLLOWED):
                yield f"seat left by {seat.agent}@{day}", seat.agent, 1


def costs(kind: str, day: date) -> Iterator[Brought]:
    """Ten-thousandths of the currency: travel on the 10th of each month, lines on the 1st."""
    if kind == "travel" and day.day == 10:
        amount = 9_800_000 if day.month == 7 else 3_000_000 + day.month * 123_400
        yield f"travel-{day}", "", amount
    if kind == "telecom" and day.day == 1:
        yield f"telecom-{day}", "", 8_123_400


# ---- calls: six on a weekday, one on other days ----


@dataclass(frozen=True)
class Call:
    id: str
    day: date
    talk: int
    language: str
    transferred: bool = False
    again: bool = False


TALKS = (61, 95, 130, 44, 212, 303)


@cache
def calls(day: date) -> tuple[Call, ...]:
    """Monday's last call was passed on, Wednesday's is a repeat, Friday's lasts six seconds; the third is Hungarian."""
    if day.weekday() >= 5:
        return (Call(f"c{day}-0", day, 77 + day.day, "de"),)
    found = [
        Call(f"c{day}-{place}", day, talk + day.day, "hu" if place == 2 else "de") for place, talk in enumerate(TALKS)
    ]
    last = {0: Call(f"c{day}-x", day, 140, "de", transferred=True), 2: Call(f"c{day}-x", day, 71, "de", again=True),
            4: Call(f"c{day}-x", day, 6, "de")}.get(day.weekday())  # fmt: skip
    return (*found, last) if last else tuple(found)


HOLD, WRAP = 20, 35


def call_rows(measure: str, settings: Settings, population: Population, day: date) -> Iterator[Brought]:
    for call in calls(day):
        if "language" in population and call.language not in population["language"]:
            continue
        if measure == "offered_calls":
            yield call.id, "", 1
        elif measure == "billable_calls":
            free = (call.transferred and settings.get("transfers", "free") == "free") or (
                call.again and settings.get("repeat_s") is not None
            )
            if not free and call.talk >= int(str(settings.get("least_s") or 0)):
                yield call.id, "", 1
        else:
            more = {"talk": 0, "talk_hold": HOLD, "talk_hold_wrap": HOLD + WRAP}[str(settings.get("time"))]
            unit, least = int(str(settings.get("unit_s") or 1)), int(str(settings.get("least_s") or 0))
            yield call.id, "", max(-(-(call.talk + more) // unit) * unit, least)


# ---- agents' days: two lines by day, one by night ----

DAY_AGENTS = {"a1": "german", "a2": "german", "a3": "romanian"}
NIGHT_AGENTS = ("n1", "n2", "n3")
# One agent is on both lines every Tuesday; another does not come on the 16th of a month.
PRODUCTIVE, LOGGED = 6 * HOUR + 1830, 8 * HOUR


def agent_rows(measure: str, settings: Settings, population: Population, day: date) -> Iterator[Brought]:
    for agent, queue, logged in agents_of(day):
        if "queue" in population and queue not in population["queue"]:
            continue
        if measure == "login_time" and logged:
            night = agent in NIGHT_AGENTS
            time = settings.get("time", "all")
            productive = logged - 30 * 60 if night else PRODUCTIVE
            yield f"{agent}@{day}", agent, productive if time == "productive" else logged
        elif measure == "scheduled_time":
            missed = not logged
            if settings.get("part", "all") == "all" or missed:
                yield f"{agent}@{day}", agent, 8 * HOUR
        elif measure == "overtime_time" and day.day == 20 and agent == "a1":
            yield f"{agent}@{day}", agent, 2 * HOUR
        elif measure == "activity_time" and agent == "a1" and logged:
            yield f"{agent}@{day}", agent, project_s(day)


def agents_of(day: date) -> Iterator[tuple[str, str, int]]:
    """(agent, line, seconds logged in); a line of nothing where the agent was on both."""
    if day.weekday() < 5:
        for agent, queue in DAY_AGENTS.items():
            shared = agent == "a2" and day.weekday() == 1
            absent = agent == "a1" and day.day == 16
            yield agent, "" if shared else queue, 0 if absent else LOGGED
    for agent in NIGHT_AGENTS:
        hours = 7 if day == SPRING else 9 if day == AUTUMN else 8
        yield agent, "night", hours * HOUR


def project_s(day: date) -> int:
    """Four hours of projects a day in odd months, six in even ones."""
    return (6 if day.month % 2 == 0 else 4) * HOUR


def requested_s(day: date) -> int:
    """Hours of the German line: more than its two agents work, but in summer fewer."""
    if day.weekday() >= 5:
        return 0
    return (11 if 6 <= day.month <= 8 else 14) * HOUR


def case_rows(measure: str, settings: Settings, day: date) -> Iterator[Brought]:
    """Cases: so many a day that the month lies below, within or above the baseline; one in twenty comes back."""
    many = {1: 50, 2: 60, 3: 75, 4: 100, 12: 100}.get(day.month, 68)
    for number in range(many):
        back = number % 20 == 0
        if measure == "verified_resolutions" and (settings.get("outcome") == "returned") != back:
            continue
        yield f"k{day}-{number}", "", 1


# ---- one door ----


def rows(measure: str, settings: Settings, population: Population, day: date) -> Iterator[Brought]:
    """What each record of a day brings to a measure; records that bring nothing are left out."""
    if measure == "billable_seat_days":
        yield from seat_days(int(str(settings.get("window_days") or 0)), day)
    elif measure == "documented_costs":
        yield from costs(str(settings.get("cost")), day)
    elif measure in ("offered_calls", "billable_calls", "billable_call_time"):
        yield from call_rows(measure, settings, population, day)
    elif measure == "requested_time":
        if requested_s(day):
            yield f"half hours of {day}", "", requested_s(day)
    elif measure in ("billable_cases", "resolved_cases", "verified_resolutions"):
        yield from case_rows(measure, settings, day)
    else:
        yield from agent_rows(measure, settings, population, day)


def total(measure: str, month: str, settings: Settings | None = None, population: Population | None = None,
          span: tuple[int, int] = (1, 31)) -> int:  # fmt: skip
    """What a month's days (of the month, both counted) bring together."""
    return sum(
        brought
        for day in days(month)
        if span[0] <= day.day <= span[1]
        for _, _, brought in rows(measure, settings or {}, population or {}, day)
    )
