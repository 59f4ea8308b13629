"""The lock of a lake where it cannot be taken."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from tallystick.records import commits
from tallystick.vocabulary.errors import UsageError


def test_a_folder_that_may_not_be_written_to_is_told_with_a_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refused)
    with (
        pytest.raises(UsageError, match=f"{tmp_path} cannot be written to: Permission denied") as told,
        commits.locked(tmp_path),
    ):
        pytest.fail("nothing is done without the lock")
    assert "copy of the folder" in told.value.cure


def test_trouble_inside_the_lock_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), commits.locked(tmp_path):
        (tmp_path / "nowhere").read_bytes()
