"""One manipulation each, laid into an honest world at a share of its cases, with parameters.

`TUNING` are the parameters at which thresholds were looked at, `TEST` those with which they are examined; no parameter
has the same range in both. What an injector touched stands in `world.truth`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np

from tests.signals.worlds.honest import AGENTS
from tests.signals.worlds.live import add_segments
from tests.signals.worlds.world import DAY, END_S, OTHER, START_S, World, day_of, joined, words

Range = tuple[float, float]
Parameters = Mapping[str, Range]

TUNING: dict[str, Parameters] = {
    "pending_parking": {"before": (0.03, 0.2), "over_h": (1, 8)},
    "empty_first_reply": {"at": (0.4, 0.9), "length": (20, 100), "over_h": (2, 10)},
    "close_and_reopen": {"before": (0.02, 0.2), "gap_h": (0.2, 5)},
    "merge_hides_lateness": {"before": (0.02, 0.18), "over_h": (0.5, 4)},
    "priority_downgrade": {"before": (0.03, 0.2), "over_h": (0.5, 6)},
    "transfer_at_deadline": {"before": (0.03, 0.2), "over_h": (0.5, 6)},
    "cherry_picking": {"days": (2.5, 4.5)},
    "survey_suppression": {"days": (0.5, 0.9)},
    "exclusion_stuffing": {"after_h": (0.2, 3)},
    "mass_status_change": {"minutes": (2, 6), "back_d": (0.5, 2.5)},
    "contact_splitting": {"gap_h": (0.1, 2.5)},
    "partial_data_on_bad_days": {"days": (5, 6), "late": (0.2, 0.3)},
    "short_abandons": {"menu_s": (70, 120), "queue_s": (1, 6)},
    "call_avoidance": {"agents": (2, 3), "talk_s": (2, 6)},
    "interval_averaging": {"wait_s": (45, 120), "days": (0.8, 0.9)},
    "handle_time_padding": {"wrap_s": (200, 400), "hold_s": (280, 500)},
    "ghost_agents": {"hours": (6, 8)},
    "double_billed": {"minutes": (60, 150)},
}
TEST: dict[str, Parameters] = {
    "pending_parking": {"before": (0.01, 0.15), "over_h": (2, 14)},
    "empty_first_reply": {"at": (0.25, 0.8), "length": (45, 190), "over_h": (1, 6)},
    "close_and_reopen": {"before": (0.05, 0.5), "gap_h": (1, 7)},
    "merge_hides_lateness": {"before": (0.01, 0.12), "over_h": (1, 8)},
    "priority_downgrade": {"before": (0.01, 0.15), "over_h": (1, 10)},
    "transfer_at_deadline": {"before": (0.01, 0.15), "over_h": (1, 10)},
    "cherry_picking": {"days": (3.2, 6)},
    "survey_suppression": {"days": (0.3, 0.7)},
    "exclusion_stuffing": {"after_h": (1, 9)},
    "mass_status_change": {"minutes": (1, 9), "back_d": (0.2, 2.2)},
    "contact_splitting": {"gap_h": (0.3, 3.7)},
    "partial_data_on_bad_days": {"days": (4, 8), "late": (0.15, 0.25)},
    "short_abandons": {"menu_s": (85, 200), "queue_s": (2, 9)},
    "call_avoidance": {"agents": (2, 4), "talk_s": (3, 9)},
    "interval_averaging": {"wait_s": (30, 90), "days": (0.7, 0.85)},
    "handle_time_padding": {"wrap_s": (170, 320), "hold_s": (240, 420)},
    "ghost_agents": {"hours": (5, 7.5)},
    "double_billed": {"minutes": (45, 240)},
}


def inject(world: World, pattern: str, share: float, parameters: Parameters) -> World:
    """The world with a pattern at a share of what it counts."""
    INJECTORS[pattern](world, share, parameters)
    return world


def _range(world: World, given: Range, size: int) -> Any:
    return world.chance.uniform(*given, size)


def _cases(world: World, share: float, mask: Any = None) -> Any:
    """Ordinary cases of the month, as many as the share of all asks, that no honest slip took."""
    open_to = world.ordinary & (world.cases["created_s"] < END_S - 4 * DAY)
    if mask is not None:
        open_to = open_to & mask
    wanted = round(share * len(world.cases["created_s"]))
    eligible = np.flatnonzero(open_to)
    taken = np.sort(world.chance.permutation(eligible)[:wanted])
    world.ordinary[taken] = False
    return taken


def _before_due(world: World, case: Any, before: Range) -> Any:
    """An instant shortly before the first reply falls due: a part of its time, in work time."""
    left = _range(world, before, len(case)) * world.targets()[case]
    return world.hours.instant(world.hours.work(world.due_s[case]) - left)


def _pending_parking(world: World, share: float, given: Parameters) -> None:
    """Half set to pending before the first reply, half left in it after the customer has answered."""
    case = _cases(world, share / 2)
    at_s = _before_due(world, case, given["before"])
    late = world.hours.after(world.due_s[case], _range(world, given["over_h"], len(case)) * 3600)
    _drop_before(world, case)
    world.delay(case, world.first_reply_s[case], late)
    world.add_events(case, at_s, "status", "agent", "pending")
    world.add_events(case, late - 40, "status", "agent", "open")
    world.truth |= set(world.name(case))
    _left_on(world, share / 2, given)


def _left_on(world: World, share: float, given: Parameters) -> None:
    events = world.events
    answered_s = np.full(len(world.cases["created_s"]), 1 << 60)
    lifts = (events["kind"] == "status") & (events["value"] == "open") & (events["actor"] == "system")
    np.minimum.at(answered_s, events["case"][lifts], events["at_s"][lifts])
    asks = np.zeros(len(answered_s), bool)
    asks[events["case"][(events["kind"] == "status") & (events["value"] == "pending")]] = True
    case = _cases(world, share, asks & (answered_s < END_S - 4 * DAY))
    since = answered_s[case]
    mine = np.isin(events["case"], case) & lifts & (events["at_s"] == answered_s[events["case"]])
    world.keep_events(~mine)
    events = world.events
    replies = (
        (events["kind"] == "message") & (events["actor"] == "agent") & (events["at_s"] > answered_s[events["case"]])
    )
    reply_s = np.full(len(answered_s), 1 << 60)
    np.minimum.at(reply_s, events["case"][replies], events["at_s"][replies])
    # Hours later than it would have been, and lifted just before.
    until = world.hours.after(np.maximum(reply_s[case], since), _range(world, given["over_h"], len(case)) * 3600)
    world.delay(case, reply_s[case], until)
    world.add_events(case, until - world.chance.integers(20, 200, len(case)), "status", "agent", "open")
    world.truth |= set(world.name(case))


def _drop_before(world: World, case: Any) -> None:
    """Nothing of an agent before the first reply: a manipulated case begins plain."""
    mine = np.isin(world.events["case"], case) & (world.events["actor"] != "customer")
    world.keep_events(~(mine & (world.events["at_s"] < world.first_reply_s[world.events["case"]])))


def _empty_first_reply(world: World, share: float, given: Parameters) -> None:
    case = _cases(world, share)
    target = world.targets()[case]
    at_s = world.hours.after(world.cases["created_s"][case], target * _range(world, given["at"], len(case)))
    real = world.hours.after(at_s, target + _range(world, given["over_h"], len(case)) * 3600)
    _drop_before(world, case)
    world.delay(case, world.first_reply_s[case], real)
    world.add_events(case, at_s, "message", "agent", "public", length=_range(world, given["length"], len(case)))
    is_real = np.isin(world.events["case"], case) & (world.events["actor"] == "agent") & (world.events["length"] > 0)
    longer = is_real & (world.events["at_s"] >= _by_case(world, case, real))
    world.events["length"] = np.where(longer, np.maximum(world.events["length"], 420), world.events["length"])
    world.truth |= set(world.name(case))


def _by_case(world: World, case: Any, values: Any) -> Any:
    """A value of each of some cases, laid beside the events; far off for other cases."""
    column = np.full(len(world.cases["created_s"]), 1 << 60)
    column[case] = values
    return column[world.events["case"]]


def _goes_on_as(world: World, case: Any, created: Any, initiated_by: Any) -> Any:
    """New cases as which some go on: same customer, reason, queue."""
    fresh = world.add_cases(
        len(case), created_s=created, initiated_by=initiated_by,
        **{name: world.cases[name][case] for name in ("queue", "priority", "reason", "requester", "solved_s", "bad")},
    )  # fmt: skip
    grown = len(case)
    world.ordinary = np.append(world.ordinary, np.zeros(grown, bool))
    world.first_reply_s = np.append(world.first_reply_s, created)
    world.due_s = np.append(world.due_s, world.hours.after(created, world.targets()[fresh]))
    return fresh


def _close_and_reopen(world: World, share: float, given: Parameters) -> None:
    case = _cases(world, share)
    at_s = _before_due(world, case, given["before"])
    again = at_s + (_range(world, given["gap_h"], len(case)) * 3600).astype(np.int64)
    _drop_before(world, case)
    by = np.where(world.chance.random(len(case)) < 0.5, "agent", "customer").astype(object)
    fresh = _goes_on_as(world, case, again, by)
    world.delay(case, world.first_reply_s[case], again + 1800)
    world.move(case, fresh, again)
    world.add_events(case, at_s, "status", "agent", "solved")
    world.add_events(fresh, again, "created", "system")
    world.add_events(fresh, again, "message", "customer", "public", length=80)
    world.truth |= set(world.name(case))


def _merge_hides_lateness(world: World, share: float, given: Parameters) -> None:
    case = _cases(world, share, world.due_s - world.cases["created_s"] > 3 * 3600)
    at_s = _before_due(world, case, given["before"])
    late = world.hours.after(world.due_s[case], _range(world, given["over_h"], len(case)) * 3600)
    _drop_before(world, case)
    world.delay(case, world.first_reply_s[case], late)
    since = world.cases["created_s"][case]
    # The survivor is an hour younger at least, and there before the merge.
    created = np.maximum(since + 3700, at_s - world.chance.integers(60, 900, len(case)))
    merged = np.maximum(at_s, created + 30)
    fresh = _goes_on_as(world, case, created, words(len(case), "customer"))
    world.move(case, fresh, merged)
    world.add_events(fresh, created, "created", "customer")
    world.add_events(fresh, created, "message", "customer", "public", length=80)
    world.add_events(case, merged, "merged", "agent", np.array(world.name(fresh), dtype=object))
    world.truth |= set(world.name(case))


def _priority_downgrade(world: World, share: float, given: Parameters) -> None:
    case = _cases(world, share, world.cases["priority"] != "low")
    at_s = _before_due(world, case, given["before"])
    late = world.hours.after(world.due_s[case], _range(world, given["over_h"], len(case)) * 3600)
    _drop_before(world, case)
    world.delay(case, world.first_reply_s[case], late)
    lower = np.where(
        (world.cases["priority"][case] == "high") & (world.chance.random(len(case)) < 0.5), "normal", "low"
    )
    world.add_events(case, at_s, "priority", "agent", lower.astype(object))
    back = world.chance.random(len(case)) < 0.4
    world.add_events(case[back], late[back] + 5, "priority", "agent", world.cases["priority"][case[back]])
    world.truth |= set(world.name(case))


def _transfer_at_deadline(world: World, share: float, given: Parameters) -> None:
    case = _cases(world, share)
    at_s = _before_due(world, case, given["before"])
    late = world.hours.after(world.due_s[case], _range(world, given["over_h"], len(case)) * 3600)
    _drop_before(world, case)
    world.delay(case, world.first_reply_s[case], late)
    later = world.events["at_s"] >= _by_case(world, case, at_s)
    world.events["partner"][later] = OTHER
    world.add_events(case, at_s, "queue", "agent", "shop", partner=OTHER)
    world.truth |= set(world.name(case))


def _cherry_picking(world: World, share: float, given: Parameters) -> None:
    hard = np.isin(world.cases["reason"], ["contract", "technical"] if share > 0.05 else ["contract"])
    case = _cases(
        world, share, hard & (world.cases["priority"] == "normal") | hard & (world.cases["priority"] == "low")
    )
    until = world.hours.after(world.first_reply_s[case], _range(world, given["days"], len(case)) * 36_000)
    _drop_before(world, case)
    world.delay(case, world.first_reply_s[case], until)
    world.truth |= set(world.name(case))


def _survey_suppression(world: World, share: float, given: Parameters) -> None:
    """Bad cases that are solved in one stretch of the month are not asked; how long it is, as a part of the month."""
    asked, until = world.surveys["case"], END_S - 3 * DAY
    solved = world.cases["solved_s"][asked]
    length = _range(world, given["days"], 1)[0] * (until - START_S)
    begins = START_S + world.chance.random() * (until - START_S - length)
    bad = world.cases["bad"][asked] & (solved >= begins) & (solved < begins + length)
    wanted = round(share * len(world.cases["created_s"]))
    gone = world.chance.permutation(np.flatnonzero(bad))[:wanted]
    kept = np.setdiff1d(np.arange(len(asked)), gone)
    world.truth |= set(world.name(asked[gone]))
    world.surveys = {name: column[kept] for name, column in world.surveys.items()}


def _exclusion_stuffing(world: World, share: float, given: Parameters) -> None:
    case = _cases(world, share)
    half = world.chance.random(len(case)) < 0.5
    worked = world.first_reply_s[case] + (_range(world, given["after_h"], len(case)) * 3600).astype(np.int64)
    at_s = np.where(half, worked, _before_due(world, case, (0.02, 0.15)))
    late = case[~half]
    world.delay(late, world.first_reply_s[late], world.hours.after(world.due_s[late], 3600))
    kinds = np.array(["spam", "test", "duplicate"], dtype=object)
    world.add_events(case, at_s, "flag", "agent", world.chance.choice(kinds, len(case)))
    world.truth |= set(world.name(case))


def _mass_status_change(world: World, share: float, given: Parameters) -> None:
    ends = world.hours.days[world.hours.days < END_S][-1] + 16 * 3600
    recent = (world.cases["created_s"] > ends - 8 * DAY) & (world.cases["created_s"] < ends - 3600)
    wanted = round(share * len(world.cases["created_s"]))
    eligible = np.flatnonzero(recent & world.ordinary)
    case = np.sort(world.chance.permutation(eligible)[:wanted])
    at_s = ends + world.chance.integers(0, int(_range(world, given["minutes"], 1)[0] * 60) + 1, len(case))
    mine = np.isin(world.events["case"], case) & (world.events["actor"] != "customer")
    world.keep_events(~mine)
    world.add_events(case, at_s, "status", "agent", "solved", agent="a07")
    back = world.chance.random(len(case)) < 0.5
    again = at_s[back] + (_range(world, given["back_d"], int(back.sum())) * DAY).astype(np.int64)
    world.add_events(case[back], again, "status", "agent", "open")
    world.add_events(case[back], again + 300, "message", "agent", "public", length=300)
    world.add_events(case[back], again + 400, "status", "agent", "solved")
    world.truth |= set(world.name(case))


def _contact_splitting(world: World, share: float, given: Parameters) -> None:
    case = _cases(world, share)
    created = world.cases["created_s"][case] + (_range(world, given["gap_h"], len(case)) * 3600).astype(np.int64)
    fresh = _goes_on_as(world, case, created, words(len(case), "agent"))
    world.add_events(fresh, created, "created", "agent")
    world.add_events(fresh, created, "message", "agent", "public", length=200)
    world.add_events(fresh, created + 600, "status", "agent", "solved")
    world.truth |= set(world.name(fresh))


def _partial_data(world: World, share: float, given: Parameters) -> None:
    wanted = round(share * len(world.cases["created_s"]))
    usable = world.ordinary & (world.cases["created_s"] < END_S - 6 * DAY)
    day = world.cases["created_s"] // DAY
    days, counts = np.unique(day[usable], return_counts=True)
    number = max(int(_range(world, given["days"], 1)[0]), int(np.ceil(wanted / (0.4 * np.median(counts)))))
    big = days[np.argsort(-counts)][: 2 * number]
    bad = world.chance.permutation(big)[:number]
    on_bad = np.flatnonzero(usable & np.isin(day, bad))
    gone = np.sort(world.chance.permutation(on_bad)[:wanted])
    rest = np.setdiff1d(on_bad, gone)
    late = rest[world.chance.random(len(rest)) < float(_range(world, given["late"], 1)[0])]
    world.delay(late, world.first_reply_s[late], world.hours.after(world.due_s[late], 3600))
    world.ordinary[gone] = False
    mine = np.isin(world.events["case"], gone)
    opening = world.events["at_s"] <= world.cases["created_s"][world.events["case"]]
    world.keep_events(~mine | opening)
    world.truth |= set(world.name(gone))


# ---- calls and agents -------------------------------------------------------------------------------------------


def _calls(world: World, share: float, mask: Any = None) -> Any:
    count = int(world.segments["call"].max()) + 1
    eligible = np.arange(count) if mask is None else np.flatnonzero(mask)
    return np.sort(world.chance.permutation(eligible)[: round(share * count)])


def _named(call: Any) -> set[str]:
    return {f"C{number}" for number in np.asarray(call).tolist()}


def _drop_segments(world: World, mask: Any) -> None:
    world.segments = {name: column[~mask] for name, column in world.segments.items()}


def _began(world: World) -> Any:
    count = int(world.segments["call"].max()) + 1
    found = np.full(count, 1 << 60)
    np.minimum.at(found, world.segments["call"], world.segments["from_s"])
    return found


def _short_abandons(world: World, share: float, given: Parameters) -> None:
    call = _calls(world, share)
    began = _began(world)[call]
    _drop_segments(world, np.isin(world.segments["call"], call))
    menu = began + _range(world, given["menu_s"], len(call)).astype(np.int64)
    # On the day of an outage everybody hears the announcement; what is moved there comes on top.
    in_menu = world.chance.random(len(call)) < 0.3
    result = np.where(in_menu, "abandoned", "to_queue").astype(object)
    add_segments(world, call, "ivr", began, menu + _usual_menu(world, began), result=result)
    menu = menu + _usual_menu(world, began)
    rest = ~in_menu
    queue_s = _range(world, given["queue_s"], int(rest.sum())).astype(np.int64)
    add_segments(world, call[rest], "queue", menu[rest], menu[rest] + queue_s, seq=1, result="abandoned")
    world.truth |= _named(call)


def _usual_menu(world: World, began: Any) -> Any:
    """What the menu of a day takes beyond that of an ordinary one."""
    ivr = world.segments["kind"] == "ivr"
    length = (world.segments["until_s"] - world.segments["from_s"])[ivr]
    day = world.segments["from_s"][ivr] // DAY
    return np.array(
        [max(0, int(np.median(length[day == one])) - 25) if (day == one).any() else 0 for one in began // DAY]
    )


def _call_avoidance(world: World, share: float, given: Parameters) -> None:
    number = int(_range(world, (given["agents"][0], given["agents"][1] + 1), 1)[0])
    who = world.chance.permutation(world.agents[3:])[: max(number, int(np.ceil(share * AGENTS * 1.7)))]
    talk = np.flatnonzero((world.segments["kind"] == "talk") & np.isin(world.segments["agent"], who))
    wanted = round(share * (int(world.segments["call"].max()) + 1))
    chosen = world.chance.permutation(talk)[:wanted]
    rings = world.chance.random(len(chosen)) < 0.5
    hangs = chosen[~rings]
    world.segments["until_s"][hangs] = world.segments["from_s"][hangs] + _range(
        world, given["talk_s"], len(hangs)
    ).astype(np.int64)
    world.segments["ended_by"][hangs] = "agent"
    world.segments["result"][hangs] = "completed"
    passed = chosen[rings]
    call, agent, at_s = (world.segments[name][passed] for name in ("call", "agent", "from_s"))
    # A colleague takes the call that was let pass.
    other = world.chance.choice(np.setdiff1d(world.agents, who), len(passed))
    mine = np.isin(world.segments["call"], call) & np.isin(world.segments["kind"], ["ring", "talk", "hold", "wrap"])
    by_call = np.full(int(world.segments["call"].max()) + 1, None, dtype=object)
    by_call[call] = other
    taken = mine & (world.segments["agent"] != None) & (world.segments["result"] != "no_answer")  # noqa: E711
    world.segments["agent"] = np.where(taken, by_call[world.segments["call"]], world.segments["agent"])
    add_segments(world, call, "ring", at_s - 20, at_s - 5, seq=2, result="no_answer", agent=agent)
    world.truth |= _named(np.concatenate([world.segments["call"][hangs], call]))


def _interval_averaging(world: World, share: float, given: Parameters) -> None:
    queue = np.flatnonzero((world.segments["kind"] == "queue") & (world.segments["result"] == "answered"))
    slot = world.segments["from_s"][queue] % DAY // 1800
    day = world.segments["from_s"][queue] // DAY
    count = int(world.segments["call"].max()) + 1
    slots, counts = np.unique(slot, return_counts=True)
    order = world.chance.permutation(np.flatnonzero(counts > np.median(counts)))
    needed = share * count / float(_range(world, given["days"], 1)[0])
    chosen = slots[order[: max(1, int(np.searchsorted(np.cumsum(counts[order]), needed)) + 1)]]
    days = np.unique(day)
    bad_days = world.chance.permutation(days)[: int(len(days) * _range(world, given["days"], 1)[0])]
    hit = np.flatnonzero(np.isin(slot, chosen) & np.isin(day, bad_days))
    call = world.segments["call"][queue[hit]]
    more = np.zeros(count, np.int64)
    waited = (world.segments["until_s"] - world.segments["from_s"])[queue[hit]]
    more[call] = np.maximum(_range(world, given["wait_s"], len(call)).astype(np.int64) - waited, 0)
    later = np.isin(world.segments["call"], call) & (world.segments["kind"] != "ivr")
    shift = np.where(later, more[world.segments["call"]], 0)
    world.segments["until_s"] = world.segments["until_s"] + shift
    is_queue = world.segments["kind"] == "queue"
    world.segments["from_s"] = world.segments["from_s"] + np.where(is_queue, 0, shift)
    world.truth |= _named(call)


def _handle_time_padding(world: World, share: float, given: Parameters) -> None:
    wrap = np.flatnonzero(world.segments["kind"] == "wrap")
    wanted = round(share * (int(world.segments["call"].max()) + 1))
    chosen = world.chance.permutation(wrap)[:wanted]
    world.truth |= _named(world.segments["call"][chosen])
    by_wrap = world.chance.random(len(chosen)) < 0.6
    mine = chosen[by_wrap]
    world.segments["until_s"][mine] += _range(world, given["wrap_s"], len(mine)).astype(np.int64)
    held = chosen[~by_wrap]
    call, agent, at_s = (world.segments[name][held] for name in ("call", "agent", "from_s"))
    more = _range(world, given["hold_s"], len(held)).astype(np.int64)
    add_segments(world, call, "hold", at_s - more, at_s, seq=5, agent=agent)


def _states(world: World, parts: list[dict[str, Any]]) -> None:
    for part in parts:
        world.states = joined(world.states, part)


def _state(world: World, agent: str, state: str, from_s: int, until_s: int, **parts: Any) -> dict[str, Any]:
    del world
    given = {
        "agent": agent,
        "state": state,
        "source": parts.get("source", "acd"),
        "queue": parts.get("queue", "line"),
        "device": parts.get("device", f"home-{agent}"),
    }
    instants = {"from_s": np.array([from_s]), "until_s": np.array([until_s])}
    return {name: words(1, word) for name, word in given.items()} | instants


def _agent_days(world: World) -> list[tuple[str, int]]:
    return sorted({(str(a), int(s) // DAY) for a, s in zip(world.states["agent"], world.states["from_s"], strict=True)})


def _ghost_agents(world: World, share: float, given: Parameters) -> None:
    wanted = round(share * len(_agent_days(world)))
    fresh: list[dict[str, Any]] = []
    for number in range(wanted):
        day = int(world.chance.integers(0, 31))
        begins = START_S + day * DAY + int(world.chance.integers(7, 10)) * 3600
        ends = begins + int(_range(world, given["hours"], 1)[0] * 3600)
        way = number % 3
        if way == 0:  # logged in, and nothing
            name = f"ghost{number % 7}-{day}"
            fresh.append(_state(world, name, "available", begins, ends))
        elif way == 1:  # after the last day
            name = f"gone{number % 5}-{day}"
            world.left[name] = date(2026, 2, 20)
            middle = (begins + ends) // 2
            fresh += [_state(world, name, "talk", begins, middle), _state(world, name, "wrap", middle, ends)]
        else:  # at the desk of somebody who sits there
            at = int(world.chance.integers(0, len(world.states["agent"])))
            day = int(world.states["from_s"][at]) // DAY - START_S // DAY
            own = (world.states["agent"] == world.states["agent"][at]) & (
                world.states["from_s"] // DAY == START_S // DAY + day
            )
            begins, ends = int(world.states["from_s"][own].min()), int(world.states["until_s"][own].max())
            name = f"twin{number}"
            middle = (begins + ends) // 2
            desk = str(world.states["device"][at])
            fresh += [
                _state(world, name, "talk", begins, middle, device=desk),
                _state(world, name, "available", middle, ends, device=desk),
            ]
        world.persons.setdefault(name, 9000 + number)
        world.truth.add(f"{name} {day_of(begins)}")
    _states(world, fresh)
    world.agents = np.array(sorted({*world.agents.tolist(), *world.left}), dtype=object)


def _double_billed(world: World, share: float, given: Parameters) -> None:
    working = world.states["state"] == "talk"
    pairs = sorted(
        {
            (str(a), int(s) // DAY)
            for a, s in zip(world.states["agent"][working], world.states["from_s"][working], strict=True)
        }
    )
    wanted = round(share * len(_agent_days(world)))
    fresh: list[dict[str, Any]] = []
    for at in world.chance.permutation(len(pairs))[:wanted].tolist():
        agent, day = pairs[at]
        own = np.flatnonzero(working & (world.states["agent"] == agent) & (world.states["from_s"] // DAY == day))
        left = float(_range(world, given["minutes"], 1)[0]) * 60
        second = f"{agent}-b" if at % 2 else agent
        world.persons[second] = world.persons[agent]
        for place in own.tolist():
            if left <= 60:
                break
            begins = int(world.states["from_s"][place])
            ends = min(int(world.states["until_s"][place]), begins + int(left))
            fresh.append(_state(world, second, "talk", begins, ends, source="other", queue="abroad"))
            left -= ends - begins
        world.truth.add(f"{agent} {day_of(day * DAY)}")
    _states(world, fresh)


INJECTORS: dict[str, Callable[[World, float, Parameters], None]] = {
    "pending_parking": _pending_parking,
    "empty_first_reply": _empty_first_reply,
    "close_and_reopen": _close_and_reopen,
    "merge_hides_lateness": _merge_hides_lateness,
    "priority_downgrade": _priority_downgrade,
    "transfer_at_deadline": _transfer_at_deadline,
    "cherry_picking": _cherry_picking,
    "survey_suppression": _survey_suppression,
    "exclusion_stuffing": _exclusion_stuffing,
    "mass_status_change": _mass_status_change,
    "contact_splitting": _contact_splitting,
    "partial_data_on_bad_days": _partial_data,
    "short_abandons": _short_abandons,
    "call_avoidance": _call_avoidance,
    "interval_averaging": _interval_averaging,
    "handle_time_padding": _handle_time_padding,
    "ghost_agents": _ghost_agents,
    "double_billed": _double_billed,
}
