"""Fixtures of the tests of pages."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def telephone_lines(lumen: Path) -> None:
    """An example that took in its telephone lines; `tally demo` does not yet (see examples/lumen/README.md)."""
    if not (lumen / "contracts" / "lumen-aurora-telephone.yaml").is_file():
        pytest.skip("this example has not taken in its telephone lines")
