"""Whether the agent who answered is listed with the contact's language."""

from __future__ import annotations

from typing import Any

import pytest

from tallystick.facts.stream import stream as stream_named
from tests.facts.segments import NOON, TERMS, abandoned, answered, call_rows, facts, rows_of


def agents(*rows: tuple[str, str | None]) -> Any:
    listed = [{"agent_key": n, "agent_id": name, "languages": told} for n, (name, told) in enumerate(rows)]
    return rows_of("agent", listed)


@pytest.mark.parametrize(
    ("languages", "language", "speaks"),
    [("de en", "de", True), ("en", "de", False), ("DE", "de", True), (None, "de", None), ("de", None, None)],
)
def test_what_the_roster_says_decides(languages: str | None, language: str | None, speaks: bool | None) -> None:
    calls = call_rows(answered(language=language))
    (row,) = facts("call_language", call=calls, agent=agents(("ana", languages))).to_pylist()
    assert row["speaks"] is speaks


def test_two_rosters_that_disagree_tell_nothing() -> None:
    calls = call_rows(answered(language="de"))
    (row,) = facts("call_language", call=calls, agent=agents(("ana", "de"), ("ana", "en"))).to_pylist()
    assert row["speaks"] is None


def test_only_calls_on_which_somebody_talked_have_a_row() -> None:
    rows = facts("call_language", call=call_rows(abandoned("A"), answered("B")), agent=agents(("ana", "de")))
    assert rows.column("case_id").to_pylist() == ["B"]


def test_a_period_brings_the_agents_of_its_calls_alone() -> None:
    declared = stream_named("call_language")
    assert declared is not None
    given = {"call": call_rows(answered()), "agent": agents(("ana", "de"), ("bo", "en"))}
    begin = int(NOON.timestamp())
    cut = declared.of_period(given, begin, begin + 3600, TERMS)
    assert cut["agent"].column("agent_id").to_pylist() == ["ana"]
