"""One row behind a figure that is no case: its places, its facts, and the records of its key or of its time."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tallystick.records.table import table
from tallystick.verdicts.evidence import GateAnswer, canonical_rows
from tallystick.verdicts.explain import Kept, kept
from tallystick.verdicts.explain_row import RowExplained, explain_row
from tallystick.verdicts.gathering import evidence_of_rows
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.errors import NotFound
from tests.facts.floor import at, shift, state
from tests.facts.segments import Call, abandoned, answered
from tests.facts.streams.test_employment import person
from tests.facts.streams.test_proficiency import week
from tests.verdicts.agreement import promise_from
from tests.verdicts.fixed_desk import TEXT as DESK
from tests.verdicts.fixed_desk import rows_of
from tests.verdicts.kept_desk import kept_text, of_clocks
from tests.verdicts.tiny_lake import statuses, survey

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = DESK.partition("clauses:")[0].replace("channels: [email]", "channels: [phone, email]") + (
    "clauses:\n"
    "  - {id: T1, kind: kpi, measure: service_level, params: {seconds: 20}, target: 80%}\n"
    "  - {id: T2, kind: kpi, measure: average_speed_of_answer, target: 30s}\n"
    "  - {id: W1, kind: kpi, measure: schedule_adherence, target: 90%}\n"
    "  - {id: W2, kind: kpi, measure: attrition, target: 150%}\n"
    "  - {id: L1, kind: kpi, measure: change_load, target: 2}\n"
    "  - {id: P1, kind: kpi, measure: speed_to_proficiency, target: 4}\n"
    "  - {id: K3, kind: kpi, measure: csat, target: 70%}\n"
    "  - {id: X1, kind: kpi, measure: tidiness, target: 70%, value: typed, evidence: e,\n"
    "     typed: [{period: 2026-03, value: 71%, n: 50, evidence: e}]}\n"
)


def calls() -> list[dict[str, Any]]:
    german = {"language": "de"}
    told = [
        answered("K-1", MONDAY, wait=10, **german),
        answered("K-2", MONDAY + timedelta(minutes=5), wait=45, **german),
        abandoned("K-3", MONDAY + timedelta(minutes=9), wait=70, **german),
        # Its segments came in the wrong order.
        Call("K-4", MONDAY + timedelta(minutes=12), **german).waits(15).talks(15, 60),
        answered("K-5", MONDAY + timedelta(minutes=20), wait=5, direction="outbound", **german),
    ]
    return [row for call in told for row in (call.rows[::-1] if call.name == "K-4" else call.rows)]


STATES = [
    state("available", "2026-03-02T07:00", "2026-03-02T11:00"),
    state("available", "2026-03-02T07:00", "2026-03-02T10:00", agent="bo"),
    state("talk", "2026-03-02T10:00", None, agent="bo"),
    state("available", "2026-03-03T07:00", "2026-03-03T08:00", agent="bo"),
    # The spans of the days before and after end and begin with the day's own.
    state("available", "2026-03-01T22:00", "2026-03-02T00:00", agent="bo"),
    state("available", "2026-02-27T07:00", "2026-02-27T08:00", agent="bo"),
]
SHIFTS = [
    shift("work", "2026-03-02T07:00", "2026-03-02T11:00", published="2026-02-20T00:00"),
    shift("work", "2026-03-02T09:00", "2026-03-02T11:00", agent="bo", published="2026-02-20T00:00"),
    shift("work", "2026-03-02T07:00", "2026-03-02T09:00", agent="bo", published="2026-02-20T00:00"),
    shift("work", "2026-03-04T07:00", "2026-03-04T09:00", agent="bo", published="2026-02-20T00:00"),
]
PEOPLE = [
    person("p1", "2025-06-01"),
    person("gone", "2025-06-01", "2026-03-15", left_as="voluntary"),
    person("fresh", "2026-02-16", live_on=date(2026, 3, 2)),
]
CHANGES = [
    {
        "announcement_key": key_of("change", name),
        "announcement_id": name,
        "title": f"Change {name}",
        "partner": "aurora",
        "queue": queue,
        "published_at": at(published),
        "effective_at": at(published),
    }
    for name, queue, published in (
        ("one", "billing", "2026-03-05T00:00"),
        ("two", "billing", "2026-03-06T00:00"),
        ("old", "returns", "2026-01-05T00:00"),
    )
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VerdictStore:
    stamped = {"source_at": at("2026-03-01T00:00")}
    given: dict[str, list[dict[str, Any]]] = {
        "mapping": statuses(),
        "call": [*calls(), *week("fresh", 0, 3, 10)],
        "agent_state": STATES,
        "shift": SHIFTS,
        "agent": PEOPLE,
        "announcement": CHANGES,
        "identity": [],
        "survey_response": [survey("S-1", "2026-03-03T10:00:00", 5)],
    }
    rows = {
        name: rows_of(name, [{**stamped, **row} if "source_at" in columns(name) else row for row in several])
        for name, several in given.items()
    }
    evidence = evidence_of_rows(canonical_rows(rows), promise_from(TEXT, AS_OF).terms, GateAnswer())
    return kept_text(tmp_path_factory.mktemp("desk"), evidence, TEXT, as_of=AS_OF)


def columns(name: str) -> set[str]:
    return {column.name for column in table(name).all_columns}


def of(store: VerdictStore, clause: str) -> Kept:
    return kept(store, store.find(f"aurora/{clause}/2026-03"))


def told(store: VerdictStore, clause: str, row_id: str) -> RowExplained:
    return explain_row(of(store, clause), row_id)


@pytest.mark.parametrize(
    ("clause", "row_id", "sentence"),
    [
        ("T1", "K-1", "Call K-1 kept the promise."),
        ("T1", "K-2", "Call K-2 did not keep the promise."),
        ("T2", "K-2", "Call K-2 is counted."),
        ("W1", "bo@2026-03-02", "Day of an agent bo@2026-03-02 is counted."),
        ("L1", "billing@2026-03-06", "Day of a queue billing@2026-03-06 is counted."),
    ],
)
def test_a_row_is_told_in_one_sentence(store: VerdictStore, clause: str, row_id: str, sentence: str) -> None:
    found = told(store, clause, row_id)
    assert found.sentence == sentence
    assert found.command == f"tally explain fixed-desk/aurora/{clause}/2026-03 --case {row_id}"


def test_a_row_takes_the_places_that_the_figure_gives_it(store: VerdictStore) -> None:
    assert [place.status for place in told(store, "T1", "K-3").places] == ["missed"]
    assert told(store, "T2", "K-3").sentence == "Call K-3 is left out: not answered."
    assert told(store, "P1", "fresh").sentence == "Beginner fresh is left out: never compared."
    assert told(store, "T1", "K-5").sentence == "Call K-5 is left out: not inbound."


def test_facts_are_told_without_keys_local_dates_and_what_is_empty(store: VerdictStore) -> None:
    (facts,) = told(store, "T1", "K-3").facts
    assert {name: facts[name] for name in ("wait_s", "outcome", "ended_by", "offered_at")} == {
        "wait_s": 70,
        "outcome": "abandoned",
        "ended_by": "customer",
        "offered_at": MONDAY + timedelta(minutes=9),
    }
    assert "agent" not in facts, "nobody answered"
    assert not [name for name in facts if name.endswith(("_key", "_on", "_week", "_month"))]
    assert facts["talk_s"] == 0, "nothing is a figure as well"


def test_a_call_is_shown_with_its_segments_in_the_order_of_time(store: VerdictStore) -> None:
    ((name, segments),) = told(store, "T1", "K-4").records
    assert name == "call"
    assert [(one["kind"], one["started_at"]) for one in segments] == [
        ("queue", MONDAY + timedelta(minutes=12)),
        ("talk", MONDAY + timedelta(minutes=12, seconds=15)),
    ]
    assert {one["call_id"] for one in segments} == {"K-4"}
    assert not {"source", "partner", "seq", "call_key", "segment_key", "case_key", "requester_key"} & set(segments[0])


def starts(store: VerdictStore, row_id: str) -> dict[str, list[str]]:
    """When the records behind a day of an agent begin, by table."""
    records = told(store, "W1", row_id).records
    return {name: [f"{one['started_at']:%d %H:%M}" for one in rows] for name, rows in records}


def test_a_day_of_an_agent_is_shown_with_the_states_and_shifts_that_touch_it(store: VerdictStore) -> None:
    assert starts(store, "bo@2026-03-02") == {
        # The span of the evening before ends as the day begins; the talk has no end.
        "agent_state": ["02 07:00", "02 10:00"],
        "shift": ["02 07:00", "02 09:00"],
    }
    assert starts(store, "ana@2026-03-02") == {"agent_state": ["02 07:00"], "shift": ["02 07:00"]}
    assert starts(store, "bo@2026-03-04") == {"shift": ["04 07:00"]}
    states = dict(told(store, "W1", "ana@2026-03-02").records)["agent_state"]
    assert {one["agent"] for one in states} == {"ana"}
    assert "partner" not in states[0]


def test_a_month_of_employment_is_shown_with_the_person(store: VerdictStore) -> None:
    ((name, (one,)),) = told(store, "W2", "gone@202603").records
    assert (name, one["agent_id"], one["left_on"]) == ("agent", "gone", date(2026, 3, 15))
    assert "agent_key" not in one


def test_what_belongs_to_nobody_is_shown_with_all_that_touches_its_time(store: VerdictStore) -> None:
    ((name, changes),) = told(store, "L1", "billing@2026-03-06").records
    assert (name, [one["announcement_id"] for one in changes]) == ("announcement", ["one", "two"])
    ((_, changes),) = told(store, "L1", "billing@2026-03-05").records
    assert [one["announcement_id"] for one in changes] == ["one"]


def test_a_row_without_an_end_of_its_own_is_shown_without_records(store: VerdictStore) -> None:
    found = told(store, "P1", "fresh")
    assert found.records == ()
    assert found.facts[0]["agent"] == "fresh"


@pytest.mark.parametrize(
    ("clause", "row_id", "message", "near"),
    [
        ("T1", "K-11", "call", ("K-1",)),
        ("X1", "K-1", "row", ()),
        ("W1", "bo@2026-03-22", "day of an agent", ("bo@2026-03-02",)),
    ],
)
def test_what_is_not_there_is_told_with_what_looks_alike(
    store: VerdictStore, clause: str, row_id: str, message: str, near: tuple[str, ...]
) -> None:
    with pytest.raises(NotFound) as caught:
        told(store, clause, row_id)
    assert message in caught.value.message
    assert set(near) <= set(caught.value.near)


def test_where_the_facts_are_lost_the_row_is_not_found(store: VerdictStore, tmp_path: Path) -> None:
    shutil.copytree(store.folder, tmp_path / "verdicts")
    for path in tmp_path.rglob("fact_call.parquet"):
        path.unlink()
    with pytest.raises(NotFound) as caught:
        told(VerdictStore(tmp_path / "verdicts"), "T1", "K-1")
    assert caught.value.near == ()


def test_a_clause_on_clocks_has_no_rows_of_its_own(tmp_path: Path) -> None:
    clocks = kept_text(tmp_path, of_clocks(2, 1))
    with pytest.raises(NotFound):
        explain_row(kept(clocks, clocks.find("aurora/A1/2026-03")), "C-1")


def test_the_parts_of_a_row_are_json(store: VerdictStore) -> None:
    parts = told(store, "T1", "K-4").as_json()
    assert parts["verdict"] == "aurora/T1/2026-03"
    assert parts["places"] == [{"status": "met", "brings": 1}]
    assert [(one["table"], len(one["rows"])) for one in parts["records"]] == [("call", 2)]
    assert json.loads(json.dumps(parts)) == parts
