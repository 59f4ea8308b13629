"""Random histories of cases, arriving in a lake piece by piece: what the tests of facts run on.

A `World` holds what its source would say now; each step changes something and returns the rows of the load that tells
of it. Versions of a row carry rising source times, so that late and repeated rows are decided as in real feeds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from tallystick.records.table import table
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.clock_terms import ClockTarget, ClockTerms, ProgrammeTerms
from tallystick.vocabulary.opening import OpenHours, ZoneOffsets

SOURCE = "desk"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
DAY = 86_400
FROM_S = int(datetime(2025, 12, 1, tzinfo=UTC).timestamp())
UNTIL_S = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())
FOREVER = 1 << 40
PARTNERS = ("aurora", "borealis")
QUEUES = ("billing", "returns", "bot")
AGENTS = ("ana", "bob", "cyd", "dan")


def office(opens: int = 8, closes: int = 17, days: int = 5, closed: tuple[date, ...] = ()) -> OpenHours:
    """Opening hours in UTC, Monday to Friday unless told otherwise."""
    intervals = []
    for day in range(FROM_S // DAY, UNTIL_S // DAY):
        on = date(1970, 1, 1) + timedelta(days=day)
        if on.weekday() < days and on not in closed:
            intervals.append((day * DAY + opens * 3600, day * DAY + closes * 3600))
    return OpenHours("UTC", tuple(intervals), FROM_S, UNTIL_S)


def target(clock: str, hours: float, **parts: Any) -> ClockTarget:
    """A target of some hours, business hours for everybody at all times unless told otherwise."""
    said = {"programme": "*", "priority": "*", "basis": "business", "from_s": 0, "until_s": FOREVER} | parts
    return ClockTarget(clock=clock, seconds=int(hours * 3600), **said)


def terms(**parts: Any) -> ClockTerms:
    """Terms with one programme for mail in office hours, and a first reply within four of them."""
    programme = ProgrammeTerms("mail", frozenset(), frozenset(), frozenset(), ((0, "office"),))
    said: dict[str, Any] = {
        "partner": "*",
        "zone": ZoneOffsets("UTC", ((0, 0),)),
        "hours": {"office": office()},
        "programmes": (programme,),
        "targets": (target("first_reply", 4),),
    }
    return ClockTerms(**(said | parts))


@dataclass
class World:
    """Cases as their source knows them, and the loads that tell of them.

    Cases belong to clans; a change befalls cases of the clan `clan` alone, so that several histories that share nothing
    but the lake can go on at once.
    """

    seed: int
    clan: int = 0
    clans: dict[int, list[str]] = field(default_factory=dict)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=lambda: {"Waiting": "pending", "On hold": "hold"})
    version: int = 0
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311

    # ---- changes -------------------------------------------------------------------------------------------------

    def new_case(self) -> list[str]:
        chance = self.random
        name = f"T{len(self.cases) + 1}"
        created = START + timedelta(minutes=chance.randrange(0, 60 * 24 * 45))
        self.cases[name] = {
            "created_at": created,
            "channel": chance.choice(("email", "chat")),
            "language": chance.choice(("de", "en", None)),
            "queue": chance.choice((*QUEUES, None)),
            "priority": chance.choice(("normal", "high", None)),
            "reason": chance.choice(("invoice", "return", None)),
            "requester_key": chance.choice((11, 12, 13, None)),
            "kind": chance.choices(("normal", "spam", "proactive"), (8, 1, 1))[0],
            "initiated_by": chance.choices(("customer", "agent", "bot", "system"), (6, 2, 1, 1))[0],
            "partner": chance.choice(PARTNERS),
        }
        self.events[name] = {}
        self.clans.setdefault(self.clan, []).append(name)
        self.add(name, created, "created", self.cases[name]["initiated_by"])
        for _ in range(chance.randrange(0, 9)):
            self.event(name)
        return [name]

    def add(self, name: str, at: datetime, kind: str, actor: str, value: str | None = None, **parts: Any) -> None:
        row = {"event_at": at, "seq": 0, "kind": kind, "actor": actor, "value": value, "agent": None}
        row["partner"] = self.random.choice((self.cases[name]["partner"],) * 6 + PARTNERS)
        self.events[name][f"{name}-{len(self.events[name])}"] = row | parts

    def event(self, name: str) -> None:
        """One more random event, now and then at the same instant as the last or out of order."""
        chance = self.random
        last = max(row["event_at"] for row in self.events[name].values())
        gap = chance.choice((0, 0, 1, 60, 3600, 7 * 3600, 20 * 3600, 3 * 86_400, 9 * 86_400, -3600))
        at = last + timedelta(seconds=gap * chance.choice((1, 1, 2)))
        kind, values = chance.choice(
            (
                ("message", ("public", "public", "public", "auto")),
                ("message", ("public",)),
                ("status", ("open", "Waiting", "On hold", "solved", "closed", "Parked", "new")),
                ("status", ("open", "Waiting", "solved")),
                ("owner", (*AGENTS, "")),
                ("queue", QUEUES),
                ("priority", ("normal", "high")),
                ("note", (None,)),
                ("handover", (None,)),
                ("escalated", ("2",)),
                ("acknowledged", (None,)),
                ("flag", ("spam", "normal", "test")),
            )
        )
        actor = chance.choice(("customer", "agent", "agent", "system", "bot"))
        agent = chance.choice(AGENTS) if actor == "agent" else None
        self.add(name, at, kind, actor, chance.choice(values), agent=agent, seq=chance.choice((0, 0, 1)))

    def some(self) -> str:
        return self.random.choice(self.clans[self.clan])

    def late_event(self) -> list[str]:
        name = self.some()
        for _ in range(self.random.randrange(1, 4)):
            self.event(name)
        return [name]

    def duplicate(self) -> list[str]:
        return [self.some()]

    def correct_event(self) -> list[str]:
        name = self.some()
        key = self.random.choice(list(self.events[name]))
        self.events[name][key]["event_at"] += timedelta(hours=self.random.randrange(-30, 30))
        return [name]

    def retract_event(self) -> list[str]:
        name = self.some()
        key = self.random.choice(list(self.events[name]))
        if self.events[name][key]["kind"] != "created":
            self.events[name][key]["gone"] = True
        return [name]

    def retract_case(self) -> list[str]:
        name = self.some()
        self.cases[name]["gone"] = not self.cases[name].get("gone", False)
        return [name]

    def merge(self) -> list[str]:
        child = self.some()
        survivor = self.random.choice([*self.clans[self.clan], "T-unseen", f"T{len(self.cases) + 1}"])
        last = max(row["event_at"] for row in self.events[child].values())
        self.add(child, last + timedelta(hours=1), "merged", "agent", survivor, agent="ana")
        return [child]

    def unmerge(self) -> list[str]:
        told = {name: self.events[name].values() for name in self.clans[self.clan]}
        merged = [name for name, rows in told.items() if any(row["kind"] == "merged" for row in rows)]
        name = self.random.choice(merged) if merged else self.some()
        last = max(row["event_at"] for row in self.events[name].values())
        self.add(name, last + timedelta(hours=1), "unmerged", "agent", agent="ana")
        return [name]

    def repeat_contact(self) -> list[str]:
        first = self.cases[self.some()]
        (name,) = self.new_case()
        self.cases[name] |= {"requester_key": 11, "reason": first["reason"], "kind": "normal"}
        return [name]

    def change_case(self) -> list[str]:
        name = self.some()
        self.cases[name]["requester_key"] = self.random.choice((11, 12, None))
        self.cases[name]["priority"] = self.random.choice(("normal", "high"))
        return [name]

    def move_agent(self) -> list[str]:
        """Everything an agent did is put down to the other partner, as `records.reattribute` does."""
        agent = self.random.choice(AGENTS)
        moved = []
        for name, rows in self.events.items():
            for row in rows.values():
                if row["agent"] == agent:
                    row["partner"] = PARTNERS[1] if row["partner"] == PARTNERS[0] else PARTNERS[0]
                    moved.append(name)
        return sorted(set(moved))

    def remap_status(self) -> list[str]:
        word = self.random.choice(("Waiting", "On hold", "Parked", "open"))
        self.mapping[word] = self.random.choice(("pending", "hold", "open", "solved"))
        return []

    def steps(self) -> list[Callable[[], list[str]]]:
        return [
            self.new_case,
            self.late_event,
            self.late_event,
            self.duplicate,
            self.correct_event,
            self.retract_event,
            self.retract_case,
            self.merge,
            self.merge,
            self.unmerge,
            self.repeat_contact,
            self.change_case,
            self.move_agent,
            self.remap_status,
        ]

    # ---- rows ----------------------------------------------------------------------------------------------------

    def case_rows(self, names: list[str], *, news: bool = False) -> pa.Table:
        """The rows of some cases; with `news` only of those that changed since they were last told."""
        rows = []
        for name in names:
            case = dict(self.cases[name])
            if not self._is_news(f"case {name}", case) and news:
                continue
            cohort = case["created_at"].date().replace(day=1)
            created = None if case.pop("gone", False) else case["created_at"]
            rows.append(
                case
                | self._version()
                | {
                    "cohort": cohort,
                    "case_key": key_of(SOURCE, name),
                    "case_id": name,
                    "source": SOURCE,
                    "created_at": created,
                }
            )
        return _table("case", rows)

    def event_rows(self, names: list[str], *, news: bool = False) -> pa.Table:
        """The events of some cases in any order; with `news` only those that changed since they were last told."""
        rows = []
        for name in names:
            cohort = self.cases[name]["created_at"].date().replace(day=1)
            for key, said in self.events[name].items():
                row = dict(said)
                if not self._is_news(f"event {key}", row) and news:
                    continue
                at = None if row.pop("gone", False) else row["event_at"]
                rows.append(
                    row
                    | self._version()
                    | {
                        "cohort": cohort,
                        "case_key": key_of(SOURCE, name),
                        "event_key": key_of(SOURCE, "event", key),
                        "event_at": at,
                    }
                )
        self.random.shuffle(rows)
        return _table("case_event", rows)

    def mapping_rows(self) -> pa.Table:
        rows = [
            self._version()
            | {
                "mapping_key": key_of(SOURCE, "status", raw),
                "source": SOURCE,
                "kind": "status",
                "raw": raw,
                "meaning": meaning,
                "partner": "*",
            }
            for raw, meaning in self.mapping.items()
        ]
        return _table("mapping", rows)

    def _is_news(self, what: str, row: dict[str, Any]) -> bool:
        """Whether a row differs from what was told of it before; it counts as told from now on."""
        before = self.told.get(what)
        self.told[what] = dict(row)
        return before != row

    def _version(self) -> dict[str, Any]:
        self.version += 1
        at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=self.version)
        return {"source_at": at, "load_id": f"load-{self.seed}", "row_hash": self.version, "revision": 0}


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = table(name).schema
    return pa.table({part.name: pa.array([row.get(part.name) for row in rows], part.type) for part in schema})
