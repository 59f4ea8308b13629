"""Reading a text into a tree: places, types, limits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from tallystick.contract import text_tree
from tallystick.contract.text_tree import MAX_ALIASES, MAX_BYTES, MAX_DEPTH, read_tree

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
BOMBS = {
    "billion laughs": LAUGHS,
    "deep brackets": "[" * 100_000,
    "deep braces": "{a: " * 50_000,
    "deep dashes": "- " * 50_000,
    "deep question marks": "? " * 50_000,
    "ten thousand aliases": "a: &a 1\n" + "".join(f"b{n}: *a\n" for n in range(10_000)),
    "many keys": "".join(f"k{n}: 1\n" for n in range(30_000)),
    "a merge bomb": "a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: [{', '.join(['*a'] * 100)}]}}\n" for n in range(100)),
    "too many bytes": "x: " + "y" * MAX_BYTES,
}


def test_each_value_knows_its_line_and_column() -> None:
    tree, findings = read_tree(b"a: 1\nb:\n  - {c: [x, y]}\n", "text.yaml")
    assert findings == []
    assert tree is not None
    assert (tree.find("b", 0, "c", 1).line, tree.find("b", 0, "c", 1).column) == (3, 13)
    assert (tree.find("b", 0, "c").line, tree.find("b", 0, "c").column) == (3, 6)


def test_plain_scalars_stay_text_but_for_true_false_and_nothing() -> None:
    tree, _ = read_tree(b"a: NO\nb: 1.10\nc: 2025-07-01\nd: true\ne: ~\nf: 'true'\ng: 0x1F\nh: 1e3\n", "text.yaml")
    assert tree is not None
    assert tree.plain() == {
        "a": "NO", "b": "1.10", "c": "2025-07-01", "d": True, "e": None, "f": "true", "g": "0x1F", "h": "1e3",
    }  # fmt: skip


def test_a_merged_mapping_gives_way_to_the_keys_that_are_written() -> None:
    tree, findings = read_tree(b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n", "text.yaml")
    assert findings == []
    assert tree is not None
    assert tree.plain()["b"] == {"x": "1", "y": "3"}


def test_an_alias_is_placed_where_it_is_used() -> None:
    tree, _ = read_tree(b"a: &a [1]\n\nb: *a\n", "text.yaml")
    assert tree is not None
    assert tree.value["b"].mark.line == 3


@pytest.mark.parametrize(
    ("raw", "rule", "line"),
    [
        (b"", "TS-C002", 1),
        (b"# only a remark\n", "TS-C002", 1),
        (b"- a\n- b\n", "TS-C002", 1),
        (b"just words\n", "TS-C002", 1),
        (b"a: [1\nb: 2\n", "TS-C002", 2),
        (b"a: 'x\nb: 2\n", "TS-C002", 3),
        (b"a: 1\n\tb: 2\n", "TS-C002", 2),
        (b"a: 1\n b: 2\n", "TS-C002", 2),
        (b"? [a]\n: 1\n", "TS-C002", 1),
        (b"a: 1\nb: \xff\xfe\n", "TS-C001", 2),
        ("a: 1\nb: ü\n".encode("utf-16"), "TS-C001", 1),
        (b"a: 1\nb: \x07\n", "TS-C001", 2),
        (b"a: 1\n...\n---\nb: 2\n", "TS-C005", 3),
        (b"%YAML 9.9\n---\na: 1\n", "TS-C002", 1),
    ],
)
def test_a_text_that_is_no_mapping_is_told_with_its_line(raw: bytes, rule: str, line: int) -> None:
    _, findings = read_tree(raw, "text.yaml")
    assert [(found.id, found.place.line) for found in findings] == [(rule, line)]


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_costs_anything(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100,000 brackets some thirty are read, and of 10,000 aliases some two hundred."""
    parse, seen = YAML.parse, []

    def counted(yaml: YAML, text: str) -> Iterator[Any]:
        for event in parse(yaml, text):
            seen.append(event)
            yield event

    monkeypatch.setattr(YAML, "parse", counted)
    tree, findings = read_tree(BOMBS[name].encode(), "bomb.yaml")
    assert len(seen) <= 2 * (MAX_DEPTH if name.startswith("deep") else MAX_ALIASES) + 10
    assert tree is None
    assert [found.id for found in findings] == ["TS-C004"]


def test_bombs_stay_under_300_megabytes() -> None:
    code = (
        "from pathlib import Path\n"
        "from tests.contract.test_text_tree import BOMBS\n"
        "from tallystick.contract.check import check_text\n"
        "for text in BOMBS.values():\n"
        "    assert check_text(text)[0] is None\n"
        # The process's own peak: what getrusage tells includes that of the process which started it.
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=_root(), check=True)
    assert int(answer.stdout) < 300 * 1024


def _root() -> str:
    from pathlib import Path

    return str(Path(__file__).parents[2])


def test_the_depth_that_is_allowed_is_read() -> None:
    tree, findings = read_tree(("a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)).encode(), "text.yaml")
    assert tree is not None
    assert findings == []


def test_a_text_read_again_is_the_tree_kept_and_its_findings_are_the_callers_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = b"a: {b: 1}\na: 2\n"
    tree, findings = read_tree(raw, "kept.yaml")
    told = list(findings)
    findings.clear()
    monkeypatch.setattr(text_tree, "_TreeReader", None)
    assert read_tree(raw, "kept.yaml") == (tree, told)
    assert len(told) == 1
    with pytest.raises(TypeError):
        read_tree(raw, "another.yaml")
    with pytest.raises(TypeError):
        read_tree(raw + b"c: 3\n", "kept.yaml")


def test_a_long_text_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"a: " + b"x" * text_tree.KEPT_BYTES
    read_tree(raw, "long.yaml")
    monkeypatch.setattr(text_tree, "_TreeReader", None)
    with pytest.raises(TypeError):
        read_tree(raw, "long.yaml")


def test_a_list_of_mappings_is_read_only_where_one_may_stand() -> None:
    tree, findings = read_tree(b"- a: 1\n- b: 2\n", "x.yaml", listed=True)
    assert findings == []
    assert tree is not None
    assert [one.mark.line for one in tree.elements()] == [1, 2]
    refused, findings = read_tree(b"- a: 1\n- b: 2\n", "x.yaml")
    assert refused is None
    assert "must be a mapping of keys, such as" in findings[0].message
    refused, findings = read_tree(b"word\n", "x.yaml", listed=True)
    assert refused is None
    assert "or a list of them" in findings[0].message
