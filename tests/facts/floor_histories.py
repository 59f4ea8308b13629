"""Random histories of the floor, arriving in a lake piece by piece: calls, states, rosters, surveys and what else.

A `Floor` holds what its sources would say now; each step changes something and returns the versions of rows that the
next load tells. Some versions come late, some twice, some take a row away or move it to another call, agent or partner.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from tallystick.records import commits
from tallystick.records.lake import Change, Lake
from tallystick.records.table import table
from tallystick.vocabulary.canonical import key_of
from tests.facts.histories import SOURCE

Row = dict[str, Any]

FIRST = datetime(2026, 2, 2, tzinfo=UTC)
DAYS = 60
PARTNERS = ("aurora", "aurora", "borealis")
QUEUES = ("billing", "returns", None)
AGENTS = ("ana", "bo", "cy", "dan")
COURSES = ("refunds", "privacy")
# Columns that a correction may change beside the instants.
SAID: dict[str, dict[str, tuple[Any, ...]]] = {
    "call": {
        "kind": ("ivr", "bot", "queue", "queue", "ring", "talk", "talk", "hold", "wrap"),
        "result": ("answered", "abandoned", "overflow", "no_answer", "transferred", "to_queue", None),
        "direction": ("inbound", "inbound", "inbound", "outbound", "internal"),
        "queue": QUEUES,
        "agent": (*AGENTS, None),
        "language": ("de", "en", None),
        "reason": ("invoice", "parcel", None),
        "requester_key": (*range(100, 500), None),
        "channel": ("phone", "chat"),
    },
    "agent_state": {
        "agent": AGENTS,
        "state": ("available", "talk", "wrap", "break", "training", "offline", "ring", "not_ready"),
        "channel": ("phone", "phone", None),
        "queue": QUEUES,
    },
    "shift": {
        "agent": AGENTS,
        "activity": ("work", "work", "work", "break", "training", "leave", "off", "overtime"),
        "planned": ("planned", "planned", "planned", "unplanned"),
        "approval": (None, None, "lead"),
    },
    "survey_response": {
        "score": (1, 2, 3, 4, 5, None),
        "kind": ("csat", "nps"),
        "agent": (*AGENTS, None),
        "queue": QUEUES,
    },
    "training": {"agent": AGENTS, "course": COURSES, "result": ("started", "completed", "passed", "failed")},
    "announcement": {"queue": QUEUES, "title": ("prices", "returns"), "topic": ("invoice", None)},
    "acknowledgement": {"agent": AGENTS, "reading_s": (30, 90, None)},
    "action": {"owner": AGENTS, "side": ("client", "partner"), "effective": (True, False, None)},
    "review": {"rating": (1, 3, 5), "language": ("de", "en"), "about_service": (True, False, None)},
    "call_interval": {"queue": QUEUES[:2], "channel": ("phone",), "offered": (3, 7), "answered": (2, 3)},
    "forecast": {"queue": QUEUES[:2], "channel": ("phone",), "contacts_milli": (4000, 9000), "aht_ms": (240_000,)},
    "cost": {
        "kind": ("travel", "tools"),
        "amount": (Decimal("12.5"), Decimal(300), Decimal("0.0001")),
        "currency": ("EUR", "USD"),
        "on_rate_card": (True, False, None),
        "queue": QUEUES,
    },
    "message": {
        "role": ("customer", "customer", "agent", "agent", "system"),
        "public": (True, True, True, False),
        "language": ("de", "en", None),
        "identified_language": ("de", "en", None),
        "machine_translated": (True, False, None),
    },
    "identity": {"system": ("acd", "wfm"), "source_id": AGENTS, "person": ("ana", "eve")},
    "agent": {"agent_id": AGENTS, "languages": ("de", "de en", None)},
}
SPANS: dict[str, tuple[str, ...]] = {
    "call": ("started_at", "ended_at"),
    "agent_state": ("started_at", "ended_at"),
    "shift": ("started_at", "ended_at"),
    "survey_response": ("sent_at", "answered_at"),
    "training": ("happened_at", "valid_until"),
    "announcement": ("published_at", "effective_at"),
    "acknowledgement": ("asked_at", "acknowledged_at"),
    "action": ("opened_at", "closed_at"),
    "review": ("posted_at", "replied_at"),
    "call_interval": ("started_at", "ended_at"),
    "forecast": ("started_at", "ended_at"),
    "cost": (),
    "message": ("sent_at", "_until"),  # a message has no end
    "identity": ("valid_from", "valid_to"),
    "agent": (),
}
# About how long each lasts, seconds; and how often nobody knows the end.
LASTS: dict[str, tuple[int, float]] = {
    "call": (240, 0.1),
    "agent_state": (5400, 0.25),
    "shift": (5 * 3600, 0.0),
    "survey_response": (86_400, 0.3),
    "training": (20 * 86_400, 0.3),
    "announcement": (2 * 86_400, 0.1),
    "acknowledgement": (7200, 0.3),
    "action": (9 * 86_400, 0.3),
    "review": (50_000, 0.4),
    "call_interval": (1800, 0.0),
    "forecast": (1800, 0.0),
    "message": (600, 0.0),
    "identity": (30 * 86_400, 0.5),
}
# How many rows there are of each at first: what changes later is to be a small part.
MANY: dict[str, int] = {
    "call": 1500,
    "agent_state": 900,
    "shift": 500,
    "survey_response": 400,
    "training": 120,
    "announcement": 30,
    "acknowledgement": 200,
    "action": 150,
    "review": 150,
    "call_interval": 150,
    "forecast": 200,
    "cost": 60,
    "message": 600,
    "identity": 12,
    "agent": 8,
}
RARE = frozenset({"identity", "agent"})


@dataclass
class Floor:
    """What the sources of the floor know, by table and name of the row."""

    seed: int
    cases: int = 0
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    version: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311

    # ---- changes -------------------------------------------------------------------------------------------------

    def begin(self) -> dict[str, list[Row]]:
        """The first load: rows of every table on any day."""
        told = {}
        for name, count in MANY.items():
            told[name] = []
            while len(told[name]) < count:
                self.day = self.random.randrange(DAYS)
                told[name] += self.appear(name)
        return told

    def appear(self, name: str) -> list[Row]:
        """A row that nobody has heard of; of calls, several segments of one call."""
        if name != "call":
            return [self._told(name, self._new(name, f"{name}-{len(self.rows.get(name, ()))}"))]
        call = f"call-{self.version}"
        first = self._new("call", f"{call}-0") | {"call_id": call, "call_key": key_of("acd", call)}
        told = [self._told("call", first)]
        for number in range(1, self.random.choice((1, 2, 3, 4))):
            gap = timedelta(seconds=self.random.randrange(400))
            if self.random.random() < 0.03:
                gap += timedelta(days=1)
            more = self._new("call", f"{call}-{number}") | {"call_id": call, "call_key": key_of("acd", call)}
            more["requester_key"] = self.random.choice((first["requester_key"],) * 6 + (None,))
            lasts = None if more["ended_at"] is None else more["ended_at"] - more["started_at"]
            more["started_at"] = first["started_at"] + gap
            more["ended_at"] = None if lasts is None else more["started_at"] + lasts
            told.append(self._told("call", more))
        return told

    def correct(self, name: str) -> list[Row]:
        """Something about a row was otherwise."""
        row = self._some(name)
        if row is None:
            return self.appear(name)
        column = self.random.choice(list(SAID[name]))
        row[column] = self.random.choice(SAID[name][column])
        return [self._told(name, row)]

    def shift_in_time(self, name: str) -> list[Row]:
        """A row was earlier or later, or its end becomes known."""
        row = self._some(name)
        if row is None or not SPANS[name]:
            return self.appear(name)
        begin, end = SPANS[name]
        if self.random.random() < 0.5:
            row[end] = row[begin] + timedelta(seconds=self.random.randrange(1, 2 * LASTS[name][0]))
        else:
            by = timedelta(seconds=self.random.choice((-86_400, -3600, -60, 60, 3600, 86_400)))
            row |= {column: row[column] + by for column in SPANS[name] if row[column] is not None}
        return [self._told(name, row)]

    def move(self, name: str) -> list[Row]:
        """A row belongs to another partner, case or call."""
        row = self._some(name)
        if row is None:
            return self.appear(name)
        if "case_key" in row and self.random.random() < 0.5:
            row["case_key"] = self._case() if name != "message" else self._some_case()
        elif name == "call" and self.random.random() < 0.5:
            other = self.random.choice(list(self.rows["call"].values()))
            row |= {"call_id": other["call_id"], "call_key": other["call_key"]}
        else:
            row["partner"] = self.random.choice(PARTNERS)
        return [self._told(name, row)]

    def vanish(self, name: str) -> list[Row]:
        """A newer snapshot does not have the row any more, or has it again."""
        row = self._some(name)
        if row is None:
            return self.appear(name)
        row["gone"] = not row.get("gone", False)
        return [self._told(name, row)]

    def come_twice(self, name: str) -> list[Row]:
        """The same version of a row once more."""
        row = self._some(name)
        return self.appear(name) if row is None else [self._told(name, row, row["_version"])]

    def come_late(self, name: str) -> list[Row]:
        """An older version of a row arrives after the newer one, and changes nothing."""
        row = self._some(name)
        if row is None:
            return self.appear(name)
        old = dict(row)
        column = self.random.choice(list(SAID[name]))
        old[column] = self.random.choice(SAID[name][column])
        return [self._told(name, old, row["_version"] - 1)]

    def steps(self) -> list[Callable[[str], list[Row]]]:
        """Everything that may happen to a table."""
        return [
            self.appear,
            self.appear,
            self.appear,
            self.correct,
            self.shift_in_time,
            self.move,
            self.vanish,
            self.come_twice,
            self.come_late,
        ]

    def news(self, names: Iterable[str], changes: int) -> dict[str, list[Row]]:
        """A load of some changes around one or two days."""
        told: dict[str, list[Row]] = {}
        days = [self.random.randrange(DAYS + 3) for _ in range(self.random.choice((1, 1, 2)))]
        for _ in range(changes):
            self.day = self.random.choice(days)
            name = self.random.choice([one for one in names if one not in RARE or self.random.random() < 0.05])
            told.setdefault(name, [])
            told[name] += self.random.choice(self.steps())(name)
        return told

    # ---- rows ----------------------------------------------------------------------------------------------------

    def _some(self, name: str) -> Row | None:
        """A row that begins on the day that this load is about."""
        spans = SPANS[name]
        near = [row for row in self.rows[name].values() if not spans or self._is_near(row[spans[0]])]
        return self.random.choice(near) if near else None

    def _is_near(self, begin: datetime) -> bool:
        return FIRST + timedelta(days=self.day) <= begin < FIRST + timedelta(days=self.day + 1)

    def _new(self, name: str, key: str) -> Row:
        chance = self.random
        row: Row = {column: chance.choice(values) for column, values in SAID[name].items()}
        row |= {"_name": key, "partner": chance.choice(PARTNERS), "source": "wfm" if name == "shift" else "acd"}
        if SPANS[name]:
            begin, end = SPANS[name]
            row[begin] = FIRST + timedelta(days=self.day, seconds=chance.randrange(86_400))
            if name == "identity":
                row[begin] = FIRST - timedelta(days=1)
            if name in ("call_interval", "forecast"):
                row[begin] = row[begin].replace(minute=0, second=0)
            mean, unknown = LASTS[name]
            lasts = timedelta(seconds=chance.randrange(1, 2 * mean) if mean != 1800 else 1800)
            row[end] = None if chance.random() < unknown else row[begin] + lasts
        more: dict[str, Callable[[], Row]] = {
            "call": lambda: {"case_key": self._case(), "seq": 0},
            "shift": lambda: {"published_at": chance.choice((None, FIRST, row["started_at"] + timedelta(hours=1)))},
            "survey_response": lambda: {
                "case_key": chance.choice((self._case(), self._call())),
                "scale_min": 1,
                "scale_max": 5,
                "higher_is_better": True,
            },
            "announcement": lambda: {"announcement_id": key},
            "acknowledgement": lambda: {"announcement_key": self._key_of_some("announcement"), "opened_at": None},
            "action": lambda: {"action_id": key, "kind": "corrective", "title": key, "due_at": row["opened_at"]},
            "message": lambda: {"case_key": self._some_case(), "cohort": FIRST.date().replace(day=1)},
            "cost": lambda: {"period_from": FIRST.date() + timedelta(days=self.day)},
            "review": lambda: {"case_key": self._case(), "rating_min": 1, "rating_max": 5},
            "forecast": lambda: {"issued_at": row["started_at"] - timedelta(days=chance.choice((1, 20)))},
            "agent": lambda: {"started_on": date(2025, 11, 3), "left_on": chance.choice((None, date(2026, 3, 8)))},
        }
        return row | more.get(name, dict)()

    def _case(self) -> int | None:
        if not self.cases or self.random.random() < 0.3:
            return None
        return key_of(SOURCE, f"T{self.random.randrange(1, self.cases + 1)}")

    def _some_case(self) -> int:
        return key_of(SOURCE, f"T{self.random.randrange(1, max(self.cases, 1) + 1)}")

    def _call(self) -> int | None:
        return self.random.choice(list(self.rows["call"].values()))["call_key"] if "call" in self.rows else None

    def _key_of_some(self, name: str) -> int:
        return key_of(name, self.random.choice(list(self.rows[name])))

    def _told(self, name: str, row: Row, version: int | None = None) -> Row:
        """A row as a load tells it, with the next version of its source unless an older one is meant."""
        self.version += 2
        told = row | {"_version": self.version if version is None else version}
        if version is None:
            self.rows.setdefault(name, {})[row["_name"]] = row | {"_version": self.version}
        return told


def load(lake: Lake, told: dict[str, list[Row]], number: int, more: Iterable[Change] = ()) -> None:
    """Put versions of rows into a lake by one load, in an order of its own."""
    changes = [Change(name, _rows(name, rows)) for name, rows in told.items() if rows]
    with commits.locked(lake.root):
        lake.commit([*changes, *more], load_id=f"load-{number}")


def _rows(name: str, told: list[Row]) -> pa.Table:
    declared = table(name)
    rows = []
    for one in told:
        row = {column.name: one.get(column.name, column.default) for column in declared.all_columns}
        row[declared.key] = key_of(name, one["_name"])
        row["source_at"] = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=one["_version"])
        row |= {"load_id": "load", "row_hash": key_of(*map(str, one.items())), "revision": 0}
        if one.get("gone"):
            row[declared.presence] = None
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=declared.schema)
