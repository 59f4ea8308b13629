"""Dates and times as sources write them: which form a column has, and its instants in UTC.

A form is one of: `typed` (the file has a type for it), `iso`, `day-first`, `month-first`, `year-first`, `month name`,
`unix`, `unix-ms`, `excel`, or a pattern of strptime. Whether the day or the month comes first is decided by content:
a part above 12 decides it; otherwise the order of the row's own instants; otherwise it is a doubt that is shown.
Local times become UTC through the named zone: a time that the clock skips does not exist (a reject), one that it
shows twice is taken as the earlier one (counted).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt

from tallystick.records.containers.loaded import quoted
from tallystick.vocabulary.zones import zone_offsets

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MICROS = 1_000_000
EARLIEST_US = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * MICROS
LATEST_US = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * MICROS
NONE = np.iinfo(np.int64).min

# Words that stand for "no date" in exports.
NOTHING = (
    "", "-", "--", "n/a", "na", "nan", "nat", "null", "none", "nil", "\\n", "0", "#n/a", "?", "unknown",
    "0000-00-00", "0000-00-00 00:00:00", "1900-01-00", "not set", "k.a.", "keine", "n.v.t.", "brak",
)  # fmt: skip
FORMS = ("typed", "iso", "day-first", "month-first", "year-first", "month name", "unix", "unix-ms", "excel")

_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?:\s*[AaPp][Mm])?"
_ISO = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?\s*(?:Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_PARTS = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}|\d{{2}})(?:[,T ]\s*{_TIME})?")
_YEAR_FIRST = re.compile(
    rf"\d{{4}}([/.])\d{{1,2}}\1\d{{1,2}}(?:[,T ]\s*{_TIME})?|(?:19|20)\d{{6}}(?:T?\d{{4}}(?:\d{{2}})?)?"
)
_WORDED = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?:\d{{1,2}}\.?[\s-]+(?:de\s+)?[^\W\d]{{3,}}\.?,?[\s-]+(?:de\s+)?\d{{2,4}}|[^\W\d]{{3,}}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})(?:[,\s]+(?:at\s+|um\s+)?{_TIME})?(?:\s*(?:UTC|GMT|Z|[+-]\d{{4}}))?"
)
_UNIX = re.compile(r"1\d{9}(?:\.\d+)?")
_UNIX_MS = re.compile(r"1\d{12}")
_EXCEL = re.compile(r"[34]\d{4}(?:[.,]\d+)?")

MONTHS = (
    "jan|january|januar|janvier|janv|enero|ene|gennaio|gen|janeiro|januari|ianuarie|ian|stycznia|styczen|sty",
    "feb|february|februar|fevrier|fevr|fev|febrero|febbraio|fevereiro|februari|februarie|lutego|luty|lut",
    "mar|march|marz|maerz|mrz|mars|marzo|marco|maart|mrt|martie|marca|marzec",
    "apr|april|avril|avr|abril|abr|aprile|aprilie|kwietnia|kwiecien|kwi",
    "may|mai|mayo|maggio|mag|maio|mei|maja|maj",
    "jun|june|juni|juin|junio|giugno|giu|junho|iunie|iun|czerwca|czerwiec|cze",
    "jul|july|juli|juillet|juil|julio|luglio|lug|julho|iulie|iul|lipca|lipiec|lip",
    "aug|august|aout|agosto|ago|augustus|sierpnia|sierpien|sie",
    "sep|sept|september|septembre|septiembre|settembre|set|setembro|septembrie|wrzesnia|wrzesien|wrz",
    "oct|october|okt|oktober|octobre|octubre|ottobre|ott|outubro|out|octombrie|pazdziernika|pazdziernik|paz",
    "nov|november|novembre|noviembre|novembro|noiembrie|noi|listopada|listopad|lis",
    "dec|december|dez|dezember|decembre|diciembre|dic|dicembre|dezembro|decembrie|grudnia|grudzien|gru",
)
_OFFSET_SQL = r"(?::\d\d(?:\.\d+)?|\d)\s*(?:Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$"


@dataclass(frozen=True)
class Form:
    """How a column writes its instants: its name, whether it writes times of day, whether some rows name an offset.

    `patterns` are the strptime patterns that the column's cells have, the most frequent first.
    """

    name: str
    timed: bool = True
    aware: bool = False
    share: float = 1.0
    patterns: tuple[str, ...] = ()


def _family(text: str) -> str | None:
    for name, pattern in (
        ("iso", _ISO),
        ("parts", _PARTS),
        ("year-first", _YEAR_FIRST),
        ("unix", _UNIX),
        ("unix-ms", _UNIX_MS),
        ("excel", _EXCEL),
        ("month name", _WORDED),
    ):
        if pattern.fullmatch(text):
            return name
    return None


def plain_ascii(text: str) -> str:
    """The text in small letters without accents."""
    lowered = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    return "".join(char for char in lowered if not unicodedata.combining(char))


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return text.strip().casefold() in NOTHING


def _has_month_word(text: str) -> bool:
    words = set(re.findall(r"[^\W\d]+", plain_ascii(text)))
    return any(words & set(month.split("|")) for month in MONTHS)


def guess_form(samples: Iterable[str]) -> Form | None:
    """The form that at least half of the cells have; None where the column holds no instants.

    `day-first` and `month-first` are not told apart here: the family comes back as `parts`.
    """
    counts: dict[str, int] = {}
    total = timed = aware = 0
    for raw in samples:
        text = raw.strip()
        if is_nothing(text):
            continue
        total += 1
        family = _family(text)
        if family == "month name" and not _has_month_word(text):
            family = None
        if family:
            counts[family] = counts.get(family, 0) + 1
            timed += family in ("unix", "unix-ms", "excel") or ":" in text or len(re.sub(r"\D", "", text)) > 8
            aware += bool(re.search(r"(?:[:\d]\d)\s*(?:Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$", text)) and ":" in text
    if not counts:
        return None
    name, count = max(counts.items(), key=lambda item: item[1])
    if 2 * count < total:
        return None
    share = sum(counts.values()) / total
    return Form(name, timed=timed > 0, aware=aware > 0 or name.startswith("unix"), share=share)


_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p", "%H:%M:%S.%f", "%H.%M", "%H.%M.%S")


def _dated(days: Iterable[str], marks: Iterable[str] = (" ", ", ", "T")) -> list[str]:
    return [day + rest for day in days for rest in ("", *(mark + clock for mark in marks for clock in _CLOCKS))]


def _all_patterns(name: str) -> list[str]:
    """Every strptime pattern that a form may have. Two-digit years first: %Y would read 25 as the year 25."""
    if name == "iso":
        return _dated(("%Y-%m-%d",), (" ", "T"))
    if name in ("day-first", "month-first"):
        order = ("%d", "%m") if name == "day-first" else ("%m", "%d")
        return _dated([mark.join((*order, year)) for year in ("%y", "%Y") for mark in ("/", ".", "-")])
    if name == "year-first":
        packed = ["%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M"]
        return [*_dated(("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"), (" ",)), *packed]
    if name == "month name":
        return _dated(("%y-%m-%d", "%Y-%m-%d"), (" ",))
    return [name]


def with_patterns(connection: duckdb.DuckDBPyConnection, samples: Iterable[str], form: Form) -> Form:
    """The form with its patterns, those that the samples have first: a row is then read at the first try."""
    if form.name in ("typed", "unix", "unix-ms", "excel"):
        return form
    patterns = _all_patterns(form.name)
    cells = [text.strip() for text in samples if not is_nothing(text)][:500]
    if not cells or len(patterns) == 1:
        return replace(form, patterns=tuple(patterns))
    cell = _normal("cell", form.name)
    counted = ", ".join(f"count(try_strptime({cell}, {quoted(pattern)}))" for pattern in patterns)
    listed = "[" + ", ".join(quoted(text) for text in cells) + "]"
    counts = connection.execute(f"SELECT {counted} FROM (SELECT unnest({listed}) AS cell)").fetchall()[0]  # noqa: S608
    short = any(count and "%y" in pattern for pattern, count in zip(patterns, counts, strict=True))
    ranked = sorted(
        zip(patterns, counts, strict=True), key=lambda item: ("%y" in item[0]) != short if short else -item[1]
    )
    return replace(form, patterns=tuple(pattern for pattern, _ in ranked))


def _clean(expression: str) -> str:
    """The cell without blanks around, nothing where it says nothing."""
    words = ", ".join(quoted(word) for word in NOTHING if word)
    return f"CASE WHEN lower(trim({expression})) IN ('', {words}) THEN NULL ELSE trim({expression}) END"


# To tell short words first spares most cells the look at each word; the long ones hold no letters.
_SHORT = 11
_LONG_NOTHING = tuple(word for word in NOTHING if len(word) > _SHORT)


def untidy_sql(expression: str) -> str:
    """Whether blanks may stand around a cell, told quickly: `trim` looks for every blank of Unicode."""
    return f"({expression} LIKE ' %' OR {expression} LIKE '% ' OR strlen({expression}) <> length({expression}))"


def is_given_sql(expression: str, engine_type: str, *, tidy: bool = False) -> str:
    """Whether a cell says something at all. `tidy` says that no blanks stand around it."""
    if engine_type == "VARCHAR" and tidy:
        short = ", ".join(quoted(word) for word in NOTHING if len(word) <= _SHORT)
        long = ", ".join(quoted(word) for word in _LONG_NOTHING)
        nothing = f"(strlen({expression}) <= {_SHORT} AND lower({expression}) IN ({short})) OR {expression} IN ({long})"
        return f"({expression} IS NOT NULL AND NOT ({nothing}))"
    if engine_type == "VARCHAR":
        return f"({_clean(expression)}) IS NOT NULL"
    return f"({expression}) IS NOT NULL"


def _epoch(expression: str) -> str:
    return f"epoch_us({expression})"


def micros_sql(
    expression: str, engine_type: str, form: Form, *, clean: bool = False, tidy: bool = False
) -> tuple[str, str]:
    """SQL for (microseconds, whether they are UTC already) of a cell; null where it cannot be read.

    Microseconds that are not UTC are local wall time counted as if it were UTC. `clean` says that no cell holds a
    word for nothing, so that none need be looked for; `tidy` that no blanks stand around any.
    """
    if engine_type.startswith("TIMESTAMP"):
        if "TIME ZONE" in engine_type:
            return _epoch(expression), "true"
        return _epoch(f"CAST({expression} AS TIMESTAMP)"), "false"
    if engine_type == "DATE":
        return _epoch(f"CAST({expression} AS TIMESTAMP)"), "false"
    text = expression if engine_type == "VARCHAR" else f"CAST({expression} AS VARCHAR)"
    cell = f"({_clean(text)})" if not clean else text if tidy else f"trim({text})"
    if form.name in ("unix", "unix-ms"):
        factor = MICROS if form.name == "unix" else 1000
        return f"CAST(round(try_cast({cell} AS DECIMAL(30, 6)) * {factor}) AS BIGINT)", "true"
    if form.name == "excel":
        days = f"try_cast(replace({cell}, ',', '.') AS DECIMAL(20, 10))"
        # Excel's day 25569 is 1970-01-01; its cells hold milliseconds at best.
        return f"CAST(round(({days} - 25569) * 86400000) AS BIGINT) * 1000", "false"
    naive = _naive(cell, form)
    if not form.aware:
        return _epoch(naive), "false"
    return (
        (
            f"coalesce({_epoch(naive)}, CASE WHEN regexp_matches({cell}, {quoted(_OFFSET_SQL)}) "
            f"THEN {_epoch(_zoned(cell, form))} END)"
        ),
        f"(CASE WHEN {naive} IS NULL THEN true ELSE false END)",
    )


def _naive(cell: str, form: Form) -> str:
    listed = ", ".join(quoted(pattern) for pattern in form.patterns or _all_patterns(form.name))
    return f"try_strptime({_normal(cell, form.name)}, [{listed}])"


def _normal(cell: str, name: str) -> str:
    """SQL for the cell as the patterns want it: month words of ten languages become numbers, year first."""
    if name != "month name":
        return cell
    text = f"lower(strip_accents(replace({cell}, 'ł', 'l')))"
    for number, words in enumerate(MONTHS, start=1):
        text = f"regexp_replace({text}, '\\b({words})\\b\\.?', 'm{number:02}')"
    day_first = (
        "^.*?(\\d{1,2})(?:st|nd|rd|th)?[\\s.,-]+(?:de )?m(\\d\\d)[\\s.,-]+(?:de )?(\\d{4}|\\d{2})\\b"
        "[\\s,]*(?:at |um )?(.*)$"
    )
    month_first = "^.*?m(\\d\\d)[\\s.]+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})\\b[\\s,]*(?:at |um )?(.*)$"
    text = f"regexp_replace({text}, {quoted(day_first)}, '\\3-\\2-\\1 \\4')"
    text = f"regexp_replace({text}, {quoted(month_first)}, '\\3-\\1-\\2 \\4')"
    return f"trim(regexp_replace({text}, '\\s*(utc|gmt)$', ''))"


def _zoned(cell: str, form: Form) -> str:
    """SQL for the instant of a cell that names its offset."""
    if form.name == "iso":
        return f"try_cast(regexp_replace(replace({cell}, ',', '.'), '\\s*(UTC|GMT|z)$', 'Z') AS TIMESTAMPTZ)"
    bare = f"regexp_replace({cell}, '\\s*(Z|z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)$', '')"
    signed = f"regexp_extract({cell}, '([+-]\\d\\d):?(\\d\\d)?$', 0)"
    minutes = (
        f"CASE WHEN coalesce({signed}, '') = '' THEN 0 ELSE (CASE WHEN {signed}[1] = '-' THEN -1 ELSE 1 END) * "
        f"(CAST({signed}[2:3] AS INTEGER) * 60 "
        f"+ coalesce(try_cast(right(replace({signed}, ':', ''), 2) AS INTEGER), 0) "
        f"* (CASE WHEN length({signed}) > 3 THEN 1 ELSE 0 END)) END"
    )
    return f"(({_naive(bare, form)}) - to_minutes({minutes})) AT TIME ZONE 'UTC'"


@cache
def _transitions(zone: str, first_year: int, last_year: int) -> tuple[Integers, Integers]:
    found = zone_offsets(zone, date(first_year, 1, 1), date(last_year + 1, 1, 1)).transitions
    starts = np.array([start for start, _ in found], np.int64)
    offsets = np.array([offset for _, offset in found], np.int64)
    return starts, offsets


def utc_of_local(local_us: Integers, zone: str) -> tuple[Integers, Flags, Flags]:
    """UTC microseconds of wall times in `zone`; (instants, which do not exist, which exist twice).

    NONE stays NONE. A time that exists twice is taken as the earlier instant; one that does not exist is reckoned
    with the offset from before the gap and flagged.
    """
    known = local_us != NONE
    nothing = np.zeros(len(local_us), np.bool_)
    if zone == "UTC" or not known.any():
        return local_us, nothing, nothing
    seconds = np.floor_divide(np.where(known, local_us, 0), MICROS)
    low, high = int(seconds[known].min()), int(seconds[known].max())
    first = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=low)).year - 1
    last = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=high)).year + 1
    starts, offsets = _transitions(zone, max(first, 1901), min(last, 2200))
    ends_local = np.r_[starts[1:] + offsets[:-1], np.iinfo(np.int64).max]
    # The first stretch whose wall clock has not ended yet holds the earlier reading of a time that exists twice.
    ends_sorted = np.maximum.accumulate(ends_local)
    stretch = np.searchsorted(ends_sorted, seconds, side="right")
    after = np.minimum(stretch + 1, len(starts) - 1)
    begins_local = starts + offsets
    begins_local[0] = np.iinfo(np.int64).min
    gap = known & (seconds < begins_local[stretch])
    twice = known & (after > stretch) & (seconds >= begins_local[after]) & ~gap
    before = np.maximum(stretch - 1, 0)
    offset = np.where(gap, offsets[before], offsets[stretch])
    return np.where(known, local_us - offset * MICROS, NONE), gap, twice


def decide_order(text_parts: tuple[int, int, int]) -> str | None:
    """Day-first or month-first from (rows, rows whose first part is above 12, rows whose second part is above 12)."""
    _, first_above, second_above = text_parts
    if first_above and not second_above:
        return "day-first"
    if second_above and not first_above:
        return "month-first"
    if first_above or second_above:
        return "mixed, mostly day-first" if first_above >= second_above else "mixed, mostly month-first"
    return None


def parts_sql(expression: str) -> str:
    """SQL that counts (rows, first part above 12, second part above 12) of a column of split dates."""
    first = f"try_cast(regexp_extract({expression}, '^\\s*(\\d{{1,2}})[/.-](\\d{{1,2}})[/.-]', 1) AS INTEGER)"
    second = f"try_cast(regexp_extract({expression}, '^\\s*(\\d{{1,2}})[/.-](\\d{{1,2}})[/.-]', 2) AS INTEGER)"
    return f"count({first}), count(*) FILTER ({first} > 12), count(*) FILTER ({second} > 12)"
