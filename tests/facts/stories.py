"""A case told event by event, for tests that fold one or a few cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tallystick.facts.rows import facts_of_rows
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.clock_terms import ClockTerms
from tests.facts.histories import terms

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
MAPPING = [{"kind": "status", "source": "desk", "raw": "Waiting", "meaning": "pending", "valid_from": None}]


def clock_time(text: str) -> datetime:
    """`mon 08:30` and so on, in the week of Monday 2 March 2026; `mon+7 08:30` a week later."""
    day, time = text.split()
    name, _, later = day.partition("+")
    offset = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(name) + int(later or 0)
    hour, minute = time.split(":")
    return MONDAY.replace(hour=int(hour), minute=int(minute)) + timedelta(days=offset)


class Story:
    """One case; `tell` adds an event. The customer opens it on Monday 08:00 unless told otherwise."""

    def __init__(self, name: str = "A", at: str = "mon 08:00", **case: Any) -> None:
        self.case: dict[str, Any] = {
            "case_key": key_of("desk", name),
            "case_id": name,
            "source": "desk",
            "created_at": clock_time(at),
            "channel": "email",
            "language": "de",
            "queue": "billing",
            "priority": "normal",
            "reason": "invoice",
            "requester_key": None,
            "kind": "normal",
            "initiated_by": "customer",
            "partner": "aurora",
        } | case
        self.events: list[dict[str, Any]] = []
        self.tell(at, "created", self.case["initiated_by"])

    def tell(self, at: str, kind: str, actor: str = "agent", value: str | None = None, **parts: Any) -> Story:
        said = {"partner": self.case["partner"], "seq": 0} | parts
        said.setdefault("agent", "ana" if actor == "agent" else None)
        number = len(self.events)
        row = {"case_key": self.case["case_key"], "event_key": number, "event_at": clock_time(at)}
        self.events.append(row | {"kind": kind, "actor": actor, "value": value} | said)
        return self

    def writes(self, at: str, **parts: Any) -> Story:
        """The customer writes."""
        return self.tell(at, "message", "customer", "public", **parts)

    def replies(self, at: str, **parts: Any) -> Story:
        """An agent replies in public."""
        return self.tell(at, "message", "agent", "public", **parts)

    def status(self, at: str, word: str, actor: str = "agent", **parts: Any) -> Story:
        return self.tell(at, "status", actor, word, **parts)


class Told:
    """The facts of stories, easy to look into."""

    def __init__(self, *stories: Story, under: ClockTerms | None = None, mapping: Any = None) -> None:
        self.facts = facts_of_rows(
            [story.case for story in stories],
            [event for story in stories for event in story.events],
            MAPPING if mapping is None else mapping,
            under or terms(),
        )
        self.clocks = self.facts.table("clock").to_pylist()
        self.cases = {row["case_id"]: row for row in self.facts.table("case").to_pylist()}

    def all(self, kind: str, case_id: str = "A") -> list[dict[str, Any]]:
        rows = [row for row in self.clocks if row["kind"] == kind and row["case_id"] == case_id]
        return sorted(rows, key=lambda row: row["n"])

    def one(self, kind: str, case_id: str = "A") -> dict[str, Any]:
        (row,) = self.all(kind, case_id)
        return row

    def case(self, case_id: str = "A") -> dict[str, Any]:
        return self.cases[case_id]
