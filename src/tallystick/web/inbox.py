"""Watched folders: what is laid into `inbox/<feed>/` is taken in with the feed's saved mapping, then moved aside.

    inbox/<feed>/            files, or folders of one export, as they come
    inbox/<feed>/done/       what was taken in, with its outcome beside it
    inbox/<feed>/failed/     what could not be, with the reason and its cure beside it

A file is moved after its rows are stored. If the process dies in between, the file is taken in again, adds nothing, and
is moved then.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tallystick.home import Home
from tallystick.records.fingerprint import digest_of_path
from tallystick.web import alarms
from tallystick.web.desk._sources import feeds_of
from tallystick.web.desk.imports import DONE, IMPORTING, Import
from tallystick.web.importing import store

FOLDER = "inbox"
TAKEN, FAILED = "done", "failed"
# What still changes is being copied.
SETTLES = timedelta(seconds=10)
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


def scan(home: Home, now: datetime) -> int:
    """Take in what lies in the watched folders; how many files. Only the one worker at work may call this."""
    count = 0
    root = home.root / FOLDER
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if folder.is_dir() and not folder.is_symlink():
            for path in sorted(folder.iterdir()):
                if _is_ready(path, now):
                    count += _take(home, folder, path, now)
    return count


def make_folders(home: Home) -> None:
    """A folder for each feed that has a mapping, so that people see where to lay files."""
    for feed in feeds_of(home):
        (home.root / FOLDER / feed).mkdir(parents=True, exist_ok=True)


def _is_ready(path: Path, now: datetime) -> bool:
    if path.name in (TAKEN, FAILED) or path.name.startswith(".") or path.name.endswith(_UNFINISHED):
        return False
    # A link could lead to any file that the server may read.
    if path.is_symlink():
        return False
    members = [path, *path.rglob("*")] if path.is_dir() else [path]
    return max(one.lstat().st_mtime for one in members) <= (now - SETTLES).timestamp()


def _take(home: Home, folder: Path, path: Path, now: datetime) -> int:
    feed = folder.name
    mapping = feeds_of(home).get(feed)
    if mapping is None:
        message = _("No mapping is saved for “%(feed)s”.") % {"feed": feed}
        cure = _("Take one file of it in by hand first; what is saved then reads the next ones.")
        _put_away(folder / FAILED, path, {"refused": message, "cure": cure}, now)
        alarms.break_off(home, feed, message, now)
        return 1
    one = _row(feed, path, now)
    if one.state == IMPORTING and not store(home, one, path, mapping, now):
        return 0
    outcome = {key: value for key, value in one.outcome.items() if key not in ("to_correct", "parts")}
    if one.state != DONE:
        alarms.break_off(home, feed, str(one.outcome.get("refused", "")), now)
    _put_away(folder / (TAKEN if one.state == DONE else FAILED), path, outcome, now)
    Import.objects.filter(id=one.id).update(stored="")
    return 1


def _row(feed: str, path: Path, now: datetime) -> Import:
    """The row of a file; that of the first try where a process died over it, before its rows were kept or after."""
    sha256 = digest_of_path(path)
    stored = f"{FOLDER}/{feed}/{path.name}"[:200]
    found = Import.objects.filter(stored=stored, sha256=sha256).first()
    return found or Import.objects.create(
        name=path.name[:120], stored=stored, size=_size(path), sha256=sha256, state=IMPORTING, feed=feed,
        given_name=_("watched folder"), given_at=now, changed_at=now,
    )  # fmt: skip


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file()) if path.is_dir() else path.stat().st_size


def _put_away(folder: Path, path: Path, outcome: dict[str, Any], now: datetime) -> None:
    folder.mkdir(exist_ok=True)
    name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{path.name}"
    beside = folder / f"{name}.outcome.json"
    beside.write_text(json.dumps(outcome, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    path.replace(folder / name)
