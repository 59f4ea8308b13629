"""Every connector: the same twice, an empty day, a clock change, a late correction, totals, fields nobody knows.

A new connector adds `connector_samples/<its name>.py` and runs through all of these.
"""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from tallystick.records.connector import Connector, Mapping
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.table import table, tables
from tallystick.registry import load_folder, names
from tallystick.vocabulary.scope import Scope
from tests.conformance.connector_sample import Sample, Ticket

HERE = Path(__file__).parent

FOLDER = "tallystick.records.connectors"
CONNECTORS = [name for name in names(FOLDER) if (HERE / "connector_samples" / f"{name}.py").is_file()]
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
DAY = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
# In Bucharest the clock goes from 03:00 to 04:00 at 01:00 UTC of this day.
CLOCK_CHANGE = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def sample_of(name: str) -> Sample:
    path = HERE / "connector_samples" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"sample_of_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Sample = module.SAMPLE
    return found


def day_of(start: datetime, count: int = 12) -> list[Ticket]:
    tickets = []
    for number in range(count):
        created = start + number * timedelta(minutes=17)
        solved = created + 5 * HOUR if number % 4 else None
        replied = created + HOUR if number % 3 else None
        tickets.append(Ticket(100 + number, created, replied, solved, max(filter(None, (created, replied, solved)))))
    return tickets


def rows_of(home: Path, name: str) -> list[dict[str, object]]:
    return everything(home, name)[name]


def everything(home: Path, *names: str) -> dict[str, list[dict[str, object]]]:
    """The rows of some tables, or of all."""
    hidden = {"load_id", "row_hash", "revision", "file", "source_at"}
    with Lake.open(home / "lake") as lake:
        scope = Scope.of_client(lake.client)
        return {
            name: [
                {key: value for key, value in row.items() if key not in hidden}
                for row in lake.read(scope, name).to_pylist()
            ]
            for name in names or tables()
        }


def load(home: Path, folder: Path, name: str, tickets: list[Ticket], *, extra: bool = False, as_of: datetime = AS_OF):
    folder.mkdir(parents=True, exist_ok=True)
    sample = sample_of(name)
    path = sample.write(folder, tickets, extra)
    return ingest(home, path, connector=name, as_of=as_of, hints={"zone": "Europe/Bucharest", **sample.hints})


def test_every_connector_of_the_folder_has_a_sample_for_this_suite() -> None:
    assert set(names(FOLDER)) == set(CONNECTORS)


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_connector_says_what_it_is_and_what_it_cannot_tell(name: str) -> None:
    connector = load_folder(FOLDER, Connector)[name]  # type: ignore[type-abstract]
    assert connector.title
    assert connector.cannot
    assert all(reason[0].islower() or reason[0].isupper() for reason in connector.cannot.values())


@pytest.mark.parametrize("name", CONNECTORS)
def test_it_recognises_its_own_file_and_nothing_in_an_empty_one(name: str, tmp_path: Path) -> None:
    connector = load_folder(FOLDER, Connector)[name]()  # type: ignore[type-abstract, operator]
    path = sample_of(name).write(tmp_path, day_of(DAY), False)
    assert connector.recognise(path) > 0
    empty = tmp_path / "nothing.bin"
    empty.write_bytes(b"")
    assert 0.0 <= connector.recognise(empty) <= 0.1


@pytest.mark.parametrize("name", CONNECTORS)
def test_totals_agree_with_the_source(name: str, tmp_path: Path) -> None:
    tickets = day_of(DAY)
    outcome = load(tmp_path / "home", tmp_path / "in", name, tickets)
    assert outcome.exit_code == 0
    assert outcome.rows_in == outcome.stored > 0
    sample = sample_of(name)
    assert len(rows_of(tmp_path / "home", sample.table)) == sample.rows(tickets)


@pytest.mark.parametrize("name", CONNECTORS)
def test_the_same_file_twice_changes_nothing(name: str, tmp_path: Path) -> None:
    tickets = day_of(DAY)
    load(tmp_path / "home", tmp_path / "in", name, tickets)
    before = everything(tmp_path / "home")
    again = load(tmp_path / "home", tmp_path / "in", name, tickets)
    assert (again.stored, again.duplicate) == (0, again.rows_in)
    assert everything(tmp_path / "home") == before


@pytest.mark.parametrize("name", CONNECTORS)
def test_an_empty_day_stores_nothing_and_breaks_nothing(name: str, tmp_path: Path) -> None:
    outcome = load(tmp_path / "home", tmp_path / "in", name, [])
    assert outcome.stored == 0 or outcome.exit_code == 0
    assert outcome.rejected == 0
    if outcome.exit_code == 0 and (tmp_path / "home" / "lake").is_dir():
        assert rows_of(tmp_path / "home", sample_of(name).table) == []
    else:
        assert all(found.cure for found in outcome.findings)


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_day_on_which_the_clock_changes_keeps_every_instant(name: str, tmp_path: Path) -> None:
    sample = sample_of(name)
    tickets = day_of(CLOCK_CHANGE)
    outcome = load(tmp_path / "home", tmp_path / "in", name, tickets)
    assert outcome.rejected == 0
    found = rows_of(tmp_path / "home", sample.table)
    assert len(found) == sample.rows(tickets)
    if sample.table == "case":
        assert sorted(row["created_at"] for row in found) == [ticket.created for ticket in tickets]  # type: ignore[type-var]


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_late_correction_wins_whatever_the_order_of_arrival(name: str, tmp_path: Path) -> None:
    first = day_of(DAY)
    moved = Ticket(first[1].id, first[1].created, first[1].replied, None, first[1].updated + 30 * HOUR)
    second = [moved if ticket.id == moved.id else ticket for ticket in first]
    sample = sample_of(name)
    later = AS_OF if sample.dated else AS_OF + HOUR
    load(tmp_path / "one", tmp_path / "a", name, first)
    load(tmp_path / "one", tmp_path / "b", name, second, as_of=later)
    load(tmp_path / "two", tmp_path / "b", name, second, as_of=later)
    if not sample.dated:
        assert rows_of(tmp_path / "one", sample.table) == rows_of(tmp_path / "two", sample.table)
        return
    load(tmp_path / "two", tmp_path / "a", name, first)
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


@pytest.mark.parametrize("name", [name for name in CONNECTORS if sample_of(name).cut])
def test_the_order_of_files_does_not_matter(name: str, tmp_path: Path) -> None:
    tickets = day_of(DAY)
    halves = {"a": tickets[:5], "b": tickets[5:]}
    for home, order in (("one", "ab"), ("two", "ba")):
        for half in order:
            load(tmp_path / home, tmp_path / half, name, halves[half])
    sample = sample_of(name)
    assert len(rows_of(tmp_path / "one", sample.table)) == sample.rows(tickets)
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


@pytest.mark.parametrize("name", CONNECTORS)
def test_fields_nobody_knows_change_nothing(name: str, tmp_path: Path) -> None:
    tickets = day_of(DAY)
    load(tmp_path / "plain", tmp_path / "a", name, tickets)
    load(tmp_path / "more", tmp_path / "b", name, tickets, extra=True)
    assert everything(tmp_path / "plain") == everything(tmp_path / "more")


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_mapping_survives_being_saved_and_read(name: str, tmp_path: Path) -> None:
    connector = load_folder(FOLDER, Connector)[name]()  # type: ignore[type-abstract, operator]
    path = sample_of(name).write(tmp_path, day_of(DAY), False)
    mapping = connector.propose(path, None, {"zone": "UTC", **sample_of(name).hints})
    assert mapping.connector == name
    assert mapping.feed
    assert mapping.source
    assert Mapping.of_plain(mapping.as_plain()) == mapping
    assert connector.propose(path, mapping, {}).columns == mapping.columns


@pytest.mark.parametrize("name", CONNECTORS)
def test_it_fills_the_tables_that_it_says_and_no_others(name: str, tmp_path: Path) -> None:
    load(tmp_path / "home", tmp_path / "in", name, day_of(DAY))
    filled = {each for each, rows in everything(tmp_path / "home").items() if rows} - {"mapping", "message_text"}
    fills = set(load_folder(FOLDER, Connector)[name].fills)  # type: ignore[type-abstract]
    assert sample_of(name).table in fills
    assert filled <= fills


@pytest.mark.parametrize("name", CONNECTORS)
def test_words_of_closed_lists_are_the_canonical_ones(name: str, tmp_path: Path) -> None:
    load(tmp_path / "home", tmp_path / "in", name, day_of(DAY))
    for each, declared in tables().items():
        for column in table(each).columns:
            if column.words:
                found = {row[column.name] for row in rows_of(tmp_path / "home", each)} - {None}
                assert found <= set(column.words), (declared.grain, column.name)
