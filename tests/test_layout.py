"""The house: one more of each kind is one more file, packages say what they are for, and some things never occur."""

from __future__ import annotations

import ast
import configparser
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "tallystick"
ONE_MORE = Path(__file__).parent / "one_more"
# Migrations are written by Django.
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
CORE = [path for path in MODULES if "cli" not in path.relative_to(SOURCE).parts]
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "base", "core", "misc"}
PROMISED = ("In:", "Out:", "Verb", "ust not know:")


def named(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


# ---- one more of each kind --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the program says once one file of each kind was put into it."""
    folder = tmp_path_factory.mktemp("copy")
    copy = folder / "src" / "tallystick"
    shutil.copytree(SOURCE, copy)
    before = digests(copy)
    added = {path.relative_to(ONE_MORE).as_posix() for path in ONE_MORE.glob("*/**/*.py")}
    for name in added:
        assert not (copy / name).exists(), f"{name} is there already"
        shutil.copy(ONE_MORE / name, copy / name)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(folder / "src"), str(ROOT))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.one_more.probe", str(folder)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert Path(found["program"]).is_relative_to(folder.resolve())
    after = digests(copy)
    found["added"] = set(after) - set(before)
    found["changed"] = {name for name in before if after.get(name) != before[name]}
    assert found["added"] == added
    return found


def test_what_was_added_is_nine_files_and_no_other_file_changed(answers: dict[str, Any]) -> None:
    assert answers["changed"] == set()
    assert {Path(name).parent.as_posix() for name in answers["added"]} == {
        "billing/check/causes",
        "cli/commands",
        "contract/clauses",
        "contract/rules",
        "measures/kpi",
        "privacy/detectors",
        "records/checks",
        "records/connectors",
        "records/tables",
    }
    assert len(answers["added"]) == 9


def test_one_more_kpi_is_computed_listed_documented_and_usable_in_a_contract(answers: dict[str, Any]) -> None:
    assert answers["kpi"] == {
        "value": "5/2",
        "n": 2,
        "example": "6/5",
        "listed": ["K999"],
        "page": True,
        "findings": [],
        "plain": True,
    }


def test_one_more_connector_recognises_its_file_and_ingests_it_once(answers: dict[str, Any]) -> None:
    assert answers["connector"] == {
        "connector": "shift_board",
        "counts": [3, 2, 1],
        "again": [0, 2],
        "agents": ["ana Cluj aurora", "bob Iasi aurora"],
        "listed": True,
    }


def test_one_more_kind_of_clause_is_read_linted_rendered_in_the_schema_and_applied(answers: dict[str, Any]) -> None:
    assert answers["clause kind"] == {
        "findings": [],
        "lint": ["Over a month."],
        "plain": True,
        "schema": {"const": "report_due"},
        "credit": "EUR 10.00",
    }


def test_one_more_rule_reports_at_its_line_and_is_explained(answers: dict[str, Any]) -> None:
    assert answers["rule"] == {"places": [[3, "note"]], "explained": True}


def test_one_more_cause_explains_what_it_comes_to(answers: dict[str, Any]) -> None:
    """60 calls at 2.20 in place of 1.10."""
    assert answers["cause"] == [["CALLS", "price_doubled", "EUR 66.00"]]


def test_one_more_command_runs_and_shows_in_the_overview(answers: dict[str, Any]) -> None:
    assert answers["command"] == {"code": 0, "shown": True, "overview": True, "help": True}


def test_one_more_detector_redacts_and_is_counted(answers: dict[str, Any]) -> None:
    assert answers["detector"] == {"text": "our number is [TAX], thanks", "counted": {"tax_number": 1}}


def test_one_more_table_is_in_the_lake_and_under_its_scope(answers: dict[str, Any]) -> None:
    assert answers["table"] == {"known": True, "seen": {"aurora": [1], "borealis": [2]}}


def test_one_more_data_check_runs_in_the_gate(answers: dict[str, Any]) -> None:
    assert answers["data check"] == {"found": [["TS-D901", 1]], "provisional": True}


# ---- packages and names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=named)
def test_a_package_says_what_comes_in_what_goes_out_its_verb_and_what_it_must_not_know(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert [part for part in PROMISED if part not in text] == []


def test_no_module_has_a_vague_name() -> None:
    # Django looks for a database's back end under that name.
    free = [path for path in MODULES if named(path) != "web/wall/base.py"]
    parts = {part.removesuffix(".py") for path in free for part in path.relative_to(SOURCE).parts}
    assert parts & VAGUE == set()


def test_every_module_says_what_it_is() -> None:
    silent = [named(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


# ---- what never occurs ------------------------------------------------------------------------------------------

CLOCK_CALLS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "uuid1", "uuid4"}
CLOCK_OWNERS = {"datetime", "date", "time", "dt", "uuid", "pd", "Timestamp", "pendulum"}


def asked_of_the_world(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a module asks for the time or for randomness, with line and words.

    A generator that is given its seed, such as `np.random.PCG64(seed)`, is none. Keys, nonces and names of temporary
    files come from `secrets` and `os.urandom`: they must not be foretold, and no figure rests on them.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(part.name.split(".")[0] == "random" for part in node.names):
            yield node.lineno, "import random"
        elif isinstance(node, ast.ImportFrom):
            names = {part.name for part in node.names}
            if (node.module or "").split(".")[0] == "random" or (
                node.module in {"time", "uuid"} and names & CLOCK_CALLS
            ):
                yield node.lineno, f"from {node.module} import {', '.join(sorted(names))}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            last = owner.rpartition(".")[2]
            seeded = bool(node.args) and node.func.attr in {"PCG64", "Generator", "SeedSequence", "default_rng"}
            if (node.func.attr in CLOCK_CALLS and last in CLOCK_OWNERS) or (last == "random" and not seeded):
                yield node.lineno, ast.unparse(node)


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "from datetime import date; date.today()",
        "dt.datetime.utcnow()",
        "time.time()",
        "import random",
        "from random import choice",
        "np.random.normal()",
        "np.random.default_rng()",
        "uuid.uuid4()",
        "from time import time",
    ],
)
def test_the_search_for_time_and_randomness_finds_what_it_looks_for(text: str) -> None:
    assert list(asked_of_the_world(ast.parse(text)))


def test_the_search_leaves_alone_what_is_given() -> None:
    assert not list(asked_of_the_world(ast.parse("np.random.PCG64(seed); period.now(as_of); time.perf_counter()")))


def test_the_core_asks_neither_for_the_time_nor_for_randomness() -> None:
    found = [
        f"{named(path)}:{line}: {words}"
        for path in CORE
        for line, words in asked_of_the_world(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_money_never_meets_a_float() -> None:
    tree = ast.parse((SOURCE / "vocabulary" / "money.py").read_text(encoding="utf-8"))
    found = [
        f"line {node.lineno}"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in {"float", "math"})
        or (isinstance(node, ast.alias) and node.name in {"math", "numpy"})
    ]
    assert found == []


def test_even_annotations_name_only_the_stages_before() -> None:
    """`lint-imports` leaves out imports that stand under TYPE_CHECKING; the layers hold with them as well."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    lines = config["importlinter:contract:layers"]["layers"].split("\n")
    layers = [{part.strip() for part in line.split("|")} for line in lines if line.strip()]
    graph = grimp.build_graph("tallystick", cache_dir=None)
    found = graph.find_illegal_dependencies_for_layers([grimp.Layer(*layer) for layer in layers])
    assert sorted(f"{one.importer} imports {one.imported}" for one in found) == []
