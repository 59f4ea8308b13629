"""Looking at a file before it is taken in: the name of the feed it goes into."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.records import mapping_file
from tallystick.records.connector import Mapping


@pytest.mark.parametrize(
    ("source", "partner", "name"),
    [
        ("elsewhere", "borealis", "aurora-cases"),
        ("desk", "aurora", "aurora-cases"),
        # Its keys would meet those of another partner's cases, so the partner gets a feed with keys of its own.
        ("desk", "borealis", "aurora-aurora-cases"),
        ("desk", "", "aurora-aurora-cases"),
    ],
)
def test_a_partner_gives_into_its_own_feed_unless_others_feed_shares_its_keys(
    own_records: Path, source: str, partner: str, name: str
) -> None:
    from tallystick.web.intake import feed_for
    from tallystick.web.place import home

    mapping_file.save(home().root, Mapping("any_table", "aurora-cases", "desk", partner="aurora"))
    mapping_file.save(home().root, Mapping("any_table", "other", source, partner=partner))
    assert feed_for(home(), "aurora-cases", "aurora") == name
    assert feed_for(home(), "aurora-cases") == "aurora-cases", "the client names its feeds as it likes"


def test_a_partner_that_names_a_feed_of_others_gets_one_of_its_own(own_records: Path) -> None:
    from tallystick.web.intake import feed_for
    from tallystick.web.place import home

    mapping_file.save(home().root, Mapping("any_table", "cases", "cases", partner="borealis"))
    mapping_file.save(home().root, Mapping("any_table", "aurora-cases", "aurora-cases", partner="borealis"))
    assert feed_for(home(), "cases", "aurora") == "aurora-cases-2"
    assert feed_for(home(), "new", "aurora") == "aurora-new"
