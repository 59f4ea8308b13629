"""What makes several tables move together: a numbered commit record that names the version of each.

A load appends to its tables first and writes the record last, in one atomic step, when all that it names is on disk.
Whoever reads pins the versions of the newest record, so a load that died half way is invisible; the next writer rolls
its leftovers back. The record holds load id, source cursor and outcome, so a replay is known and the ledger can be
completed after a crash.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tallystick.vocabulary.errors import DataError, IntegrityError, Unavailable, UsageError

PROTOCOL = 1
PROTOCOL_FILE = "PROTOCOL.json"
_FOLDER = "commits"
_LOCK = ".lock"


@dataclass(frozen=True)
class Pin:
    """A state of the whole lake: the commit's number and the version of every table."""

    number: int
    versions: Mapping[str, int] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """The pin as plain values; it is noted beside a verdict, never hashed into it."""
        return {"number": self.number, "versions": dict(sorted(self.versions.items()))}


@dataclass(frozen=True)
class CommitRecord:
    """One commit of the lake. `kind` is load, reattribution or erasure; `outcome` the counts of a load."""

    number: int
    kind: str
    load_id: str
    versions: Mapping[str, int]
    cursor: Mapping[str, str] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pin(self) -> Pin:
        """The state this commit made."""
        return Pin(self.number, self.versions)


def write_protocol(root: Path, client: str) -> None:
    """Note which format the lake has and whose it is."""
    _atomic(root / PROTOCOL_FILE, json.dumps({"protocol": PROTOCOL, "client": client}) + "\n")


def read_protocol(root: Path) -> str:
    """The client of the lake; refuses a lake of a newer format."""
    try:
        found = json.loads((root / PROTOCOL_FILE).read_text())
        protocol, client = int(found["protocol"]), str(found["client"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(
            f"{root} is no lake: {PROTOCOL_FILE} is missing or damaged.", "Restore it from a backup."
        ) from error
    if protocol > PROTOCOL:
        raise DataError(
            f"{root} was written in format {protocol}; this version of Tallystick reads up to {PROTOCOL}.",
            "Upgrade Tallystick; an older version never writes into newer data.",
        )
    return client


def path_of(root: Path, number: int) -> Path:
    """Where a commit's record stands."""
    return root / _FOLDER / f"{number:012d}.json"


def touched_path(root: Path, number: int) -> Path:
    """Where the keys of the cases that a commit touched stand."""
    return root / _FOLDER / f"{number:012d}.cases"


def newest_number(root: Path) -> int:
    """The number of the newest commit, 0 where there is none."""
    folder = root / _FOLDER
    if not folder.is_dir():
        return 0
    with os.scandir(folder) as entries:
        numbers = [entry.name[:-5] for entry in entries if entry.name.endswith(".json")]
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def read(root: Path, number: int) -> CommitRecord:
    """One commit's record; 0 is the empty lake."""
    if number == 0:
        return CommitRecord(0, "empty", "", {})
    try:
        found = json.loads(path_of(root, number).read_text())
        return CommitRecord(
            int(found["number"]),
            str(found["kind"]),
            str(found["load_id"]),
            {str(name): int(version) for name, version in found["versions"].items()},
            dict(found.get("cursor", {})),
            dict(found.get("outcome", {})),
        )
    except FileNotFoundError as error:
        raise IntegrityError(f"{root} has no commit {number}.", "Restore the lake from a backup.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(f"Commit {number} of {root} is damaged: {error}", "Restore it from a backup.") from error


def newest(root: Path) -> CommitRecord:
    """The newest commit's record."""
    return read(root, newest_number(root))


def every(root: Path, after: int = 0) -> Iterator[CommitRecord]:
    """All commits after a number, oldest first."""
    for number in range(after + 1, newest_number(root) + 1):
        yield read(root, number)


def append(root: Path, record: CommitRecord) -> None:
    """Write a commit's record: the one step that makes a load visible."""
    text = json.dumps(
        {
            "number": record.number,
            "kind": record.kind,
            "load_id": record.load_id,
            "versions": dict(sorted(record.versions.items())),
            "cursor": dict(record.cursor),
            "outcome": dict(record.outcome),
        },
        ensure_ascii=False,
    )
    target = path_of(root, record.number)
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        raise IntegrityError(
            f"Commit {record.number} exists already.", "Another writer did not take the lock; run again."
        )
    _atomic(target, text + "\n")


@contextmanager
def locked(root: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lake's advisory lock, so that two writers never interleave; the system frees it when a process dies.

    Raises Unavailable while another holds it, UsageError where the folder cannot be written to.
    """
    try:
        handle = (root / _LOCK).open("a")
    except OSError as error:
        raise UsageError(
            f"{root} cannot be written to: {error.strerror or error}.",
            "Give yourself the right to write there, or work on a copy of the folder.",
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise Unavailable(
                f"Another process is writing into {root}.", "Wait until it has ended, then run the command again."
            ) from error
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


def sync_file(path: Path) -> None:
    """Make what a file holds survive a loss of power; its name is its folder's (`sync_folder`)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_touched(root: Path, number: int, keys: bytes) -> None:
    """Note which cases a commit touched (keys as 8 bytes each, little-endian), durably: its record follows."""
    target = touched_path(root, number)
    if not target.parent.is_dir():
        target.parent.mkdir()
        sync_folder(root)
    with target.open("wb") as handle:
        handle.write(keys)
        handle.flush()
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Make a new name in `folder` survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _atomic(target: Path, text: str) -> None:
    beside = target.with_name(f".{target.name}.part")
    with beside.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(target)
    sync_folder(target.parent)
