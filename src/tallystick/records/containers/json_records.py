"""Reading JSON Lines, and JSON documents that hold one list of objects.

Lines are cut and checked in bulk by the engine; only a file with damaged bytes is walked line by line. Objects are
flattened one level deep (`requester.email`); what lies deeper stays JSON text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tallystick.records.containers.delimited import MAX_COLUMNS, Census
from tallystick.records.containers.loaded import TABLE, BadRow, Column, Loaded, connect, quoted, whole_number
from tallystick.records.containers.trouble import damaged, finding
from tallystick.vocabulary.finding import Place

MAX_OBJECT = 8 << 20
MAX_DOCUMENT = 512 << 20
MAX_DEPTH = 60
LINES = "source_lines"
# The type is asked only of what is valid: the engine stops at the first broken text otherwise.
_IS_OBJECT = "(CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END)"


def load_json_lines(connection: duckdb.DuckDBPyConnection, path: Path, census: Census, file: str, work: Path) -> Loaded:
    """Every line of a JSON Lines text: objects in the engine's table, everything else in `bad`."""
    bad: list[BadRow] = []
    if census.nuls or not census.utf8 or not _lines_in(connection, path):
        sifted = work / "sifted.jsonl"
        _sift(path, sifted, bad)
        if not _lines_in(connection, sifted):
            raise damaged("TS-I012", file, "its lines cannot be read.")
    rows = connection.execute(
        f"SELECT rowid, line FROM {LINES} WHERE line IS NOT NULL AND trim(line) <> '' "  # noqa: S608
        f"AND NOT {_IS_OBJECT}"
    ).fetchall()
    for number, text in rows:
        what = "It is JSON, but not an object." if _is_json(text) else "It is not valid JSON."
        bad.append(BadRow(int(number) + 1, "TS-I106", what, text[:65536]))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {LINES} AS SELECT rowid AS number, line FROM {LINES} "  # noqa: S608
        f"WHERE {_IS_OBJECT} ORDER BY rowid"
    )
    bad.sort(key=lambda row: row.row)
    kept = connection.execute(f"SELECT number FROM {LINES}").fetchnumpy()["number"].astype(np.int64)  # noqa: S608
    if not len(kept) and bad:
        raise damaged("TS-I012", file, f"none of its {len(bad)} lines is a JSON object.")
    loaded = _columns_out(connection, file)
    everything = np.arange(int(kept[-1]) + 1 if len(kept) else 0)
    loaded.first_row = 1
    loaded.passed_over = np.setdiff1d(everything, kept)
    loaded.bad = bad
    _note_repeated_names(connection, loaded, file)
    return loaded


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _lines_in(connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
    if path.stat().st_size == 0:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {LINES} (line VARCHAR)")
        return True
    # A delimiter that JSON cannot contain (control characters are always escaped) keeps each line whole.
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {LINES} AS SELECT line FROM read_csv({quoted(str(path))}, "  # noqa: S608
            "auto_detect=false, delim='\x1e', quote='', escape='', header=false, columns={'line': 'VARCHAR'}, "
            f"max_line_size={MAX_OBJECT}, buffer_size={4 * MAX_OBJECT})"
        )
    except duckdb.Error:
        return False
    return True


def _sift(path: Path, target: Path, bad: list[BadRow]) -> None:
    """Write readable lines to `target`, an empty line for each damaged one, so that line numbers stay."""
    with path.open("rb") as stream, target.open("wb") as sink:
        for number, line in enumerate(stream, start=1):
            raw = line.rstrip(b"\r\n")
            fault = None
            if b"\0" in raw:
                fault = ("TS-I104", "A NUL byte inside the row.")
            elif len(raw) > MAX_OBJECT:
                fault = ("TS-I105", f"The line is longer than {MAX_OBJECT >> 20} MiB.")
            elif b"\x1e" in raw:
                fault = ("TS-I106", "It is not valid JSON.")
            else:
                try:
                    raw.decode()
                except UnicodeDecodeError as error:
                    fault = ("TS-I103", f"Byte {raw[error.start]:#04x} at position {error.start + 1} is not UTF-8.")
            if fault:
                text = raw[:65536].decode(errors="backslashreplace").replace("\0", "\\x00")
                bad.append(BadRow(number, fault[0], fault[1], text))
                raw = b""
            sink.write(raw + b"\n")


def _columns_out(connection: duckdb.DuckDBPyConnection, file: str) -> Loaded:
    """The table of all names seen in the objects, in order of appearance, nested objects one level deep."""
    keys = connection.execute(
        f"SELECT key FROM (SELECT rowid AS r, unnest(json_keys(line)) AS key, "  # noqa: S608
        f"generate_subscripts(json_keys(line), 1) AS i FROM {LINES}) GROUP BY key ORDER BY min(r * 100000 + i)"
    ).fetchall()
    names = [str(key) for (key,) in keys]
    if len(names) > MAX_COLUMNS:
        raise damaged("TS-I014", file, f"its objects have {len(names):,} names; at most {MAX_COLUMNS:,} are read.")
    paths: list[tuple[str, str]] = []
    nested = _nested(connection, names)
    for name in names:
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        inner = nested.get(name)
        if inner:
            paths += [(f"{name}.{part}", pointer + "/" + part.replace("~", "~0").replace("/", "~1")) for part in inner]
        else:
            paths.append((name, pointer))
    if len(paths) > MAX_COLUMNS:
        raise damaged("TS-I014", file, f"its objects have {len(paths):,} names; at most {MAX_COLUMNS:,} are read.")
    columns = tuple(Column(name, f"c{at}") for at, (name, _) in enumerate(paths))
    pointers = ", ".join(quoted(pointer) for _, pointer in paths)
    picked = ", ".join(f"parts[{at + 1}] AS c{at}" for at in range(len(paths))) or "NULL::VARCHAR AS c0"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT {picked} FROM (SELECT json_extract_string(line, "  # noqa: S608
        f"[{pointers}]::VARCHAR[]) AS parts FROM {LINES})"
    )
    return Loaded(connection, columns, whole_number(connection, f"SELECT count(*) FROM {TABLE}"))  # noqa: S608


def _nested(connection: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, list[str]]:
    """For each name whose values are objects (never anything else but null): the names inside them."""
    result: dict[str, list[str]] = {}
    for name in names:
        pointer = quoted("/" + name.replace("~", "~0").replace("/", "~1"))
        kinds = {
            kind
            for (kind,) in connection.execute(
                f"SELECT DISTINCT json_type(line, {pointer}) FROM {LINES} LIMIT 5"  # noqa: S608
            ).fetchall()
        } - {None, "NULL"}
        if kinds != {"OBJECT"}:
            continue
        inner = connection.execute(
            f"SELECT DISTINCT unnest(json_keys(line, {pointer})) AS k FROM {LINES} ORDER BY k LIMIT 101"  # noqa: S608
        ).fetchall()
        if 0 < len(inner) <= 100:
            result[name] = [str(part) for (part,) in inner]
    return result


def _note_repeated_names(connection: duckdb.DuckDBPyConnection, loaded: Loaded, file: str) -> None:
    row = connection.execute(
        f"SELECT min(number), count(*) FROM {LINES} "  # noqa: S608
        "WHERE len(json_keys(line)) <> len(list_distinct(json_keys(line)))"
    ).fetchall()[0]
    if row[1]:
        loaded.findings.append(
            finding(
                "TS-I218",
                f"{row[1]} object(s) name a field twice.",
                Place(file=file, row=int(row[0]) + 1),
                count=int(row[1]),
            )
        )


def document_lists(path: Path, file: str) -> tuple[dict[str, list[Any]], list[str]]:
    """The lists of objects in a JSON document by name (`""` for a bare array), and names that an object repeats."""
    if path.stat().st_size > MAX_DOCUMENT:
        raise damaged("TS-I016", file, f"it is one JSON document of more than {MAX_DOCUMENT >> 20} MiB.")
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(items)
        if len(result) != len(items) and len(repeated) < 100:
            seen: set[str] = set()
            repeated.extend(name for name, _ in items if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        return result

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is no JSON number")

    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=pairs, parse_constant=refuse)
    except RecursionError as error:
        raise damaged("TS-I015", file, "it is nested deeper than any record needs.") from error
    except json.JSONDecodeError as error:
        raise damaged("TS-I012", file, f"{error.msg} at line {error.lineno}, column {error.colno}.") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise damaged("TS-I012", file, f"it is not valid JSON ({error}).") from error
    if isinstance(document, list):
        return {"": document}, repeated
    if isinstance(document, dict):
        lists = {name: value for name, value in document.items() if isinstance(value, list)}
        return lists, repeated
    return {}, repeated


def write_lines(items: list[Any], target: Path) -> None:
    """A list's items as JSON Lines, in order."""
    with target.open("w", encoding="utf-8") as sink:
        sink.writelines(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in items)


def load_list(items: list[Any], file: str, work: Path) -> Loaded:
    """The objects of one list as a table in an engine of their own; anything else in the list is a bad row."""
    target = work / "list.jsonl"
    write_lines(items, target)
    return load_json_lines(connect(), target, Census(records=len(items)), file, work)
