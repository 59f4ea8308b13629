"""The signed document beside a contract: where it is, and its digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tallystick.contract.model import Contract


def document_path(contract: Contract) -> Path | None:
    """The document's path, or None where the contract names none, was not read from a file, or points outside."""
    if contract.document is None or contract.folder is None:
        return None
    folder = Path(contract.folder).resolve()
    path = (folder / contract.document.file).resolve()
    return path if path.is_relative_to(folder) else None


def document_digest(contract: Contract) -> str | None:
    """SHA-256 of the document, or None where it is not there."""
    path = document_path(contract)
    if path is None or not path.is_file():
        return None
    sha = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            sha.update(block)
    return sha.hexdigest()
