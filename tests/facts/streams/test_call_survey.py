"""Which answered calls were surveyed, and when first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tallystick.facts.stream import stream as stream_named
from tallystick.vocabulary.canonical import key_of
from tests.facts.segments import TERMS, facts, rows_of
from tests.facts.stories import clock_time

BEGAN = clock_time("mon 10:00")
SECOND = timedelta(seconds=1)


def segment(call: str, kind: str, begin: int, end: int, result: str, seq: int = 0) -> dict[str, Any]:
    return {
        "segment_key": key_of("x", f"{call}{kind}{begin}"), "call_key": key_of("x", call), "call_id": call, "seq": seq,
        "source": "x", "kind": kind, "started_at": BEGAN + begin * SECOND, "ended_at": BEGAN + end * SECOND,
        "result": result, "queue": "Line", "channel": "phone", "direction": "inbound",
        "agent": "a1" if kind == "talk" else None,
    }  # fmt: skip


def answered(call: str, begin: int = 0) -> list[dict[str, Any]]:
    return [
        segment(call, "queue", begin, begin + 10, "answered"),
        segment(call, "talk", begin + 10, begin + 100, "completed"),
    ]


def survey(call: str, after: int, number: int) -> dict[str, Any]:
    sent = BEGAN + after * SECOND
    return {"response_key": number, "case_key": key_of("x", call), "sent_at": sent, "kind": "fcr"}


def surveyed(calls: list[dict[str, Any]], *surveys: dict[str, Any]) -> dict[str, Any]:
    found = facts("call_survey", call=rows_of("call", calls), survey_response=rows_of("survey_response", surveys))
    return {row["case_id"]: row["surveyed_at"] for row in found.to_pylist()}


def test_the_first_survey_after_the_answer_is_the_calls_own() -> None:
    calls = [*answered("A"), *answered("B"), *answered("C")]
    sent = [survey("A", 900, 1), survey("A", 300, 2), survey("B", 9, 3), survey("B", 31 * 86_400, 4)]
    assert surveyed(calls, *sent) == {"A": BEGAN + 300 * SECOND, "B": None, "C": None}


def test_who_gave_up_is_owed_none_and_a_call_with_two_visits_is_owed_one() -> None:
    lost = segment("L", "queue", 0, 40, "abandoned")
    again = [
        *answered("A"),
        segment("A", "queue", 100, 120, "answered", 1),
        segment("A", "talk", 120, 200, "completed", 1),
    ]
    assert set(surveyed([lost, *again])) == {"A"}
    rows = facts("call_survey", call=rows_of("call", again), survey_response=rows_of("survey_response", []))
    assert rows.num_rows == 1


def test_a_period_brings_the_surveys_that_may_belong_to_its_calls() -> None:
    declared = stream_named("call_survey")
    assert declared is not None
    days = [-2, 0, 39, 41]
    rows = rows_of("survey_response", [survey("A", day * 86_400, day + 5) for day in days])
    begin = int(BEGAN.timestamp())
    calls = rows_of("call", answered("A"))
    cut = declared.of_period({"survey_response": rows, "call": calls}, begin, begin + 10 * 86_400, TERMS)
    assert sorted(cut["survey_response"].column("response_key").to_pylist()) == [5, 44]
