from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from tallystick.facts.compiled import NotCompilable, cache_root, twins
from tallystick.vocabulary import opening
from tallystick.vocabulary.opening import OpenHours, open_arrays, open_between

STEP = """
STRIDE = 3

def weigh(n):
    return n * {factor} + STRIDE
"""

FOLD = """
from {package}.step import weigh

def total(column):
    found = 0
    for value in column:
        found += weigh(value)
    return found

def told(column):
    return Report(total(column))

class Report:
    def __init__(self, value):
        self.value = value
"""

ASK = """
import json, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from {package} import fold
from tallystick.facts.compiled import twins
made = twins([fold])
print(json.dumps([made.cached, int(made[fold.total](np.arange(5))), fold.total(list(range(5))), made.key]))
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TALLY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two files: a fold, and the function that it imports. Its name is new in each test."""
    package = tmp_path / f"folds_{abs(hash(tmp_path)) % 10**9}"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "step.py").write_text(STEP.format(factor=2))
    (package / "fold.py").write_text(FOLD.format(package=package.name))
    monkeypatch.syspath_prepend(str(tmp_path))
    return package


def _ask(package: Path) -> tuple[bool, int, int, str]:
    """A new process: (was it compiled before, compiled figure, plain figure, key of the cache)."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", ASK.format(package=package.name), str(package.parent)],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    cached, compiled, plain, key = json.loads(done.stdout)
    return cached, compiled, plain, key


def test_a_changed_function_in_another_file_moves_the_compiled_figure(cache: Path, folds: Path) -> None:
    first = _ask(folds)
    assert first[:3] == (False, 35, 35)
    again = _ask(folds)
    assert again == (True, 35, 35, first[3])
    step = folds / "step.py"
    kept = step.stat()
    step.write_text(STEP.format(factor=7))
    os.utime(step, ns=(kept.st_atime_ns, kept.st_mtime_ns))  # same size, same time: only the text tells
    changed = _ask(folds)
    assert changed[:3] == (False, 85, 85)
    assert changed[3] != first[3]
    assert sorted(path.name for path in (cache / "folds").iterdir()) == sorted({first[3], changed[3]})


def test_a_changed_constant_moves_the_compiled_figure(cache: Path, folds: Path) -> None:
    (folds / "terms.py").write_text("STRIDE = 4\n")
    imports = STEP.format(factor=2).replace("STRIDE = 3", f"from {folds.name}.terms import STRIDE")
    (folds / "step.py").write_text(imports)
    second = _ask(folds)
    (folds / "terms.py").write_text("STRIDE = 5\n")
    third = _ask(folds)
    assert [second[:3], third[:3]] == [(False, 40, 40), (False, 45, 45)]
    assert second[3] != third[3]


def test_a_function_that_reaches_a_class_has_no_twin_and_says_why(cache: Path, folds: Path) -> None:
    fold = importlib.import_module(f"{folds.name}.fold")
    made = twins([fold])
    assert fold.total in made
    assert {function.__name__ for function in made} == {"total", "weigh"}
    assert len(made) == 2
    with pytest.raises(NotCompilable, match="told mentions 'Report', which is no function of integers"):
        made[fold.told]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "import json\ndef f(n):\n    return json.loads(n)\n",
            "mentions 'json', a module; import its functions by name",
        ),
        (
            "def f(n):\n    import json\n    return json.loads(n)\n",
            "mentions 'json', which it imports itself",
        ),
        (
            "from json import loads\ndef f(n):\n    return loads(n)\n",
            "mentions 'loads', which is no function of integers",
        ),
        (
            "def g(m):\n    def h(n):\n        return n + m\n    return h\nh = g(1)\ndef f(n):\n    return h(n)\n",
            "not a module's own",
        ),
    ],
)
def test_what_cannot_be_compiled_is_named(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, why: str
) -> None:
    name = f"odd_{abs(hash((str(tmp_path), text))) % 10**9}"
    (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module(name)
    with pytest.raises(NotCompilable, match=why):
        twins([module])[module.f]


def test_functions_that_call_each_other_and_keyword_defaults_compile(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"circle_{abs(hash(tmp_path)) % 10**9}"
    (tmp_path / f"{name}.py").write_text(
        textwrap.dedent(
            """
            SIGNS = (1, -1)

            def step(n, by=2):
                return n - by

            def walk(n):
                count = 0
                while n > 0:
                    n = step(n)
                    count += SIGNS[0]
                return count
            """
        )
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module(name)
    made = twins([module])
    assert made[module.walk](9) == module.walk(9) == 5


def test_without_a_folder_to_write_to_it_still_compiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    monkeypatch.setenv("TALLY_CACHE", str(tmp_path / "cache"))
    made = twins([opening])
    assert made.folder is None
    assert not made.cached
    assert made[opening.monday_of](20_513) == opening.monday_of(20_513)


def test_the_cache_setting_of_numba_is_put_back(cache: Path) -> None:
    import numba

    kept = numba.config.CACHE_DIR
    twins([opening])
    assert kept == numba.config.CACHE_DIR


def test_the_cache_lies_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TALLY_CACHE", str(tmp_path))
    assert cache_root() == tmp_path
    monkeypatch.delenv("TALLY_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_root() == tmp_path / "xdg" / "tallystick"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_root() == Path.home() / "Library" / "Caches" / "tallystick"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_root() == tmp_path / "local" / "tallystick" / "cache"


def test_with_bounds_checked_a_wrong_index_raises_as_the_plain_code_does(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"bounds_{abs(hash(tmp_path)) % 10**9}"
    (tmp_path / f"{name}.py").write_text("def third(column):\n    return column[2]\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module(name)
    made = twins([module], boundscheck=True)
    assert made.key != twins([module]).key
    with pytest.raises(IndexError):
        made[module.third](np.arange(2))
    with pytest.raises(IndexError):
        module.third([0, 1])


def test_the_functions_of_opening_have_twins(cache: Path) -> None:
    made = twins([opening])
    hours = OpenHours("UTC", ((100, 200),), 0, 86_400)
    table = open_arrays([hours])
    assert made[open_between](table, 0, 150, 300) == open_between(table.as_lists(), 0, 150, 300) == 50
    named = {"open_until", "open_between", "instant_after", "instant_before", "offset_at", "local_day", "month_of"}
    assert named <= {function.__name__ for function in made}
