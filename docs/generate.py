"""Makes the reference pages from the code: what a page says is what the program does. Tests hold that they are current.

Run by `make docs`.
"""

from __future__ import annotations

from pathlib import Path

from tallystick.contract.explain import reference_page
from tallystick.measures.reference import write

REFERENCE = Path(__file__).parent / "reference"


def main() -> None:
    """Write every page that is made from code."""
    (REFERENCE / "contract-rules.md").write_text(reference_page(), encoding="utf-8")
    write(REFERENCE / "kpi")


if __name__ == "__main__":
    main()
