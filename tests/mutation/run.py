"""Change each constant and operator of the rules in turn and see which test notices.

    python -m tests.mutation.run [--jobs N] [--to results.json] [part of a file's name ...]

Tells each change that no test noticed, then the score of each file.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from tests.mutation.changes import of_file
from tests.mutation.rules import rule_files
from tests.mutation.trying import (
    TESTS,
    Plan,
    Session,
    Told,
    Tried,
    in_turn,
    loaded_anew,
    say,
    settle_hypothesis,
    walked_from,
)

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "-q",
    "-s",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
    "--tb=no",
    "-m",
    "not long",
    "--hypothesis-profile=mutation",
    "--rootdir",
    str(ROOT),
]
# What the product stands on is loaded once, before any fork; the product itself by each fork that changes its loading.
STANDS_ON = (
    "hypothesis",
    "pydantic",
    "ruamel.yaml",
    "numpy",
    "pyarrow",
    "duckdb",
    "numba",
    "narwhals",
    "rich",
    "typer",
)


def run(paths: Sequence[Path], jobs: int, tests: Sequence[str] = TESTS, noted: Path | None = None) -> list[Tried]:
    """Try every change of these files; raises AssertionError where a test fails on the product as it is."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for name in STANDS_ON:
        importlib.import_module(name)
    changes = [change for path in paths for change in of_file(path)]
    told = Told(len(changes))
    with tempfile.TemporaryDirectory() as folder:
        walked, results = noted or Path(folder) / "noted.json", Path(folder) / "results.json"
        say(f"{len(changes)} changes of {len(paths)} files. First it is noted what each test runs through.")
        child = os.fork()
        if not child:
            _with_product(Session(changes, jobs, told, walked), tests, results)
        os.waitpid(child, 0)
        if not results.exists():
            raise AssertionError("The tests could not be tried: what is wrong stands above.")
        for at, by, count in json.loads(results.read_text(encoding="utf-8")):
            told.results.append(Tried(changes[at], by, count))
        plan = Plan(walked_from(walked))
        for one in in_turn(jobs, (loaded_anew(change, plan, ARGUMENTS) for change in changes if change.at_import)):
            told(one)
    return told.results


def _with_product(session: Session, tests: Sequence[str], results: Path) -> NoReturn:
    """In a process of its own: load product and tests once, and try what functions do."""
    try:
        settle_hypothesis()
        pytest.main([*ARGUMENTS, *(f"{ROOT}/tests/{name}" for name in tests)], plugins=[session])
        if session.complete:
            place = {change: at for at, change in enumerate(session.changes)}
            found = [[place[one.change], one.by, one.tests] for one in session.told.results]
            results.write_text(json.dumps(found), encoding="utf-8")
    except BaseException:  # noqa: BLE001  nothing of it may come back into the process that has no product
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(0)


def results_from(kept: Path) -> list[Tried]:
    """What a run has kept as JSON; raises KeyError where a file is another now."""
    changes = {change.identity: change for path in rule_files() for change in of_file(path)}
    found = json.loads(kept.read_text(encoding="utf-8"))
    return [Tried(changes[tuple(identity)], by, count) for identity, by, count in found]


def scores(results: Iterable[Tried]) -> dict[str, tuple[int, int]]:
    """Of each file, how many changes were noticed and how many were tried."""
    found: dict[str, tuple[int, int]] = {}
    for one in results:
        noticed, tried = found.get(one.change.file, (0, 0))
        found[one.change.file] = (noticed + one.killed, tried + 1)
    return dict(sorted(found.items()))


def score_text(results: Iterable[Tried]) -> str:
    """A line for each file and one for all."""
    found = scores(results)
    noticed, tried = sum(one for one, _ in found.values()), sum(all_ for _, all_ in found.values())
    lines = [f"{100 * one / all_:5.1f} %  {one:4} of {all_:4}  {name}" for name, (one, all_) in found.items() if all_]
    return "\n".join([*lines, f"{100 * noticed / max(tried, 1):5.1f} %  {noticed:4} of {tried:4}  all"])


def main(given: Sequence[str]) -> int:
    """What was typed; 1 where a test fails on the product as it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many forks at a time")
    parser.add_argument("--to", type=Path, help="a file for the results as JSON")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="folders of tests, while working on one rule")
    parser.add_argument("--noted", type=Path, help="keep here what tests run through, while working on one rule")
    parser.add_argument("parts", nargs="*", help="parts of names of files; all where none is given")
    asked = parser.parse_args(given)
    paths = [path for path in rule_files() if not asked.parts or any(part in str(path) for part in asked.parts)]
    results = run(paths, asked.jobs, asked.tests, asked.noted)
    say(score_text(results))
    if asked.to:
        found = [[one.change.identity, one.by, one.tests] for one in results]
        asked.to.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
