"""The signed document beside the text."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tallystick.contract.check import check_path
from tests.contract.agreement import CARDS, edited


def found(folder: Path, digest: str) -> list[tuple[str, int]]:
    path = folder / "aurora.yaml"
    path.write_text(edited(("sites:\n", f"document: {{file: signed.pdf{digest}}}\nsites:\n")))
    return [(finding.id, finding.place.line) for finding in check_path(path, CARDS)[1]]


def test_the_signed_document_is_compared_with_its_digest(tmp_path: Path) -> None:
    signed = b"%PDF signed by both"
    said = f", sha256: {hashlib.sha256(signed).hexdigest()}"
    assert found(tmp_path, said) == [("TS-C080", 9)]
    (tmp_path / "signed.pdf").write_bytes(signed)
    assert found(tmp_path, said) == []
    assert found(tmp_path, "") == [("TS-C081", 9)]
    (tmp_path / "signed.pdf").write_bytes(signed + b" and changed")
    assert found(tmp_path, said) == [("TS-C082", 9)]
