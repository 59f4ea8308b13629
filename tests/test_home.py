"""The folder a user works in, where something in it cannot be read or made."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from tallystick.home import create_home, open_home
from tallystick.vocabulary.errors import DataError, UsageError
from tests.journeys.command_line import tally


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"client: [a\nname: x\n", "tally.yaml:2:5: This is not YAML"),
        (b"client: \xff\xfe\n", "tally.yaml: byte 8 is not UTF-8"),
        (b"client: !secret a\n", "tally.yaml:1:9: This is not YAML"),
        (b"client: 2026-99-99\n", "tally.yaml: This is not YAML"),
    ],
)
def test_a_marker_that_cannot_be_read_is_told_with_its_place(tmp_path: Path, content: bytes, words: str) -> None:
    root = create_home(tmp_path / "home").root
    (root / "tally.yaml").write_bytes(content)
    with pytest.raises(DataError, match=words) as refused:
        open_home(root)
    assert refused.value.cure
    answer = tally("list", "contracts", "--home", root)
    assert answer.code == 3
    assert "went wrong inside" not in answer.err


def test_a_marker_that_may_not_be_read_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = create_home(tmp_path / "home").root

    def refused(path: Path, *_: Any, **__: Any) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refused)
    with pytest.raises(UsageError, match=r"tally.yaml cannot be read: Permission denied") as told:
        open_home(root)
    assert told.value.cure


def test_a_folder_that_cannot_be_made_is_told_with_a_cure(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home")
    (home.root / "verdicts").rmdir()
    (home.root / "verdicts").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="verdicts cannot be made: File exists") as told:
        home.folder("verdicts")
    assert told.value.cure
    assert tally("list", "verdicts", "--home", home.root).code == 2
