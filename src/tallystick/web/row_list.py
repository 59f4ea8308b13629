"""The rows behind a figure as a long table: cases, or calls and whatever else a figure may rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from tallystick.reports.figures import duration_text
from tallystick.verdicts.explain import Explanation
from tallystick.verdicts.verdict import Verdict
from tallystick.web.evidence import case_address, list_of, own_of, place_of
from tallystick.web.freshness import at_minute
from tallystick.web.long_table import LongTable, long_table
from tallystick.web.room import Room
from tallystick.web.said import place_words
from tallystick.web.table import Cell, Column

# Columns of a list that have their own heading, or none.
LISTED = frozenset(
    {"case_id", "status", "place", "brings", "clock", "programme", "queue", "start_at", "created_at", "sent_at"}
    | {"due_at", "stop_at", "answered_at", "first_solved_at", "late_s", "business_s", "calendar_s", "target_s"}
    | {"paused_s", "paused_other_s", "waiting_s", "basis", "state", "score"}
)
DURATIONS = ("late_s", "business_s", "target_s", "paused_s")


def cases_table(room: Room, verdict: Verdict, told: Explanation, zone: str) -> LongTable:
    """Every row behind the figure, the failed first."""
    of_cases = own_of(room, verdict).of_cases
    return list_of(room, verdict, lambda rows: _cases(_with_places(rows, told), verdict, zone, of_cases=of_cases))


def _cases(data: pa.Table, verdict: Verdict, zone: str, *, of_cases: bool) -> LongTable:
    share = verdict.value is not None and verdict.value.kind == "share"
    columns = _columns(data.schema, share=share, of_cases=of_cases)
    writers = {column.key: _writer(column.key, verdict, zone, data.schema, of_cases=of_cases) for column in columns}

    def write(row: Mapping[str, Any]) -> dict[str, Cell]:
        return {key: written(row[key], row) for key, written in writers.items()}

    return long_table(
        "cases",
        (_("The cases, times of %(zone)s") if of_cases else _("The rows, times of %(zone)s")) % {"zone": zone},
        columns,
        data,
        write,
        searched=tuple(name for name in ("case_id", "place", "queue", "programme") if name in data.column_names),
        exact="place",
        empty=_("No case lies behind this figure: it was not measured from records, or its period holds none."),
    )


def _with_places(rows: pa.Table, told: Explanation) -> pa.Table:
    """The rows with the name of their place, and how late each is."""
    coded = pc.dictionary_encode(rows.column("status"))
    places = [
        pa.array([place_of(one, told) for one in chunk.dictionary.to_pylist()], pa.string()).take(chunk.indices)
        for chunk in coded.chunks
    ]
    rows = rows.append_column("place", pa.chunked_array(places, pa.string()))
    if {"due_at", "stop_at"} <= set(rows.column_names):
        late = pc.subtract(_seconds(rows.column("stop_at")), _seconds(rows.column("due_at")))
        rows = rows.append_column("late_s", late)
    return rows


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.divide(column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), 1_000_000)


def _columns(schema: pa.Schema, *, share: bool, of_cases: bool) -> tuple[Column, ...]:
    there = set(schema.names)
    known = (
        Column("case_id", _("Case") if of_cases else _("Id"), as_is=True),
        Column("place", _("Place")),
        Column("start_at", _("Started"), as_is=True),
        Column("created_at", _("Created"), as_is=True),
        Column("sent_at", _("Survey sent"), as_is=True),
        Column("due_at", _("Due"), as_is=True),
        Column("stop_at", _("Ended"), as_is=True),
        Column("answered_at", _("Answered"), as_is=True),
        Column("first_solved_at", _("First solved"), as_is=True),
        Column("late_s", _("Against due"), number=True),
        Column("business_s", _("In opening hours"), number=True),
        Column("target_s", _("Allowed"), number=True),
        Column("paused_s", _("Paused"), number=True),
        Column("score", _("Score"), number=True),
        *_of_rows(schema),
        *(() if share else (Column("brings", _("Adds"), number=True),)),
        Column("queue", _("Queue"), as_is=True),
    )
    return tuple(column for column in known if column.key in there)


def _of_rows(schema: pa.Schema) -> tuple[Column, ...]:
    """The columns that rows of calls, sessions, intervals and reviews show."""
    known = (
        Column("offered_at", _("Offered"), as_is=True),
        Column("started_at", _("Began"), as_is=True),
        Column("posted_at", _("Posted"), as_is=True),
        Column("surveyed_at", _("Surveyed"), as_is=True),
        Column("followed_at", _("Followed up"), as_is=True),
        Column("replied_at", _("Replied"), as_is=True),
        Column("ended_at", _("Was over"), as_is=True),
        Column("outcome", _("Outcome"), as_is=True),
        Column("wait_s", _("Wait"), number=True),
        Column("talk_s", _("Talk"), number=True),
        Column("hold_s", _("Hold"), number=True),
        Column("wrap_s", _("After-work"), number=True),
    )
    own = {column.key for column in known}
    more = [name for name in schema.names if name not in own | LISTED]
    return (*known, *(Column(name, name.replace("_", " "), as_is=True) for name in more))


Writer = Callable[[Any, Mapping[str, Any]], Cell]


def _writer(key: str, verdict: Verdict, zone: str, schema: pa.Schema, *, of_cases: bool) -> Writer:
    """How the cells of one column are written; chosen once for the column, as each cell has its own cost."""
    there = set(schema.names)
    if key == "case_id" and of_cases:
        before = case_address(verdict, "")
        return lambda value, _row: Cell(value, href=f"{before}{quote(value, safe='')}" if value else "")
    if key == "place":
        return lambda value, _row: Cell(value, place_words(value))
    if key in there and pa.types.is_timestamp(schema.field(key).type):
        local = ZoneInfo(zone)
        return lambda value, _row: Cell(value, None if value is None else at_minute(value, local))
    if key == "late_s":
        return lambda value, row: Cell(value, _open_or_late(value, row.get("due_at")))
    if key in DURATIONS or (key.endswith("_s") and key in there) or (key == "brings" and "business_s" in there):
        # A row that brings 0 or 1 is counted; what brings more brings seconds.
        least = 2 if key == "brings" else None
        return lambda value, _row: Cell(value, None if value is None else _seconds_text(value, least))
    if key == "brings":
        return lambda value, _row: Cell(value, None if value is None else f"{value:,}")
    return lambda value, _row: Cell(value)


def _seconds_text(value: int, least: int | None) -> str:
    return f"{value:,}" if least is not None and value < least else duration_text(value)


def _open_or_late(seconds: int | None, due: datetime | None) -> str | None:
    if seconds is None:
        return None if due is None else _("open")
    return _late(seconds)


def _late(seconds: int) -> str:
    written = duration_text(abs(seconds))
    return _("%(time)s late") % {"time": written} if seconds > 0 else _("%(time)s before") % {"time": written}
