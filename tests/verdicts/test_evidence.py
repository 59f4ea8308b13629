"""Which records moved between two judgings of one period, and what people call them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence, canonical_rows, only_cases
from tests.facts.segments import answered
from tests.verdicts.fixed_desk import rows_of
from tests.verdicts.tiny_lake import at, case, case_key, event, reported, statuses, survey


def evidence(**tables: list[dict[str, Any]]) -> PeriodEvidence:
    return PeriodEvidence(canonical_rows({name: rows_of(name, rows) for name, rows in tables.items()}), {})


ONE, TWO = case("1", "2026-03-02T08:00:00"), case("2", "2026-03-03T08:00:00")
REPLY = event("1", "2026-03-02T09:00:00", "message", "agent", "public")
CREATED = event("2", "2026-03-03T08:00:00", "created", "customer")
ANSWER = survey("1", "2026-03-03T10:00:00", 5)


def told(new: PeriodEvidence, old: PeriodEvidence) -> list[tuple[str, str, str]]:
    found, count = new.differing(old)
    assert count == len(found)
    return [(one.table, one.name, one.change) for one in found]


def test_nothing_moved_between_the_same_rows() -> None:
    one = evidence(case=[ONE, TWO], case_event=[REPLY], mapping=statuses())
    assert one.differing(evidence(case=[TWO, ONE], case_event=[REPLY], mapping=statuses()[::-1])) == ((), 0)


def test_records_that_came_left_or_changed_are_named_as_people_call_them() -> None:
    late = {**REPLY, "event_at": at("2026-03-02T09:30:00")}
    old = evidence(case=[ONE, TWO], case_event=[REPLY], survey_response=[ANSWER], mapping=statuses())
    new = evidence(
        case=[{**ONE, "queue": "returns"}, TWO],
        case_event=[late, CREATED],
        survey_response=[{**ANSWER, "score": 1}],
        mapping=statuses()[1:],
        reported_value=[reported("0.75")],
    )
    # One table after another, and each named by its case where it has one.
    assert sorted(told(new, old)) == [
        ("case", "case 1", "changed"),
        ("case_event", "case 1: message public at 2026-03-02 09:30:00 UTC", "changed"),
        ("case_event", "case 2: created at 2026-03-03 08:00:00 UTC", "added"),
        ("mapping", "mapping New", "removed"),
        ("reported_value", "reported_value First reply within SLA", "added"),
        ("survey_response", "case 1", "changed"),
    ]
    assert [table for table, _, _ in told(new, old)] == sorted(table for table, _, _ in told(new, old))
    assert {(name, change) for _, name, change in told(old, new)} == {
        ("case 1", "changed"),
        ("case 1: message public at 2026-03-02 09:00:00 UTC", "changed"),
        ("case 2: created at 2026-03-03 08:00:00 UTC", "removed"),
        ("mapping New", "added"),
        ("reported_value First reply within SLA", "removed"),
    }


def test_a_case_that_left_with_its_events_is_named_as_it_was() -> None:
    old = evidence(case=[ONE, TWO], case_event=[REPLY, CREATED])
    assert sorted(told(evidence(case=[ONE], case_event=[REPLY]), old)) == [
        ("case", "case 2", "removed"),
        ("case_event", "case 2: created at 2026-03-03 08:00:00 UTC", "removed"),
    ]


def test_a_survey_of_a_case_that_is_not_read_is_named_by_its_key() -> None:
    other = survey("9", "2026-03-03T10:00:00", 5)
    old, new = evidence(case=[ONE]), evidence(case=[ONE], survey_response=[other])
    assert told(new, old) == [("survey_response", f"survey_response {other['response_key']}", "added")]


def test_a_call_is_named_by_its_own_id_also_where_it_belongs_to_a_case() -> None:
    call = answered("K-1", at("2026-03-02T09:00:00"), wait=10, case_key=case_key("1"))
    rows = [row | {"source_at": row["started_at"]} for row in call.rows]
    new, old = evidence(case=[ONE], call=rows), evidence(case=[ONE], call=[])
    assert {name for _, name, _ in told(new, old)} == {"call K-1"}


@pytest.mark.parametrize(("count", "shown"), [(199, 199), (200, 200), (205, 200)])
def test_at_most_two_hundred_are_named_and_all_are_counted(count: int, shown: int) -> None:
    begin = at("2026-03-02T08:00:00")
    many = [
        {**REPLY, "event_key": key, "event_at": begin + timedelta(seconds=key)} for key in range(1, count + 1)
    ]  # fmt: skip
    found, moved = evidence(case=[ONE], case_event=many).differing(evidence(case=[ONE]))
    assert (len(found), moved) == (shown, count)
    assert [one.key for one in found] == list(range(1, shown + 1))
    assert {one.change for one in found} == {"added"}


def test_a_table_that_is_absent_is_empty_and_one_more_is_kept() -> None:
    rows = canonical_rows({"case": rows_of("case", [ONE]), "call": rows_of("call", [])})
    assert {name: table.num_rows for name, table in rows.items()} == {
        "case": 1, "case_event": 0, "survey_response": 0, "mapping": 0, "reported_value": 0, "call": 0,
    }  # fmt: skip
    assert rows["case_event"].schema == canonical_rows({})["case_event"].schema


def test_only_the_rows_of_the_cases_that_are_asked_for_are_kept() -> None:
    rows = canonical_rows({"case": rows_of("case", [ONE, TWO])})["case"]
    wanted = rows.filter([case_id == "2" for case_id in rows.column("case_id").to_pylist()]).column("case_key")
    assert only_cases(rows, wanted).column("case_id").to_pylist() == ["2"]


def test_figures_are_provisional_where_the_gate_gives_a_reason() -> None:
    assert GateAnswer(reasons=("late",)).provisional
    assert not GateAnswer(findings=(("TS-D001", "late", 3),)).provisional
    parts = {"reasons": ["late"], "findings": [["a", "b", 3]], "feeds": [["zendesk", 9, "2026-04-06T09:00:00Z"]]}
    assert GateAnswer.from_json(parts) == GateAnswer(
        ("late",), (("a", "b", 3),), (("zendesk", 9, "2026-04-06T09:00:00Z"),)
    )
