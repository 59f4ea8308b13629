"""Honest months: cases, surveys, calls and states with all that looks like a game and is none.

Legitimate pauses, questions back, reopenings, duplicates merged, spam flagged, sorting by priority, transfers of what
came to the wrong partner, follow-ups; peaks of the season, a holiday, beginners who are slower and slip more often, a
mass outage in most worlds (hundreds of cases within hours, answered and put on hold together, in half of them with an
automatic notice only), cleaning up of stale cases at the end of the month; and every slip of the hand at its own rate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.signals.worlds.world import DAY, END_S, NEXT_H, OTHER, PRIORITIES, START_S, Hours, World, words

REASONS = ("invoice", "delivery", "return", "account", "technical", "contract")
REASON_SHARES = (0.24, 0.22, 0.18, 0.14, 0.12, 0.10)
AGENTS = 20
BEGINNERS = 3


def honest(seed: int, cases: int = 1450, *, live: bool = True) -> World:
    """One honest month; with `live`, calls and states of agents as well."""
    chance = np.random.default_rng(seed)
    agents = np.array([f"a{number:02d}" for number in range(AGENTS)], dtype=object)
    world = World(seed, chance, Hours(int(chance.integers(3, 28))), agents)
    busy = _day_weights(chance)
    _open_cases(world, cases, busy)
    _work(world)
    _slips(world)
    outage_day = _outage(world) if chance.random() < 0.6 else None
    _clean_up(world)
    _ask(world)
    if live:
        from tests.signals.worlds.live import phone, presence

        phone(world, busy, outage_day)
        presence(world)
    return world


def _day_weights(chance: Any) -> Any:
    """How busy each day of the month is: weekdays, and in some months a season of a week."""
    days = np.arange(31)
    weights = np.array([0.25 if (number + 6) % 7 == 6 else 0.6 if (number + 6) % 7 == 5 else 1.0 for number in days])
    weights = weights * chance.normal(1, 0.08, 31).clip(0.7, 1.3)
    if chance.random() < 0.5:
        since = int(chance.integers(0, 25))
        weights[since : since + 7] *= 1.8
    return weights / weights.sum()


def _open_cases(world: World, count: int, busy: Any) -> None:
    chance = world.chance
    day = chance.choice(31, count, p=busy)
    at_work = chance.random(count) < 0.8
    hour = np.where(at_work, chance.uniform(8, 18, count), chance.uniform(0, 24, count))
    created = np.sort(START_S + day * DAY + (hour * 3600).astype(np.int64))
    repeats = chance.random(count) < 0.05
    requester = chance.integers(10_000, 1_000_000, count)
    reason = chance.choice(np.array(REASONS, dtype=object), count, p=REASON_SHARES)
    for at in np.flatnonzero(repeats):
        if at > 300:
            earlier = int(chance.integers(at - 300, at - 60))
            requester[at], reason[at] = requester[earlier], reason[earlier]
    case = world.add_cases(
        count,
        created_s=created,
        queue=chance.choice(np.array(["desk", "shop"], dtype=object), count),
        priority=chance.choice(np.array(PRIORITIES, dtype=object), count, p=(0.15, 0.6, 0.25)),
        reason=reason,
        requester=requester,
        initiated_by=words(count, "customer"),
    )
    world.add_events(case, created, "created", "customer")
    world.add_events(case, created, "message", "customer", "public", length=chance.integers(60, 1200, count))
    world.ordinary = np.ones(count, bool)


def _work(world: World) -> None:
    """First reply, then one of three courses, reopenings, closing."""
    chance, hours = world.chance, world.hours
    count = len(world.ordinary)
    case = np.arange(count)
    created = world.cases["created_s"]
    target = world.targets()
    slow = np.where(case % AGENTS < BEGINNERS, 1.3, 1.0)
    needed = target * 0.30 * slow * np.exp(chance.normal(0, 0.6, count))
    replied = hours.after(created, needed)
    world.first_reply_s = replied
    world.due_s = hours.after(created, target)
    world.add_events(case, hours.after(created, needed * chance.uniform(0.2, 0.9, count)), "owner", "agent",
                     world.agents[case % AGENTS])  # fmt: skip
    world.add_events(case, replied, "message", "agent", "public", length=_lengths(chance, count))
    course = chance.choice(3, count, p=(0.45, 0.35, 0.20))
    solved = replied + chance.integers(0, 300, count)
    asks = np.flatnonzero(course == 1)
    world.add_events(asks, replied[asks] + 30, "status", "agent", "pending")
    answers = asks[chance.random(len(asks)) < 0.9]
    silent = np.setdiff1d(asks, answers)
    back = np.flatnonzero(course == 2)
    writes = np.sort(np.concatenate([answers, back]))
    again_s = replied[writes] + 600 + chance.exponential(DAY, len(writes)).astype(np.int64)
    world.add_events(writes, again_s, "message", "customer", "public", length=chance.integers(20, 600, len(writes)))
    world.add_events(answers, again_s[np.isin(writes, answers)], "status", "system", "open")
    second_s = hours.after(again_s, NEXT_H * 3600 * 0.3 * np.exp(chance.normal(0, 0.6, len(writes))))
    world.add_events(writes, second_s, "message", "agent", "public", length=_lengths(chance, len(writes)))
    solved[writes] = second_s + chance.integers(0, 300, len(writes))
    done = np.setdiff1d(case, silent)
    world.add_events(done, solved[done], "status", "agent", "solved")
    reopened = done[chance.random(len(done)) < 0.05]
    returns_s = solved[reopened] + 3600 + chance.exponential(DAY, len(reopened)).astype(np.int64)
    world.add_events(reopened, returns_s, "message", "customer", "public", length=120)
    world.add_events(reopened, returns_s, "status", "system", "open")
    third_s = hours.after(returns_s, NEXT_H * 3600 * 0.3 * np.exp(chance.normal(0, 0.6, len(reopened))))
    world.add_events(reopened, third_s, "message", "agent", "public", length=_lengths(chance, len(reopened)))
    world.add_events(reopened, third_s + 60, "status", "agent", "solved")
    resting = np.setdiff1d(done, reopened)
    thanks = resting[chance.random(len(resting)) < 0.06]
    world.add_events(thanks, solved[thanks] + 1800, "message", "customer", "public", length=20)
    world.add_events(resting, solved[resting] + 4 * DAY, "status", "system", "closed")
    world.cases["solved_s"] = np.where(np.isin(case, silent), -1, solved)
    world.cases["bad"] = (replied > world.due_s) | np.isin(case, reopened)


def _lengths(chance: Any, count: int) -> Any:
    return np.exp(chance.normal(6.0, 0.5, count)).astype(np.int64)


def _some(world: World, share: float) -> Any:
    """Ordinary cases for one kind of slip, at a rate that differs from world to world; each is taken once."""
    chance = world.chance
    share *= chance.uniform(0.5, 1.5)
    taken = np.flatnonzero(world.ordinary & (chance.random(len(world.ordinary)) < share))
    world.ordinary[taken] = False
    return taken


def _between(world: World, case: Any, low: float = 0.02, high: float = 0.98) -> Any:
    """An instant in work time between a case's creation and its first reply."""
    since, until = (world.hours.work(one[case]) for one in (world.cases["created_s"], world.first_reply_s))
    return world.hours.instant(since + (until - since) * world.chance.uniform(low, high, len(case)))


def _slips(world: World) -> None:
    """What looks like a game, at rates of honest work."""
    chance, hours = world.chance, world.hours
    parked = _some(world, 0.004)
    at_s = _between(world, parked)
    world.add_events(parked, at_s, "status", "agent", "pending")
    world.add_events(parked, world.first_reply_s[parked] - 1, "status", "agent", "open")
    sorted_early = _some(world, 0.05)
    world.add_events(sorted_early, _between(world, sorted_early, 0.0, 0.3), "priority", "agent",
                     chance.choice(np.array(PRIORITIES, dtype=object), len(sorted_early)))  # fmt: skip
    sorted_late = _some(world, 0.006)
    world.add_events(sorted_late, _between(world, sorted_late), "priority", "agent", "low")
    receipts = _some(world, 0.015)
    world.add_events(receipts, _between(world, receipts), "message", "agent", "public",
                     length=chance.integers(30, 200, len(receipts)))  # fmt: skip
    extras = _some(world, 0.02)
    world.add_events(extras, world.first_reply_s[extras] + chance.integers(300, 7200, len(extras)), "message", "agent",
                     "public", length=_lengths(chance, len(extras)))  # fmt: skip
    checks = _some(world, 0.01)
    world.add_events(checks, hours.after(world.first_reply_s[checks], 20 * 3600), "message", "agent", "public",
                     length=_lengths(chance, len(checks)))  # fmt: skip
    spam = _some(world, 0.03)
    _drop_agents(world, spam)
    world.add_events(spam, hours.after(world.cases["created_s"][spam], chance.integers(60, 900, len(spam))), "flag",
                     "agent", "spam")  # fmt: skip
    flagged_late = _some(world, 0.002)
    world.add_events(flagged_late, world.first_reply_s[flagged_late] + 900, "flag", "agent", "duplicate")
    moved = _some(world, 0.015)
    _hand_on(world, moved, _between(world, moved, 0.02, 0.3))
    moved_later = _some(world, 0.004)
    _hand_on(world, moved_later, _between(world, moved_later))
    _merges(world)
    _follow_ups(world)
    untouched = _some(world, 0.003)
    world.keep_events(~(np.isin(world.events["case"], untouched) & (world.events["actor"] != "customer")))
    answered_late = _some(world, 0.004)
    again = world.first_reply_s[answered_late] + chance.integers(3600, 7 * 3600, len(answered_late))
    fresh = world.add_cases(
        len(answered_late), created_s=again, initiated_by=words(len(answered_late), "customer"),
        **{name: world.cases[name][answered_late] for name in ("queue", "priority", "reason", "requester")},
        solved_s=np.full(len(answered_late), -1), bad=np.zeros(len(answered_late), bool),
    )  # fmt: skip
    _answered(world, fresh)


def _drop_agents(world: World, case: Any) -> None:
    mine = np.isin(world.events["case"], case)
    world.keep_events(
        ~(
            mine
            & (
                (world.events["actor"] != "customer")
                | (world.events["at_s"] > world.cases["created_s"][world.events["case"]])
            )
        )
    )
    world.cases["solved_s"][case] = -1


def _hand_on(world: World, case: Any, at_s: Any) -> None:
    """Another partner goes on with the cases."""
    since = np.full(len(world.cases["created_s"]), 1 << 60)
    since[case] = at_s
    later = world.events["at_s"] >= since[world.events["case"]]
    world.events["partner"][later] = OTHER
    world.add_events(case, at_s, "queue", "agent", "shop", partner=OTHER)


def _answered(world: World, case: Any) -> None:
    """Cases that are answered and solved like others."""
    chance = world.chance
    created = world.cases["created_s"][case]
    world.add_events(case, created, "created", "customer")
    world.add_events(case, created, "message", "customer", "public", length=200)
    replied = world.hours.after(created, world.targets()[case] * 0.3 * np.exp(chance.normal(0, 0.5, len(case))))
    world.add_events(case, replied, "message", "agent", "public", length=_lengths(chance, len(case)))
    world.add_events(case, replied + 60, "status", "agent", "solved")
    world.cases["solved_s"][case] = replied + 60
    grown = len(world.cases["created_s"]) - len(world.ordinary)
    world.ordinary = np.append(world.ordinary, np.zeros(grown, bool))
    for name, values in (("first_reply_s", replied), ("due_s", world.hours.after(created, world.targets()[case]))):
        column = np.append(getattr(world, name), np.zeros(grown, np.int64))
        column[case] = values
        setattr(world, name, column)


def _merges(world: World) -> None:
    """Duplicates: the younger goes into the older, soon; a few the other way round, at any time."""
    chance = world.chance
    for share, gap_s, backwards in ((0.02, 1200, False), (0.0015, 5400, True)):
        elder = _some(world, share)
        created = world.cases["created_s"][elder] + chance.integers(gap_s // 4, gap_s, len(elder))
        fresh = world.add_cases(
            len(elder), created_s=created, initiated_by=words(len(elder), "customer"),
            **{name: world.cases[name][elder] for name in ("queue", "priority", "reason", "requester")},
            solved_s=np.full(len(elder), -1), bad=np.zeros(len(elder), bool),
        )  # fmt: skip
        grown = len(elder)
        world.ordinary = np.append(world.ordinary, np.zeros(grown, bool))
        world.first_reply_s = np.append(world.first_reply_s, world.first_reply_s[elder])
        world.due_s = np.append(world.due_s, world.hours.after(created, world.targets()[fresh]))
        world.add_events(fresh, created, "created", "customer")
        world.add_events(fresh, created, "message", "customer", "public", length=200)
        gone, kept = (elder, fresh) if backwards else (fresh, elder)
        at_s = np.maximum(created, world.hours.after(created, 600))
        world.add_events(gone, at_s, "merged", "agent", np.array(world.name(kept), dtype=object))
        if backwards:
            world.move(elder, fresh, at_s + 1)


def _follow_ups(world: World) -> None:
    """Cases that agents open for customers: mostly for another reason."""
    chance = world.chance
    for share, same in ((0.01, False), (0.002, True)):
        of = _some(world, share)
        created = world.first_reply_s[of] + chance.integers(600, 5 * 3600, len(of))
        reason = world.cases["reason"][of] if same else words(len(of), "call back")
        fresh = world.add_cases(
            len(of), created_s=created, initiated_by=words(len(of), "agent"), reason=reason,
            **{name: world.cases[name][of] for name in ("queue", "priority", "requester")},
            solved_s=created + 3600, bad=np.zeros(len(of), bool),
        )  # fmt: skip
        world.ordinary = np.append(world.ordinary, np.zeros(len(of), bool))
        world.first_reply_s = np.append(world.first_reply_s, created)
        world.due_s = np.append(world.due_s, world.hours.after(created, world.targets()[fresh]))
        world.add_events(fresh, created, "created", "agent")
        world.add_events(fresh, created, "message", "agent", "public", length=_lengths(chance, len(of)))
        world.add_events(fresh, created + 3600, "status", "agent", "solved")


def _outage(world: World) -> int:
    """Hundreds of cases within hours; answered and put on hold together, or held with an automatic notice only."""
    chance, hours = world.chance, world.hours
    count = int(chance.integers(100, 260))
    day = int(chance.choice(hours.days[(hours.days >= START_S) & (hours.days < END_S - DAY)]))
    begins = day + int(chance.integers(9, 13)) * 3600
    created = np.sort(begins + chance.integers(0, int(chance.integers(5400, 10_800)), count))
    requester = chance.integers(2_000_000, 3_000_000, count)
    twice = np.flatnonzero(chance.random(count) < 0.12)
    requester[twice] = requester[np.maximum(twice - 3, 0)]
    case = world.add_cases(
        count, created_s=created, queue=words(count, "desk"), reason=words(count, "outage"), requester=requester,
        priority=chance.choice(np.array(PRIORITIES, dtype=object), count, p=(0.15, 0.6, 0.25)),
        initiated_by=words(count, "customer"), solved_s=np.full(count, -1), bad=np.zeros(count, bool),
    )  # fmt: skip
    world.ordinary = np.append(world.ordinary, np.zeros(count, bool))
    world.add_events(case, created, "created", "customer")
    world.add_events(case, created, "message", "customer", "public", length=150)
    told = begins + 10_800 + int(chance.integers(600, 7200))
    only_notice = chance.random() < 0.5
    within = chance.integers(0, 240, count)
    world.add_events(case, told + within, "message", "bot" if only_notice else "agent",
                     "auto" if only_notice else "public", length=300,
                     agent=None if only_notice else "a05")  # fmt: skip
    world.add_events(case, told + within + 20, "status", "agent", "pending", agent="a05")
    ends = int(hours.after(told, chance.integers(2 * 3600, 12 * 3600)))
    world.add_events(case, ends + within, "message", "agent", "public", length=400, agent="a06")
    world.add_events(case, ends + within + 10, "status", "agent", "solved", agent="a06")
    replied = (ends if only_notice else told) + within
    world.first_reply_s = np.append(world.first_reply_s, replied)
    world.due_s = np.append(world.due_s, hours.after(created, world.targets()[case]))
    world.cases["solved_s"][case] = ends + within
    world.cases["bad"][case] = replied > world.due_s[case]
    return day


def _clean_up(world: World) -> None:
    """At the month's end a leader solves what customers never came back to: together, and all of them answered."""
    chance = world.chance
    ends = END_S - int(chance.integers(1, 3)) * DAY + 15 * 3600
    asked = np.zeros(len(world.cases["created_s"]), bool)
    mine = (
        (world.events["kind"] == "status")
        & (world.events["value"] == "pending")
        & (world.events["at_s"] < ends - 3 * DAY)
    )
    asked[world.events["case"][mine]] = True
    later = np.zeros(len(asked), bool)
    later[world.events["case"][world.events["kind"] == "status"]] = False
    later[world.events["case"][(world.events["kind"] == "status") & (world.events["value"] != "pending")]] = True
    stale = np.flatnonzero(asked & ~later)
    world.add_events(stale, ends + chance.integers(0, 300, len(stale)), "status", "agent", "solved", agent="a00")
    world.cases["solved_s"][stale] = ends


def _ask(world: World) -> None:
    """Surveys: nearly every solved case is asked, good or bad; a third answers."""
    chance = world.chance
    solved = np.flatnonzero((world.cases["solved_s"] > 0) & (chance.random(len(world.cases["solved_s"])) < 0.97))
    answers = chance.random(len(solved)) < 0.35
    bad = world.cases["bad"][solved]
    score = np.where(bad, chance.choice(5, len(solved), p=(0.35, 0.25, 0.2, 0.1, 0.1)),
                     chance.choice(5, len(solved), p=(0.05, 0.05, 0.1, 0.3, 0.5))) + 1  # fmt: skip
    world.surveys = {
        "case": solved,
        "sent_s": world.cases["solved_s"][solved] + 3600,
        "score": np.where(answers, score, -1),
    }
