"""Changing any constant or operator of a rule about money or outcome makes a worked example or a property fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.changes import Change, changed, of_file
from tests.mutation.codes import changed_functions
from tests.mutation.run import ROOT, results_from, score_text, scores
from tests.mutation.survivors import Known
from tests.mutation.trying import NEVER_ENDED, NO_TEST, Tried

LEAST = 90  # per cent of the changes that are noticed, of all files together


@pytest.mark.long
def test_no_change_of_a_rule_goes_unnoticed_but_those_that_are_listed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "results.json"
    # In a process of its own, which has nothing of the product loaded; its progress is shown as it comes.
    with capfd.disabled():
        ended = subprocess.run([sys.executable, "-m", "tests.mutation.run", "--to", str(kept)], cwd=ROOT, check=False)
    assert ended.returncode == 0
    results = results_from(kept)
    assert Known.read().wrong(results) == []
    noticed, tried = map(sum, zip(*scores(results).values(), strict=True))
    assert 100 * noticed >= LEAST * tried, score_text(results)


SOURCE = '''
"""A rule."""

from typing import Literal

MOST = 3


class Kind:
    form: Literal["one", "other"] = "one"

    def share(self, value: int, known: bool = True) -> int:
        if value < MOST and known:
            raise ValueError(f"{value} is less than {MOST - 1}")
        self.step("label", "formula" if value > 1 else "other", f"{value + 1}", value * 2)
        return max(value - 1, 0) if self.form == "one" else -value

    def plain(self, value: int) -> str:
        return "one" if value == 1 else "many"
'''


@pytest.fixture
def rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tests.mutation.changes.SRC", tmp_path)
    path = tmp_path / "rule.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_each_constant_and_operator_is_changed_and_no_words(rule: Path) -> None:
    found = [(one.within, one.becomes, one.at_import) for one in of_file(rule)]
    assert found == [
        ("", "3 -> 4", True),
        ("", "3 -> 2", True),
        ("Kind", "'one' -> 'other'", True),
        ("Kind.share", "True -> False", True),
        ("Kind.share", "value < MOST and known -> value < MOST or known", False),
        ("Kind.share", "value < MOST -> value <= MOST", False),
        ("Kind.share", "value < MOST -> value >= MOST", False),
        ("Kind.share", "value * 2 -> value / 2", False),
        ("Kind.share", "2 -> 3", False),
        ("Kind.share", "2 -> 1", False),
        ("Kind.share", "self.form == 'one' -> self.form != 'one'", False),
        ("Kind.share", "'one' -> '~'", False),
        ("Kind.share", "max(value - 1, 0) -> min(value - 1, 0)", False),
        ("Kind.share", "value - 1 -> value + 1", False),
        ("Kind.share", "1 -> 2", False),
        ("Kind.share", "1 -> 0", False),
        ("Kind.share", "0 -> 1", False),
        ("Kind.share", "-value -> value", False),
    ]


def test_a_change_keeps_its_name_when_lines_are_added_above(rule: Path) -> None:
    before = [one.identity for one in of_file(rule)]
    rule.write_text("# A word before.\n\n" + SOURCE, encoding="utf-8")
    of_file.cache_clear()
    assert [one.identity for one in of_file(rule)] == before
    assert len(set(before)) == len(before)


def test_a_changed_file_differs_in_the_functions_that_hold_the_change(rule: Path) -> None:
    for change in of_file(rule):
        names = {name for name, _, _ in changed_functions(change.path, changed(rule, change.number))}
        assert change.at_import or change.within in names
        assert compile(changed(rule, change.number), str(rule), "exec")


def test_a_list_that_rots_is_told(rule: Path, tmp_path: Path) -> None:
    one, two, three = of_file(rule)[:3]
    results = [Tried(one, "a test", 1), Tried(two, "", 1), Tried(three, NO_TEST, 0)]
    lists = tmp_path / "lists"
    lists.mkdir()

    def told(*listed: Change, line: str | None = None) -> list[str]:
        changes = [
            {
                "file": each.file,
                "in": each.within,
                "line": line or each.line,
                "becomes": each.becomes,
                "same": each.same,
            }
            for each in listed
        ]
        known = [{"why": "It is the same.", "changes": changes}]
        (lists / "rule.yaml").write_text(json.dumps(known), encoding="utf-8")
        return [words.partition(":")[0] for words in Known.read(lists).wrong(results)]

    assert told(two, three) == []
    assert told(two) == [f"No test notices {three.name.partition(':')[0]}"]
    assert told(one, two, three) == ["The list names what is noticed now, by a test"]
    assert "The list names what is not there any more" in told(two, three, line="another")
    assert Tried(one, NEVER_ENDED, 1).killed is not False
