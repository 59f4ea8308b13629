"""A partner's scorecard: the figures that it reports about itself, each with the cell it stands in.

In: a spreadsheet (XLSX) or table (CSV) of figures. Out: rows of reported_value.
Verbs: recognise, propose, read. Must not know: what was measured, any target or contract.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.connectors.any_table.words import channel_of, language_of
from tallystick.records.connectors.scorecard.figures import MEASURES, read_figure
from tallystick.records.connectors.scorecard.grid import Figure, Rows, figures_of
from tallystick.records.containers import damaged, finding, open_container
from tallystick.records.containers.delimited import guess_dialect, take_census
from tallystick.records.containers.encoding import guess_encoding
from tallystick.records.containers.workbook import read_sheets
from tallystick.records.keys import keys_of
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place

SHEET_STRIDE, ROW_STRIDE = 2**40, 2**14
# A scorecard is typed and read by people: a megabyte of text or five thousand rows are something else.
MAX_TABLE = 1 << 20
MAX_ROWS, LOOK_ROWS = 5_000, 200
_LEFT_OUT = "ignore"


class Scorecard(Connector):
    """Figures by measure and period, in rows or in columns."""

    title: ClassVar[str] = "A partner's scorecard (XLSX or CSV of figures)"
    fills: ClassVar[tuple[str, ...]] = ("reported_value",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "case": "a scorecard holds figures, not the cases behind them",
        "case_event": "a scorecard holds figures, not the events behind them",
        "message": "a scorecard holds figures, not messages",
        "survey_response": "a scorecard holds averages, not answers",
        "agent": "a scorecard holds figures of teams",
    }

    def recognise(self, path: Path) -> float:
        """The surer the more cells stand at a known measure and a period, each cell of a measure and period once."""
        if not path.is_file() or path.stat().st_size > MAX_TABLE:
            return 0.0
        try:
            sheets = _sheets(path)
        except DamagedContainer:
            return 0.0
        if any(len(rows) > MAX_ROWS for rows in sheets.values()):
            return 0.0
        found = [figure for sheet, rows in sheets.items() for figure in figures_of(sheet, rows[:LOOK_ROWS])[1]]
        known = [figure for figure in found if figure.label.measure and figure.period]
        places = {(figure.sheet, figure.label, figure.period, *map(str, figure.parts.values())) for figure in known}
        readable = sum(1 for figure in known if read_figure(figure.cell, figure.label.measure) is not None)
        # A table of cases repeats its "measures" day after day, and its cells are dates and words.
        alike = 10 * len(places) >= 9 * len(known) and 10 * readable >= 7 * len(known)
        return 0.0 if len(known) < 2 or len(known) * 3 < len(found) or not alike else min(0.9, 0.6 + 0.05 * len(known))

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """The measure that each name on the scorecard is taken for (under `kinds`; `ignore` leaves a name out)."""
        kinds: dict[str, str] = {}
        unknown: list[str] = []
        notes: list[str] = []
        for sheet, rows in _sheets(path).items():
            layout, found = figures_of(sheet, rows)
            if found:
                notes.append(
                    f"Sheet {sheet!r}: {layout}, {len(found)} figures." if sheet else f"{layout}, {len(found)} figures."
                )
            for figure in found:
                name = figure.label.name
                if figure.label.measure:
                    kinds.setdefault(name, figure.label.measure)
                elif name not in unknown and not (saved and name in saved.kinds):
                    unknown.append(name)
        if not kinds:
            raise damaged("TS-I022", path.name, "no cell stands at a measure and a period that are known.")
        partner = hints.get("partner") or (saved.partner if saved else "")
        feed = hints.get("feed") or (f"scorecard-{partner}" if partner else "scorecard")
        proposed = Mapping(
            connector="scorecard",
            feed=feed,
            source=hints.get("source") or feed,
            shape="figures",
            partner=partner or "",
            kinds=kinds,
            notes=tuple(notes),
            doubts=(
                *(f"{name!r} is no measure that is known; say one under `kinds`." for name in unknown[:50]),
                *(() if partner else ("The scorecard names no partner; give one.",)),
            ),
        )
        if saved is None:
            return proposed
        return replace(saved, kinds={**kinds, **saved.kinds}, notes=proposed.notes, doubts=proposed.doubts)

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:  # noqa: ARG002 - the contract
        """Every figure as a reported value, those that cannot be read as rejects with their cell."""
        values: list[dict[str, Any]] = []
        rejects: list[Reject] = []
        unknown: dict[str, list[Figure]] = {}
        rows_in = noted = 0
        for index, (sheet, rows) in enumerate(_sheets(path).items()):
            for figure in figures_of(sheet, rows)[1]:
                rows_in += 1
                source_row = index * SHEET_STRIDE + (figure.row + 1) * ROW_STRIDE + figure.column + 1
                measure = mapping.kinds.get(figure.label.name, figure.label.measure or "")
                if measure == _LEFT_OUT:
                    noted += 1
                    continue
                if not measure:
                    unknown.setdefault(figure.label.name, []).append(figure)
                reject = _reject(figure, measure, path.name, source_row)
                if reject is not None:
                    rejects.append(reject)
                else:
                    values.append(_value(figure, measure, mapping, path.name, source_row))
        yield Batch(
            {"reported_value": _table(values, mapping)},
            rows_in,
            rejects=rejects,
            findings=_unknown(unknown, path.name),
            noted=noted,
            done=rows_in,
            total=rows_in,
        )


def _sheets(path: Path) -> dict[str, Rows]:
    """The cells of every sheet; of a text, one sheet without a name."""
    container = open_container(path)
    try:
        if container.form == "workbook":
            return read_sheets(container.text, path.name)
        if container.form != "delimited":
            raise damaged("TS-I022", path.name, "a scorecard is a workbook or a CSV.")
        census = take_census(container.text)
        raw = container.text.read_bytes()[:MAX_TABLE]
        text = raw.decode(guess_encoding(raw, valid_utf8=census.utf8).name, errors="replace").lstrip("\ufeff")
        dialect = guess_dialect(text, path.name, whole=True)
        return {"": [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter)]}
    except csv.Error as error:
        raise damaged("TS-I002", path.name, f"it cannot be read as a table ({error}).") from error
    finally:
        container.close()


def _reject(figure: Figure, measure: str, file: str, source_row: int) -> Reject | None:
    shown = str(figure.cell)
    place = Place(file=file, row=figure.row + 1, column=figure.label.name, key=figure.place)
    if figure.period is None:
        found = finding("TS-I114", f"{figure.place}: {shown!r} stands under no period.", place, value=shown)
    elif read_figure(figure.cell, measure or None) is None:
        found = finding("TS-I113", f"{figure.place}: {shown!r} is no figure.", place, value=shown)
    else:
        return None
    return Reject(figure.row + 1, figure.label.name, shown, found, source_row)


def _whole(cell: Any) -> int | None:
    read = read_figure(cell, None) if cell is not None else None
    return int(read[0]) if read is not None and read[0] == read[0].to_integral_value() else None


def _value(figure: Figure, measure: str, mapping: Mapping, file: str, source_row: int) -> dict[str, Any]:
    read = read_figure(figure.cell, measure or None)
    if read is None or figure.period is None:
        raise AssertionError("rejected before")
    value, unit = read
    parts = figure.parts
    language = str(parts.get("language") or "") or figure.label.language or ""
    channel = str(parts.get("channel") or "") or figure.label.channel or ""
    return {
        "measure": measure if measure in MEASURES or measure in mapping.kinds.values() else None,
        "reported_name": figure.label.name,
        "period_from": figure.period[0],
        "period_to": figure.period[1],
        "programme": str(parts.get("programme") or "") or None,
        "queue": str(parts.get("queue") or "") or None,
        "language": _word(language, mapping.languages, language_of),
        "channel": _word(channel, mapping.channels, channel_of),
        "value": value,
        "unit": unit,
        "numerator": _whole(parts.get("numerator")),
        "denominator": _whole(parts.get("denominator")),
        "n": _whole(parts.get("n")),
        "file": file,
        "place": figure.place,
        "source_row": source_row,
    }


def _word(written: str, saved: AbstractMapping[str, str], meaning: Callable[[str], str | None]) -> str | None:
    """What a cell's word means by the saved mapping, else as it is commonly known, else as written.

    A cell that names several (`de, ro`) is the cut to all of them: their meanings, sorted.
    """
    words = [word.strip() for word in re.split(r"[,;/+]", written) if word.strip()]
    return ", ".join(sorted({saved.get(word) or meaning(word) or word for word in words})) or None


_TYPES: dict[str, pa.DataType] = {
    "measure": pa.string(),
    "reported_name": pa.string(),
    "period_from": pa.date32(),
    "period_to": pa.date32(),
    "programme": pa.string(),
    "queue": pa.string(),
    "language": pa.string(),
    "channel": pa.string(),
    "value": pa.decimal128(18, 6),
    "unit": pa.string(),
    "numerator": pa.int64(),
    "denominator": pa.int64(),
    "n": pa.int64(),
    "file": pa.string(),
    "place": pa.string(),
    "source_row": pa.int64(),
}


def _table(values: list[dict[str, Any]], mapping: Mapping) -> pa.Table:
    columns = {name: pa.array([value[name] for value in values], kind) for name, kind in _TYPES.items()}
    # The file is no part of the key: next week's corrected scorecard replaces this one's figure.
    identity = [
        "\x1e".join(
            str(value[name] if value[name] is not None else "")
            for name in ("reported_name", "programme", "queue", "language", "channel", "period_from", "period_to")
        )
        for value in values
    ]
    key = keys_of(f"{mapping.source}:{mapping.partner}", pa.array(identity, pa.string()))
    return pa.table({"reported_key": key, **columns})


def _unknown(unknown: dict[str, list[Figure]], file: str) -> list[Finding]:
    return [
        finding(
            "TS-I220",
            f"{name!r} ({len(found)} figure(s)) is no measure that is known.",
            Place(file=file, row=found[0].row + 1, key=found[0].place),
            value=name,
            count=len(found),
        )
        for name, found in unknown.items()
    ]
