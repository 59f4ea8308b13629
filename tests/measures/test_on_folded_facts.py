"""Measures on facts that the folds really made: a fact set, its Arrow tables and DuckDB in bulk say the same."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest

from tallystick.facts.fact_set import FactSet
from tallystick.facts.rows import facts_of_rows
from tallystick.measures.bulk import InBulk
from tallystick.measures.compute import compute, counted_rows
from tallystick.measures.measure import MeasureRequest, catalogue
from tests.facts.histories import World, target, terms

TERMS = terms(
    targets=(
        target("first_reply", 4),
        target("next_reply", 2),
        target("periodic_update", 20, basis="calendar"),
        target("full_resolution", 16),
        target("acknowledgement", 1),
    )
)


@pytest.fixture(scope="module")
def facts() -> FactSet:
    world = World(5)
    names = [name for _ in range(150) for name in world.new_case()]
    for _ in range(400):
        world.random.choice(world.steps())()
    return facts_of_rows(world.case_rows(names), world.event_rows(names), world.mapping_rows(), TERMS)


def requests() -> list[MeasureRequest]:
    of_cases = [MeasureRequest.of(name) for name, measure in catalogue().items() if measure.fact in ("clock", "case")]
    shared = MeasureRequest.of("sla_attainment", attribution="clock-share")
    return [*of_cases, shared]


def test_a_fact_set_and_its_tables_and_bulk_reading_agree(facts: FactSet) -> None:
    starts = [start for start in facts.table("clock", ["start_at"])["start_at"].to_pylist() if start]
    as_of = max(starts) + timedelta(days=30)
    tables = {name: facts.table(name) for name in ("clock", "case", "owner_share")}
    asked = requests()
    expected = compute(tables, asked, by=("partner", "month"), period=None, as_of=as_of, resamples=20)
    assert sum(value.n for value in expected) > 200
    assert {value.measure for value in expected} > {"sla_attainment", "reopen_rate", "clock_integrity", "backlog"}
    assert compute(facts, asked, by=("partner", "month"), period=None, as_of=as_of, resamples=20) == expected
    side_by_side = compute(facts, asked, by=("partner", "month"), period=None, as_of=as_of, resamples=20, threads=2)
    assert side_by_side == expected
    with duckdb.connect() as connection:
        bulk = InBulk(facts, connection)
        assert compute(bulk, asked, by=("partner", "month"), period=None, as_of=as_of, resamples=20) == expected
        for request in asked[:3]:
            listed = counted_rows(tables, request, period=None, as_of=as_of)
            assert counted_rows(bulk, request, period=None, as_of=as_of).equals(listed)


def test_shares_of_a_clock_add_up_to_whole_clocks(facts: FactSet) -> None:
    starts = [start for start in facts.table("clock", ["start_at"])["start_at"].to_pylist() if start]
    as_of = max(starts) + timedelta(days=30)
    asked = [MeasureRequest.of("sla_attainment"), MeasureRequest.of("sla_attainment", attribution="clock-share")]
    whole, shared = compute(facts, asked, period=None, as_of=as_of)
    assert shared.denominator == whole.n * 1_000_000
    assert shared.value == whole.value
