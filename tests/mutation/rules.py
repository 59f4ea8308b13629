"""Which files hold rules about money or outcome: the folders of clauses and pricing models, and what judges by them."""

from __future__ import annotations

from pathlib import Path

from tests.mutation.changes import SRC

FOLDERS = ("contract/clauses", "contract/charges")
FILES = (
    "contract/allocation.py",
    "contract/amounts.py",
    "contract/bank.py",
    "contract/limit.py",
    "contract/past.py",
    "contract/triggered.py",
    "verdicts/caps.py",
    "verdicts/census.py",
    "verdicts/consequences.py",
    "verdicts/credit_state.py",
    "verdicts/ledger.py",
    "verdicts/pace.py",
    "verdicts/pace_credits.py",
    "verdicts/past.py",
    "verdicts/relief.py",
    "verdicts/standing.py",
    "verdicts/statement.py",
)


def rule_files() -> list[Path]:
    """Every file, in the order in which it is tried; a new clause or pricing model is among them by itself."""
    listed = [path for folder in FOLDERS for path in sorted((SRC / folder).glob("*.py"))]
    return [*listed, *(SRC / name for name in FILES)]
