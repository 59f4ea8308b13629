"""The worker: watched folders, duties once each, two workers, a death between any two steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

SignIn = Callable[..., Any]
NOW = datetime(2026, 8, 3, 9, tzinfo=UTC)
ROWS = "Ticket ID,Created,First reply\nT-1,2026-07-01 09:00,2026-07-01 09:20\nT-2,2026-07-02 09:00,\n"
MAPPING = """\
tallystick_mapping: 1
connector: any_table
feed: aurora-cases
source: aurora-cases
shape: one row per case
partner: aurora
zone: UTC
"""


@pytest.fixture(autouse=True)
def _records(own_records: Path) -> None:
    """Every test writes."""


def tick(now: datetime = NOW) -> None:
    from tallystick.web import worker
    from tallystick.web.place import home

    worker.tick(home(), now)


def lay(root: Path, text: str = ROWS, name: str = "cases.csv", feed: str = "aurora-cases", age_s: int = 60) -> Path:
    (root / "mappings" / "aurora-cases.yaml").write_text(MAPPING, encoding="utf-8")
    path = root / "inbox" / feed / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    at = NOW.timestamp() - age_s
    os.utime(path, (at, at))
    return path


def ledger(root: Path) -> list[tuple[int, int, int, int]]:
    path = root / "imports" / "imports.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return [(one["rows_in"], one["stored"], one["duplicate"], one["rejected"]) for one in lines]


def test_a_file_in_a_watched_folder_is_taken_in_and_moved_with_its_outcome(own_records: Path, sign_in: SignIn) -> None:
    lay(own_records)
    tick()
    assert ledger(own_records) == [(2, 2, 0, 0)]
    moved = sorted(path.name for path in (own_records / "inbox" / "aurora-cases" / "done").iterdir())
    assert moved == ["20260803T090000Z-cases.csv", "20260803T090000Z-cases.csv.outcome.json"]
    outcome = json.loads((own_records / "inbox" / "aurora-cases" / "done" / moved[1]).read_text(encoding="utf-8"))
    assert (outcome["rows_in"], outcome["stored"]) == (2, 2)
    row = sign_in("owner").get("/data.json").json()["imports"]["rows"][0]
    assert (row["file"], row["stored"]) == ("cases.csv", 2)


def test_a_file_that_is_still_being_copied_waits(own_records: Path) -> None:
    path = lay(own_records, age_s=1)
    lay(own_records, name="later.csv.part")
    tick()
    assert path.exists()
    assert ledger(own_records) == []


def test_a_broken_file_goes_to_failed_and_raises_an_alarm_that_the_next_good_one_closes(own_records: Path) -> None:
    from tallystick.web.desk.feeds import Alarm

    lay(own_records, "\x00\x01\x02 nothing \x00\x00" * 200, "broken.csv")
    tick()
    failed = own_records / "inbox" / "aurora-cases" / "failed"
    assert json.loads(next(failed.glob("*.json")).read_text(encoding="utf-8"))["refused"]
    assert Alarm.objects.get().kind == "broken"
    lay(own_records)
    tick()
    assert Alarm.objects.get().closed_at == NOW


def test_a_folder_without_a_mapping_says_what_to_do(own_records: Path) -> None:
    lay(own_records, feed="unheard-of")
    tick()
    said = json.loads(
        next((own_records / "inbox" / "unheard-of" / "failed").glob("*.json")).read_text(encoding="utf-8")
    )
    assert "No mapping is saved" in said["refused"]
    assert said["cure"]


def test_a_link_is_not_followed(own_records: Path, tmp_path: Path) -> None:
    lay(own_records)
    secret = tmp_path / "secret.csv"
    secret.write_text(ROWS, encoding="utf-8")
    (own_records / "inbox" / "aurora-cases" / "link.csv").symlink_to(secret)
    tick()
    assert (own_records / "inbox" / "aurora-cases" / "link.csv").is_symlink()


STEPS = [
    ("tallystick.web.inbox", "_put_away"),
    ("tallystick.web.importing", "append_system"),
    ("tallystick.web.alarms", "gate"),
    ("tallystick.web.desk.audit", "sign_head"),
    ("tallystick.web.desk.duties", "end"),
    ("tallystick.web.letters", "send_due"),
]


@pytest.mark.parametrize(("module", "step"), STEPS)
def test_a_worker_killed_between_steps_repeats_nothing_and_loses_nothing(
    own_records: Path, monkeypatch: pytest.MonkeyPatch, module: str, step: str
) -> None:
    import importlib

    from tallystick.web.desk.audit import AuditRow, Checkpoint
    from tallystick.web.desk.imports import Import

    lay(own_records)

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importlib.import_module(module), step, killed)
        with pytest.raises(KeyboardInterrupt):
            tick()
    tick()
    tick()
    one = Import.objects.get()
    assert (one.state, one.outcome["rows_in"], one.outcome["stored"], one.outcome["duplicate"]) == ("done", 2, 2, 0)
    assert AuditRow.objects.filter(action="import-stored").count() == 1
    assert Checkpoint.objects.count() == 1
    assert len(list((own_records / "inbox" / "aurora-cases" / "done").glob("*cases.csv"))) == 1


def test_of_two_workers_one_works(own_records: Path) -> None:
    from tallystick.web import worker
    from tallystick.web.place import home

    lay(own_records)
    with worker.at_work(home()) as first, worker.at_work(home()) as second:
        assert (first, second) == (True, False)
        tick()
    assert ledger(own_records) == []
    tick()
    assert ledger(own_records) == [(2, 2, 0, 0)]


def test_a_duty_is_taken_on_once_for_each_moment(own_records: Path) -> None:
    from tallystick.web.desk import duties

    assert duties.begin("mail", "2026-08-03", NOW) is not None
    assert duties.begin("mail", "2026-08-03", NOW) is None
    assert duties.begin("mail", "2026-08-04", NOW) is not None


def test_the_head_of_the_trail_is_signed_once_a_day(own_records: Path) -> None:
    from tallystick.web.desk.audit import Checkpoint, verify_desk
    from tallystick.web.place import home

    for day, hour in ((3, 9), (3, 20), (4, 1)):
        tick(datetime(2026, 8, day, hour, tzinfo=UTC))
    assert [f"{one.day}" for one in Checkpoint.objects.order_by("day")] == ["2026-08-03", "2026-08-04"]
    assert verify_desk(home().folder("keys")).holds


def test_one_step_that_fails_keeps_no_other_from_its_work(own_records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tallystick.web import inbox
    from tallystick.web.desk.audit import Checkpoint

    def wrong(*_: Any) -> Any:
        raise RuntimeError("wrong")

    monkeypatch.setattr(inbox, "scan", wrong)
    tick()
    assert Checkpoint.objects.count() == 1


def test_the_process_takes_a_file_in_and_ends_with_its_server(own_records: Path) -> None:
    path = lay(own_records)
    now = time.time() - 60
    os.utime(path, (now, now))
    begun = subprocess.Popen([sys.executable, "-m", "tallystick.web.work", str(own_records)])
    try:
        deadline = time.monotonic() + 90
        while not ledger(own_records) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert ledger(own_records) == [(2, 2, 0, 0)]
    finally:
        begun.terminate()
        assert begun.wait(60) == 0


def test_while_another_program_writes_into_the_lake_a_file_waits_and_is_taken_in_afterwards(own_records: Path) -> None:
    from tallystick.records import commits
    from tallystick.records.ingest import open_lake
    from tallystick.web.desk.imports import Import
    from tallystick.web.place import home

    open_lake(own_records, home().client).close()
    path = lay(own_records)
    with commits.locked(own_records / "lake"):
        tick()
    assert path.exists()
    assert Import.objects.get().state == "importing"
    tick()
    assert not path.exists()
    assert Import.objects.get().state == "done"
    assert ledger(own_records) == [(2, 2, 0, 0)]
