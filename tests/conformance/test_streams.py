"""What every stream must satisfy, whoever wrote it: the files of the folder are found, none is listed here.

A refreshed stream equals one derived from all records, byte for byte, after any history of late, double, corrected,
moved and deleted rows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tallystick.facts.build import derive
from tallystick.facts.closure import Anew
from tallystick.facts.kept_table import KeptTable
from tallystick.facts.stream import streams
from tallystick.facts.stream_set import StreamSet, derive_streams
from tallystick.records.lake import Change, Lake
from tallystick.vocabulary.clock_terms import ClockTerms, ProgrammeTerms
from tallystick.vocabulary.scope import Scope
from tests.facts.floor_histories import SAID, Floor, load
from tests.facts.histories import World
from tests.facts.histories import terms as plain_terms
from tests.facts.segments import BUCHAREST

SCOPES = {"client": Scope.of_client("lumen"), "partner": Scope.of_partner("lumen", "aurora")}
NAMES = sorted(streams())
ROUNDS, SHORT = 6, 4


def two_programmes() -> ClockTerms:
    billing = ProgrammeTerms("billing", frozenset({"billing"}), frozenset(), frozenset(), ((0, "office"),))
    rest = ProgrammeTerms("rest", frozenset(), frozenset(), frozenset(), ((0, "office"),))
    return plain_terms(zone=BUCHAREST, repeat_window_s=7 * 86_400, programmes=(billing, rest))


TERMS = {"client": two_programmes(), "partner": replace(two_programmes(), partner="aurora")}


def cases_in(world: World, names: list[str], *, news: bool) -> list[Change]:
    parts = Change("case", world.case_rows(names, news=news)), Change("case_event", world.event_rows(names, news=news))
    return [part for part in parts if part.rows.num_rows]


def held_together(lake: Lake, whose: str, kept: set[str]) -> tuple[StreamSet, list[str]]:
    """The refreshed streams, and those of them that are not what a full build gives."""
    scope, terms = SCOPES[whose], TERMS[whose]
    case = derive(lake, scope, terms)
    refreshed = derive_streams(lake, scope, terms, NAMES, case=case)
    whole = derive_streams(lake, scope, terms, NAMES, case=case, store=False)
    assert all(whole.table(name).num_rows for name in NAMES), "a stream without a row proves nothing"
    kept |= {name for name in NAMES if len(refreshed.tables[name].layers) > 1}
    return refreshed, [name for name in NAMES if refreshed.digest(name) != whole.digest(name)]


def play(folder: Path, seed: int, rounds: int) -> Counter[str]:
    """Random loads; after each, every stream is held against one derived from nothing, in two scopes."""
    world, floor = World(seed), Floor(seed)
    played: Counter[str] = Counter()
    with Lake.create(folder, "lumen") as lake:
        names = [name for _ in range(150) for name in world.new_case()]
        floor.cases = len(names)
        cases = [Change("mapping", world.mapping_rows()), *cases_in(world, names, news=False)]
        load(lake, floor.begin(), 0, cases)
        for number in range(rounds + 1):
            for whose in SCOPES:
                kept: set[str] = set()
                _, wrong = held_together(lake, whose, kept)
                assert wrong == [], f"seed {seed}, round {number}, {whose}"
                played.update(f"{whose} {name}" for name in kept)
            told = world.random.choice((["call", "agent_state"], ["shift"], list(SAID), list(SAID)))
            news = cases_in(world, world.random.choice(world.steps())(), news=True) if number % 2 else []
            load(lake, floor.news(told, world.random.choice((1, 3, 12))), number + 1, news)
    return played


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2, 3))])
def test_refreshed_streams_equal_a_full_build_after_random_histories(tmp_path: Path, seed: int) -> None:
    played = play(tmp_path / "lake", seed, ROUNDS if seed else SHORT)
    small = {name for name in NAMES if not isinstance(streams()[name].closure, Anew)}
    refreshed = {key.partition(" ")[2] for key in played}
    assert len(refreshed & small) >= 8, sorted(small - refreshed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 130))
def test_refreshed_streams_equal_a_full_build_over_long_histories(tmp_path: Path, seed: int) -> None:
    play(tmp_path / "lake", seed, 40)


@pytest.mark.parametrize("name", NAMES)
def test_a_closure_finds_rows_in_every_table_that_the_stream_reads(name: str) -> None:
    declared = streams()[name]
    if not isinstance(declared.closure, Anew):
        assert declared.closure.reads == set(declared.reads)  # type: ignore[attr-defined]


def test_unchanged_records_derive_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = Floor(1)
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, floor.begin(), 0)
        scope, terms = SCOPES["client"], TERMS["client"]
        first = derive_streams(lake, scope, terms, NAMES)
        monkeypatch.setattr(KeptTable, "build", None)
        monkeypatch.setattr(KeptTable, "step", None)
        second = derive_streams(lake, scope, terms, NAMES)
        assert [second.digest(name) for name in NAMES] == [first.digest(name) for name in NAMES]
