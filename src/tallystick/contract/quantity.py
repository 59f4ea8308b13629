"""Quantities as a contract writes them, read exactly: percentages as fractions, durations as whole seconds."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from tallystick.contract.card import NUMBER, RATIO, SECONDS
from tallystick.vocabulary.money import Money, exponent
from tallystick.vocabulary.zones import named_zone

DAY_S = 86_400
FIRST_YEAR, LAST_YEAR = 1980, 2199
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": DAY_S, "w": 7 * DAY_S}
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,12})?")
_DURATION_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(sec|s|min|m|h|d|w)", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,3}) (day|week|month|quarter|year)s?")
_SPAN_UNITS = {
    "day": ("day", 1),
    "week": ("day", 7),
    "month": ("month", 1),
    "quarter": ("month", 3),
    "year": ("month", 12),
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")


def _text(value: Any, what: str) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"expected {what}, found {_kind_of(value)}")


def _kind_of(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else repr(value)


def parse_number(value: Any) -> Decimal:
    """A plain number, exact."""
    text = _text(value, "a number")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"expected a number such as 2500 or 4.2, found {text!r}")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"expected a number, found {text!r}") from error


def parse_percentage(value: Any) -> Fraction:
    """A percentage with its sign, as a fraction: 92.5% is 37/40."""
    text = _text(value, "a percentage such as 90%")
    if not text.endswith("%"):
        raise ValueError(f"expected a percentage such as 90%, found {text!r}")
    number = text[:-1].strip()
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"expected a percentage such as 90%, found {text!r}")
    return Fraction(Decimal(number)) / 100


def parse_duration(value: Any) -> int:
    """A duration in seconds: 90s, 30m, 4h, 1h 30m, 7d, 2w. A day is 24 hours, a week 7 days."""
    text = _text(value, "a duration such as 4h or 30m")
    position, total = 0, Fraction(0)
    compact = text.strip()
    while position < len(compact):
        found = _DURATION_PART.match(compact, position)
        if not found:
            raise ValueError(f"expected a duration such as 4h, 30m or 1h 30m, found {text!r}")
        total += Fraction(found[1]) * _UNIT_S[found[2][0].lower()]
        position = found.end()
        while position < len(compact) and compact[position] == " ":
            position += 1
    if not compact or total.denominator != 1 or total <= 0:
        raise ValueError(f"expected a duration of whole seconds above zero, found {text!r}")
    return int(total)


def parse_date(value: Any) -> date:
    """A calendar day, written 2025-07-01."""
    text = _text(value, "a date such as 2025-07-01")
    if not _DATE.fullmatch(text):
        raise ValueError(f"expected a date such as 2025-07-01, found {text!r}")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text} is not a day of the calendar") from error
    return _in_range(day)


def _in_range(day: date) -> date:
    """The day itself; opening hours are materialised around a term, so its years are bounded."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


@dataclass(frozen=True)
class LocalInstant:
    """An instant on the contract's wall clock, or a whole day where no time is written."""

    text: str
    day: date
    hour: int = 0
    minute: int = 0
    second: int = 0
    whole_day: bool = False

    def naive(self) -> datetime:
        """The wall-clock time without a zone."""
        return datetime(self.day.year, self.day.month, self.day.day, self.hour, self.minute, self.second)  # noqa: DTZ001

    def utc_s(self, zone: str, *, fold: int = 0) -> int:
        """UTC seconds of the wall-clock time in `zone`; a skipped time moves on, a repeated one is `fold`'s."""
        return int(self.naive().replace(tzinfo=named_zone(zone), fold=fold).timestamp())


def parse_local(value: Any) -> LocalInstant:
    """A day, or a day with a local time: 2026-01-12 or 2026-01-12T08:00."""
    text = _text(value, "a date or a local time such as 2026-01-12T08:00")
    if _DATE.fullmatch(text):
        return LocalInstant(text, parse_date(text), whole_day=True)
    normal = text.replace(" ", "T")
    if not _LOCAL.fullmatch(normal):
        raise ValueError(f"expected a date or a local time such as 2026-01-12T08:00, found {text!r}")
    try:
        moment = datetime.fromisoformat(normal)
    except ValueError as error:
        raise ValueError(f"{text} is not a time of the calendar") from error
    return LocalInstant(normal, _in_range(moment.date()), moment.hour, moment.minute, moment.second)


def parse_month(value: Any) -> str:
    """A calendar month, written 2026-03."""
    text = _text(value, "a month such as 2026-03")
    if not _MONTH.fullmatch(text):
        raise ValueError(f"expected a month such as 2026-03, found {text!r}")
    return text


@dataclass(frozen=True)
class Span:
    """A length of calendar time: a number of days or of months. A week is 7 days, a quarter 3 months, a year 12."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def after(self, day: date, times: int = 1) -> date:
        """The day that lies the span (or several) later; a day that its month does not have is the month's last.

        A negative `times` goes back. Raises ValueError outside the years of the calendar.
        """
        if self.unit == "day":
            try:
                return day + timedelta(days=self.count * times)
            except OverflowError as error:
                raise ValueError(f"{self} from {day} lies outside the calendar") from error
        year, month = divmod(day.year * 12 + day.month - 1 + self.count * times, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    def before(self, day: date) -> date:
        """The day that lies the span earlier."""
        return self.after(day, -1)


def parse_span(value: Any) -> Span:
    """A length of calendar time: 90 days, 6 months, 1 year."""
    text = _text(value, "a length such as 90 days or 6 months")
    found = _SPAN.fullmatch(text.lower())
    if not found or int(found[1]) == 0:
        raise ValueError(f"expected a length such as 90 days, 6 months or 1 year, found {text!r}")
    unit, times = _SPAN_UNITS[found[2]]
    return Span(int(found[1]) * times, unit)


@dataclass(frozen=True)
class Level:
    """A level to reach or to stay under: exact value, unit (`ratio`, `s` or `number`) and the text that said it."""

    value: Fraction
    unit: str
    text: str

    def __str__(self) -> str:
        return self.text


def parse_level(value: Any) -> Level:
    """A level: 90% (a share), 4h (a duration) or 4.2 (points or a count)."""
    text = _text(value, "a level such as 90%, 4h or 4.2")
    if text.endswith("%"):
        return Level(parse_percentage(text), RATIO, text)
    if _NUMBER.fullmatch(text):
        return Level(Fraction(parse_number(text)), NUMBER, text)
    try:
        return Level(Fraction(parse_duration(text)), SECONDS, text)
    except ValueError as error:
        raise ValueError(f"expected a level such as 90%, 4h or 4.2, found {text!r}") from error


def duration_words(seconds: int) -> str:
    """Seconds in words: 4 hours, 1 hour 30 minutes, 7 days."""
    parts, rest = [], seconds
    for word, unit in (("day", DAY_S), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count} {word}{'s' if count != 1 else ''}")
    return " ".join(parts) or "0 seconds"


def open_time_words(seconds: int) -> str:
    """Seconds of opening time in words: 30 hours, never "1 day 6 hours", because a day of opening hours is unclear."""
    hours, rest = divmod(seconds, 3600)
    first = f"{hours} hour{'s' if hours != 1 else ''}" if hours else ""
    return " ".join(part for part in (first, duration_words(rest) if rest else "") if part)


def decimal_text(value: Fraction, places: int = 6) -> str:
    """A fraction in decimal digits: exact where it ends within `places`, otherwise cut with an ellipsis."""
    scaled = value * 10**places
    digits, exact = int(scaled), scaled.denominator == 1
    sign = "-" if digits < 0 else ""
    whole, rest = divmod(abs(digits), 10**places)
    tail = f"{rest:0{places}d}" if places else ""
    tail = tail.rstrip("0") if exact else tail
    return f"{sign}{whole}{'.' + tail if tail else ''}{'' if exact else '…'}"


def figure_text(value: Fraction, places: int = 6) -> str:
    """A number for a reader to check: thousands apart, exact where it ends within `places`, else with an ellipsis."""
    text = decimal_text(value, places)
    whole, point, rest = text.removesuffix("…").partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-')):,}{point}{rest}{'…' if text.endswith('…') else ''}"


def amount_text(value: Fraction, currency: str) -> str:
    """An exact amount of money in words: EUR 1,250.00, with further digits where there are any."""
    places = exponent(currency)
    scaled = value * 10**places
    if scaled.denominator != 1:
        return f"{currency} {figure_text(value)}"
    return str(Money.of_minor(int(scaled), currency))


def percentage_text(value: Fraction) -> str:
    """A fraction as a percentage: 70 %, 66.66… %."""
    return f"{decimal_text(value * 100, 4)} %"


def level_text(value: Fraction, unit: str) -> str:
    """An exact value in the unit of a level."""
    if unit == RATIO:
        return percentage_text(value)
    if unit == SECONDS:
        return duration_words(int(value)) if value.denominator == 1 and value > 0 else f"{decimal_text(value, 3)} s"
    return decimal_text(value)


def _schema(pattern: str, description: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": pattern, "description": description, "examples": list(examples)}
    )


_AS_TEXT = PlainSerializer(str, return_type=str)

Percentage = Annotated[
    Fraction, PlainValidator(parse_percentage), _AS_TEXT,
    _schema(r"^\d+(\.\d+)?\s*%$", "A percentage with its sign.", "90%", "92.5%"),
]  # fmt: skip
Seconds = Annotated[
    int, PlainValidator(parse_duration), _AS_TEXT,
    _schema(r"^(\d+(\.\d+)?\s*(s|sec|m|min|h|d|w)\s*)+$", "A duration in s, m, h, d or w.", "4h", "1h 30m"),
]  # fmt: skip
Day = Annotated[
    date, PlainValidator(parse_date), _AS_TEXT, _schema(r"^\d{4}-\d{2}-\d{2}$", "A calendar day.", "2025-07-01"),
]  # fmt: skip
Month = Annotated[
    str, PlainValidator(parse_month), _AS_TEXT, _schema(r"^\d{4}-(0[1-9]|1[0-2])$", "A calendar month.", "2026-03"),
]  # fmt: skip
Moment = Annotated[
    LocalInstant, PlainValidator(parse_local), _AS_TEXT,
    _schema(r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$", "A day, or a local time in the contract's zone.",
            "2026-01-12T08:00"),
]  # fmt: skip
SpanField = Annotated[
    Span, PlainValidator(parse_span), _AS_TEXT,
    _schema(r"^\d{1,3} (day|week|month|quarter|year)s?$", "A length of calendar time.", "90 days", "6 months"),
]  # fmt: skip
Target = Annotated[
    Level, PlainValidator(parse_level), _AS_TEXT,
    WithJsonSchema({"type": ["string", "number"], "description": "A level: a percentage, a duration, or a number.",
                    "examples": ["90%", "4h", 4.2]}),
]  # fmt: skip
Number = Annotated[
    Decimal, PlainValidator(parse_number), _AS_TEXT,
    WithJsonSchema({"type": ["number", "string"], "description": "An exact number.", "examples": [2500, "1250.50"]}),
]  # fmt: skip
