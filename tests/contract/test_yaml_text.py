"""A plain tree as YAML text: one byte form, read back as the very same tree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.contract.text_tree import read_tree
from tallystick.contract.yaml_text import yaml_text

# What a contract text may hold: no control characters, no half of a pair of surrogates.
LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
WORDS = st.one_of(
    st.text(LETTERS, max_size=30),
    st.sampled_from(
        ["null", "True", "~", "", "-", "- a", "a: b", "a #b", "#", "*x", "&x", "!t", "<<", "? x", "2026-01-01", "08:00",
         "1e3", "0x1f", "yes", "a, b", "[x]", "{y}", " lead", "trail ", "90%", "é", "\u2028", "\u00a0", "\ufeff", "“q”"]
    ),
)  # fmt: skip
VALUES = st.recursive(
    WORDS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=5))
def test_every_tree_is_read_back_as_it_was(tree: dict[str, Any]) -> None:
    found, trouble = read_tree(yaml_text(tree).encode(), "tree.yaml")
    assert trouble == []
    assert found is not None
    assert found.plain() == tree


def test_it_is_laid_out_for_people() -> None:
    tree = {
        "contract": "lumen",
        "term": {"from": "2026-01-01", "to": "2026-12-31"},
        "clauses": [{"id": "A1", "for": {"language": ["de", "ro"]}, "target": "90%"}, {"id": "A2", "note": "so: yes"}],
        "hours": [["08:00-12:00"], []],
        "empty": {},
        "nothing": None,
        "removed": True,
    }
    assert yaml_text(tree) == (
        "contract: lumen\n"
        "term:\n"
        "  from: 2026-01-01\n"
        "  to: 2026-12-31\n"
        "clauses:\n"
        "  - id: A1\n"
        "    for:\n"
        "      language: [de, ro]\n"
        "    target: 90%\n"
        "  - id: A2\n"
        '    note: "so: yes"\n'
        "hours:\n"
        '  - ["08:00-12:00"]\n'
        "  - []\n"
        "empty: {}\n"
        "nothing: null\n"
        "removed: true\n"
    )


def test_a_key_longer_than_yaml_takes_is_asked_for_in_its_own_line() -> None:
    tree = {"terms": {"x" * 2_000: "a"}}
    found, _ = read_tree(yaml_text(tree).encode(), "tree.yaml")
    assert found is not None
    assert found.plain() == tree


def test_a_number_is_no_value_of_a_text() -> None:
    with pytest.raises(TypeError):
        yaml_text({"a": 1.5})
