"""The example of Lumen Home, generated once for all tests of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "lumen"


@pytest.fixture(scope="session")
def lumen_folder() -> Path:
    """The folder of the example, its modules importable."""
    if str(EXAMPLE) not in sys.path:
        sys.path.insert(0, str(EXAMPLE))
    return EXAMPLE


@pytest.fixture(scope="session")
def lumen(lumen_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The generated files, and what the generator says of them."""
    from generate import generate

    folder = tmp_path_factory.mktemp("lumen")
    return folder, generate(folder)


@pytest.fixture(scope="session")
def blocks(lumen_folder: Path) -> list[Any]:
    """The lives of all cases, as the generator draws them."""
    from cases import all_cases
    from generate import SEED

    return all_cases(SEED)
