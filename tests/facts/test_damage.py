from __future__ import annotations

import pytest

from tallystick.cli.findings import told
from tallystick.facts.build import derive, refresh
from tallystick.facts.damage import findings
from tallystick.facts.layers import StoredFile
from tests.facts.test_event_copy import Story, spoil, story  # noqa: F401
from tests.facts.test_refresh import CLIENT, STRICT


def test_facts_that_are_as_they_were_written_give_no_finding(story: Story) -> None:  # noqa: F811
    assert findings(story.lake.root) == []


@pytest.mark.parametrize("column", ["event.first", "event.at", "event.mark", "row.seal"])
def test_one_changed_bit_of_a_copy_is_found_without_a_refresh(story: Story, column: str) -> None:  # noqa: F811
    spoil(story.facts, column, story.long_case())
    (found,) = findings(story.lake.root)
    assert found.id == "TS-F001"
    assert str(story.facts.folder) in found.cure


@pytest.mark.parametrize("left", [None, -8])
def test_a_file_that_is_gone_or_cut_is_found(story: Story, left: int | None) -> None:  # noqa: F811
    content = story.facts.layers[-1].content
    assert isinstance(content, StoredFile)
    data = content.path.read_bytes()
    content.path.unlink()
    if left is not None:
        content.path.write_bytes(data[:left])
    assert [(found.id, found.place.file) for found in findings(story.lake.root)] == [("TS-F001", str(content.path))]


def test_damage_that_a_refresh_met_is_told_after_the_facts_are_built_anew(story: Story) -> None:  # noqa: F811
    name = story.long_case()
    story.goes_on(name)
    spoil(story.facts, "event.at", name)
    again = refresh(story.lake, CLIENT, STRICT, story.facts)
    assert [found.id for found in findings(story.lake.root)] == ["TS-F002"]
    story.goes_on(name)
    derive(story.lake, CLIENT, STRICT)
    assert [found.id for found in findings(story.lake.root)] == ["TS-F002"]
    assert story.equals_a_build(derive(story.lake, CLIENT, STRICT))
    assert again.state["damage"]


@pytest.mark.parametrize("rule", ["TS-F001", "TS-F002"])
def test_each_finding_is_explained(rule: str) -> None:
    assert "Cure: " in (told(rule) or "")
