"""Fixtures that every test may use."""

from __future__ import annotations

import fcntl
import gc
import json
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.journeys.command_line import Answer, tally

MADE = "TALLY_EXAMPLE_HOME"  # while working: `tally demo --home X` once, then name X (nothing was shown then)

# Properties look at the same cases on every run, so that a failure is one for everybody (pyproject.toml asks for it).
settings.register_profile("seeded", derandomize=True, database=None, deadline=None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The example is made while the tests that do without it run, so that no process waits for it.

    One file that needs it goes first, and of the rest those with a browser, which take longest; a process is given
    whole files, in this order (`--no-loadscope-reorder`).
    """
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        return
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    needs = {
        name: any("example" in getattr(item, "fixturenames", ()) for item in found) for name, found in files.items()
    }
    first = next((name for name in files if needs[name]), "")
    order = sorted(
        files, key=lambda name: (name != first, needs[name], "/browser/" not in name, -len(files[name]), name)
    )
    items[:] = [item for name in order for item in files[name]]


def pytest_collection_finish() -> None:
    """What was loaded stays for the whole run: searching it for cycles again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure() -> None:
    """At the end everything may go, so that nothing is reported as never freed."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data beside the repository; a test that needs it skips where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is absent")
    return folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """The home that `tally demo` makes, and what it showed; made once for all processes of a run. Copy it to write."""
    if os.environ.get(MADE):
        return Path(os.environ[MADE]), Answer(0, "", "")
    run = tmp_path_factory.getbasetemp()
    # Beside the folders of the processes when several test; a process alone has no such folder of its own run.
    place = (run.parent if os.environ.get("PYTEST_XDIST_WORKER") else run) / "example"
    shown = place.with_suffix(".json")
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shown.exists():
            answer = tally("demo", "--home", place, "--no-serve")
            assert answer.code == 0, answer.err
            shown.write_text(json.dumps([answer.code, answer.out, answer.err]), encoding="utf-8")
    return place, Answer(*json.loads(shown.read_text(encoding="utf-8")))
