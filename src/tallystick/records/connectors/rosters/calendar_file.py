"""The events of an iCalendar file (RFC 5545) as a table: who, what, from when and until when.

Lines are unfolded and read in bulk. A time is in UTC (`Z`), in a zone (`TZID`) or floating; a zone that the file
defines itself (VTIMEZONE) and no zone database knows by its name is taken by its own rules. Floating times stay local,
so that the feed's zone decides. An event that repeats is not unrolled: it is bad, with its reason.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors._instants import MICROS, NONE, Integers, utc_of_local
from tallystick.records.containers import BadRow, Column, Loaded
from tallystick.records.containers.delimited import Census
from tallystick.records.containers.loaded import TABLE
from tallystick.vocabulary.errors import TallystickError
from tallystick.vocabulary.zones import named_zone

_LINE = r"^(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(?P<value>.*)$"
_STAMP = r"^(?P<date>\d{8})(?:T(?P<time>\d{6}))?(?P<utc>Z?)$"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = ("uid", "agent", "summary", "category", "started", "ended", "updated", "status", "queue", "mail")
# Who it is about: a field of the planning tool's own, else who attends, else whose calendar it is.
_AGENTS = ("X-AGENT-ID", "X-EMPLOYEE-ID", "X-AGENT", "X-WFM-AGENT")


def is_calendar(head: str) -> bool:
    """Whether a text is an iCalendar file."""
    return head.lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR")


def load_events(connection: duckdb.DuckDBPyConnection, path: Path, census: Census, file: str) -> Loaded:  # noqa: ARG001
    """Every VEVENT as a row, numbered by the line on which it begins."""
    text = path.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n")
    raw = pa.array(text.split("\n"), pa.string())
    goes_on = np.asarray(pc.match_substring_regex(raw, r"^[ \t]"), np.bool_)
    numbers = np.flatnonzero(~goes_on) + 1
    lines = pa.array(re.sub(r"\n[ \t]", "", text).split("\n"), pa.string())
    parts = pc.extract_regex(lines, _LINE)
    name = pc.utf8_upper(pc.struct_field(parts, "name"))
    value = pc.utf8_trim_whitespace(pc.struct_field(parts, "value"))
    fields = pa.table({"name": name, "parameters": pc.struct_field(parts, "parameters"), "value": value})
    event = _events(name, value)
    count = int(event.max()) + 1 if len(event) else 0
    zones = _own_zones(text)
    whose = _first(fields, pc.equal(name, "X-WR-CALNAME"))
    default = _first(fields, pc.equal(name, "X-WR-TIMEZONE")) or ""
    column = {one: _of(fields, event, count, one) for one in (
        "UID", "SUMMARY", "CATEGORIES", "STATUS", "LAST-MODIFIED", "DTSTAMP", "ATTENDEE", "LOCATION", "RRULE",
        "DTSTART", "DTEND", "DURATION", *_AGENTS,
    )}  # fmt: skip
    attendee = pc.replace_substring_regex(pc.utf8_lower(column["ATTENDEE"][0]), r"^mailto:", "")
    own = pc.coalesce(*(column[one][0] for one in _AGENTS))
    started = _stamps(*column["DTSTART"], zones, default)
    ended = pc.coalesce(_stamps(*column["DTEND"], zones, default), _after(started, column["DURATION"][0],
                        column["DTSTART"][0]))  # fmt: skip
    told = {
        "uid": column["UID"][0],
        "agent": pc.coalesce(own, pc.if_else(pc.is_valid(attendee), pa.scalar(None, pa.string()), whose)),
        "summary": _plain(column["SUMMARY"][0]),
        "category": _plain(column["CATEGORIES"][0]),
        "started": started,
        "ended": ended,
        "updated": pc.coalesce(
            _stamps(*column["LAST-MODIFIED"], zones, default), _stamps(*column["DTSTAMP"], zones, default)
        ),
        "status": column["STATUS"][0],
        "queue": pa.nulls(count, pa.string()),
        "mail": pc.if_else(pc.is_valid(own), pa.scalar(None, pa.string()), attendee),
    }
    lines_of = np.full(count, 0, np.int64)
    begins = np.flatnonzero(np.asarray(pc.and_(pc.equal(name, "BEGIN"), pc.equal(value, "VEVENT")).fill_null(False)))
    lines_of[: len(begins)] = numbers[begins]
    repeats = np.asarray(pc.is_valid(column["RRULE"][0]), np.bool_)
    bad = [
        BadRow(int(lines_of[at]), "TS-I117", "The event repeats (RRULE).", str(told["summary"][int(at)].as_py() or ""))
        for at in np.flatnonzero(repeats)
    ]
    rows = pa.table({f"c{at}": told[one] for at, one in enumerate(NAMES)}).filter(pa.array(~repeats))
    connection.register("calendar_events", rows)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT * FROM calendar_events")  # noqa: S608
    connection.unregister("calendar_events")
    columns = tuple(Column(one, f"c{at}") for at, one in enumerate(NAMES))
    kept = lines_of[~repeats]
    every = np.arange(int(kept[-1]) if len(kept) else 0)
    return Loaded(
        connection, columns, rows.num_rows, first_row=1, bad=bad, passed_over=np.setdiff1d(every, kept - 1)
    )  # fmt: skip


def _events(name: pa.Array, value: pa.Array) -> Integers:
    """The event of each line, counted from 0; -1 outside of events and inside of what an event holds (an alarm)."""

    def marked(word: str, what: str) -> Any:
        return np.asarray(
            pc.fill_null(pc.and_(pc.equal(name, word), pc.equal(value, what)), fill_value=False), np.int64
        )

    begin, end = marked("BEGIN", "VEVENT"), marked("END", "VEVENT")
    number = np.cumsum(begin) - 1
    inside = np.cumsum(begin) - np.cumsum(end) > 0
    alarm = np.cumsum(marked("BEGIN", "VALARM")) - np.cumsum(marked("END", "VALARM")) > 0
    return np.where(inside & ~alarm, number, -1)


def _of(fields: pa.Table, event: Integers, count: int, name: str) -> tuple[pa.Array, pa.Array]:
    """(value, parameters) of one property per event: the first where it stands several times."""
    rows = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(fields["name"], name), fill_value=False)) & (event >= 0))
    place = np.full(count, -1, np.int64)
    place[event[rows][::-1]] = rows[::-1]
    picked = pa.array(place, mask=place < 0)
    value = fields["value"].combine_chunks().take(picked)
    return pc.if_else(pc.equal(value, ""), pa.scalar(None, pa.string()), value), fields[
        "parameters"
    ].combine_chunks().take(picked)


def _first(fields: pa.Table, where: Any) -> str | None:
    found = fields["value"].filter(pc.fill_null(where, fill_value=False))
    return str(found[0]) if len(found) else None


def _plain(column: pa.Array) -> pa.Array:
    """Text without its escapes."""
    text = pc.replace_substring_regex(column, r"\\[nN]", " ")
    return pc.replace_substring_regex(text, r"\\(.)", r"\1")


def _stamps(value: pa.Array, parameters: pa.Array, zones: dict[str, Any], default: str) -> pa.Array:
    """Instants as text: with `Z` where a zone is known, else local and without."""
    zone = pc.struct_field(pc.extract_regex(parameters, r'(?i)TZID="?(?P<zone>[^;:"]+)"?'), "zone")
    parts = pc.extract_regex(value, _STAMP)
    written = pc.binary_join_element_wise(
        pc.struct_field(parts, "date"), pc.coalesce(pc.if_else(pc.equal(pc.struct_field(parts, "time"), ""),
        pa.scalar(None, pa.string()), pc.struct_field(parts, "time")), "000000"), "",
    )  # fmt: skip
    local = pc.strptime(written, format="%Y%m%d%H%M%S", unit="us").cast(pa.int64())
    us = np.array(pc.fill_null(local, NONE), np.int64)
    in_utc = np.array(pc.fill_null(pc.equal(pc.struct_field(parts, "utc"), "Z"), fill_value=False), np.bool_)
    whole_day = np.asarray(pc.fill_null(pc.equal(pc.struct_field(parts, "time"), ""), fill_value=True), np.bool_)
    coded = pc.fill_null(zone, default).dictionary_encode()
    codes = np.asarray(coded.indices, np.int64)
    for at, word in enumerate(coded.dictionary.to_pylist()):
        mine = (codes == at) & ~in_utc & ~whole_day & (us != NONE)
        if not word or not mine.any():
            continue
        moved = _in_utc(us[mine], word, zones)
        if moved is not None:
            us[mine] = moved
            in_utc[mine] = True
    text = pc.strftime(pa.array(us, mask=us == NONE).cast(pa.timestamp("us")), format="%Y-%m-%dT%H:%M:%S")
    text = pc.replace_substring_regex(text, r"\.0+$", "")
    return pc.if_else(pa.array(in_utc), pc.binary_join_element_wise(text, "Z", ""), text)


def _in_utc(local: Integers, word: str, zones: dict[str, Any]) -> Integers | None:
    """UTC of wall times in a zone by its name (or the end of it, `/mozilla.org/Europe/Paris`), else the file's own."""
    for named in (word, "/".join(word.split("/")[-2:])):
        try:
            named_zone(named)
        except (TallystickError, ValueError, KeyError):
            continue
        return utc_of_local(local, named)[0]
    rules = zones.get(word)
    return None if rules is None else _by_rules(local, rules)


def _by_rules(local: Integers, rules: list[tuple[int, int, int]]) -> Integers:
    """UTC by (wall second of the change in the offset before, offset before, offset after), sorted by time."""
    starts = np.array([at for at, _, _ in rules], np.int64) * MICROS
    offsets = np.array([rules[0][1], *(after for _, _, after in rules)], np.int64) * MICROS
    return local - offsets[np.searchsorted(starts, local, side="right")]


def _own_zones(text: str) -> dict[str, list[tuple[int, int, int]]]:
    """The zones that a file defines: name -> its changes from 1990 to 2099."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for block in re.findall(r"BEGIN:VTIMEZONE(.*?)END:VTIMEZONE", re.sub(r"\n[ \t]", "", text), re.DOTALL):
        name = re.search(r"^TZID[^:]*:(.*)$", block, re.MULTILINE)
        changes = []
        for part in re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT)(.*?)END:(?:STANDARD|DAYLIGHT)", block, re.DOTALL):
            changes += _changes(dict(re.findall(r"^([A-Z-]+)[^:\n]*:(.*?)\s*$", part, re.MULTILINE)))
        if name and changes:
            found[name[1].strip()] = sorted(changes)
    return found


def _changes(rule: dict[str, str]) -> list[tuple[int, int, int]]:
    before, after = _offset(rule.get("TZOFFSETFROM", "")), _offset(rule.get("TZOFFSETTO", ""))
    begun = re.match(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)", rule.get("DTSTART", ""))
    if begun is None or before is None or after is None:
        return []
    year, month, day, hour, minute, second = (int(part) for part in begun.groups())
    at = timedelta(hours=hour, minutes=minute, seconds=second)
    repeat = dict(part.split("=", 1) for part in rule.get("RRULE", "").split(";") if "=" in part)
    days = [date(year, month, day)]
    by = re.fullmatch(r"(-?\d)([A-Z]{2})", repeat.get("BYDAY", ""))
    if repeat.get("FREQ") == "YEARLY" and by and repeat.get("BYMONTH", "").isdigit():
        until = int(repeat["UNTIL"][:4]) if repeat.get("UNTIL", "")[:4].isdigit() else 2099
        on = (int(by[1]), _DAYS.index(by[2]))
        days = [_weekday(each, int(repeat["BYMONTH"]), *on) for each in range(max(year, 1990), until + 1)]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return [
        (int((datetime(on.year, on.month, on.day, tzinfo=UTC) + at - epoch).total_seconds()), before, after)
        for on in days
    ]


def _weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """The nth weekday of a month, counted from its end where negative."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if nth > 0:
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-nth - 1))


def _offset(word: str) -> int | None:
    found = re.fullmatch(r"([+-])(\d\d)(\d\d)(\d\d)?", word.strip())
    if found is None:
        return None
    seconds = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4] or 0)
    return -seconds if found[1] == "-" else seconds


def _after(started: pa.Array, duration: pa.Array, stamp: pa.Array) -> pa.Array:
    """The end of an event that tells its length, or of a whole day that tells neither."""
    parts = pc.extract_regex(
        duration, r"^P(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)?$"
    )
    seconds = pa.array(np.zeros(len(started), np.int64))
    for name, worth in (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        told = pc.struct_field(parts, name)
        told = pc.if_else(pc.equal(told, ""), "0", told).cast(pa.int64())
        seconds = pc.add(seconds, pc.multiply(told, worth))
    whole_day = pc.fill_null(pc.match_substring_regex(stamp, r"^\d{8}$"), fill_value=False)
    seconds = pc.coalesce(seconds, pc.if_else(whole_day, 86_400, pa.scalar(None, pa.int64())))
    zoned = pc.fill_null(pc.ends_with(started, "Z"), fill_value=False)
    bare = pc.replace_substring_regex(started, "Z$", "")
    at = pc.strptime(bare, format="%Y-%m-%dT%H:%M:%S", unit="us").cast(pa.int64())
    end = pc.add(at, pc.multiply(seconds, MICROS)).cast(pa.timestamp("us"))
    text = pc.replace_substring_regex(pc.strftime(end, format="%Y-%m-%dT%H:%M:%S"), r"\.0+$", "")
    return pc.if_else(zoned, pc.binary_join_element_wise(text, "Z", ""), text)
