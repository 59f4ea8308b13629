"""The documents: everything that has a name is in them, generated pages are current, links and examples hold."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import get_args
from urllib.parse import unquote

import pytest

from tallystick import registry
from tallystick.cli import EXIT_CODES
from tallystick.cli.command import Command
from tallystick.cli.commands.list import LISTS
from tallystick.cli.program import BUG, INTERRUPTED, PACKAGE, overview
from tallystick.contract.clause import clause_kinds
from tallystick.contract.rule import rules
from tallystick.contract.section import Change
from tallystick.measures.measure import catalogue
from tallystick.records.connector import Connector
from tallystick.records.containers.trouble import RULES
from tallystick.records.gate import CHECKS, Check
from tallystick.records.ingest import CONNECTORS
from tallystick.records.table import tables
from tests.journeys.command_line import tally

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "tallystick"
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
WRITTEN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
COMMANDS = registry.load_folder(PACKAGE, Command)
# Words of the glossary whose stages are not built yet; each one leaves this list with its first file.
LATER = {"AgentState", "Evaluation", "Signal", "Action"}
# A clock is integers in a fold and a row of the `clock` facts, never an object.
AS_ROWS = {"SlaClock": "clock"}
# Words that the field's other tools use for ours; connectors know them, because their sources speak so.
FOREIGN = {"vendor", "supplier", "tenant", "ticket", "metric", "penalty", "campaign", "manager", "helper", "utils"}
# The rule against such a word, and a name that is Django's.
SO_NAMED = {"penalty_wording", "BaseUserManager"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()


@cache
def made() -> dict[str, str]:
    """The pages of the reference as they would be made now."""
    pages: dict[str, str] = GENERATOR.pages()
    return pages


# ---- generated pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.relative_to(REFERENCE).as_posix() for path in REFERENCE.rglob("*.md")))
def test_a_generated_page_is_current(name: str) -> None:
    """Make them anew with `make docs`."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == made().get(name)


def test_no_page_of_the_reference_is_left_over_and_none_is_missing() -> None:
    assert {path.relative_to(REFERENCE).as_posix() for path in REFERENCE.rglob("*.md")} == set(made())


def test_every_command_and_option_is_in_the_docs() -> None:
    page = made()["commands.md"]
    for name, entry in COMMANDS.items():
        assert f"## tally {name.replace('_', '-')}\n" in page
        assert entry.summary in page
        assert all(line in page for line, _ in entry.examples)
    assert "`--json`" in page


def test_every_exit_code_is_in_the_docs_and_in_the_overview() -> None:
    for code in {*EXIT_CODES, BUG, INTERRUPTED}:
        assert re.search(rf"^\| {code} \|", made()["commands.md"], re.MULTILINE), code
    assert all(f"  {code} " in overview() for code in EXIT_CODES)


def test_every_entry_of_a_catalogue_is_in_the_docs() -> None:
    assert {f"kpi/{name}.md" for name in catalogue()} <= set(made())
    assert [name for name in catalogue() if f"({name}.md)" not in made()["kpi/index.md"]] == []
    for page, folder in (
        ("connectors.md", registry.load_folder(CONNECTORS, Connector)),  # type: ignore[type-abstract]
        ("data-checks.md", registry.load_folder(CHECKS, Check)),
    ):
        assert [name for name in folder if f"\n`{name}`\n" not in made()[page]] == []
    assert [name for name in clause_kinds() if f"\n## {name}\n" not in made()["clause-kinds.md"]] == []
    assert [name for name in tables() if f"\n## {name}\n" not in made()["tables.md"]] == []
    assert [rule.id for rule in rules().values() if f"## {rule.id} " not in made()["contract-rules.md"]] == []


def test_a_connector_page_says_what_each_source_can_never_tell() -> None:
    for entry in registry.load_folder(CONNECTORS, Connector).values():  # type: ignore[type-abstract]
        for what, why in entry.cannot.items():
            assert f"| `{what}` | {why} |" in made()["connectors.md"]


def test_every_finding_of_the_code_is_described_and_nothing_else_is() -> None:
    used = set(GENERATOR.ids_in_code())
    listed = set(re.findall(r"^\| (TS-[A-Z]\d{3}) \|", made()["findings.md"], re.MULTILINE))
    assert used == listed
    assert {rule.id for rule in rules().values()} | set(RULES) <= used


def test_every_finding_that_a_document_names_exists() -> None:
    used = set(GENERATOR.ids_in_code())
    for path in WRITTEN:
        named_here = set(re.findall(r"TS-[A-Z]\d{3}", path.read_text(encoding="utf-8")))
        assert named_here <= used, named(path)


def test_every_data_check_shows_what_it_may_find_and_the_cure() -> None:
    for name, (_, _, found) in GENERATOR.checks().items():
        assert found, name
        for rule, weight, message, cure in found:
            assert rule.startswith("TS-D")
            assert weight in {"error", "warning", "note"}
            assert message
            assert cure not in {"", "…"}, rule


# ---- links, commands and examples -----------------------------------------------------------------------------------

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def _headings(path: Path) -> set[str]:
    lines = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def _links(path: Path) -> Iterator[str]:
    text = re.sub(r"^(```|~~~).*?^\1|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    yield from (link for link in LINK.findall(text) if "://" not in link and not link.startswith("mailto:"))


@pytest.mark.parametrize("path", WRITTEN, ids=named)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in _links(path):
        file, _, heading = link.partition("#")
        target = (path.parent / unquote(file)).resolve() if file else path
        if not target.is_relative_to(ROOT) or not target.exists() or (heading and heading not in _headings(target)):
            broken.append(link)
    assert broken == []


def _command_lines(text: str) -> Iterator[list[str]]:
    """The words of each command line: one that stands by itself, or in backquotes."""
    for line in re.findall(r"^ {4,}tally ([^\n]*)$|`tally ([^`\n]*)`", text, re.MULTILINE):
        yield (line[0] or line[1]).split()


@pytest.mark.parametrize("path", WRITTEN, ids=named)
def test_every_command_that_a_document_shows_exists(path: Path) -> None:
    for words in _command_lines(path.read_text(encoding="utf-8")):
        _exists(words)


def _exists(words: list[str]) -> None:
    if not words or not words[0].isidentifier() or words[0].isupper():
        return  # `tally --help`, `tally COMMAND`
    assert words[0] in COMMANDS, words
    entry = COMMANDS[words[0]]
    if words[0] == "list" and len(words) > 1 and not words[1].isupper():
        assert words[1] in LISTS, words
    if entry.parts and len(words) > 1:
        assert words[1] in dict(entry.parts), words
    page = made()["commands.md"].partition(f"## tally {words[0]}\n")[2].partition("\n## ")[0]
    unknown = [word for word in words if re.fullmatch(r"--[a-z][a-z-]+", word) and f"`{word}`" not in page]
    assert unknown in ([], ["--help"]), words


def _texts(tree: ast.AST) -> Iterator[str]:
    """Every text of a module; a letter stands where a value is put in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)


def test_every_command_that_a_message_or_page_of_ours_names_exists() -> None:
    """A cure that names a command which is not there is worse than none."""
    for path in SOURCE.rglob("*.py"):
        for text in _texts(ast.parse(path.read_text(encoding="utf-8"))):
            for words in _command_lines(text):
                _exists(words)
            if re.fullmatch(r"tally [a-z].*", text):
                _exists(text.split()[1:])


def _examples(language: str) -> list[tuple[str, str]]:
    """The examples of the documents in a language, each with its place."""
    found = []
    for path in WRITTEN:
        blocks = re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        found += [(f"{named(path)} {number}", block) for number, block in enumerate(blocks, 1)]
    return found


CONTRACTS = [(place, block) for place, block in _examples("yaml") if re.search(r"^tallystick: \d", block, re.MULTILINE)]


@pytest.mark.parametrize(("place", "text"), CONTRACTS, ids=[place for place, _ in CONTRACTS])
def test_tally_check_finds_nothing_in_a_contract_of_the_documents(place: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    path.write_text(text, encoding="utf-8")
    answer = tally("check", path, "--json")
    assert (answer.code, [one["findings"] for one in answer.json]) == (0, [[]]), place


def test_the_guide_to_contracts_shows_a_whole_one_and_how_a_price_is_amended() -> None:
    shown = [text for place, text in CONTRACTS if place.startswith("docs/guide/contract.md")]
    assert any("examples:\n" in text for text in shown)
    assert any("{charge: MIN, set: {rate:" in text for text in shown)


def test_the_guide_to_contracts_names_all_that_an_amendment_may_change() -> None:
    guide = (DOCS / "guide" / "contract.md").read_text(encoding="utf-8")
    told = guide.partition("A change names one part (")[2].partition(")")[0]
    parts = [name for name in Change.model_fields if name not in {"section", "set", "add", "remove"}]
    assert [name for name in parts if f"`{name}`" not in told] == []
    (sections, _) = get_args(Change.model_fields["section"].annotation)
    assert f"`section: {' | '.join(get_args(sections))}`" in told.replace("\n", " ")


def test_every_python_example_of_the_documents_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for place, block in _examples("python"):
        exec(compile(block, place, "exec"), {"__name__": "example"})  # noqa: S102  our own documents


# ---- words ----------------------------------------------------------------------------------------------------------


def _first_words() -> list[str]:
    table = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").split("\n## ")[1]
    cells = re.findall(r"^\| ([A-Z][^|]*?) \|", table, re.MULTILINE)
    return [word for cell in cells for word in cell.split(", ")]


def _identifiers(paths: Iterable[Path]) -> set[str]:
    """Every name that the code gives to something."""
    found: set[str] = set()
    for path in paths:
        found.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for part in ("name", "id", "attr", "arg"):
                value = getattr(node, part, None)
                if isinstance(value, str):
                    found.add(value)
    return found


def test_the_words_of_the_glossary_are_the_words_of_the_code() -> None:
    words = _first_words()
    used = {name.lower().replace("_", "") for name in _identifiers(SOURCE.rglob("*.py"))}
    assert len(words) >= 20
    assert set(words) >= LATER
    missing = [word for word in words if word not in LATER and AS_ROWS.get(word, word.lower()) not in used]
    assert missing == []


def test_a_word_that_has_come_into_the_code_is_not_called_later() -> None:
    classes = {
        node.name
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert classes & LATER == set()


def test_no_other_word_stands_for_one_of_ours() -> None:
    paths = [path for path in SOURCE.rglob("*.py") if "connectors" not in path.parts]
    parts = {
        (word.lower(), name)
        for name in _identifiers(paths)
        for word in re.findall(r"[A-Z]?[a-z]+", name)
        if word.lower() in FOREIGN and name not in SO_NAMED
    }
    assert sorted(parts) == []
