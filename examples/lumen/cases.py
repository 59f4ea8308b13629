"""The lives of some 60,000 cases, drawn in whole arrays: when they come, when they are answered, how they end.

Reply times are laid out in the open hours of the desk. Whether a first reply is late is not left to chance: within each
cell and month of the due instant, exactly the planned share of cases is late, and late or in time by a clear margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import story
from opening_hours import OpeningHours, Seconds, month_starts, opening_hours, utc_seconds

Bools = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]

NORMAL, SPAM, TEST, PROACTIVE, MERGED = range(5)
KINDS = ("normal", "spam", "test", "proactive", "normal")
ONE_TOUCH, WORKED, ASKED, SILENT, TWICE = range(5)
NOT_YET = np.int64(1 << 60)


@dataclass
class Cases:
    """All cases of one cell as parallel arrays; instants are UTC seconds, durations are open seconds.

    `started` is when a person's clock starts (a chat may begin with the bot), `due` and `due_month` belong to the first
    reply; `replied` is NOT_YET where nobody ever answers.
    """

    cell: story.Cell
    hours: OpeningHours
    created: Seconds
    started: Seconds
    within: Seconds
    due: Seconds
    due_month: npt.NDArray[np.int64]
    took: Seconds
    replied: Seconds
    kind: npt.NDArray[np.int64]
    parent: npt.NDArray[np.int64]
    reason: npt.NDArray[np.int64]
    path: npt.NDArray[np.int64]
    parked: Bools
    hidden: Bools
    asked_back: Seconds
    second_reply: Seconds
    second_back: Seconds
    solved: Seconds
    reopened: Seconds
    solved_again: Seconds
    late_file: Bools

    @property
    def late(self) -> Bools:
        """Whether the first reply came after it was due, or never came."""
        return self.took > self.within

    def __len__(self) -> int:
        return int(self.created.size)


def desk(name: str) -> OpeningHours:
    """The opening hours of a desk of the story."""
    worded = story.HOURS[name]
    return opening_hours(worded.zone, worded.versions, worded.closed, worded.overrides)


def seconds_of(text: str) -> int:
    """An ISO instant as UTC seconds."""
    return int(datetime.fromisoformat(text).timestamp())


def _days() -> list[date]:
    first = date(2025, 7, 1)
    return [first + timedelta(days=step) for step in range(365)]


def _day_weights(cell: story.Cell, days: list[date]) -> Reals:
    weights = np.array([story.SEASON[(day.month - 7) % 12] * story.WEEKDAY_WEIGHT[day.weekday()] for day in days])
    for first, last, factor in story.PEAKS:
        for at, day in enumerate(days):
            if date.fromisoformat(first) <= day <= date.fromisoformat(last):
                weights[at] *= factor
    if cell.hours == "tampa-evening":
        outage = (date(2026, 2, 9), date(2026, 2, 12))
        weights *= np.array([story.OUTAGE_SURGE if outage[0] <= day <= outage[1] else 1.0 for day in days])
    return weights / weights.sum()


def _arrivals(rng: np.random.Generator, cell: story.Cell, count: int) -> Seconds:
    days = _days()
    zone = story.ZONES[cell.partner]
    on_day = np.repeat(np.arange(len(days)), rng.multinomial(count, _day_weights(cell, days)))
    midnight = np.array([utc_seconds(day, "00:00", zone) for day in days], np.int64)
    curve = "evening chat" if cell.hours == "tampa-evening" else cell.channel
    hour_of = rng.choice(24, count, p=np.array(story.HOUR_WEIGHT[curve]) / sum(story.HOUR_WEIGHT[curve]))
    if cell.hours == "iasi" and cell.channel == "chat":
        longer = story.HOUR_WEIGHT["longer chat"]
        after_change = on_day >= days.index(date(2026, 3, 1))
        redrawn = rng.choice(24, count, p=np.array(longer) / sum(longer))
        hour_of = np.where(after_change, redrawn, hour_of)
    created = midnight[on_day] + hour_of * story.HOUR + rng.integers(0, story.HOUR, count)
    return np.sort(created.astype(np.int64))


def _late_ranks(rng: np.random.Generator, group: npt.NDArray[np.int64], first: Bools) -> Reals:
    """For each row its place within its group in random order, from 0 to below 1; rows in `first` come first."""
    order = np.lexsort((rng.random(group.size), ~first, group))
    _, begins, sizes = np.unique(group[order], return_index=True, return_counts=True)
    ranks = np.empty(group.size)
    ranks[order] = (np.arange(group.size) - np.repeat(begins, sizes)) / np.repeat(sizes, sizes)
    return ranks


def _shares(cell: story.Cell, labels: list[str], rng: np.random.Generator) -> tuple[Reals, Reals, Reals]:
    late, never, slow = (np.zeros(len(labels)) for _ in range(3))
    wobble = rng.uniform(-0.008, 0.008, len(labels))
    for at, label in enumerate(labels):
        late[at] = cell.late_in.get(label, cell.late + wobble[at])
        never[at] = cell.never_in.get(label, 0.0)
        if _amended(cell) and label in story.SLOW_MONTHS:
            slow[at] = story.SLOW_SHARE
    return late, never, slow


def _amended(cell: story.Cell) -> bool:
    return (cell.partner, cell.language, cell.channel) == ("borealis", "en", "email")


def _first_replies(
    rng: np.random.Generator, cell: story.Cell, hours: OpeningHours, started: Seconds, normal: Bools, returns: Bools
) -> tuple[Seconds, Seconds, npt.NDArray[np.int64], Seconds]:
    """(promised, due, month of due, taken) for each case; taken is NOT_YET where nobody ever answers."""
    zone = story.ZONES[cell.partner]
    labels, begins = month_starts(zone)
    within = np.full(started.size, cell.within, np.int64)
    if _amended(cell):
        within[started >= begins[labels.index(story.AMENDED_FROM)]] = story.AMENDED_WITHIN
    due = hours.after(started, within)
    month = np.searchsorted(begins, due, side="right") - 1
    late_share, never_share, slow_share = _shares(cell, labels, rng)

    # Rows that the contract does not count must not use up the planned share.
    group = np.where(normal, month, len(labels) + 1)
    ranks = _late_ranks(rng, group, np.zeros(started.size, np.bool_))
    never = normal & (ranks < never_share[month])
    late = normal & ~never & (ranks < never_share[month] + late_share[month])
    slow_ranks = _late_ranks(rng, np.where(never | late, -1, group), returns)
    slow = normal & ~never & ~late & (slow_ranks < slow_share[month])

    quick = rng.beta(1.7, 2.6, started.size) * 0.78 + 0.04
    tardy = 1.28 + np.minimum(rng.exponential(0.7, started.size), 3.0)
    took = (within * np.where(late, tardy, quick)).astype(np.int64)
    if _amended(cell):
        before = rng.uniform(6.6, 7.6, started.size) * story.HOUR
        took = np.where(slow, before.astype(np.int64), took)
        # A quick reply under the old text must stay quick under the new one, so that only the planned cases differ.
        took = np.where(~slow & ~late, np.minimum(took, int(5.2 * story.HOUR)), took)
    return within, due, month, np.where(never, NOT_YET, np.maximum(took, 20))


def _evenings_without_staff(cell: story.Cell, hours: OpeningHours, started: Seconds, took: Seconds) -> Seconds:
    """Chats of the unstaffed evenings wait for the next morning."""
    if not (cell.hours == "iasi" and cell.channel == "chat"):
        return took
    zone = story.ZONES[cell.partner]
    result = took.copy()
    day = date.fromisoformat(f"{story.UNSTAFFED_MONTH}-01")
    while day.isoformat()[:7] == story.UNSTAFFED_MONTH:
        closes = ("14:00", "17:35") if day.weekday() == 5 else ("20:00", "21:35")
        span = (utc_seconds(day, closes[0], zone), utc_seconds(day, closes[1], zone))
        hit = (started >= span[0]) & (started < span[1]) & hours.is_open(started)
        if hit.any():
            morning = day + timedelta(days=1 if day.weekday() < 5 else 2)
            opened = utc_seconds(morning, "08:00" if morning.weekday() < 5 else "09:00", zone)
            wait = opened + 90 + (started[hit] % 240)
            result[hit] = hours.between(started[hit], wait)
        day += timedelta(days=1)
    return result


def _outage(rng: np.random.Generator, cell: story.Cell, started: Seconds, took: Seconds) -> Seconds:
    if cell.hours != "tampa-evening":
        return took
    first, last = seconds_of(story.OUTAGE_FROM) + story.HOUR, seconds_of(story.OUTAGE_TO) - 7 * story.HOUR
    hit = (started >= first) & (started < last) & (rng.random(started.size) < 0.94)
    waits = rng.uniform(25, 110, started.size) * story.MINUTE
    return np.where(hit, waits.astype(np.int64), took)


def _follow_up(rng: np.random.Generator, channel: str, count: int) -> Seconds:
    median = {"email": 2.0 * story.HOUR, "chat": 5.0 * story.MINUTE, "messaging": 25.0 * story.MINUTE}[channel]
    taken = median * np.exp(rng.normal(0, 0.55, count))
    return np.clip(taken, 45, median * 2.6).astype(np.int64)


RESOLVE_WITHIN = {"aurora": 24 * story.HOUR, "borealis": 36 * story.HOUR, "cordoba": 30 * story.HOUR}


def live(rng: np.random.Generator, cell: story.Cell, count: int) -> Cases:
    """Draw the cases of one cell from arrival to close."""
    hours = desk(cell.hours)
    created = _arrivals(rng, cell, count)
    reason = rng.choice(len(story.REASONS), count, p=np.array(list(story.REASONS.values())))
    queues = np.array([story.QUEUE_OF_REASON[name] for name in story.REASONS])
    draw = rng.random(count)
    spam = 0.012 if cell.channel != "chat" else 0.002
    kind = np.select(
        [draw < spam, draw < spam + 0.001, draw < spam + 0.006, draw < spam + 0.014],
        [SPAM, TEST, PROACTIVE, MERGED],
        NORMAL,
    )
    if cell.partner == "cordoba":
        # Its helpdesk marks spam and nothing else.
        kind = np.where(np.isin(kind, (TEST, PROACTIVE)), NORMAL, kind)
    kind[:20] = NORMAL
    parent = np.full(count, -1, np.int64)
    merged = np.flatnonzero(kind == MERGED)
    normal_before = np.flatnonzero(kind == NORMAL)
    place = np.searchsorted(normal_before, merged) - 1
    parent[merged] = normal_before[place]
    # The customer writes a second time shortly after the first; the agent joins the two.
    created[merged] = created[parent[merged]] + rng.integers(120, 900, merged.size)
    reason[merged] = reason[parent[merged]]

    if (cell.partner, cell.language, cell.channel) == ("aurora", "ro", "email"):
        # Four customers write in the hour that the clock change repeats, two in each pass; the desk is closed.
        night = np.searchsorted(created, seconds_of("2025-10-25T21:00:00+00:00")) + np.arange(len(story.REPEATED_HOUR))
        created[night] = [seconds_of(instant) for instant in story.REPEATED_HOUR]
        kind[night], parent[night] = NORMAL, -1
    bot = (rng.random(count) < 0.6) & (cell.channel == "chat") & (cell.partner == "aurora") & (kind == NORMAL)
    started = created + np.where(bot, rng.integers(35, 110, count), 0)
    normal = kind == NORMAL
    within, due, month, took = _first_replies(rng, cell, hours, started, normal, queues[reason] == "Returns")
    took = np.where(took == NOT_YET, took, _evenings_without_staff(cell, hours, started, took))
    took = np.where(took == NOT_YET, took, _outage(rng, cell, started, took))
    replied = np.where(took == NOT_YET, NOT_YET, hours.after(started, np.where(took == NOT_YET, 1, took)))

    after_reply = _after_the_reply(rng, cell, hours, created, np.where(replied == NOT_YET, created, replied), took)
    return Cases(
        cell=cell,
        hours=hours,
        created=created,
        started=started,
        within=within,
        due=due,
        due_month=month,
        took=took,
        replied=replied,
        kind=kind,
        parent=parent,
        reason=reason,
        late_file=np.zeros(count, np.bool_),
        **after_reply,
    )


def _after_the_reply(
    rng: np.random.Generator, cell: story.Cell, hours: OpeningHours, created: Seconds, replied: Seconds, took: Seconds
) -> dict[str, npt.NDArray[np.int64] | Bools]:
    """How each case goes on: asked back or not, parked or not, solved, perhaps opened again."""
    count = created.size
    paths = {
        "email": (0.38, 0.20, 0.30, 0.05, 0.07),
        "chat": (0.5, 0.5, 0, 0, 0),
        "messaging": (0.45, 0.28, 0.2, 0.03, 0.04),
    }
    path = rng.choice(5, count, p=np.array(paths[cell.channel]))
    labels, begins = month_starts(story.ZONES[cell.partner])
    month = np.array(labels)[np.searchsorted(begins, created, side="right") - 1]
    parkable = (path == ASKED) & (cell.partner == "borealis")
    planned = np.isin(month, story.PARKED_MONTHS) & (created < seconds_of("2026-05-26T00:00:00+00:00"))
    chance = np.where(planned & parkable, story.PARKED_SHARE, story.PARKED_USUALLY)
    parked = np.isin(path, (ASKED,)) & (rng.random(count) < chance)
    # The older trick: pending before any answer, opened again a minute before the reply.
    hidden = (
        planned
        & (cell.partner == "borealis")
        & (cell.channel == "email")
        & (rng.random(count) < 0.08)
        & (took != NOT_YET)
    )

    follow = _follow_up(rng, cell.channel, count)
    slow_end = (rng.random(count) < 0.05) & (cell.channel == "email")
    path = np.where(slow_end, WORKED, path)
    parked &= ~slow_end
    target = RESOLVE_WITHIN[cell.partner]
    follow = np.where(slow_end, (target * rng.uniform(1.25, 2.2, count)).astype(np.int64), follow)
    answer_after = np.clip(6 * story.HOUR * np.exp(rng.normal(0, 0.9, count)), 420, 66 * story.HOUR).astype(np.int64)
    asked_back = replied + answer_after
    waited = (rng.uniform(9, 18, count) * story.HOUR).astype(np.int64)
    waited = np.where(planned, waited, (waited // 9).astype(np.int64))
    second = hours.after(np.where(path == WORKED, replied, asked_back), np.where(parked, waited, follow))
    second_back = second + np.clip(answer_after // 2, 300, 30 * story.HOUR)
    third = hours.after(second_back, np.maximum(follow // 2, 45))
    solved = np.select(
        [path == ONE_TOUCH, path == WORKED, path == ASKED, path == SILENT],
        [replied + 20 + created % 40, second + 30, second + 30, replied + 72 * story.HOUR],
        third + 30,
    )
    again = (rng.random(count) < 0.037) & (cell.channel != "chat")
    reopened = np.where(again, solved + rng.integers(1 * story.HOUR, 60 * story.HOUR, count), NOT_YET)
    solved_again = np.where(again, hours.after(np.where(again, reopened, solved), follow) + 30, NOT_YET)
    never = took == NOT_YET
    return {
        "path": path,
        "parked": parked & ~never,
        "hidden": hidden,
        "asked_back": asked_back,
        "second_reply": second,
        "second_back": second_back,
        "solved": np.where(never, NOT_YET, solved),
        "reopened": np.where(never, NOT_YET, reopened),
        "solved_again": np.where(never, NOT_YET, solved_again),
    }


def late_file_cases(rng: np.random.Generator) -> Cases:
    """The cases of the overflow mailbox: a week of Romanian mail that the client sees only in July."""
    cell = next(
        cell for cell in story.CELLS if (cell.partner, cell.language, cell.channel) == ("aurora", "ro", "email")
    )
    count = story.LATE_FILE_CASES
    cases = live(rng, cell, count)
    first = utc_seconds(date(2026, 5, 11), "08:30", story.ZONES["aurora"])
    day = rng.integers(0, 5, count) * story.DAY
    cases.created = np.sort(first + day + rng.integers(0, 9 * story.HOUR, count)).astype(np.int64)
    cases.started = cases.created.copy()
    cases.kind[:], cases.parent[:] = NORMAL, -1
    late = rng.permutation(count) < story.LATE_FILE_LATE
    ratio = np.where(late, rng.uniform(1.4, 3.2, count), rng.uniform(0.2, 0.7, count))
    cases.took = (cell.within * ratio).astype(np.int64)
    cases.within[:] = cell.within
    cases.due = cases.hours.after(cases.started, cases.within)
    cases.replied = cases.hours.after(cases.started, cases.took)
    cases.due_month = np.searchsorted(month_starts(story.ZONES["aurora"])[1], cases.due, side="right") - 1
    cases.path[:] = np.where(cases.path == ONE_TOUCH, ONE_TOUCH, WORKED)
    cases.parked[:], cases.hidden[:] = False, False
    follow = _follow_up(rng, "email", count)
    cases.second_reply = cases.hours.after(cases.replied, follow)
    cases.solved = np.where(cases.path == ONE_TOUCH, cases.replied + 30, cases.second_reply + 30)
    cases.reopened[:], cases.solved_again[:] = NOT_YET, NOT_YET
    cases.late_file[:] = True
    return cases


def all_cases(seed: int) -> list[Cases]:
    """Every cell's cases, each drawn from its own stream, then the late file's."""
    total = sum(cell.volume for cell in story.CELLS)
    streams = np.random.default_rng(seed).spawn(len(story.CELLS) + 1)
    drawn = [
        live(stream, cell, round(story.CASES * cell.volume / total))
        for stream, cell in zip(streams, story.CELLS, strict=False)
    ]
    return [*drawn, late_file_cases(streams[-1])]
