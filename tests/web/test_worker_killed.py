"""kill -9 of the worker at any moment: nothing lost, nothing doubled, every file put away once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.web.test_worker import MAPPING

ROWS = 400


def lay(root: Path, number: int) -> None:
    path = root / "inbox" / "aurora-cases" / f"cases-{number}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (f"T-{number}-{row},2026-07-01 09:00,2026-07-01 09:20\n" for row in range(ROWS))
    path.write_text("Ticket ID,Created,First reply\n" + "".join(rows), encoding="utf-8")
    then = time.time() - 60
    os.utime(path, (then, then))


def killed_after(root: Path, seconds: float) -> None:
    """A worker that is killed so long after it began to work."""
    begun = subprocess.Popen([sys.executable, "-m", "tallystick.web.work", str(root)], stderr=subprocess.DEVNULL)
    marker = root / "desk" / "worker.lock"
    since = time.monotonic()
    while time.monotonic() - since < 60 and not (marker.exists() and _holds(marker)):
        time.sleep(0.01)
    time.sleep(seconds)
    os.kill(begun.pid, signal.SIGKILL)
    begun.wait()


def _holds(lock: Path) -> bool:
    import fcntl

    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(handle, fcntl.LOCK_UN)
        return False


def check(own_records: Path, files: int, seed: int) -> None:
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope
    from tallystick.web import worker
    from tallystick.web.desk.audit import AuditRow, verify_desk
    from tallystick.web.desk.imports import Import
    from tallystick.web.place import home

    chance = random.Random(seed)  # noqa: S311  which moment, not which key
    (own_records / "mappings" / "aurora-cases.yaml").write_text(MAPPING, encoding="utf-8")
    for number in range(files):
        lay(own_records, number)
        killed_after(own_records, chance.uniform(0, 0.6))
    now = datetime.now(UTC) + timedelta(minutes=1)
    worker.tick(home(), now)
    worker.tick(home(), now)
    with Lake.open(home().root / "lake") as lake:
        assert lake.read(Scope.of_client(lake.client), "case", columns=["case_id"]).num_rows == files * ROWS
    rows = [(one.name, one.state, one.outcome["stored"], one.outcome["duplicate"]) for one in Import.objects.all()]
    assert sorted(rows) == sorted((f"cases-{number}.csv", "done", ROWS, 0) for number in range(files))
    assert AuditRow.objects.filter(action="import-stored").count() == files
    assert verify_desk(home().folder("keys")).holds
    put_away = [path for path in (own_records / "inbox" / "aurora-cases" / "done").iterdir() if path.suffix == ".csv"]
    assert len(put_away) == files
    stored = [
        line["stored"]
        for line in map(json.loads, (own_records / "imports" / "imports.jsonl").read_text("utf-8").splitlines())
    ]
    assert sum(stored) == files * ROWS


def test_a_worker_killed_once_loses_and_doubles_nothing(own_records: Path) -> None:
    check(own_records, 1, 7)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_a_worker_killed_forty_times_loses_and_doubles_nothing(own_records: Path, seed: int) -> None:
    check(own_records, 40, seed)
