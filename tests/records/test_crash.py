"""A load that dies half way is invisible or whole, and the next run makes it good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tallystick.records import commits, ledger
from tallystick.records.fingerprint import rows_digest
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope
from tests.records.sample_feed import AS_OF, SampleFeed, case, event, write_rows

EVERYONE = Scope.of_client("client")
FIRST = [case(str(n), n) for n in range(20)] + [event(f"e{n}", "1", n, "status", "open") for n in range(30)]
SECOND = [case("1", 0, 99, language="de"), case("99", 5), event("x", "1", 77, "note"), "bad"]
SCRIPT = """
import os, sys
sys.path.insert(0, {root!r})
from tallystick.records import commits, delta, ledger
from tallystick.records.ingest import ingest
from tests.records.sample_feed import AS_OF, SampleFeed
module, name, which, when = {module}, {name!r}, {which}, {when!r}
original, calls = getattr(module, name), []
def dying(*args, **parts):
    calls.append(1)
    if len(calls) == which and when == "before":
        os._exit(9)
    result = original(*args, **parts)
    if len(calls) == which and when == "after":
        os._exit(9)
    return result
setattr(module, name, dying)
ingest({home!r}, {path!r}, connector=SampleFeed(), as_of=AS_OF, partner="aurora")
"""
# (module, function, which call, when): from the first byte on disk to the last line of the ledger.
POINTS = [
    pytest.param("delta", "write", 1, "before", marks=pytest.mark.long),
    ("delta", "write", 2, "after"),
    pytest.param("delta", "commit", 1, "after", marks=pytest.mark.long),
    pytest.param("delta", "commit", 2, "before", marks=pytest.mark.long),
    ("delta", "commit", 2, "after"),
    ("commits", "append", 1, "before"),
    pytest.param("commits", "_atomic", 1, "before", marks=pytest.mark.long),
    ("commits", "append", 1, "after"),
    ("ledger", "write_line", 1, "before"),
    pytest.param("ledger", "write_line", 1, "after", marks=pytest.mark.long),
]
ROOT = str(Path(__file__).resolve().parents[2])


def test_a_commit_stands_only_when_all_that_it_names_is_on_disk(tmp_path, monkeypatch):
    """Files of rows, the log of each table, the folders that hold their names: after a loss of power all are there."""
    (tmp_path / "a").mkdir()
    synced, when_recorded = set(), set()
    real_fsync, real_append = os.fsync, commits.append

    def fsync(handle):
        synced.add(os.fstat(handle).st_ino)
        real_fsync(handle)

    def append(root, record):
        when_recorded.update(synced)
        real_append(root, record)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(commits, "append", append)
    for number, rows in enumerate([FIRST, SECOND]):
        ingest(
            tmp_path, write_rows(tmp_path / f"{number}.rows", rows), connector=SampleFeed(), as_of=AS_OF,
            partner="aurora",
        )  # fmt: skip
    lake = tmp_path / "lake"
    files = [*lake.rglob("*.parquet"), *lake.rglob("_delta_log/*.json"), *lake.glob("commits/*.cases")]
    assert len(files) > 8
    folders = {path.parent for path in lake.rglob("*.parquet")} | {path.parent for path in lake.rglob("_delta_log/*")}
    missing = [path for path in (*files, *folders, lake) if path.stat().st_ino not in when_recorded]
    assert missing == []


def state(home):
    if not (home / "lake" / commits.PROTOCOL_FILE).is_file():
        return None
    with Lake.open(home / "lake") as lake:
        return {name: rows_digest(lake.read(EVERYONE, name)) for name in ("case", "case_event")}


def take(home, path):
    return ingest(home, path, connector=SampleFeed(), as_of=AS_OF, partner="aurora")


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What the lake says before and after the second load, when nothing dies."""
    home = tmp_path_factory.mktemp("undisturbed")
    take(home, write_rows(home / "first.rows", FIRST))
    before = state(home)
    take(home, write_rows(home / "second.rows", SECOND))
    return before, state(home)


@pytest.mark.parametrize(("module", "name", "which", "when"), POINTS)
def test_a_load_that_dies_leaves_all_or_nothing_and_the_next_completes_it(
    tmp_path, expected, module, name, which, when
):
    before, after = expected
    take(tmp_path, write_rows(tmp_path / "first.rows", FIRST))
    path = write_rows(tmp_path / "second.rows", SECOND)
    script = SCRIPT.format(
        root=ROOT, module=module, name=name, which=which, when=when, home=str(tmp_path), path=str(path)
    )
    died = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert died.returncode == 9, died.stderr
    assert state(tmp_path) in (before, after)
    outcome = take(tmp_path, path)
    assert outcome.rows_in == outcome.stored + outcome.duplicate + outcome.rejected == 4
    assert state(tmp_path) == after
    entries = list(ledger.lines(tmp_path))
    committed = [entry["commit"] for entry in entries if entry["commit"]]
    assert committed == sorted(set(committed)) == [1, 2]
    assert all(e["rows_in"] == e["stored"] + e["duplicate"] + e["rejected"] for e in entries)
    third = write_rows(tmp_path / "third.rows", [event("y", "2", 5, "note")])
    assert take(tmp_path, third).stored == 1
    with Lake.open(tmp_path / "lake") as lake:
        assert lake.read(EVERYONE, "case_event").num_rows == 32


def test_a_ledger_line_cut_off_by_a_crash_is_passed_over(tmp_path):
    take(tmp_path, write_rows(tmp_path / "first.rows", FIRST))
    path = tmp_path / ledger.FOLDER / ledger.LEDGER
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    take(tmp_path, write_rows(tmp_path / "second.rows", SECOND))
    assert [entry["commit"] for entry in ledger.lines(tmp_path)] == [1, 2]
