"""A month of one partner as columns, and as the canonical rows and facts that patterns read.

Numpy with a seed; events of cases are one flat set of columns, so that an injector moves or adds many at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from tallystick.facts.rows import facts_of_rows
from tallystick.records.table import table
from tallystick.signals.evidence import Evidence
from tallystick.vocabulary.clock_terms import ClockTarget, ClockTerms, ProgrammeTerms
from tallystick.vocabulary.opening import OpenHours, ZoneOffsets

DAY = 86_400
OPENS, CLOSES = 8 * 3600, 18 * 3600
OPEN_S = CLOSES - OPENS
FIRST = date(2026, 3, 1)
START_S = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
END_S = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
FROM_S, UNTIL_S = START_S - 40 * DAY, END_S + 120 * DAY
PARTNER, OTHER = "aurora", "borealis"
TARGET_H = {
    "first_reply": {"high": 2, "normal": 6, "low": 12},
    "full_resolution": {"high": 12, "normal": 36, "low": 60},
}
NEXT_H = 8
PRIORITIES = ("high", "normal", "low")

Columns = dict[str, Any]


class Hours:
    """Open from 8 to 18 UTC, Monday to Saturday, but for a holiday: seconds of work as instants and back."""

    def __init__(self, holiday: int) -> None:
        days = [START_S - 30 * DAY + number * DAY for number in range(140)]
        self.days = np.array(
            [at for at in days if datetime.fromtimestamp(at, UTC).weekday() < 6 and at != START_S + holiday * DAY]
        )
        self.open = OpenHours("UTC", tuple((int(at) + OPENS, int(at) + CLOSES) for at in self.days), FROM_S, UNTIL_S)

    def work(self, at_s: Any) -> Any:
        """Work seconds until an instant."""
        at_s = np.asarray(at_s)
        place = np.searchsorted(self.days, at_s, side="right") - 1
        return place * OPEN_S + np.clip(at_s - self.days[place] - OPENS, 0, OPEN_S)

    def instant(self, work: Any) -> Any:
        """The instant at which so many work seconds are over."""
        work = np.asarray(work, np.int64)
        return self.days[work // OPEN_S] + OPENS + work % OPEN_S

    def after(self, at_s: Any, seconds: Any) -> Any:
        """The instant so many work seconds later."""
        return self.instant(self.work(at_s) + np.asarray(seconds).astype(np.int64))


def joined(one: Columns, other: Columns) -> Columns:
    """Two sets of columns below each other."""
    return {name: np.concatenate([one[name], other[name]]) for name in one}


def words(size: int, word: str | None) -> Any:
    """A column of one word."""
    return np.full(size, word, dtype=object)


@dataclass
class World:
    """One month. `truth` are the ids of the rows that a manipulation touched, empty in an honest world."""

    seed: int
    chance: np.random.Generator
    hours: Hours
    agents: Any
    cases: Columns = field(default_factory=dict)
    events: Columns = field(default_factory=dict)
    surveys: Columns = field(default_factory=dict)
    segments: Columns = field(default_factory=dict)
    states: Columns = field(default_factory=dict)
    left: dict[str, date] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    ordinary: Any = None  # cases that an injector may take: no outage, no spam, answered, no slip already
    first_reply_s: Any = None
    due_s: Any = None
    truth: set[str] = field(default_factory=set)

    # ---- building and changing ---------------------------------------------------------------------------------

    def add_events(self, case: Any, at_s: Any, kind: str, actor: str, value: Any = None, **parts: Any) -> None:
        """Events of one kind, one for each of some cases."""
        case = np.asarray(case, np.int64)
        size = len(case)
        agent = parts.get("agent", self.agents[case % len(self.agents)] if actor == "agent" else None)
        fresh = {
            "case": case,
            "at_s": np.broadcast_to(np.asarray(at_s, np.int64), size).copy(),
            "kind": words(size, kind),
            "actor": words(size, actor),
            "agent": agent if isinstance(agent, np.ndarray) else words(size, agent),
            "value": value if isinstance(value, np.ndarray) else words(size, value),
            "partner": words(size, parts.get("partner", PARTNER)),
            "length": np.broadcast_to(np.asarray(parts.get("length", 0), np.int64), size).copy(),
        }
        self.events = joined(self.events, fresh) if self.events else fresh

    def add_cases(self, size: int, **columns: Any) -> Any:
        """Cases; their numbers are returned."""
        before = len(self.cases["created_s"]) if self.cases else 0
        fresh = {name: np.broadcast_to(np.asarray(values), size).copy() for name, values in columns.items()}
        fresh["kind"] = words(size, "normal")
        self.cases = joined(self.cases, fresh) if self.cases else fresh
        return np.arange(before, before + size)

    def name(self, case: Any) -> list[str]:
        """The ids of cases."""
        return [f"T{number}" for number in np.asarray(case).tolist()]

    def delay(self, case: Any, since_s: Any, until_s: Any) -> None:
        """Move whatever happens to each case from `since_s` on so that it begins at `until_s`."""
        shift = np.zeros(len(self.cases["created_s"]), np.int64)
        since = np.full(len(shift), 1 << 60)
        since[case], shift[case] = since_s, np.asarray(until_s) - np.asarray(since_s)
        later = self.events["at_s"] >= since[self.events["case"]]
        self.events["at_s"] = self.events["at_s"] + np.where(later, shift[self.events["case"]], 0)

    def move(self, case: Any, into: Any, since_s: Any) -> None:
        """Whatever happens to each case from `since_s` on happens to another one."""
        to, since = np.arange(len(self.cases["created_s"])), np.full(len(self.cases["created_s"]), 1 << 60)
        to[case], since[case] = into, since_s
        later = self.events["at_s"] >= since[self.events["case"]]
        self.events["case"] = np.where(later, to[self.events["case"]], self.events["case"])

    def keep_events(self, mask: Any) -> None:
        """Drop the other events."""
        self.events = {name: column[mask] for name, column in self.events.items()}

    def targets(self, kind: str = "first_reply") -> Any:
        """The promised seconds of each case's clock."""
        by = TARGET_H[kind]
        return np.array([by[word] * 3600 for word in self.cases["priority"]])

    # ---- rows --------------------------------------------------------------------------------------------------

    def terms(self) -> ClockTerms:
        """Targets by priority, in business hours."""
        programme = ProgrammeTerms("mail", frozenset(), frozenset(), frozenset(), ((0, "office"),))
        targets = [
            ClockTarget(clock, "*", priority, hours * 3600, "business", 0, 1 << 40)
            for clock, by in TARGET_H.items()
            for priority, hours in by.items()
        ]
        targets.append(ClockTarget("next_reply", "*", "*", NEXT_H * 3600, "business", 0, 1 << 40))
        return ClockTerms(
            partner=PARTNER,
            zone=ZoneOffsets("UTC", ((0, 0),)),
            hours={"office": self.hours.open},
            programmes=(programme,),
            targets=tuple(targets),
        )

    def rows(self) -> dict[str, pa.Table]:
        """The canonical rows."""
        count = len(self.cases["created_s"])
        events = self.events
        is_message = (events["kind"] == "message") & (events["value"] == "public")
        size = len(events["case"])
        found = {
            "case": _rows(
                "case", count, case_key=np.arange(count) + 1, case_id=self.name(np.arange(count)),
                source=words(count, "desk"), created_at=self.cases["created_s"], channel=words(count, "email"),
                language=words(count, "en"), queue=self.cases["queue"], priority=self.cases["priority"],
                reason=self.cases["reason"], requester_key=self.cases["requester"], kind=self.cases["kind"],
                initiated_by=self.cases["initiated_by"], partner=words(count, PARTNER),
            ),
            "case_event": _rows(
                "case_event", size, case_key=events["case"] + 1, event_key=np.arange(size) + 1,
                event_at=events["at_s"], seq=np.zeros(size, np.int32), kind=events["kind"], actor=events["actor"],
                agent=events["agent"], value=events["value"], partner=events["partner"],
            ),
            "message": _rows(
                "message", int(is_message.sum()), case_key=events["case"][is_message] + 1,
                message_key=np.flatnonzero(is_message) + 1, sent_at=events["at_s"][is_message],
                role=events["actor"][is_message], public=np.ones(int(is_message.sum()), bool),
                length=events["length"][is_message], partner=words(int(is_message.sum()), PARTNER),
            ),
            "mapping": table("mapping").schema.empty_table(),
        }  # fmt: skip
        if self.surveys:
            n = len(self.surveys["case"])
            found["survey_response"] = _rows(
                "survey_response", n, response_key=np.arange(n) + 1, case_key=self.surveys["case"] + 1,
                sent_at=self.surveys["sent_s"], score=_known(self.surveys["score"]), scale_min=np.ones(n, int),
                scale_max=np.full(n, 5), higher_is_better=np.ones(n, bool), kind=words(n, "csat"),
                partner=words(n, PARTNER),
            )  # fmt: skip
        if self.segments:
            n = len(self.segments["call"])
            found["call"] = _rows(
                "call", n, segment_key=np.arange(n) + 1, call_key=self.segments["call"] + 1,
                call_id=[f"C{number}" for number in self.segments["call"].tolist()], source=words(n, "acd"),
                seq=self.segments["seq"], kind=self.segments["kind"], started_at=self.segments["from_s"],
                ended_at=self.segments["until_s"], result=self.segments["result"], ended_by=self.segments["ended_by"],
                direction=words(n, "inbound"), channel=words(n, "phone"), queue=words(n, "line"),
                agent=self.segments["agent"], partner=words(n, PARTNER),
            )  # fmt: skip
        if self.states:
            n = len(self.states["agent"])
            found["agent_state"] = _rows(
                "agent_state", n, state_key=np.arange(n) + 1, source=self.states["source"], agent=self.states["agent"],
                state=self.states["state"], started_at=self.states["from_s"], ended_at=self.states["until_s"],
                queue=self.states["queue"], device=self.states["device"], partner=words(n, PARTNER),
            )  # fmt: skip
            found["agent"] = pa.Table.from_pylist(
                [
                    {"agent_key": at + 1, "agent_id": one, "left_on": self.left.get(one)}
                    for at, one in enumerate(self.agents)
                ],
                table("agent").schema,
            )
            found["identity"] = pa.Table.from_pylist(
                [
                    {"identity_key": at + 1, "system": "acd", "source_id": one, "person_key": person}
                    for at, (one, person) in enumerate(sorted(self.persons.items()))
                ],
                table("identity").schema,
            )
        return found

    def evidence(self) -> Evidence:
        """What the patterns are given: the rows, and facts by the real folds."""
        rows, terms = self.rows(), self.terms()
        facts = facts_of_rows(rows["case"], rows["case_event"], rows["mapping"], terms, compiled=True)
        tables = {name: facts.table(name) for name in ("clock", "case", "owner_share")}
        return Evidence(rows, tables, terms, PARTNER, START_S, END_S, "2026-03")


def _known(values: Any) -> pa.Array:
    return pa.array(np.maximum(values, 0).astype(np.int32), mask=values < 0)


def _rows(name: str, count: int, **columns: Any) -> pa.Table:
    schema = table(name).schema
    arrays = []
    for part in schema:
        given = columns.get(part.name)
        if given is None:
            arrays.append(pa.nulls(count, part.type))
        elif pa.types.is_timestamp(part.type):
            micros = np.asarray(given, np.int64)
            arrays.append(pa.array(micros * 1_000_000, pa.int64(), mask=micros < 0).cast(part.type))
        elif isinstance(given, pa.Array):
            arrays.append(given.cast(part.type))
        else:
            arrays.append(pa.array(given, part.type))
    return pa.table(arrays, schema=schema)


def day_of(at_s: int) -> date:
    """The UTC date of an instant."""
    return date(1970, 1, 1) + timedelta(days=int(at_s) // DAY)
