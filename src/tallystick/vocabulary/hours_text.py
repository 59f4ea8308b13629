"""Rows of opening hours as people write them: `mon-fri: ["09:00-13:00", "14:00-18:00"]`, nights, and `always`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.opening import DAY_S

# Local wall clock: seconds since the midnight that begins the day; `stop` goes beyond 86,400 for an overnight row.
Row = tuple[int, int]
Rows = tuple[Row, ...]

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: tuple[Rows, ...] = (((0, DAY_S),),) * 7
NEVER_OPEN: tuple[Rows, ...] = ((),) * 7

_ROW = re.compile(r"\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:-|\u2013|to)\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*")


def row_text(row: Row) -> str:
    """`09:00-18:00`, with seconds only where there are some."""
    start, stop = row
    return f"{_clock(start)}-{_clock(stop if stop <= DAY_S else stop - DAY_S)}"


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


def parse_row(text: object) -> Row:
    """`09:00-18:00`, `22:00-06:00` (into the next day), `00:00-24:00`; raises UsageError."""
    match = _ROW.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise UsageError(f"{text!r} is not a row of opening hours.", 'Write "09:00-18:00", in quotes.')
    hours, minutes, seconds, to_hours, to_minutes, to_seconds = (int(part or 0) for part in match.groups())
    start = hours * 3600 + minutes * 60 + seconds
    stop = to_hours * 3600 + to_minutes * 60 + to_seconds
    if max(minutes, seconds, to_minutes, to_seconds) > 59 or start >= DAY_S or stop > DAY_S:
        raise UsageError(f"{text!r} holds a time that no clock shows.", "Times go from 00:00 to 24:00.")
    if start == stop:
        raise UsageError(f"{text!r} is empty.", "Write 00:00-24:00 for a whole day, or [] for a closed one.")
    return (start, stop if stop > start else stop + DAY_S)


def parse_rows(texts: object) -> Rows:
    """A list of rows in order; `always` and `closed` are words for a whole day and none."""
    if texts is None or texts == "closed":
        return ()
    if texts == "always":
        return ((0, DAY_S),)
    if isinstance(texts, str):
        texts = texts.split(",")
    if not isinstance(texts, list | tuple):
        raise UsageError(f"{texts!r} is not a list of opening hours.", 'Write ["09:00-12:00", "13:00-18:00"].')
    rows = tuple(sorted(parse_row(text) for text in texts))
    check_rows(rows)
    return rows


def parse_week(text: object) -> tuple[Rows, ...]:
    """`always`, or a mapping from days (`mon`, `mon-fri`, `sat,sun`, `daily`) to rows; a day not named is closed."""
    if text == "always":
        return ALWAYS
    if not isinstance(text, Mapping):
        raise UsageError(f"{text!r} is not a week.", 'Write {mon-fri: ["09:00-18:00"]}, or always.')
    week: dict[int, Rows] = {}
    for names, texts in text.items():
        for day in _days(str(names)):
            if day in week:
                raise UsageError(f"The week names {DAY_NAMES[day]} twice.", "Give each day its rows once.")
            week[day] = parse_rows(texts)
    return tuple(week.get(day, ()) for day in range(7))


def _days(names: str) -> list[int]:
    days: list[int] = []
    for part in names.lower().replace(" ", "").split(","):
        if part in ("daily", "all", "mon-sun"):
            days += range(7)
            continue
        ends = [DAY_NAMES.index(name[:3]) if _is_day(name) else -1 for name in part.replace("\u2013", "-").split("-")]
        if -1 in ends or len(ends) > 2:
            raise UsageError(f"{names!r} names no days of the week.", "Write mon, mon-fri or sat,sun.")
        first, last = ends[0], ends[-1]
        days += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
    return days


def _is_day(name: str) -> bool:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return len(name) >= 3 and any(day.startswith(name) for day in full)


def check_rows(rows: Rows) -> None:
    """Refuse rows of one day that are empty, overlap or last over a day, with UsageError."""
    for start, stop in rows:
        if not (0 <= start < DAY_S and start < stop <= start + DAY_S):
            raise UsageError(f"The hours {row_text((start, stop))} are empty or longer than a day.")
    for (_, stop), (start, _) in zip(sorted(rows), sorted(rows)[1:], strict=False):
        if start < stop:
            raise UsageError(f"Two rows of one day overlap at {row_text((start, stop))[:5]}.", "Join them into one.")


def parse_date(value: object) -> date:
    """A date as a text gives it; raises UsageError for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{value!r} is not a date.", "Write dates as 2025-12-31.") from None


def parse_dated_rows(text: object, what: str) -> dict[date, Rows]:
    """Rows by date; nothing is no date. Raises UsageError."""
    if text is None:
        return {}
    if not isinstance(text, Mapping):
        raise UsageError(f"{text!r} is not a mapping of dates to {what}.", 'Write {2025-12-31: ["09:00-13:00"]}.')
    return {parse_date(on): parse_rows(rows) for on, rows in text.items()}
