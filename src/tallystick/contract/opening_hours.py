"""Opening hours as a contract writes them: calendars with versions, weeks, public holidays and single days.

The text is checked by the calendar's own reader (`vocabulary.calendar`), which also materialises it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from tallystick.contract.quantity import Day
from tallystick.contract.section import Section
from tallystick.vocabulary.calendar import BusinessCalendar
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.hours_text import DAY_NAMES, parse_rows, parse_week, row_text


def _in_one(error: UsageError) -> str:
    """Message and cure of another reader as one clause of a sentence."""
    cure = error.cure.rstrip(".")
    return error.message.rstrip(".") + (f": {cure[0].lower()}{cure[1:]}" if cure else "")


def _rows(value: Any) -> tuple[str, ...]:
    """Opening hours of one day as text, checked by the calendar's own reader."""
    try:
        return tuple(row_text(row) for row in parse_rows(value))
    except UsageError as error:
        raise ValueError(_in_one(error)) from error


Rows = Annotated[
    tuple[str, ...], PlainValidator(_rows),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {
        "type": "string", "pattern": r"^\d\d?:\d\d-\d\d?:\d\d$"}}], "examples": [["09:00-18:00"]]}),
]  # fmt: skip


def _week(value: Any) -> dict[str, tuple[str, ...]]:
    if value == "always":
        return {"daily": ("00:00-24:00",)}
    try:
        week = parse_week(value)
    except UsageError as error:
        raise ValueError(_in_one(error)) from error
    return {name: tuple(row_text(row) for row in rows) for name, rows in zip(DAY_NAMES, week, strict=True) if rows}


Week = Annotated[
    dict[str, tuple[str, ...]], PlainValidator(_week),
    WithJsonSchema({"description": "Weekdays (mon, mon-fri, sat,sun, daily) to opening hours; or `always`.",
                    "anyOf": [{"const": "always"}, {"type": "object"}],
                    "examples": [{"mon-fri": ["09:00-18:00"]}]}),
]  # fmt: skip


def _year_day(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    try:
        date.fromisoformat(f"2000-{text}")
    except ValueError as error:
        raise ValueError(f"expected a day of the year such as 12-24, found {value!r}") from error
    return text


YearDay = Annotated[str, PlainValidator(_year_day), WithJsonSchema({"type": "string", "pattern": r"^\d\d-\d\d$"})]


class Holidays(Section):
    """Public holidays of a country (and region), own days beside them, and public holidays that are worked."""

    country: str | None = None
    subdivision: str | None = None
    own: tuple[Day, ...] = ()
    yearly: tuple[YearDay, ...] = Field((), description="Own days of every year, as 12-24.")
    except_days: tuple[Day, ...] = Field((), alias="except")

    def as_text(self) -> dict[str, Any]:
        """The holidays as the calendar's reader takes them."""
        return {
            "country": self.country or "",
            "subdivision": self.subdivision or "",
            "own": list(self.own),
            "yearly": list(self.yearly),
            "except": list(self.except_days),
        }


def _hours_text(part: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if part.week is not None:
        found["week"] = {day: list(rows) for day, rows in part.week.items()}
    if part.holidays is not None:
        found["holidays"] = part.holidays.as_text()
    for name in ("overrides", "breaks"):
        if getattr(part, name):
            found[name] = {day: list(rows) for day, rows in getattr(part, name).items()}
    return found


class CalendarVersion(Section):
    """Opening hours from a day on; what it does not say is as in the calendar itself."""

    from_on: Day = Field(alias="from")
    week: Week | None = None
    holidays: Holidays | None = None
    overrides: dict[Day, Rows] = Field(default_factory=dict)
    breaks: dict[Day, Rows] = Field(default_factory=dict)


class Calendar(Section):
    """Opening hours in a zone: one week, or versions of it with the day from which each holds.

    A key of `week` is a weekday, a range of them (`mon-fri`) or a list (`sat,sun`); hours may pass midnight
    (`22:00-06:00`). `overrides` replace a single day, holidays close it, `breaks` are cut out of a day.
    """

    zone: str | None = None
    title: str | None = None
    week: Week | None = None
    holidays: Holidays | None = None
    overrides: dict[Day, Rows] = Field(default_factory=dict)
    breaks: dict[Day, Rows] = Field(default_factory=dict)
    versions: tuple[CalendarVersion, ...] = ()

    @model_validator(mode="after")
    def _has_hours(self) -> Calendar:
        if self.week is None and not (self.versions and all(version.week is not None for version in self.versions)):
            raise ValueError("a calendar needs `week`, or `versions` that each have one")
        starts = [version.from_on for version in self.versions]
        if starts != sorted(set(starts)):
            raise ValueError("the versions of a calendar begin on different days, the earliest first")
        return self

    def business(self, zone: str) -> BusinessCalendar:
        """The calendar, in its own zone or else in `zone`; raises UsageError for a zone or country that is unknown."""
        return BusinessCalendar.from_text(self.as_text(zone))

    def as_text(self, zone: str) -> dict[str, Any]:
        """The calendar as the calendar's reader takes it, in its own zone or else in `zone`."""
        text: dict[str, Any] = {"zone": self.zone or zone, **_hours_text(self)}
        if self.versions:
            text["versions"] = [{"from": version.from_on, **_hours_text(version)} for version in self.versions]
            if self.week is not None:
                # The week of the calendar itself holds before the first version.
                text["versions"].insert(0, {"from": None})
        return text

    @property
    def all_holidays(self) -> tuple[tuple[Holidays, tuple[str | int, ...]], ...]:
        """The holiday lists of the calendar and of its versions, each with its path."""
        own: list[tuple[Holidays, tuple[str | int, ...]]] = []
        if self.holidays:
            own.append((self.holidays, ("holidays",)))
        for index, version in enumerate(self.versions):
            if version.holidays:
                own.append((version.holidays, ("versions", index, "holidays")))
        return tuple(own)

    @property
    def weeks(self) -> tuple[dict[str, tuple[str, ...]], ...]:
        """Every week that the calendar names."""
        own = (self.week,) if self.week is not None else ()
        return own + tuple(version.week for version in self.versions if version.week is not None)
