"""Actions from their agreement to their end."""

from __future__ import annotations

from typing import Any

from tallystick.facts.stream import stream
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.period import Period
from tests.facts.floor import Row, at, facts, whole, zoned


def action(name: str, opened: str, due: str | None = None, closed: str | None = None, **parts: Any) -> Row:
    return {
        "action_key": key_of("desk", name),
        "action_id": name,
        "source": "desk",
        "partner": "aurora",
        "kind": "corrective",
        "opened_at": at(opened),
        "due_at": None if due is None else at(due),
        "closed_at": None if closed is None else at(closed),
        "owner": "ana",
        **parts,
    }


def test_an_action_keeps_its_instants_and_owner() -> None:
    table = facts("action", {"action": whole("action", [action("A", "08:00", closed="2026-03-03T08:00")])})
    (row,) = table.to_pylist()
    assert (row["agent"], row["case_id"], row["whole_s"]) == ("ana", "A", 86_400)


def test_a_period_reads_what_was_open_or_due_in_it() -> None:
    rows = {
        "action": whole(
            "action",
            [
                action("over", "2026-01-02T08:00", "2026-01-09T08:00", "2026-01-09T08:00"),
                action("open", "2026-01-02T08:00"),
                action("due in it", "2026-02-02T08:00", "2026-03-09T08:00", "2026-02-03T08:00"),
                action("closed in it", "2026-02-02T08:00", "2026-02-09T08:00", "2026-03-03T08:00"),
                action("later", "2026-04-02T08:00"),
            ],
        )
    }
    period = Period.parse("2026-03", "UTC")
    cut = stream("action").of_period(rows, period.start_s, period.end_s, zoned())["action"]
    assert set(cut.column("action_id").to_pylist()) == {"open", "due in it", "closed in it"}
    assert cut.column_names == rows["action"].column_names
