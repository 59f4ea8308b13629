"""Months of employment, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from tallystick.facts.stream import stream
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.period import Period
from tests.facts.floor import Row, at, facts, whole, zoned


def person(name: str, started: str | None, left: str | None = None, **parts: Any) -> Row:
    return {
        "agent_key": key_of("people", name),
        "agent_id": name,
        "partner": "aurora",
        "started_on": None if started is None else date.fromisoformat(started),
        "left_on": None if left is None else date.fromisoformat(left),
        **parts,
    }


def months(*people: Row, zone: str = "UTC") -> dict[tuple[str, int], Row]:
    listed = facts("employment", {"agent": whole("agent", people)}, zone).to_pylist()
    return {(row["agent"], row["month_month"]): row for row in listed}


def test_a_stay_is_its_months_from_the_first_day_to_the_last() -> None:
    """10 January to 5 March: 22 + 28 + 5 days, 54 days apart."""
    found = months(person("ana", "2026-01-10", "2026-03-05", left_as="voluntary"))
    assert [key[1] for key in found] == [202601, 202602, 202603]
    assert [row["days"] for row in found.values()] == [22, 28, 5]
    assert [row["month_days"] for row in found.values()] == [31, 28, 31]
    assert [(row["opens"], row["closes"]) for row in found.values()] == [(False, True), (True, True), (True, False)]
    assert [row["began"] for row in found.values()] == [True, False, False]
    assert [row["ended"] for row in found.values()] == [False, False, True]
    assert {row["stay_days"] for row in found.values()} == {54}
    assert [row["tenure_days"] for row in found.values()] == [21, 49, 54]
    assert found["ana", 202603]["left_at"] == at("2026-03-06T00:00")
    assert found["ana", 202603]["case_id"] == "ana@202603"


def test_opening_headcount_with_who_came_and_without_who_went_is_the_closing_one() -> None:
    found = months(
        person("a", "2026-01-01"),
        person("b", "2026-03-01", "2026-03-31"),
        person("c", "2026-02-28", "2026-03-01"),
        person("d", "2026-03-31"),
        person("e", "2026-03-02", "2026-04-01"),
    )
    march = [row for (_, month), row in found.items() if month == 202603]
    count = {name: sum(row[name] for row in march) for name in ("opens", "began", "ended", "closes")}
    assert count == {"opens": 2, "began": 3, "ended": 2, "closes": 3}


def test_who_has_not_left_has_months_until_the_terms_end() -> None:
    found = months(person("ana", "2026-01-10"))
    assert max(month for _, month in found) == 202608
    assert all(row["stay_days"] is None and row["left_at"] is None for row in found.values())


def test_a_person_without_a_first_day_has_no_month() -> None:
    assert months(person("ana", None, "2026-03-05")) == {}
    assert months() == {}


def test_a_last_day_before_the_first_one_is_none() -> None:
    assert months(person("ana", "2026-01-10", "2025-12-01"))["ana", 202601]["left_at"] is None


def test_months_begin_at_local_midnight() -> None:
    found = months(person("ana", "2026-03-01", "2026-04-30"), zone="Asia/Kolkata")
    assert found["ana", 202603]["month_at"] == at("2026-02-28T18:30")
    assert found["ana", 202603]["next_at"] == found["ana", 202604]["month_at"]


def test_the_people_of_a_period_are_those_who_were_there() -> None:
    people = whole(
        "agent",
        [
            person("before", "2025-01-01", "2026-02-20"),
            person("left", "2025-01-01", "2026-03-01"),
            person("there", "2026-03-31"),
            person("later", "2026-04-01"),
            person("unknown", None),
        ],
    )
    period = Period.parse("2026-03", "UTC")
    cut = stream("employment").of_period({"agent": people}, period.start_s, period.end_s, zoned())["agent"]
    assert cut.column("agent_id").to_pylist() == ["left", "there"]
    both = [
        facts("employment", {"agent": one}).filter(pa.compute.field("month_month") == 202603) for one in (people, cut)
    ]
    assert both[0].equals(both[1])
