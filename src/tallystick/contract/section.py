"""The parts of a contract that hold no clause: parties, sites, programmes, definitions, fees, relief, examples ..."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from tallystick.contract.quantity import Day, Moment, Number, Percentage, Seconds, SpanField
from tallystick.vocabulary.clock_terms import FORECAST_LOCK_S, ExcludedKind
from tallystick.vocabulary.money import Money

PERIOD_RULES = ("created-in", "due-in", "resolved-in", "measured-in")
ATTRIBUTIONS = ("owner-at-start", "owner-at-due", "owner-at-stop", "clock-share")
FILTER_FIELDS = ("language", "channel", "queue", "priority", "reason", "programme", "initiated_by")
INITIATORS = ("customer", "agent", "system", "bot")
STATES = ("reporting-only", "baselining", "in-effect", "suspended", "retired")

PeriodRule = Literal["created-in", "due-in", "resolved-in", "measured-in"]
Attribution = Literal["owner-at-start", "owner-at-due", "owner-at-stop", "clock-share"]
State = Literal["reporting-only", "baselining", "in-effect", "suspended", "retired"]

DAY = timedelta(days=1)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")


class Section(BaseModel):
    """A part of the text: its keys are closed, and its values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    def said(self, *path: str | int) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
        """Every single value of this part, those of its lists, mappings and parts included, each with its path.

        Fields are read as the part declares them, so that one more needs no list; what may be anything is left out.
        """
        for name, key in _told_fields(type(self)):
            value = getattr(self, name)
            if value is not None:
                yield from _said(value, (*path, key))


@cache
def _told_fields(kind: type[Section]) -> tuple[tuple[str, str], ...]:
    """The fields of a kind of part that are not anything, each with its key in the text."""
    fields = kind.model_fields.items()
    return tuple((name, field.alias or name) for name, field in fields if not _may_be_anything(field.annotation))


def _may_be_anything(annotation: Any) -> bool:
    return annotation is Any or any(_may_be_anything(part) for part in get_args(annotation))


def _said(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    if isinstance(value, Section):
        yield from value.said(*path)
    elif isinstance(value, dict | tuple):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in entries:
            yield from _said(entry, (*path, key))
    elif value is not None:
        yield value, path


def as_list(value: Any) -> Any:
    """A list of one where a text names a single entry."""
    return value if isinstance(value, list) else [value]


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"expected a short name of letters, digits, - _ and . , found {value!r}")
    return value


Name = Annotated[
    str, PlainValidator(_name), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"})
]
Text = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Name, ...], BeforeValidator(as_list)]
Words = Annotated[tuple[Text, ...], BeforeValidator(as_list)]


class Party(Section):
    """A company that signs: its id in the records, and its name."""

    id: Name
    name: Text


class Renewal(Section):
    """The term prolongs itself where nobody gave notice: by how much, and how often at most."""

    by: SpanField
    times: int | None = Field(None, ge=1, le=99, description="How often at most; each time, where nothing is said.")


class Term(Section):
    """From the first to the last day, both included; how it is ended, and whether it otherwise prolongs itself."""

    from_on: Day = Field(alias="from")
    to_on: Day = Field(alias="to", description="The last day.")
    notice: SpanField | None = Field(None, description="How long before the end notice must be given, at the latest.")
    notice_given: Day | None = Field(None, description="The day on which either side gave notice.")
    renewal: Renewal | None = None

    @property
    def end_on(self) -> date:
        """The day after the last."""
        return self.to_on + DAY

    def last_within(self, on: date) -> date:
        """A day, or the last one of the term where it comes later: where a period that the end cuts belongs."""
        return min(on, self.to_on)

    @property
    def notice_by(self) -> date | None:
        """The last day on which notice for the end of the term can be given; None where the text asks for none."""
        return None if self.notice is None else self.notice.before(self.end_on) - DAY

    @property
    def renews(self) -> bool:
        """Whether the term prolongs itself when it ends: it may, and nobody gave notice in time."""
        if self.renewal is None:
            return False
        given, by = self.notice_given, self.notice_by
        return given is None or (by is not None and given > by)

    def running_on(self, on: date) -> Term:
        """The term that runs on a day: this one, or where it has prolonged itself the one that then runs.

        Notice that came too late for this term ends the next one.
        """
        term = self
        while on > term.to_on and term.renewal is not None and term.renews:
            times = term.renewal.times
            left = None if times is None else times - 1
            renewal = None if left == 0 else term.renewal.model_copy(update={"times": left})
            ends = term.renewal.by.after(term.end_on) - DAY
            term = term.model_copy(update={"from_on": term.end_on, "to_on": ends, "renewal": renewal})
        return term


class Claims(Section):
    """Until when a price adjustment must be claimed, counted from the last day of its period; later it lapses."""

    within: SpanField

    def until(self, last_on: date) -> date:
        """The last day on which the adjustment of a period that ended with `last_on` can be claimed."""
        return self.within.after(last_on + DAY) - DAY


class Document(Section):
    """The signed document: the file beside the contract, and its SHA-256."""

    file: Text
    sha256: str | None = None
    signed: Day | None = None


class Site(Section):
    """A place where people work."""

    name: Text
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="ISO 3166, two capital letters.")
    zone: str | None = None


class Programme(Section):
    """A piece of work: which cases belong to it, where it is done and in which hours. An empty list matches all."""

    title: str | None = None
    languages: Words = ()
    channels: Words = ()
    queues: Words = ()
    site: Name | None = None
    calendar: Name | None = None


class Definitions(Section):
    """What words mean for every clause that does not say otherwise."""

    pausing_statuses: Words = ("pending",)
    reopen_window: Seconds = 7 * 86_400
    repeat_window: Seconds = 7 * 86_400
    forecast_lock: Seconds = FORECAST_LOCK_S
    excluded: tuple[ExcludedKind, ...] | None = None
    period_rule: PeriodRule | None = None
    attribution: Attribution | None = None
    calendar: Name | None = None
    terms: dict[str, str] = Field(default_factory=dict, description="Words of the contract and their meaning.")


class Fee(Section):
    """A fee that percentages refer to."""

    amount: Number
    currency: str | None = None
    per: Literal["month", "quarter", "year"] = "month"
    title: str | None = None


MONTHS = {"day": 0, "week": 0, "month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Window:
    """How long one measurement lasts: `count` units, rolling where there are several."""

    unit: str
    count: int = 1

    def __str__(self) -> str:
        return self.unit if self.count == 1 else f"rolling {self.count} {self.unit}s"


_ROLLING = re.compile(r"rolling (\d{1,3}) (day|week|month|quarter)s?")


def parse_window(value: Any) -> Window:
    """A window: day, week, month, quarter, year, or `rolling 3 months`."""
    if isinstance(value, Window):
        return value
    text = value.strip().lower() if isinstance(value, str) else ""
    if text in MONTHS:
        return Window(text)
    found = _ROLLING.fullmatch(text)
    if not found or int(found[1]) < 2:
        raise ValueError(f"expected day, week, month, quarter, year or `rolling 3 months`, found {value!r}")
    return Window(found[2], int(found[1]))


WindowField = Annotated[
    Window, PlainValidator(parse_window), PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string",
                    "pattern": r"^(day|week|month|quarter|year|rolling \d+ (day|week|month|quarter)s?)$"}),
]  # fmt: skip


class RoundingRule(Section):
    """How a value is rounded: decimals (of the percentage, for a share), where a half goes, and when.

    `never` compares the exact value; `before` rounds, then compares; `after` compares, then rounds what is shown.
    """

    decimals: int = Field(default=2, ge=0, le=6)
    mode: Literal["half-up", "half-even", "up", "down", "ceiling", "floor"] = "half-up"
    when: Literal["never", "before", "after"] = "never"


class StateFrom(Section):
    """The lifecycle of a clause from a day on (and, where `to` is written, up to that day)."""

    from_on: Day = Field(alias="from")
    to_on: Day | None = Field(None, alias="to")
    as_state: State = Field(alias="as")


class Source(Section):
    """Where the clause stands in the signed document."""

    page: int | None = Field(None, ge=1)
    clause: str | None = None
    span: str | None = Field(None, description="The words themselves, or characters from-to.")
    document: str | None = None


class ReliefEvent(Section):
    """Time for which the partner is not answerable: requested, agreed or refused, with evidence."""

    id: Name
    clauses: Names = ()
    from_at: Moment = Field(alias="from")
    to_at: Moment = Field(alias="to")
    reason: Literal[
        "client-outage", "client-change", "late-forecast", "volume-over-forecast", "force-majeure",
        "planned-maintenance", "third-party", "new-hire-ramp", "short-notice", "access-delay", "other",
    ]  # fmt: skip
    status: Literal["requested", "agreed", "refused"] = "requested"
    evidence: str | None = None
    known: Day | None = None
    partners: Names = ()
    note: str | None = None

    def covers(self, clause: str, partner: str | None = None) -> bool:
        """Whether it speaks of a clause (an empty list means all) and of a partner."""
        return (not self.clauses or clause in self.clauses) and (
            partner is None or not self.partners or partner in self.partners
        )


class Change(Section):
    """One change of an amendment: `set` replaces the named keys, `add` brings a clause or charge, `remove` ends one."""

    clause: Name | None = None
    calendar: Name | None = None
    programme: Name | None = None
    site: Name | None = None
    fee: Name | None = None
    charge: Name | None = None
    series: Name | None = None
    section: Literal["definitions", "term", "claims", "billing"] | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    add: dict[str, Any] | None = None
    remove: bool = False

    @property
    def target(self) -> tuple[str, str] | None:
        """What is changed: (kind, name), or None for a clause or charge that is added."""
        for kind in ("clause", "calendar", "programme", "site", "fee", "charge", "series", "section"):
            name = getattr(self, kind)
            if name is not None:
                return kind, name
        return None


class Amendment(Section):
    """A change of the text, in force from `effective`, known to both sides from `known` (or else from `effective`)."""

    id: Name
    effective: Day
    known: Day | None = None
    title: str | None = None
    changes: tuple[Change, ...] = Field(min_length=1)
    source: Source | None = None

    @property
    def known_on(self) -> date:
        """The day from which both sides knew it."""
        return self.known or self.effective


class Counts(Section):
    """What is put into a worked example: cases met of a total, or a value with its n, or such figures by clause.

    `outcome` overrules what the figures would say, as relief or late data do.
    """

    met: int | None = Field(default=None, ge=0)
    total: int | None = Field(default=None, ge=0)
    value: Any = None
    n: int | None = Field(default=None, ge=0)
    outcome: Literal["excused", "not assessable", "provisional"] | None = None
    values: dict[Name, Counts] = Field(default_factory=dict)


class Expected(Section):
    """What must come out of a worked example."""

    verdict: Literal["met", "missed", "excused", "not assessable", "provisional"] | None = None
    value: Any = None
    credit: Number | None = Field(None, description="What it grants; below zero for an addition to the fees.")
    payable: Number | None = Field(None, description="What is left of it under every limit.")
    points: Number | None = None
    steps: dict[str, Text] = Field(default_factory=dict, description="A step of its arithmetic -> its result.")


class Example(Section):
    """A worked example of a clause: it runs as a test, both sides can read it.

    `earlier` are the periods right before, the oldest first; they run through the same arithmetic one after another.
    """

    clause: Name
    title: str | None = None
    on: Day | None = None
    earlier: tuple[Counts, ...] = ()
    given: Counts = Counts()
    expect: Expected


@dataclass(frozen=True)
class Condition:
    """One part of a population: `field` in (or not in) `values`."""

    field: str
    op: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        word = "is" if self.op == "in" else "is not"
        return f"{self.field.replace('_', ' ')} {word} {' or '.join(self.values)}"


@dataclass(frozen=True)
class Population:
    """Which cases a clause counts: all conditions hold together. Empty means every case."""

    conditions: tuple[Condition, ...] = ()

    def __iter__(self) -> Iterator[Condition]:
        return iter(self.conditions)

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def of(self, name: str) -> Condition | None:
        """The condition on a field, or None."""
        return next((part for part in self.conditions if part.field == name), None)

    def values_of(self, name: str) -> tuple[str, ...]:
        """The values that a condition on a field names, wanted or not."""
        found = self.of(name)
        return found.values if found else ()


def parse_population(value: Any) -> Population:
    """The closed grammar of `for:`: field -> value | list of values | {not: value or list}."""
    if value is None:
        return Population()
    if not isinstance(value, dict):
        raise ValueError("expected a mapping such as {language: de, channel: [email, chat]}")  # noqa: TRY004
    conditions = []
    for name, part in value.items():
        if name not in FILTER_FIELDS:
            raise ValueError(f"{name!r} is no field of a population; fields are {', '.join(FILTER_FIELDS)}")
        op, wanted = "in", part
        if isinstance(part, dict):
            if set(part) != {"not"}:
                raise ValueError(f"{name}: expected a value, a list, or {{not: ...}}")
            op, wanted = "not in", part["not"]
        values = wanted if isinstance(wanted, list) else [wanted]
        if not all(isinstance(one, str) and one for one in values):
            raise ValueError(f"{name}: expected words")
        conditions.append(Condition(name, op, tuple(sorted(set(values)))))
    return Population(tuple(sorted(conditions, key=lambda part: part.field)))


_VALUES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
PopulationField = Annotated[
    Population, PlainValidator(parse_population), PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "object", "additionalProperties": False, "properties": {
        name: {"anyOf": [*_VALUES["anyOf"], {"type": "object", "additionalProperties": False,
                                             "properties": {"not": _VALUES}}]} for name in FILTER_FIELDS}}),
]  # fmt: skip


def share_of(fee: Money, share: Percentage) -> Money:
    """A percentage of a fee, exact and not yet rounded."""
    return Money(fee.amount * Decimal(share.numerator) / Decimal(share.denominator), fee.currency)
