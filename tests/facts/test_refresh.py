"""Refreshed facts equal a full rebuild, byte for byte (acceptance 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tallystick.facts.build import derive, refresh
from tallystick.facts.source import Source
from tallystick.records import commits
from tallystick.records.lake import Change, Lake
from tallystick.records.table import GENERATION
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import ScopeError
from tallystick.vocabulary.scope import Scope
from tests.facts.histories import World, office, target, terms

CLIENT = Scope.of_client("lumen")
# So many histories side by side, and so many cases among them: one layer may replace a tenth of them.
CLANS, CASES = 8, 240
STRICT = terms(
    targets=(
        target("first_reply", 4),
        target("next_reply", 2, priority="high"),
        target("full_resolution", 16),
        target("requester_wait", 8),
        target("periodic_update", 20, basis="calendar"),
        target("acknowledgement", 1),
    )
)


def load(lake: Lake, world: World, names: list[str], *, with_mapping: bool = False, news: bool = False) -> None:
    """One load that tells of some cases, all or only the news of them, and of the mapping where it was corrected."""
    changes = []
    if names:
        changes = [Change("case", world.case_rows(names, news=news))]
        changes.append(Change("case_event", world.event_rows(names, news=news)))
    if with_mapping:
        changes.append(Change("mapping", world.mapping_rows()))
    if changes:
        with commits.locked(lake.root):
            lake.commit(changes, load_id=f"load-{world.version}")


def rounds(world: World, histories: int) -> list[list[Callable[..., Any]]]:
    """Random changes in lots that are played at once: those that befall everybody alone, others by clan."""
    changes = [world.random.choice([*world.steps(), correct_calendar]) for _ in range(histories)]
    for_all = (world.move_agent, world.remap_status, correct_calendar)
    lots = [[change] for change in changes if change in for_all]
    single = [change for change in changes if change not in for_all]
    while single:
        size = world.random.choice((1, CLANS, CLANS))
        lots.append(single[:size])
        single = single[size:]
    world.random.shuffle(lots)
    return lots


def play(folder: Path, seed: int, histories: int) -> Counter[str]:
    """Play random changes; after each the refreshed facts are held against facts folded from nothing.

    Histories of several clans go on side by side and are looked at together, as a load of a real feed tells of many.
    Returns how often each change was played, and in how many histories facts were kept up by a layer of their own.
    """
    world = World(seed)
    played: Counter[str] = Counter()
    used = STRICT
    with Lake.create(folder, "lumen") as lake:
        names = []
        for number in range(CASES):
            world.clan = number % CLANS
            names += world.new_case()
        for clan in range(CLANS):
            world.clan = clan
            names += [*world.merge(), *world.merge()]
        load(lake, world, sorted(set(names)), with_mapping=True)
        facts = derive(lake, CLIENT, used)
        for number, lot in enumerate(rounds(world, histories)):
            if correct_calendar in lot:
                used = correct_calendar(used, world.random.choice((7, 9, 10)))
            else:
                told = []
                clans = world.random.sample(range(CLANS), len(lot))
                for clan, change in zip(clans, lot, strict=True):
                    world.clan = clan
                    told += change()
                load(lake, world, told, with_mapping=world.remap_status in lot, news=world.random.random() < 0.7)
            facts = derive(lake, CLIENT, used) if number % 2 else refresh(lake, CLIENT, used, facts)
            whole = derive(lake, CLIENT, used, store=False)
            what = [change.__name__ for change in lot]
            assert facts.digest() == whole.digest(), f"seed {seed}, round {number}: {', '.join(what)}"
            played.update(what)
            if any(layer.name.startswith("overlay") for layer in facts.layers):
                played["layers"] += len(lot)
    return played


def correct_calendar(used: ClockTerms, opens: int) -> ClockTerms:
    """The office opens at another hour."""
    return replace(used, hours={"office": office(opens)})


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 10))])
def test_refreshed_facts_equal_a_full_rebuild_after_each_of_500_random_histories(tmp_path: Path, seed: int) -> None:
    played = play(tmp_path / "lake", seed, 50)
    assert len(played) >= 12
    assert played["layers"] >= 10


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
def test_refreshed_facts_equal_a_full_rebuild_over_long_histories(tmp_path: Path, seed: int) -> None:
    play(tmp_path / "lake", seed, 150)


def test_rows_read_anew_by_a_corrected_mapping_win_in_a_refresh_as_they_do_in_a_build(tmp_path: Path) -> None:
    world = World(8)
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, world, [name for _ in range(200) for name in world.new_case()], with_mapping=True)
        facts = derive(lake, CLIENT, STRICT)
        name = next(name for name, rows in world.events.items() if len(rows) > 4)
        for number, generation in enumerate((1, 0)):
            for row in world.events[name].values():
                row["actor"] = "bot" if generation else "customer"
            rows = world.event_rows([name])
            # The corrected reading comes with the older source time, and the reading it replaces arrives after it.
            place = rows.schema.get_field_index("revision")
            revision = pa.array([generation * GENERATION + number] * len(rows), rows.schema.field(place).type)
            with commits.locked(lake.root):
                lake.commit(
                    [Change("case_event", rows.set_column(place, "revision", revision))], load_id=f"again-{number}"
                )
            facts = refresh(lake, CLIENT, STRICT, facts)
        assert any(layer.name.startswith("overlay") for layer in facts.layers)
        assert facts.digest() == derive(lake, CLIENT, STRICT, store=False).digest()


def test_facts_of_a_partner_hold_only_what_it_may_see(tmp_path: Path) -> None:
    world = World(3)
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, world, [name for _ in range(30) for name in world.new_case()], with_mapping=True)
        own = derive(lake, Scope.of_partner("lumen", "aurora"), replace(STRICT, partner="aurora"))
        holders = set(own.table("clock")["owner_start"].to_pylist())
        assert holders <= {"aurora", "other party", None}
        assert own.state["pin"]["number"] == 1


def test_what_is_kept_for_one_scope_is_never_given_to_another(tmp_path: Path) -> None:
    world = World(3)
    scopes = (CLIENT, Scope.of_partner("lumen", "aurora"), Scope.of_partner("lumen", "borealis"))
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        for cases in (60, 2, 60):  # first built, then refreshed after a few cases, and after many
            load(lake, world, [name for _ in range(cases) for name in world.new_case()], with_mapping=True)
            sets = [derive(lake, scope, STRICT) for scope in scopes]
            assert len({one.folder for one in sets}) == len({one.digest() for one in sets}) == 3
            for scope, kept in zip(scopes, sets, strict=True):
                assert kept.digest() == derive(lake, scope, STRICT, store=False).digest()
                holders = set(kept.table("clock")["owner_start"].to_pylist())
                assert scope.sees_all or holders <= {*(scope.partners or ()), "other party", None}
                # Only the client's sets are refreshed by cases, so only they keep a copy of events.
                assert scope.sees_all or all(layer.content.events is None for layer in kept.layers)
                records = Source(lake, scope, lake.pin())
                assert records.mapping() == lake.read(scope, "mapping")
                keys = lake.read(CLIENT, "case", columns=["case_key"]).column("case_key").to_numpy()
                for name in ("case", "case_event"):
                    seen = [records.cases(name, cohort, np.sort(keys)) for cohort in records.files(name)]
                    assert sum(map(len, seen)) == len(lake.read(scope, name))
            assert {"aurora", "borealis"} <= set(sets[0].table("clock")["owner_start"].to_pylist())


def test_facts_without_a_scope_are_refused(tmp_path: Path) -> None:
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        with pytest.raises(ScopeError):
            derive(lake, None, STRICT)  # type: ignore[arg-type]
        load(lake, World(3), [], with_mapping=True)
        with pytest.raises(ScopeError):
            refresh(lake, None, STRICT, derive(lake, CLIENT, STRICT))  # type: ignore[arg-type]


def test_a_set_that_a_killed_process_left_half_written_is_built_anew(tmp_path: Path) -> None:
    world = World(4)
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, world, [name for _ in range(10) for name in world.new_case()], with_mapping=True)
        facts = derive(lake, CLIENT, STRICT)
        assert facts.folder is not None
        (facts.folder / "state.json").write_text('{"format": 1, "lay')
        assert derive(lake, CLIENT, STRICT).digest() == facts.digest()


def test_unchanged_records_cost_a_look(tmp_path: Path) -> None:
    world = World(5)
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, world, [name for _ in range(10) for name in world.new_case()], with_mapping=True)
        first, second = derive(lake, CLIENT, STRICT), derive(lake, CLIENT, STRICT)
        assert [layer.name for layer in first.layers] == [layer.name for layer in second.layers]
        assert first.digest() == second.digest()


def test_one_thread_and_two_give_the_same_digest(tmp_path: Path) -> None:
    world = World(6)
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, world, [name for _ in range(40) for name in world.new_case()], with_mapping=True)
        one = derive(lake, CLIENT, STRICT, threads=1, store=False)
        assert one.digest() == derive(lake, CLIENT, STRICT, threads=2, store=False).digest()
        assert one.digest() == derive(lake, CLIENT, STRICT, compiled=False, store=False).digest()
