# ruff: noqa: RUF001, S608 - the content of files, as it comes
"""Files as they arrive: what is guessed is right, and every record ends in the table or among the bad rows."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tallystick.records.containers import Container, forget, open_container, opened
from tallystick.records.containers.delimited import guess_dialect, take_census
from tallystick.records.containers.encoding import guess_encoding


def container_of(tmp_path: Path, content: bytes, name: str = "a.csv") -> Container:
    path = tmp_path / name
    path.write_bytes(content)
    return open_container(path)


def cells(container: Container) -> list[tuple[str | None, ...]]:
    loaded = container.rows()
    return loaded.connection.execute(f"SELECT * FROM {loaded.table} ORDER BY rowid").fetchall()


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", "Größe, gelöst; déjà vu — “fin”"),
        ("cp1250", "Zażółć gęślą jaźń; Łódź"),
        ("cp1251", "Проблема решена, клиент доволен"),
        ("koi8-r", "проблема решена, клиент доволен"),
        ("cp1253", "Το πρόβλημα λύθηκε"),
        ("shift_jis", "問題が解決しました。ありがとう"),
        ("gb18030", "我的问题已经解决了，谢谢你们的帮助"),
        ("euc-kr", "문제가 해결되었습니다 감사합니다"),
        ("utf-16-le", "plain words, no mark"),
        ("utf-8", "Größe 解决 решена"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(encoding: str, words: str) -> None:
    sample = "".join(f"T{n},{words}\n" for n in range(5)).encode(encoding)
    found = guess_encoding(sample)
    assert sample.decode(found.name) == sample.decode(encoding)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_cuts_all_lines_alike(mark: str) -> None:
    lines = [mark.join(["id", "when", "note"]), *(mark.join([str(n), "2026-03-01", '"a, b; c | d"']) for n in range(9))]
    assert guess_dialect("\n".join(lines), "a.csv", whole=True).delimiter == mark


def test_a_sep_line_of_a_spreadsheet_program_names_the_delimiter() -> None:
    dialect = guess_dialect("sep=;\na;b,c\n1;2,5\n", "a.csv", whole=True)
    assert (dialect.delimiter, dialect.header, dialect.preamble) == (";", ("a", "b,c"), 1)


def test_text_over_several_lines_is_one_record_with_one_number(tmp_path: Path) -> None:
    container = container_of(tmp_path, b'a,b\n1,"x\ny\nz"\n2,w\n3\n4,v\n')
    loaded = container.rows()
    assert cells(container) == [("1", "x\ny\nz"), ("2", "w"), ("4", "v")]
    assert [(bad.row, bad.rule) for bad in loaded.bad] == [(4, "TS-I101")]
    assert loaded.row_numbers(np.arange(3)).tolist() == [2, 3, 5]


def test_blank_lines_are_no_rows_and_shift_the_numbers_after_them(tmp_path: Path) -> None:
    loaded = container_of(tmp_path, b"a,b\n1,2\n\n\n3,4\n").rows()
    assert loaded.rows_in == 2
    assert loaded.row_numbers(np.arange(2)).tolist() == [2, 5]


def test_one_open_quotation_mark_costs_one_line(tmp_path: Path) -> None:
    rows = "".join(f"{n},text {n}\n" for n in range(1000))
    loaded = container_of(tmp_path, ("a,b\n" + rows + '7,"oops\n' + rows).encode()).rows()
    assert (loaded.rows, len(loaded.bad)) == (2000, 1)
    assert loaded.bad[0].row == 1002


def test_a_text_that_begins_with_a_new_line_is_one_record_beside_a_damaged_one(tmp_path: Path) -> None:
    container = container_of(tmp_path, b'a,b\n1,"\nx"\n2\n3,"\n4,y\n')
    loaded = container.rows()
    assert cells(container) == [("1", "\nx"), ("4", "y")]
    assert [(bad.row, bad.rule) for bad in loaded.bad] == [(3, "TS-I101"), (4, "TS-I102")]


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv"])
def test_a_packed_table_reads_as_the_plain_one(name: str, tmp_path: Path) -> None:
    assert cells(container_of(tmp_path, gzip.compress(b"a,b\n1,2\n"), name)) == [("1", "2")]


def test_a_name_with_pattern_signs_is_a_name(tmp_path: Path) -> None:
    assert cells(container_of(tmp_path, b"a,b\n1,2\n", "a[1]*?.csv")) == [("1", "2")]


def test_nested_json_is_flattened_one_level(tmp_path: Path) -> None:
    content = b'{"id": 1, "user": {"role": "agent", "tags": [1]}}\n{"id": 2, "extra": null}\n'
    loaded = container_of(tmp_path, content, "a.jsonl").rows()
    assert [column.name for column in loaded.columns] == ["id", "user.role", "user.tags", "extra"]


def test_the_last_file_is_read_once_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    first = opened(path)
    assert opened(path) is first
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    assert opened(path).rows().rows == 2
    forget()


LINE = st.text(st.sampled_from('ab1,;"\n\r\t '), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, max_size=8))
@example([",", "1,1,,"])
@example(['1,,,"', '""\r"', ","])
@example(['"\n,'])
@example([';;,"""\r', ';;"""'])
def test_no_line_is_ever_lost_whatever_the_quotes(tmp_path: Path, lines: list[str]) -> None:
    marked = [f"row{n},{line}" for n, line in enumerate(lines)]
    content = "name,value\n" + "\n".join(marked) + "\n"
    container = container_of(tmp_path, content.encode())
    loaded = container.rows()
    kept = "\x1f".join(
        str(cell) for row in loaded.connection.execute(f"FROM {loaded.table}").fetchall() for cell in row
    )
    kept += "\x1f".join(bad.text for bad in loaded.bad)
    # Of two records of different width the wider one is taken for the header: its words are the columns' names.
    kept += "\x1f".join(column.name for column in loaded.columns)
    # What stands above the header is taken for a title, and told with its number of lines.
    above = sum(finding.count for finding in container.findings if finding.id == "TS-I213")
    lost = [n for n in range(len(lines)) if f"row{n}" not in kept]
    assert lost == list(range(len(lost)))
    assert len(lost) <= max(above - 1, 0)
    loaded.connection.close()


def test_a_process_that_ends_leaves_no_copy_of_a_file_behind(tmp_path: Path) -> None:
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(b"name,value\nAnna,1\n"))
    (tmp_path / "temporary").mkdir()
    code = f"from pathlib import Path; from tallystick.records.containers import opened; opened(Path({str(packed)!r}))"
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_names_above_records_of_different_widths_are_the_header(tmp_path: Path) -> None:
    container = container_of(tmp_path, b"name,value\nrow0,,\nrow1,1,1,,\n")
    loaded = container.rows()
    assert [column.name for column in loaded.columns] == ["name", "value"]
    assert [(bad.row, bad.rule, bad.text) for bad in loaded.bad] == [
        (2, "TS-I101", "row0,,"),
        (3, "TS-I101", "row1,1,1,,"),
    ]
    assert not [finding for finding in container.findings if finding.id == "TS-I213"]


def test_the_census_counts_records_across_blocks(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b\n" + b'1,"x\ny"\n' * 1_200_000)
    census = take_census(path)
    assert (census.records, census.open_quote, census.nuls, census.utf8) == (1_200_001, False, 0, True)
