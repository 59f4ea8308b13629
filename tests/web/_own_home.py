"""A home of one's own beside the example's, for what a test must change: texts, judgings, evidence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tallystick.home import Home, create_home
from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Verdict

PERIOD = "2025-12"


def own_home(folder: Path, prepared: Path, patch: pytest.MonkeyPatch, partner: str = "aurora") -> Home:
    """The example's contracts and one partner's month as files that may be written, served instead of the example."""
    from tallystick.web.accounts import access

    shared = prepared.parent.parent
    home = create_home(folder / "home", "lumen", "Lumen Home", "Europe/Bucharest")
    shutil.copytree(shared / "contracts", home.root / "contracts", dirs_exist_ok=True)
    wanted = Path("verdicts") / f"lumen-{partner}" / partner / PERIOD
    shutil.copytree(shared / wanted, home.root / wanted)
    shutil.copytree(shared / "verdicts" / "texts", home.root / "verdicts" / "texts")
    patch.setattr(access, "home", lambda: home)
    return home


def judged_again(
    home: Home, clause: str, change: Callable[[Verdict], Verdict], rows: Callable[[Any], Any] | None = None
) -> tuple[Verdict, Verdict]:
    """Judge the month again with one verdict changed, and its tables if wanted; the old verdict and the new one."""
    store = VerdictStore(home.folder("verdicts"))
    record = store.judged()[0]
    verdicts = store.verdicts_of(record)
    old = next(one for one in verdicts if one.clause == clause)
    new = change(old)
    evidence = store.evidence(record)
    if rows is not None:
        evidence = PeriodEvidence(
            {name: rows(table) for name, table in evidence.rows.items()},
            {name: rows(table) for name, table in evidence.facts.items()},
            evidence.gate,
        )
    after = [new if one.clause == clause else one for one in verdicts]
    made: Judged = replace(
        record,
        verdicts=tuple((one.clause, one.digest) for one in after),
        evidence=evidence.digest,
        supersedes=record.digest,
    )
    store.add(made, after, evidence, store.texts(record))
    return old, new
