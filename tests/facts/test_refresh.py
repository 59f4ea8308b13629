"""Refreshed facts equal a full rebuild, byte for byte (acceptance 5)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tallystick.facts.build import derive, refresh
from tallystick.records.lake import Lake
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.scope import Scope
from tests.facts.histories import World, office, target, terms

CLIENT = Scope.of_client("lumen")
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


def load(lake: Lake, world: World, names: list[str]) -> None:
    if names:
        lake.append("case", world.case_rows(names), load_id=f"case-{world.version}")
        lake.append("case_event", world.event_rows(names), load_id=f"event-{world.version}")


def history(folder: Path, seed: int, steps: int, compiled: bool) -> None:
    """Play one history: after every few changes the refreshed facts are held against facts folded from nothing."""
    world = World(seed)
    used: ClockTerms = STRICT
    with Lake.create(folder, "lumen") as lake:
        lake.append("mapping", world.mapping_rows(), load_id="map-0")
        names = [name for _ in range(60) for name in world.new_case()]
        load(lake, world, names)
        facts = derive(lake, CLIENT, used, compiled=compiled)
        for step in range(steps):
            change = world.random.choice(world.steps())
            touched = change()
            load(lake, world, touched)
            if change == world.remap_status:
                lake.append("mapping", world.mapping_rows(), load_id=f"map-{world.version}")
            if world.random.random() < 0.08:
                opens = world.random.choice((7, 9, 10))
                used = replace(used, hours={"office": office(opens)})
                facts = derive(lake, CLIENT, used, compiled=compiled)
            else:
                facts = refresh(lake, CLIENT, used, facts, compiled=compiled)
            whole = derive(lake, CLIENT, used, compiled=compiled, store=False)
            assert facts.digest() == whole.digest(), f"seed {seed}, step {step}: {change.__name__}"


@pytest.mark.parametrize("seed", range(3))
def test_refreshed_facts_equal_a_full_rebuild(tmp_path: Path, seed: int) -> None:
    history(tmp_path / "lake", seed, 10, compiled=True)
