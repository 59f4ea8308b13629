"""Bad input: every file ends with its rule, its place, its exit code and its sentence; nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tallystick.records import mapping_file
from tallystick.records.containers import RULES
from tallystick.records.ingest import ingest
from tallystick.vocabulary.errors import UsageError
from tests.bad_input.files import FILES, REFUSED, BadFile

AS_OF = datetime(2026, 4, 15, tzinfo=UTC)
GOLDEN = Path(__file__).with_name("golden.json")
HERE = Path(__file__).parent
ZONE = {"zone": "Europe/Bucharest"}


def golden() -> dict[str, list[str]]:
    return json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.is_file() else {}


def sentences(findings: tuple[object, ...]) -> list[str]:
    return [f"{f.id} {f.severity} [{f.place}] {f.message} ({f.count}) -> {f.cure}" for f in findings]


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.name)
def test_a_bad_file_ends_with_its_rule_place_exit_code_and_sentence(bad: BadFile, tmp_path: Path) -> None:
    path = tmp_path / bad.file
    path.write_bytes(bad.build())
    began = time.process_time()
    outcome = ingest(tmp_path / "home", path, as_of=AS_OF, hints=ZONE, connector=bad.connector)
    spent = time.process_time() - began
    told = sentences(outcome.findings)
    assert bad.rule in {found.id for found in outcome.findings}, told
    assert outcome.exit_code == bad.exit_code, told
    assert (outcome.rows_in, outcome.rejected) == (bad.rows_in, bad.rejected), told
    assert outcome.rows_in == outcome.stored + outcome.duplicate + outcome.rejected
    named = next(found for found in outcome.findings if found.id == bad.rule)
    assert named.cure
    assert named.place.file == bad.file
    if bad.row:
        assert named.place.row == bad.row, told
    if bad.exit_code == REFUSED:
        assert outcome.stored == 0
        assert [found.id for found in outcome.findings] == [bad.rule]
    known = golden()
    if os.environ.get("TALLY_WRITE_GOLDEN"):
        known[bad.name] = told
        GOLDEN.write_text(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    assert told == known[bad.name]
    assert spent < 2.0


def test_every_rule_about_containers_and_rows_has_a_title_and_a_cure() -> None:
    for rule in RULES.values():
        assert rule.title
        assert rule.cure.endswith(".")


def test_the_table_holds_at_least_sixty_files_of_different_names() -> None:
    assert len({bad.name for bad in FILES}) == len(FILES) >= 60


def test_a_rejected_row_is_in_quarantine_with_its_text(tmp_path: Path) -> None:
    bad = next(bad for bad in FILES if bad.name == "quotation mark never closed")
    path = tmp_path / bad.file
    path.write_bytes(bad.build())
    outcome = ingest(tmp_path / "home", path, as_of=AS_OF, hints=ZONE, connector="any_table")
    kept = tmp_path / "home" / "imports" / "quarantine" / f"{outcome.load_id}.jsonl"
    if not kept.is_file():
        kept = next((tmp_path / "home").rglob("*quarantine*/*.jsonl"))
    assert 'T99,\\"2026-03-01 09:00:00,,open' in kept.read_text(encoding="utf-8")


def test_strict_stores_nothing_of_a_file_with_one_bad_row(tmp_path: Path) -> None:
    bad = next(bad for bad in FILES if bad.name == "too few fields")
    path = tmp_path / bad.file
    path.write_bytes(bad.build())
    outcome = ingest(tmp_path / "home", path, as_of=AS_OF, hints=ZONE, connector="any_table", strict=True)
    assert outcome.exit_code == REFUSED
    assert outcome.stored == 0


@pytest.mark.parametrize(
    "name", ["zip bomb as XLSX", "gzip bomb", "100,000 columns", "a row of 2 MiB", "JSON nested 200,000 deep"]
)
def test_a_heavy_file_needs_less_than_300_megabytes(name: str, tmp_path: Path) -> None:
    if not Path("/proc/self/status").is_file():
        pytest.skip("the system does not tell a process's peak of memory")
    bad = next(bad for bad in FILES if bad.name == name)
    path = tmp_path / bad.file
    path.write_bytes(bad.build())
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from tallystick.records.connectors.any_table import AnyTable\n"
        "from tallystick.records.connector import Resolver\n"
        "from tallystick.vocabulary.errors import DamagedContainer\n"
        "table, path = AnyTable(), Path(sys.argv[1])\n"
        "try:\n    list(table.read(path, table.propose(path, None, {}), Resolver('c', 1776211200000000)))\n"
        "except DamagedContainer as error:\n    pass\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) < 300 * 1024


MAPPING = "tallystick_mapping: 1\nconnector: any_table\nfeed: f\nsource: f\n"
BOMB = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB, "anchors or aliases"),
        ("a: [1, 2", "no YAML"),
        ("just words", "no mapping"),
        (MAPPING + "colour: red\n", "no part named"),
        (MAPPING.replace("1", "9", 1), "format 9"),
        ("tallystick_mapping: 1\nfeed: f\nsource: f\n", "connector"),
        (MAPPING + "columns: [a, b]\n", "word: meaning"),
        ("x" * 6_000_000, "too long"),
    ],
)  # fmt: skip
def test_a_bad_mapping_text_is_refused_with_what_is_wrong(content: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        mapping_file.parse(content, "mapping.yaml")


def test_a_mapping_that_names_a_missing_column_refuses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ticket_id,created_at\nT1,2026-03-01 09:00\nT2,2026-03-01 10:00\n", encoding="utf-8")
    (tmp_path / "home" / "mappings").mkdir(parents=True)
    saved = {
        "tallystick_mapping": 1,
        "connector": "any_table",
        "feed": "a",
        "source": "a",
        "columns": {"created": "made"},
    }
    with (tmp_path / "home" / "mappings" / "a.yaml").open("w", encoding="utf-8") as sink:
        YAML().dump(saved, sink)
    outcome = ingest(tmp_path / "home", path, as_of=AS_OF, hints={**ZONE, "feed": "a"}, connector="any_table")
    assert [found.id for found in outcome.findings] == ["TS-I023"]
