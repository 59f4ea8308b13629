"""Requests to confirm announcements, and the load of changes by day, counted by hand."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.stream import stream
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.period import Period
from tests.facts.floor import Row, at, facts, shift, whole, zoned


def change(name: str, published: str, effective: str | None = None, **parts: Any) -> Row:
    return {
        "announcement_key": key_of("wiki", name),
        "announcement_id": name,
        "source": "wiki",
        "partner": "aurora",
        "title": name,
        "published_at": at(published),
        "effective_at": None if effective is None else at(effective),
        **parts,
    }


def asked(name: str, when: str, agent: str = "ana", **parts: Any) -> Row:
    return {
        "acknowledgement_key": key_of("wiki", name, agent),
        "announcement_key": key_of("wiki", name),
        "source": "wiki",
        "partner": "aurora",
        "agent": agent,
        "asked_at": at(when),
        **parts,
    }


def given(requests: list[Row], changes: list[Row], shifts: tuple[Row, ...] = ()) -> dict[str, pa.Table]:
    return {
        "acknowledgement": whole("acknowledgement", requests),
        "announcement": whole("announcement", changes),
        "shift": whole("shift", shifts),
        "identity": whole("identity", []),
    }


def briefing(rows: dict[str, pa.Table]) -> dict[str, Row]:
    return {row["agent"]: row for row in facts("briefing", rows).to_pylist()}


def test_only_who_is_on_shift_before_it_holds_could_have_read_it() -> None:
    """Asked on Monday at 12:00, holds from Wednesday 00:00: Ana works on Tuesday, Bo has leave, Cleo works later."""
    names = ("ana", "bo", "cleo", "dan")
    rows = given(
        [asked("N", "12:00", agent=name) for name in names],
        [change("N", "12:00", "2026-03-04T00:00", topic="refunds")],
        (
            shift("work", "2026-03-03T09:00", "2026-03-03T17:00"),
            shift("leave", "2026-03-03T09:00", "2026-03-03T17:00", agent="bo"),
            shift("work", "2026-03-06T09:00", "2026-03-06T17:00", agent="cleo"),
        ),
    )
    found = briefing(rows)
    assert {name: found[name]["on_shift"] for name in names} == {"ana": True, "bo": False, "cleo": False, "dan": None}
    assert found["ana"]["effective_at"] == at("2026-03-04T00:00")
    assert found["ana"]["reason"] == "refunds"
    assert found["ana"]["case_id"] == "ana@N"


def test_reading_is_what_was_timed_else_from_opening_to_confirming() -> None:
    rows = given(
        [
            asked("N", "12:00", opened_at=at("12:00"), acknowledged_at=at("12:02"), reading_s=30),
            asked("N", "12:00", agent="bo", opened_at=at("12:00"), acknowledged_at=at("12:02")),
            asked("N", "12:00", agent="cleo", acknowledged_at=at("12:02")),
        ],
        [change("N", "12:00")],
    )
    assert {name: row["read_s"] for name, row in briefing(rows).items()} == {"ana": 30, "bo": 120, "cleo": None}


def test_a_request_without_its_announcement_stays() -> None:
    rows = given([asked("N", "12:00")], [])
    assert briefing(rows)["ana"]["effective_at"] is None


def test_the_rows_of_a_period_give_the_same_requests() -> None:
    """Asked in February of what holds in March, and asked in March."""
    rows = given(
        [asked("A", "2026-02-20T08:00"), asked("B", "2026-03-20T08:00"), asked("C", "2026-01-20T08:00")],
        [
            change("A", "2026-02-20T08:00", "2026-03-05T00:00"),
            change("B", "2026-03-20T08:00", "2026-04-05T00:00"),
            change("C", "2026-01-20T08:00", "2026-02-05T00:00"),
        ],
        tuple(shift("work", f"2026-0{month}-25T09:00", f"2026-0{month}-25T17:00") for month in (1, 2, 3)),
    )
    period = Period.parse("2026-03", "UTC")
    cut = stream("briefing").of_period(rows, period.start_s, period.end_s, zoned())
    whole_, part = (facts("briefing", one) for one in (rows, dict(cut)))
    assert part.column("announcement_id").to_pylist() == ["A", "B"] or part.num_rows == 2
    kept = whole_.filter(
        pc.is_in(whole_["acknowledgement_key"], value_set=part["acknowledgement_key"].combine_chunks())
    )
    assert kept.equals(part)


def load(*changes: Row) -> dict[tuple[str | None, str], tuple[int, int]]:
    table = facts("change_load", {"announcement": whole("announcement", changes)}).to_pylist()
    return {(row["queue"], row["day_on"].isoformat()): (row["live"], row["began"]) for row in table}


def test_a_change_is_fresh_until_it_ends_at_most_for_fourteen_days() -> None:
    found = load(
        change("A", "2026-03-01T08:00", "2026-03-02T00:00", ended_at=at("2026-03-03T12:00")),
        change("B", "2026-03-03T08:00"),
    )
    assert found[None, "2026-03-02"] == (1, 1)
    assert found[None, "2026-03-03"] == (2, 1)
    assert found[None, "2026-03-04"] == (1, 0)
    assert max(found)[1] == "2026-03-17"


def test_days_without_a_fresh_change_have_no_row() -> None:
    found = load(change("A", "2026-03-01T00:00", ended_at=at("2026-03-02T00:00")), change("B", "2026-03-05T08:00"))
    assert [on for _, on in found][:2] == ["2026-03-01", "2026-03-05"]
    assert all(live for live, _ in found.values())


def test_a_change_for_everybody_counts_in_the_days_of_every_queue() -> None:
    found = load(change("A", "2026-03-02T00:00"), change("B", "2026-03-02T00:00", queue="vip"),
                 change("C", "2026-03-02T00:00", queue="billing"))  # fmt: skip
    assert found["vip", "2026-03-02"] == found["billing", "2026-03-02"] == (2, 2)
    assert found[None, "2026-03-02"] == (1, 1)
    assert load() == {}


def test_the_changes_of_a_period_give_its_days_as_all_changes_do() -> None:
    days = ("2026-02-01", "2026-02-20", "2026-03-10", "2026-04-01")
    changes = [change(day, f"{day}T08:00", queue=queue) for day in days for queue in (None, f"q{day[:7]}")]
    changes = [one | {"announcement_key": place} for place, one in enumerate(changes)]
    rows = {"announcement": whole("announcement", changes)}
    period = Period.parse("2026-03", "UTC")
    cut = stream("change_load").of_period(rows, period.start_s, period.end_s, zoned())
    assert set(cut["announcement"].column("title").to_pylist()) == {"2026-02-20", "2026-03-10"}
    both = [facts("change_load", one) for one in (rows, dict(cut))]
    kept = [one.filter(pc.equal(one["day_month"], 202603)) for one in both]
    assert kept[0].equals(kept[1])
