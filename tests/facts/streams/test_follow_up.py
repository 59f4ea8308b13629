"""Whether somebody came back after an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tallystick.facts.stream import stream as stream_named
from tests.facts.segments import NOON, TERMS, Call, answered, call_rows, facts, rows_of

ANSWERED = NOON


def survey(case_key: int | None = 1, number: int = 1, at: datetime | None = ANSWERED) -> dict[str, Any]:
    return {
        "response_key": number,
        "case_key": case_key,
        "kind": "csat",
        "sent_at": NOON,
        "answered_at": at,
        "score": 1,
    }


def message(after_s: int, case_key: int = 1, actor: str = "agent", value: str = "public") -> dict[str, Any]:
    at = ANSWERED + timedelta(seconds=after_s)
    return {
        "case_key": case_key,
        "event_key": after_s,
        "event_at": at,
        "kind": "message",
        "actor": actor,
        "value": value,
    }


def followed(surveys: list[dict[str, Any]], events: list[dict[str, Any]], *calls: Call) -> dict[int, Any]:
    rows = facts(
        "follow_up",
        survey_response=rows_of("survey_response", surveys),
        case_event=rows_of("case_event", events),
        call=call_rows(*calls),
    ).to_pylist()
    return {row["response_key"]: row["followed_at"] for row in rows}


def test_the_first_public_message_by_a_person_after_the_answer_is_the_one() -> None:
    events = [
        message(-60),
        message(30, actor="customer"),
        message(40, value="auto"),
        message(50, case_key=2),
        message(90),
        message(120),
    ]
    assert followed([survey()], events) == {1: ANSWERED + timedelta(seconds=90)}


def test_an_outbound_call_about_the_case_counts_too() -> None:
    out = answered("A", NOON + timedelta(hours=1), case_key=1, direction="outbound", wait=5)
    into = answered("B", NOON + timedelta(minutes=1), case_key=1)
    assert followed([survey()], [], out, into) == {1: NOON + timedelta(hours=1, seconds=5)}


def test_nothing_beyond_thirty_days_and_nothing_of_another_case() -> None:
    assert followed([survey(), survey(2, 2), survey(None, 3)], [message(31 * 86_400)]) == {1: None, 2: None, 3: None}
    assert followed([survey()], [message(30 * 86_400)])[1] is not None


def test_each_answer_has_its_own_follow_up() -> None:
    surveys = [survey(number=1), survey(number=2, at=ANSWERED + timedelta(seconds=100))]
    found = followed(surveys, [message(50), message(200)])
    assert found == {1: ANSWERED + timedelta(seconds=50), 2: ANSWERED + timedelta(seconds=200)}


def test_a_survey_without_an_answer_has_no_row() -> None:
    assert followed([survey(at=None)], [message(50)]) == {}


def test_a_period_brings_the_calls_after_it() -> None:
    declared = stream_named("follow_up")
    assert declared is not None
    later = [answered(f"N{day}", NOON + timedelta(days=day), case_key=1, direction="outbound") for day in (1, 32)]
    given = {"survey_response": rows_of("survey_response", [survey()]), "call": call_rows(*later)}
    begin = int(NOON.timestamp())
    cut = declared.of_period(given, begin, begin + 86_400, TERMS)
    assert set(cut["call"].column("call_id").to_pylist()) == {"N1"}
    assert cut["survey_response"].num_rows == 1
