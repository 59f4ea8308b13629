"""Each check of the scope, taken away in turn, is noticed by a probe or a test; the checks are found in the source."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.web.mutation.checks import SRC, every, of_file, without

ROOT = SRC.parents[1]


@pytest.mark.long
def test_each_check_taken_away_is_noticed(lumen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "tests.web.mutation.run", str(lumen)]
    ended = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    missed = [one for one in told if not one["by"]]
    kinds = Counter(one["arrangement"] or "missed" for one in told)
    with capsys.disabled():
        print(f"\n  {len(told)} checks of the scope taken away: {dict(kinds)}")  # noqa: T201
        for one in missed:
            print(f"  missed: {one['check']}")  # noqa: T201
    assert len(told) == sum(1 for _ in every())
    assert missed == []


def test_checks_are_found_in_every_part_that_reads_for_somebody() -> None:
    found = Counter(str(check.path.relative_to(SRC).parent) for check in every())
    assert sum(found.values()) >= 200
    for part in ("web", "web/accounts", "web/desk", "web/pages", "web/wall", "records", "facts", "vocabulary"):
        assert found[part] >= 3, part
    kinds = Counter(check.kind for check in every())
    assert set(kinds) >= {"read", "sees", "client", "within", "query", "handed on", "authorizer", "masking", "refusal"}
    # A workflow that reads a table through its room is a check, wherever it is written.
    reads = sum(path.read_text(encoding="utf-8").count("room.rows(") for path in (SRC / "web" / "desk").glob("*.py"))
    assert kinds["read"] == reads


@pytest.mark.long
def test_every_check_can_be_taken_away_and_nothing_else_changes() -> None:
    for check in every():
        before = ast.dump(ast.parse(check.path.read_text(encoding="utf-8")))
        after = without(check.path, check.number)
        compile(after, str(check.path), "exec")
        assert ast.dump(after) != before, check.name


EXAMPLE = """
def seen(self, room, partner, rows):
    if room.scope.sees_all or partner in (room.scope.partners or ()):
        return [one for one in rows if one.partner == partner]
    own = room.actor.party
    if not own or not self.room.rows(Table).filter(partner=own, state="open"):
        raise NotFound("row", partner)
    return lake.read(room.scope, "case")
"""


def test_what_counts_as_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.web.mutation.checks.SRC", tmp_path)
    (tmp_path / "web").mkdir()
    path = tmp_path / "web" / "example.py"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert [(check.line, check.kind) for check in of_file(path)] == [
        (3, "client"), (3, "within"), (4, "partner"), (6, "refusal"), (6, "refusal"), (6, "read"), (6, "query"),
        (8, "handed on"),
    ]  # fmt: skip
    without_them = [ast.unparse(without(path, number)) for number in range(8)]
    assert "(room.scope.sees_all, True)[1] or" in without_them[0]
    assert "if (one.partner == partner, True)[1]]" in without_them[2]
    assert "(self.room, Table.objects.all())[1].filter(partner=own" in without_them[5]
    assert ".filter(state='open')" in without_them[6]
    assert "replace(room.scope, partners=None), 'case')" in without_them[7]
