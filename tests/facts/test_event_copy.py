"""The copy of events that layers keep: what a refresh reads in it, what it leaves to the lake, and what damage does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tallystick.facts.build import derive, refresh
from tallystick.facts.fact_set import FactSet
from tallystick.facts.layers import StoredFile
from tallystick.facts.source import Source
from tallystick.records.lake import Lake
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.scope import Scope
from tests.facts.histories import SOURCE, World
from tests.facts.test_refresh import CLIENT, STRICT, load


class Story:
    """A lake with many cases, their facts, and what happens next."""

    def __init__(self, folder: Path) -> None:
        self.world = World(21)
        self.lake = Lake.create(folder / "lake", "lumen")
        load(self.lake, self.world, [n for _ in range(200) for n in self.world.new_case()], with_mapping=True)
        self.facts = derive(self.lake, CLIENT, STRICT)

    def goes_on(self, name: str, kind: str = "message", value: str | None = "public", hours: int = 5) -> None:
        """One more event of a case, some hours after its last one, and a load that tells of nothing else."""
        last = max(row["event_at"] for row in self.world.events[name].values())
        self.world.add(name, last + timedelta(hours=hours), kind, "agent", value, agent="ana")
        load(self.lake, self.world, [name], news=True)

    def equals_a_build(self, facts: FactSet) -> bool:
        return facts.digest() == derive(self.lake, CLIENT, STRICT, store=False).digest()

    def long_case(self) -> str:
        """A case with several events that was not merged."""
        return next(name for name, rows in self.world.events.items() if len(rows) > 5)


@pytest.fixture
def story(tmp_path: Path) -> Any:
    told = Story(tmp_path)
    yield told
    told.lake.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What the lake is asked for while facts are refreshed: (table, how many keys)."""
    seen: list[tuple[str, int]] = []
    read = Source.cases

    def noted(self: Source, name: str, cohort: Any, keys: Any) -> pa.Table:
        if len(keys):
            seen.append((name, len(keys)))
        return read(self, name, cohort, keys)

    monkeypatch.setattr(Source, "cases", noted)
    return seen


def test_new_events_are_joined_to_the_copy_without_a_look_at_the_old_ones(
    story: Story, asked: list[tuple[str, int]]
) -> None:
    for name in list(story.world.cases)[:3]:
        story.goes_on(name)
    facts = refresh(story.lake, CLIENT, STRICT, story.facts)
    assert asked == []
    assert len(facts.layers) == len(story.facts.layers) + 1
    assert story.equals_a_build(facts)


def test_an_event_between_old_ones_finds_its_place(story: Story, asked: list[tuple[str, int]]) -> None:
    name = story.long_case()
    at = sorted(row["event_at"] for row in story.world.events[name].values())[1]
    story.world.add(name, at + timedelta(seconds=7), "status", "agent", "solved", agent="ana")
    load(story.lake, story.world, [name], news=True)
    facts = refresh(story.lake, CLIENT, STRICT, story.facts)
    assert asked == []
    assert story.equals_a_build(facts)


def test_a_case_refreshed_twice_is_read_in_the_layer_that_holds_it_now(
    story: Story, asked: list[tuple[str, int]]
) -> None:
    facts = story.facts
    for kind, value in (("message", "public"), ("status", "solved"), ("status", "open")):
        story.goes_on(story.long_case(), kind, value)
        facts = refresh(story.lake, CLIENT, STRICT, facts)
        assert story.equals_a_build(facts)
    assert asked == []


def test_a_new_case_comes_out_of_the_new_files_alone(story: Story, asked: list[tuple[str, int]]) -> None:
    load(story.lake, story.world, story.world.new_case(), news=True)
    facts = refresh(story.lake, CLIENT, STRICT, story.facts)
    assert asked == []
    assert len(facts.table("case")) == len(story.facts.table("case")) + 1
    assert story.equals_a_build(facts)


def test_a_changed_case_row_is_read_in_the_lake_and_its_events_in_the_copy(
    story: Story, asked: list[tuple[str, int]]
) -> None:
    name = story.long_case()
    story.world.cases[name]["reason"] = "another"
    load(story.lake, story.world, [name], news=True)
    facts = refresh(story.lake, CLIENT, STRICT, story.facts)
    assert asked == [("case", 1)]
    assert story.equals_a_build(facts)


def corrected(world: World, name: str) -> None:
    """An old event took place at another time."""
    next(iter(world.events[name].values()))["event_at"] += timedelta(minutes=1)


def retracted(world: World, name: str) -> None:
    """An old event did not take place."""
    list(world.events[name].values())[-1]["gone"] = True


def in_the_same_second(world: World, name: str) -> None:
    """An event falls into the second of an old one."""
    at = max(row["event_at"] for row in world.events[name].values())
    world.add(name, at + timedelta(microseconds=1), "status", "agent", "solved", agent="ana")


def merged(world: World, name: str) -> None:
    """The case goes on as another one."""
    at = max(row["event_at"] for row in world.events[name].values())
    world.add(name, at + timedelta(hours=1), "merged", "agent", "T2", agent="ana")


@pytest.mark.parametrize("change", [corrected, retracted, in_the_same_second, merged])
def test_what_the_copy_cannot_tell_is_read_in_the_lake(
    story: Story, asked: list[tuple[str, int]], change: Callable[[World, str], None]
) -> None:
    name = story.long_case()
    change(story.world, name)
    load(story.lake, story.world, [name], news=True)
    facts = refresh(story.lake, CLIENT, STRICT, story.facts)
    assert asked
    assert story.equals_a_build(facts)
    story.goes_on(name)
    assert story.equals_a_build(refresh(story.lake, CLIENT, STRICT, facts))


def test_an_older_version_that_arrives_late_does_not_bring_a_retracted_event_back(story: Story) -> None:
    name = story.long_case()
    late = story.world.event_rows([name])  # told before the retraction, arriving after it
    retracted(story.world, name)
    load(story.lake, story.world, [name], news=True)
    facts = refresh(story.lake, CLIENT, STRICT, story.facts)
    story.lake.append("case_event", late, load_id="late")
    assert story.equals_a_build(refresh(story.lake, CLIENT, STRICT, facts))


# ---- damage ------------------------------------------------------------------------------------------------------


def spoil(facts: FactSet, column: str, name: str) -> None:
    """Change one bit of what the copy says of a case."""
    for layer in facts.layers:
        place = int(np.searchsorted(layer.case_key, key_of(SOURCE, name)))
        if place == len(layer.case_key) or layer.case_key[place] != key_of(SOURCE, name):
            continue
        assert isinstance(layer.content, StoredFile)
        stored = layer.content._file.array(column).to_numpy()
        first = layer.content._file.array("event.first").to_numpy()
        row = first[place] if column.startswith("event.") and column != "event.first" else place
        data = bytearray(layer.content.path.read_bytes())
        begin = data.find(stored.tobytes())
        assert begin >= 0
        data[begin + int(row) * stored.itemsize] ^= 1
        layer.content.path.write_bytes(data)


@pytest.mark.parametrize(
    "column",
    ["event.first", "event.at", "event.what", "event.value", "event.agent", "event.partner", "event.mark", "row.seal"],
)
def test_a_damaged_copy_is_noticed_and_facts_are_built_anew(story: Story, column: str) -> None:
    name = story.long_case()
    story.goes_on(name)
    spoil(story.facts, column, name)
    again = derive(story.lake, CLIENT, STRICT)
    assert not any(layer.name.startswith("overlay") for layer in again.layers)
    assert story.equals_a_build(again)


@pytest.mark.parametrize("damage", ["cut", "gone", "words"])
def test_a_layer_whose_file_is_not_as_it_was_written_is_built_anew(story: Story, damage: str) -> None:
    layer = story.facts.layers[0]
    assert isinstance(layer.content, StoredFile)
    path, before = layer.content.path, story.facts.digest()
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-100] if damage == "cut" else data.replace(b'"billing"', b'"bilking"'))
    assert derive(story.lake, CLIENT, STRICT).digest() == before


# ---- whose words a copy holds --------------------------------------------------------------------------------------


def test_a_copy_holds_words_of_events_that_the_scope_may_see_and_no_others(story: Story) -> None:
    rows = story.lake.read(CLIENT, "case_event")
    for layer in story.facts.layers:
        assert isinstance(layer.content, StoredFile)
        held = layer.content._file.about
        assert {*held["value"]} <= {*rows["value"].to_pylist()}


def test_facts_of_a_partner_keep_no_copy(story: Story) -> None:
    own = derive(story.lake, Scope.of_partner("lumen", "aurora"), replace(STRICT, partner="aurora"))
    for layer in own.layers:
        assert isinstance(layer.content, StoredFile)
        assert layer.content.events is None
    story.goes_on(story.long_case())
    again = derive(story.lake, Scope.of_partner("lumen", "aurora"), replace(STRICT, partner="aurora"))
    assert again.state["pin"]["number"] == own.state["pin"]["number"] + 1
