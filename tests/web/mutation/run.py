"""Take each check away in turn and see what notices: first the probes, in a fork; then the tests of its file.

    python -m tests.web.mutation.run [part of a name ...]      one line of JSON for each check

A check of the rooms' own filters may be missed behind the database's wall, and one of the wall behind the rooms'
filters. So what survives with both is tried with the other one switched off: there a probe or a test must notice.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.mutation.codes import changed_functions, key_of
from tests.web.mutation.checks import SRC, Check, every, without
from tests.web.mutation.removal import NAMED, remove_from_memory

Key = tuple[str, ...]

TESTS = SRC.parents[1] / "tests"
BOTH, NO_WALL, NO_FILTERS = "both walls", "rooms' filters alone", "database's wall alone"
MOST_SECONDS = 300
MOST_FILES = 6
NOT_HERE = ("browser", "mutation", "journeys", "test_kill.py", "test_worker_killed.py", "one_more", "test_layout.py")


def ready(lumen: Path) -> Path:
    """Load the whole product in this process and make a desk that is full; its path."""
    from tests.web import conftest
    from tests.web.mutation import desk

    template = conftest.prepare(lumen)
    full = template.with_name("full.sqlite3")
    full.write_bytes(template.read_bytes())
    with conftest.serving_from(full):
        desk.fill()
        from django.db import connections

        connections["default"].cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections.close_all()
    _load_everything()
    return full


def _load_everything() -> None:
    import importlib

    for path in (SRC / "web").rglob("*.py"):
        if "migrations" not in path.parts and path.stem not in ("__main__", "wsgi"):
            importlib.import_module(
                ".".join(path.relative_to(SRC.parent).with_suffix("").parts).removesuffix(".__init__")
            )


def paths_of(full: Path) -> dict[str, set[Key]]:
    """Which functions each probe runs through, on the product as it is: only those can notice what is taken away."""
    kept = full.with_name("paths.json")
    # In a fork: what a probe starts (threads of the lake's engine) would not live on in later ones.
    child = os.fork()
    if child == 0:
        try:
            kept.write_text(json.dumps({name: sorted(through) for name, through in _walked(full)}), encoding="utf-8")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return {name: {tuple(key) for key in keys} for name, keys in json.loads(kept.read_text(encoding="utf-8")).items()}


def _walked(full: Path) -> Iterator[tuple[str, set[Key]]]:
    from tests.web import conftest
    from tests.web.mutation import probing

    own = full.with_name("walked.sqlite3")
    for name, probe in probing.every_probe().items():
        through: set[Key] = set()

        def note(frame: Any, event: str, _: Any, through: set[Key] = through) -> None:
            if event == "call" and "/tallystick/" in frame.f_code.co_filename:
                through.add((frame.f_code.co_filename, *key_of(frame.f_code)))

        own.write_bytes(full.read_bytes())
        _forget()
        with conftest.serving_from(own):
            sys.setprofile(note)
            try:
                probe()
            finally:
                sys.setprofile(None)
        yield name, through
    own.unlink()


def probed(full: Path, check: Check | None, arrangement: str, names: Sequence[str]) -> str:
    """What noticed that a check is gone: the first of these probes; empty where none did."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os._exit(_in_child(full, check, arrangement, names, writing))
    os.close(writing)
    deadline = time.monotonic() + MOST_SECONDS
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "it never ended"
        time.sleep(0.02)
    with os.fdopen(reading) as said:
        return said.read()


def _in_child(full: Path, check: Check | None, arrangement: str, names: Sequence[str], said: int) -> int:
    """The probes in a fork, on a desk of its own; nothing of it comes back but what noticed."""
    from tests.web import conftest
    from tests.web.mutation import probing

    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  until the process ends
    own = full.with_name(f"full-{os.getpid()}.sqlite3")
    noticed = ""
    try:
        own.write_bytes(full.read_bytes())
        if check is not None and not remove_from_memory(check.path, check.number):
            noticed = "nothing was taken away"
        _arranged(arrangement)
        _forget()
        with conftest.serving_from(own):
            every = probing.every_probe()
            for name in names if not noticed else ():
                if arrangement == NO_WALL and name == probing.BEHIND_THE_WALL:
                    continue
                try:
                    every[name]()
                except BaseException as error:  # noqa: BLE001  whatever breaks has noticed
                    noticed = f"{name}: {type(error).__name__} {str(error)[:160]}"
                    break
    except BaseException as error:  # noqa: BLE001
        noticed = f"outside the probes: {type(error).__name__} {error}"
    finally:
        own.unlink(missing_ok=True)
    os.write(said, noticed.encode()[:60_000])
    return 0


def _arranged(arrangement: str) -> None:
    from django.conf import settings

    from tallystick.web.wall import base

    settings.ROOM_FILTERS = arrangement != NO_FILTERS
    if arrangement == NO_WALL:
        base.put_up.__code__ = (lambda connection, scope: None).__code__


def _forget() -> None:
    """Answers that were kept before the check was taken away."""
    from django.core.cache import cache

    from tallystick.web import books
    from tests.web.mutation import probing

    cache.clear()
    probing.rooms.cache_clear()
    for shelf in books._SHELVES.values():
        shelf._kept.clear()
        shelf.__dict__.pop("contracts", None)


def tests_about(path: Path) -> list[Path]:
    """The test files that mirror a file, then the others that name its module, the shortest first."""
    module = path.relative_to(SRC).with_suffix("")
    dotted = ".".join(module.parts)
    mirror = TESTS / module.parent / f"test_{module.name}.py"
    words = (f"tallystick.{dotted}", f"from tallystick.{'.'.join(module.parts[:-1])} import {module.name}")
    known = [one for one in TESTS.rglob("test_*.py") if not set(NOT_HERE) & {*one.relative_to(TESTS).parts}]
    naming = [one for one in known if any(word in one.read_text(encoding="utf-8") for word in words)]
    beside = [TESTS / one for one in BESIDE.get(module.parts[0], ()) if module.parts[0] != "web"]
    ordered = sorted({*naming, *beside} - {mirror}, key=lambda one: one.stat().st_size)
    return [one for one in (mirror, *ordered) if one.is_file()][:MOST_FILES]


# The core's reads inside a scope are examined by their family's tests, whatever file they lie in.
BESIDE = {
    "records": ("records/test_lake.py", "records/test_gate.py"),
    "facts": ("facts/test_refresh.py", "facts/test_case_facts.py", "records/test_lake.py", "test_assess.py"),
    "vocabulary": ("vocabulary/test_scope.py", "records/test_lake.py"),
}


def tested(check: Check) -> str:
    """The first test that fails without a check; empty where none does."""
    files = tests_about(check.path)
    if not files:
        return ""
    command = [sys.executable, "-m", "pytest", "-p", "tests.web.mutation.removal", "-x", "-q", "--tb=no", "-rfE",
               "-m", "not long", *map(str, files)]  # fmt: skip
    given = {**os.environ, NAMED: f"{check.path.relative_to(SRC)}:{check.number}"}
    ended = subprocess.run(
        command, env=given, cwd=TESTS.parent, capture_output=True, text=True, timeout=1800, check=False
    )
    if ended.returncode == 0:
        return ""
    failed = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0] if failed else f"pytest ended with {ended.returncode}: {(ended.stderr or ended.stdout)[-200:]}"


def judged(full: Path, check: Check, through: Mapping[str, set[Key]], *, also_tests: bool) -> dict[str, Any]:
    """What noticed a check's absence, and in which arrangement."""
    by = ""
    arrangement = BOTH
    changed = {(str(check.path), *key) for key in changed_functions(check.path, without(check.path, check.number))}
    names = [name for name, functions in through.items() if functions & changed]
    for arrangement in (BOTH, NO_WALL, NO_FILTERS) if names else ():
        by = probed(full, check, arrangement, names)
        if by:
            break
    if not by and also_tests:
        arrangement, by = "tests", tested(check)
    return {"check": check.name, "file": str(check.path.relative_to(SRC)), "line": check.line, "kind": check.kind,
            "arrangement": arrangement if by else "", "by": by, "probes": len(names)}  # fmt: skip


def run(
    lumen: Path, wanted: Callable[[Check], bool] = lambda _: True, *, also_tests: bool = True
) -> Iterator[dict[str, Any]]:
    """Judge the checks one after the other; the product as it is must hold in every arrangement, before and after."""
    full = ready(lumen)
    through = paths_of(full)
    _holds(full, through)
    for check in every():
        if wanted(check):
            yield judged(full, check, through, also_tests=also_tests)
    # And still does: a probe that fails by itself after a while would have noticed whatever was taken away.
    _holds(full, through)


def _holds(full: Path, names: Iterable[str]) -> None:
    for arrangement in (BOTH, NO_WALL, NO_FILTERS):
        wrong = probed(full, None, arrangement, list(names))
        if wrong:
            raise AssertionError(f"{arrangement}: {wrong}")


if __name__ == "__main__":
    parts = sys.argv[2:]
    wanted = lambda check: not parts or any(part in check.name for part in parts)  # noqa: E731
    for told in run(Path(sys.argv[1]), wanted, also_tests=not os.environ.get("PROBES_ALONE")):
        print(json.dumps(told), flush=True)  # noqa: T201
