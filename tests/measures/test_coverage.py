"""Which measures a source can support, and why not the others."""

from __future__ import annotations

import pytest

from tallystick.facts.stream import streams
from tallystick.measures.coverage import coverage, tables_of
from tallystick.measures.measure import catalogue
from tallystick.records.connector import Connector
from tallystick.records.ingest import CONNECTORS
from tallystick.records.table import tables
from tallystick.registry import load_folder

KNOWN = load_folder(CONNECTORS, Connector)  # type: ignore[type-abstract]


def test_every_measure_reads_tables_that_exist_and_each_lands_in_one_group() -> None:
    needs = tables_of()
    assert set(needs) == {measure.id for measure in catalogue().values()}
    assert set().union(*needs.values()) <= set(tables())
    for fills in ((), ("case",), ("case", "case_event"), ("survey_response",)):
        found = coverage(fills)
        groups = [set(found.alone), set(found.together), set(found.without), set(found.refused)]
        assert sum(map(len, groups)) == len(needs)
        assert set().union(*groups) == set(needs)


def test_a_survey_tool_supports_answers_and_no_clocks() -> None:
    found = coverage(("survey_response",))
    assert {"csat", "nps", "ces"} <= set(found.alone)
    assert found.without["first_reply_time"] == ("case", "case_event")
    assert "csat" not in coverage(("case", "case_event")).alone


def test_what_a_source_says_that_it_cannot_tell_is_never_counted_as_supported() -> None:
    entry = KNOWN["any_table"]
    found = coverage(entry.fills, entry.cannot)
    assert "next_reply_time" in found.refused
    assert "next_reply_time" not in found.alone
    assert "never next_reply_time" in found.sentence or "next_reply_time" in found.sentence


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_each_connector_says_what_it_fills_and_what_that_supports_in_one_sentence(name: str) -> None:
    entry = KNOWN[name]
    assert entry.fills
    assert set(entry.fills) <= set(tables())
    assert not set(entry.fills) & set(entry.cannot)
    sentence = coverage(entry.fills, entry.cannot).sentence
    assert sentence.endswith(".")
    assert sentence.count("\n") == 0


@pytest.mark.parametrize("fact", sorted(streams()))
def test_a_measure_of_each_stream_is_supported_where_all_tables_are_filled(fact: str) -> None:
    reads = streams()[fact].reads
    mine = {measure.id for measure in catalogue().values() if measure.fact == fact}
    assert mine <= set(coverage(reads).alone)
