"""Streams read straight from a lake are those of the scope, of tables cut by their instant and of those read whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tallystick.facts.live import stream_facts
from tallystick.facts.stream import streams
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import ScopeError
from tallystick.vocabulary.scope import Scope
from tests.facts.floor import zoned
from tests.facts.streams.test_proficiency import MONDAY, NEW, OLD, week
from tests.verdicts.tiny_lake import append

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPAN = (int(AT.timestamp()) - 86_400, int(AT.timestamp()) + 86_400)
# Intervals are read by their beginning, announcements whole.
NAMES = ["change_load", "call_interval"]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    made = Lake.create(tmp_path / "lake", "lumen")
    told = {"source": "acd", "source_at": AT}
    interval = {"queue": "de", "started_at": AT, "ended_at": AT + timedelta(minutes=30), "offered": 3}
    announced = {"announcement_id": "new prices", "published_at": AT, "effective_at": AT}
    for name, key, row in (
        ("call_interval", "interval_key", interval),
        ("announcement", "announcement_key", announced),
    ):
        append(
            made, name, [{key: at, "partner": one, **told, **row} for at, one in enumerate(("aurora", "borealis"), 1)]
        )
    return made


def test_a_partner_reads_its_own_floor_and_the_client_everybodys(lake: Lake) -> None:
    for scope, seen in (
        (Scope.of_client("lumen"), ["aurora", "borealis"]),
        (Scope.of_partner("lumen", "aurora"), ["aurora"]),
    ):
        facts = stream_facts(lake, scope, zoned(), NAMES, *SPAN)
        assert {name: sorted(set(facts[name].column("partner").to_pylist())) for name in NAMES} == dict.fromkeys(
            NAMES, seen
        )


def test_streams_without_a_scope_are_refused_where_nothing_is_read_too(lake: Lake) -> None:
    for names in (NAMES, []):
        with pytest.raises(ScopeError):
            stream_facts(lake, None, zoned(), names, *SPAN)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(streams()))
def test_a_stream_of_which_nothing_came_is_an_empty_table_with_its_columns(tmp_path: Path, name: str) -> None:
    with Lake.create(tmp_path / "lake", "lumen") as empty:
        found = stream_facts(empty, Scope.of_partner("lumen", "aurora"), zoned(), [name], *SPAN)
    assert list(found) == [name]
    assert found[name].num_rows == 0
    assert set(found[name].column_names) == set(streams()[name].schema)


def test_a_stream_that_looks_further_ahead_is_given_what_came_then(tmp_path: Path) -> None:
    """The beginner's first weeks at the level begin seventy days after the first day."""
    calls = [row for number in range(10, 14) for row in (*week("old", number, 60, 5), *week("new", number, 20, 5))]
    begin = int(MONDAY.timestamp())
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        append(lake, "call", [row | {"source_at": row["started_at"]} for row in calls])
        append(lake, "agent", [row | {"source_at": AT} for row in (OLD, NEW)])
        found = stream_facts(lake, Scope.of_client("lumen"), zoned(), ["proficiency"], begin, begin + 86_400)
    told = {row["agent"]: row["days_handling"] for row in found["proficiency"].to_pylist()}
    assert told == {"old": None, "new": 70}
