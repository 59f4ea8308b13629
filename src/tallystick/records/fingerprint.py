"""SHA-256 of a file, or of a folder by the names and contents of its files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tallystick.vocabulary.canonical import digest


def digest_of_path(path: Path) -> str:
    """64 hexadecimal digits; empty where there is nothing to read. A folder's is independent of its place and order."""
    if path.is_dir():
        inside = sorted(part for part in path.rglob("*") if part.is_file())
        return digest({part.relative_to(path).as_posix(): digest_of_path(part) for part in inside})
    if not path.is_file():
        return ""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
