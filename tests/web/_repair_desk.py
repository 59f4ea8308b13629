"""The repair desk of `examples/cost` served as the control room: a rate card, an invoice and books, and no promise."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tallystick.home import Home, open_home
from tests.journeys.command_line import tally

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "cost"
AT = "2026-05-01T00:00:00Z"
QUARTERLY = """
clauses:
  - {id: Q1, kind: kpi, title: Solved at once, measure: repeat_contact_rate, target: 20%, minimum_volume: 1,
     window: quarter, period_rule: created-in, attribution: owner-at-start}

charges:
"""


def make_repair(root: Path) -> Path:
    """The folder as the example's page has it made."""
    assert tally("init", root, "--client", "lumen", "--zone", "Europe/Berlin").code == 0
    shutil.copy(FOLDER / "contract.yaml", root / "contracts")
    files = [FOLDER / f"{name}.csv" for name in ("cases", "invoices", "costs")]
    answer = tally("ingest", *files, "--home", root, "--as-of", AT)
    assert answer.code == 0, answer.err
    return root


def changed(root: Path, old: str, new: str) -> None:
    """Write another text into the contract."""
    path = root / "contracts" / "contract.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def with_a_quarterly_promise(root: Path) -> None:
    """A promise by the quarter beside the rate card, judged."""
    changed(root, "\ncharges:\n", QUARTERLY)
    changed(root, "repeat_window: 7d}", "repeat_window: 7d, excluded: [spam]}")
    answer = tally("assess", "--home", root, "--as-of", AT)
    assert answer.code == 0, answer.err


def serve(root: Path, patch: pytest.MonkeyPatch, on: datetime = datetime(2026, 5, 1, 9, tzinfo=UTC)) -> Home:
    """Serve a folder instead of the example, on a day in May 2026."""
    from tallystick.web.accounts import access

    home = open_home(root)
    patch.setattr(access, "home", lambda: home)
    patch.setattr(access, "timezone", SimpleNamespace(now=lambda: on))
    return home
