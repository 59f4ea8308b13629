"""Where the control room's own files are, inside the home folder."""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

from tallystick.home import Home, open_home

DESK = "desk"
DATABASE = "desk.sqlite3"
SECRET = "web.secret"  # noqa: S105  the name of a file
PID = "server.pid"
LINK = "example-link"
EXAMPLE_MARK = "raw/expected.yaml"
SECRET_BYTES = 48


@cache
def home() -> Home:
    """The home folder that this process serves; raises NotFound where there is none."""
    return open_home(None)


def desk_folder(root: Path) -> Path:
    """The folder of what people did, readable by its owner alone."""
    folder = root / DESK
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret(root: Path) -> str:
    """The key that signs sessions and forms: made once, kept beside the other keys."""
    path = root / "keys" / SECRET
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES))
    return path.read_text(encoding="ascii")


def is_example(root: Path) -> bool:
    """Whether the home holds the shipped example, whose people are invented."""
    return (root / EXAMPLE_MARK).is_file()
