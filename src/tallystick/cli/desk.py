"""The control room's database, opened for a command; what is wrong with its file becomes a sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tallystick.vocabulary.errors import DataError, TallystickError, Unavailable, UsageError

DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
REFUSED = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_FULL", "SQLITE_IOERR")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


@contextmanager
def opened_desk(root: Path) -> Iterator[None]:
    """The desk of a home, its tables as this version needs them; raises as `desk_file`."""
    from tallystick.web import server

    server.set_up(root)
    with desk_file(root):
        server.bring_up_to_date()
        yield


@contextmanager
def desk_file(root: Path) -> Iterator[None]:
    """Whatever reads or writes the desk's file.

    Raises DataError where it is damaged, UsageError where it may not be read or written, Unavailable while another
    process holds it.
    """
    try:
        yield
    except Exception as error:
        # Django's errors have SQLite's own as their cause.
        found = error if isinstance(error, sqlite3.Error) else error.__cause__
        told = _told(root, found) if isinstance(found, sqlite3.Error) else None
        if told is None:
            raise
        raise told from error


def _told(root: Path, error: sqlite3.Error) -> TallystickError | None:
    """What SQLite says of the file as a sentence; None where the file is not what is wrong."""
    from tallystick.web.place import DATABASE, DESK

    name = str(getattr(error, "sqlite_errorname", ""))
    path = root / DESK / DATABASE
    if name.startswith(DAMAGED):
        return DataError(f"{path} is damaged: {error}.", "Restore the desk from the last whole backup.")
    if name.startswith(REFUSED):
        cure = "Give yourself the right to write there, or work on a copy of the folder."
        return UsageError(f"{path} cannot be read or written: {error}.", cure)
    if name.startswith(BUSY):
        return Unavailable(f"{path} is in use: {error}.", "Wait a moment, then run the command again.")
    return None
