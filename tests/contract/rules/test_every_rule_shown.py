"""A sound text gives no finding, and rules are shown by the texts beside this file."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tallystick.contract.rule import rules
from tests.contract.rules.by_text import SEEN, finds


@finds()
def test_a_sound_text_gives_no_finding() -> None:
    """
    FEES
    clauses:
    A1
    C1
    CAP
    SHOWN
    """


@pytest.mark.parametrize("wanted", [40])
def test_so_many_rules_there_are_at_least_and_each_shown_here_exists(wanted: int) -> None:
    for path in Path(__file__).parent.glob("test_*.py"):
        import_module(f"{__package__}.{path.stem}")
    known = {rule.id for rule in rules().values()}
    assert len(known) >= wanted
    assert known >= SEEN
    assert len(SEEN) >= wanted
