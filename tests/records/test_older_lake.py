"""A lake that another version of Tallystick wrote: older ones stay readable, newer ones are refused in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tallystick.cli import program
from tallystick.records import arriving, delta
from tallystick.records import table as declarations
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake, connect
from tallystick.records.ledger import Outcome
from tallystick.records.table import Table, tables, text
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.scope import Scope
from tests.records.sample_feed import AS_OF, SampleFeed, case, event, write_rows

EVERYONE = Scope.of_client("client")
OLD = [case("1", 0, 10, language="de"), case("2", 0, 10), event("e1", "1", 5, "created")]


@contextmanager
def with_mood(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The next version, in which cases and events have a column more."""
    declared = tables()
    for name in ("case", "case_event"):
        older = declared[name]
        declared[name] = replace(older, columns=(*older.columns, text("mood", "how it went", later=True)))
    with monkeypatch.context() as context:
        context.setattr(declarations, "tables", lambda: declared)
        yield


def take(home: Path, name: str, rows: list[Any]) -> Outcome:
    return ingest(home, write_rows(home / f"{name}.rows", rows), connector=SampleFeed(), as_of=AS_OF, partner="aurora")


def moods(home: Path) -> dict[str, str | None]:
    with Lake.open(home / "lake") as lake:
        rows = lake.read(EVERYONE, "case", columns=["case_id", "mood"])
    return dict(zip(rows["case_id"].to_pylist(), rows["mood"].to_pylist(), strict=True))


def test_a_column_that_the_lake_does_not_have_reads_as_null(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(tmp_path, "a", OLD)
    with with_mood(monkeypatch):
        assert moods(tmp_path) == {"1": None, "2": None}
        with Lake.open(tmp_path / "lake") as lake, connect() as connection:
            assert lake.read(EVERYONE, "case_event")["mood"].to_pylist() == [None]
            assert lake.newest_of_cases("case", pa.array([], pa.int64())).num_rows == 0
            lake.relation(Scope.of_partner("client", "aurora"), "case_event", connection)
            view = lake.versions(EVERYONE, "case", connection)
            found = connection.sql(f"select mood from case_event union all select mood from {view}")  # noqa: S608
            assert found.fetchall() == [(None,)] * 3


def test_the_next_write_adds_the_column_and_older_files_go_on_reading_as_null(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(tmp_path, "a", OLD)
    with with_mood(monkeypatch):
        # One new row beside two is compacted with them; a hundred make an overlay's worth of base first.
        many = [case(f"m{n}", 0, 10, mood="calm") for n in range(100)]
        assert take(tmp_path, "b", many).exit_code == 0
        assert take(tmp_path, "c", [case("3", 3_000_000, 10, mood="angry")]).exit_code == 0
        assert take(tmp_path, "d", [case("1", 0, 20, mood="glad")]).stored == 1
        found = moods(tmp_path)
        assert {name: found[name] for name in ("1", "2", "3", "m7")} == {
            "1": "glad", "2": None, "3": "angry", "m7": "calm",
        }  # fmt: skip
        opened = delta.open_delta(tmp_path / "lake" / "case")
        assert delta.columns(opened)["mood"]
        # Nothing was written into the events since: their files and their log are as they were.
        assert "mood" not in delta.columns(delta.open_delta(tmp_path / "lake" / "case_event"))


def test_an_old_state_is_read_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(tmp_path, "a", OLD)
    with Lake.open(tmp_path / "lake") as lake:
        before = lake.pin()
    with with_mood(monkeypatch):
        take(tmp_path, "b", [case("1", 0, 20, mood="glad")])
        with Lake.open(tmp_path / "lake") as lake:
            assert lake.read(EVERYONE, "case", pin=before)["mood"].to_pylist() == [None, None]


def test_rows_that_were_stored_without_the_column_are_duplicates_when_they_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(tmp_path, "a", OLD)
    with with_mood(monkeypatch):
        again = take(tmp_path, "again", [*OLD, event("e2", "2", 7, "created")])
        assert (again.stored, again.duplicate) == (1, 3)
        assert take(tmp_path, "told", [case("1", 0, 10, language="de", mood="glad")]).stored == 1


def test_a_lake_of_a_newer_version_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with with_mood(monkeypatch):
        take(tmp_path, "a", OLD)
    with Lake.open(tmp_path / "lake") as lake, pytest.raises(DataError, match="'mood'") as caught:
        lake.read(EVERYONE, "case")
    assert caught.value.cure.startswith("Upgrade Tallystick")
    with pytest.raises(DataError, match="newer version"):
        take(tmp_path, "b", [case("9")])
    assert program.run(["init", str(tmp_path)]) == 0
    capsys.readouterr()
    assert program.run(["doctor", "--home", str(tmp_path)]) == 3
    assert "written by a newer version" in " ".join(capsys.readouterr().err.split())


def test_a_table_that_is_not_known_is_refused_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(tmp_path, "a", OLD)
    fewer = {name: declared for name, declared in tables().items() if name != "case_event"}
    monkeypatch.setattr("tallystick.records.stored_files.tables", lambda: fewer)
    with Lake.open(tmp_path / "lake") as lake, pytest.raises(DataError, match="'case_event'"):
        lake.pin()


def empty_row(declared: Table) -> dict[str, pa.ChunkedArray]:
    return {part.name: pa.chunked_array([pa.nulls(1, part.type)]) for part in declared.all_columns}


# Never change a number: a column that came later is declared with `later=True`, and leaves its table's number alone.
HASHES = {
    "agent": 64600802333218685,
    "case": 4564394988865036548,
    "case_event": 6720693351362504037,
    "identity": 64600802333218685,
    "mapping": 9155033930909242232,
    "message": 6720693351362504037,
    "message_text": 9155033930909242232,
    "reported_value": 2645758590199369756,
    "survey_response": 5737024879527164601,
}


@pytest.mark.parametrize("name", sorted(HASHES))
def test_the_hash_of_a_row_is_the_same_in_every_version(name: str) -> None:
    declared = tables()[name]
    assert arriving.hash_of(declared, empty_row(declared)).to_pylist() == [HASHES[name]]
