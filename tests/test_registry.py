from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tallystick import registry
from tallystick.registry import CatalogueError, load_folder, load_one, names


@dataclass(frozen=True)
class Tool:
    """What the files of the test's folder define."""

    title: str


ENTRY = f"from {__name__} import Tool\n" + "TOOL = Tool({title!r})\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An importable empty folder; its name is new in each test, because catalogues are cached."""
    package = tmp_path / f"tools_{abs(hash(tmp_path)) % 10**9}"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]
    load_folder.cache_clear()


def _offer(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [point for point in points if point.group == group])


def test_one_more_file_is_one_more_entry_and_no_list_is_edited(folder: Path) -> None:
    for name in ("hammer", "axe", "_draft"):
        (folder / f"{name}.py").write_text(ENTRY.format(title=name.title()))
    found = load_folder(folder.name, Tool)
    assert list(found) == ["axe", "hammer"]
    assert found["hammer"] == Tool("Hammer")
    assert names(folder.name) == ("axe", "hammer")


def test_a_catalogue_is_read_only(folder: Path) -> None:
    (folder / "axe.py").write_text(ENTRY.format(title="Axe"))
    with pytest.raises(TypeError):
        load_folder(folder.name, Tool)["axe"] = Tool("Other")  # type: ignore[index]


@pytest.mark.parametrize("text", ["", "TOOL = 1\n", ENTRY.format(title="A") + "OTHER = Tool('B')\n"])
def test_a_file_holds_exactly_one_entry(folder: Path, text: str) -> None:
    (folder / "axe.py").write_text(text)
    with pytest.raises(CatalogueError, match="a file holds exactly one"):
        load_folder(folder.name, Tool)


def test_a_subclass_may_be_the_entry_and_what_is_imported_is_not(folder: Path) -> None:
    (folder / "axe.py").write_text(f"from {__name__} import Tool\nclass Axe(Tool):\n    pass\n")
    assert issubclass(load_folder(folder.name, Tool)["axe"], Tool)  # type: ignore[arg-type]


def test_one_entry_is_loaded_without_its_neighbours(folder: Path) -> None:
    (folder / "axe.py").write_text(ENTRY.format(title="Axe"))
    (folder / "broken.py").write_text("raise RuntimeError('imported')\n")
    assert load_one(folder.name, Tool, "axe") == Tool("Axe")
    for unknown in ("saw", "_draft", "axe.py", "../axe", "", "axe;"):
        assert load_one(folder.name, Tool, unknown) is None
    with pytest.raises(RuntimeError, match="imported"):
        load_one(folder.name, Tool, "broken")


def test_a_file_that_misses_something_it_imports_is_not_taken_for_an_unknown_name(folder: Path) -> None:
    (folder / "axe.py").write_text("import a_module_that_nobody_wrote\n")
    with pytest.raises(ModuleNotFoundError):
        load_one(folder.name, Tool, "axe")


def test_other_people_s_packages_come_in_by_entry_points(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "axe.py").write_text(ENTRY.format(title="Axe"))
    (tmp_path / f"{folder.name}_theirs.py").write_text(ENTRY.format(title="Saw"))
    _offer(monkeypatch, EntryPoint("saw", f"{folder.name}_theirs", folder.name))
    assert list(load_folder(folder.name, Tool)) == ["axe", "saw"]
    assert load_one(folder.name, Tool, "saw") == Tool("Saw")
    assert names(folder.name) == ("axe", "saw")


def test_two_entries_of_one_name_are_a_bug(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "axe.py").write_text(ENTRY.format(title="Axe"))
    _offer(monkeypatch, EntryPoint("axe", f"{folder.name}.axe", folder.name))
    with pytest.raises(CatalogueError, match=r"which .* has already"):
        load_folder(folder.name, Tool)
