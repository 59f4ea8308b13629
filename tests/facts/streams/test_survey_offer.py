"""Which solved cases were surveyed, and when first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from tallystick.facts.rows import facts_of_rows
from tallystick.facts.stream import stream as stream_named
from tests.facts.segments import TERMS, facts, rows_of
from tests.facts.stories import Story, clock_time

SOLVED = clock_time("mon 10:00")


def case_facts(*stories: Story) -> pa.Table:
    rows = [story.case for story in stories]
    events = [event for story in stories for event in story.events]
    found = facts_of_rows(rows_of("case", rows), rows_of("case_event", events), rows_of("mapping", []), TERMS)
    return found.table("case")


def solved(name: str) -> Story:
    return Story(name).replies("mon 09:00").tell("mon 10:00", "status", value="solved", seq=1)


def survey(name: str, sent: datetime, number: int = 0) -> dict[str, Any]:
    return {"response_key": number, "case_key": Story(name).case["case_key"], "sent_at": sent, "kind": "csat"}


def offers(cases: pa.Table, *surveys: dict[str, Any]) -> dict[str, Any]:
    rows = facts("survey_offer", case=cases, survey_response=rows_of("survey_response", surveys)).to_pylist()
    return {row["case_id"]: row["surveyed_at"] for row in rows}


def test_the_first_survey_near_the_solving_is_the_one() -> None:
    cases = case_facts(solved("A"), solved("B"), Story("C"))
    hour, month = timedelta(hours=1), timedelta(days=31)
    surveys = [survey("A", SOLVED + 2 * hour, 1), survey("A", SOLVED + hour, 2), survey("B", SOLVED + month, 3)]
    assert offers(cases, *surveys) == {"A": SOLVED + hour, "B": None}


def test_an_unsolved_case_is_not_owed_one() -> None:
    assert offers(case_facts(Story("A"))) == {}


def test_a_period_brings_the_surveys_that_may_belong_to_its_cases() -> None:
    declared = stream_named("survey_offer")
    assert declared is not None
    days = [-31, -30, 0, 40, 41]
    rows = rows_of("survey_response", [survey("A", SOLVED + timedelta(days=day), day + 50) for day in days])
    begin = int(SOLVED.timestamp())
    cut = declared.of_period({"survey_response": rows}, begin, begin + 10 * 86_400, TERMS)["survey_response"]
    assert sorted(cut.column("response_key").to_pylist()) == [20, 50, 90]
