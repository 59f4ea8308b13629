"""Which files hold rules about money or outcome: those of promises, verdicts, bills and costs."""

from __future__ import annotations

from pathlib import Path

from tests.mutation.changes import SRC

# The files of these folders themselves, not of folders in them.
FOLDERS = ("contract/clauses", "contract/charges", "verdicts", "billing", "cost")
FILES = (
    "contract/allocation.py",
    "contract/amounts.py",
    "contract/bank.py",
    "contract/charge.py",
    "contract/counted.py",
    "contract/limit.py",
    "contract/past.py",
    "contract/quantity.py",
    "contract/triggered.py",
)


def rule_files() -> list[Path]:
    """Every file, in the order in which it is tried; a new clause, pricing model or verdict is among them by itself."""
    listed = [path for folder in FOLDERS for path in sorted((SRC / folder).glob("*.py"))]
    return [*listed, *(SRC / name for name in FILES)]
