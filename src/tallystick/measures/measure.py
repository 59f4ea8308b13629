"""What a measure is: data that says which rows count and how, not how to run it.

A file of `measures/kpi` declares `MEASURE = Measure(...)` and an `EXAMPLE`. Its docstring is the definition that people
read, in fixed sections; `Measure.section` hands them to the reference pages, to `tally explain` and to the tests.

Expressions are Narwhals expressions over one fact table, written as functions of `At` (the moment and the parameters),
so that the same measure runs on DuckDB in bulk and on plain Arrow tables where a bundle is verified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import narwhals as nw

from tallystick.registry import load_folder, load_one, names
from tallystick.vocabulary.errors import NotFound, UsageError

CATALOGUE = "tallystick.measures.kpi"

CREATED_IN, DUE_IN, RESOLVED_IN, MEASURED_IN = "created-in", "due-in", "resolved-in", "measured-in"
PERIOD_RULES = (CREATED_IN, DUE_IN, RESOLVED_IN, MEASURED_IN)

AT_START, AT_DUE, AT_STOP, CLOCK_SHARE = "owner-at-start", "owner-at-due", "owner-at-stop", "clock-share"
ATTRIBUTIONS = (AT_START, AT_DUE, AT_STOP, CLOCK_SHARE)

DIMENSIONS = ("partner", "programme", "queue", "language", "channel", "priority", "reason", "agent", "week", "month")
FIELDS = ("partner", "programme", "queue", "language", "channel", "priority", "reason", "agent", "initiated_by")

HIGHER, LOWER = "higher", "lower"

SECTIONS = (
    "Definition",
    "Formula",
    "Unit",
    "Counted",
    "Variants",
    "Confused with",
    "Edge cases",
    "Source",
)

Setting = str | int | None


@dataclass(frozen=True)
class Param:
    """One parameter of a measure: its default, what it may be, and what it means.

    Text parameters list their `choices` or a `pattern`; a parameter with neither is a whole number of at least
    `least`. None is allowed where it is the default.
    """

    default: Setting
    meaning: str
    choices: tuple[str, ...] = ()
    pattern: str = ""
    least: int = 0

    def settle(self, name: str, given: Setting) -> Setting:
        """`given` in the parameter's own type; raises UsageError for anything else."""
        if given is None and self.default is None:
            return None
        if self.choices or self.pattern:
            if given in self.choices or (self.pattern and re.fullmatch(self.pattern, str(given))):
                return str(given)
            allowed = ", ".join(self.choices) or self.pattern
            raise UsageError(f"{name} cannot be {given!r}.", f"Use one of: {allowed}.")
        if isinstance(given, bool) or not re.fullmatch(r"\d+", str(given)) or int(str(given)) < self.least:
            raise UsageError(f"{name} cannot be {given!r}.", f"Use a whole number of at least {self.least}.")
        return int(str(given))


class Word(NamedTuple):
    """A question about a column of words: is it one of these?"""

    column: str
    words: tuple[str, ...]

    @property
    def flag(self) -> str:
        """The name of the column that answers it."""
        return f"{self.column}_is_{'_or_'.join(self.words)}"


class At:
    """The moment and the parameters under which rows are read: what a measure's expressions are functions of.

    `as_of` is the instant of judgement: nothing later is known. `col`, `second` and `word` name columns and
    remember them, so that only columns in use are read.
    """

    def __init__(self, as_of: datetime, params: Mapping[str, Setting]) -> None:
        self.as_of = as_of
        self.params = params
        self.used: set[str] = set()
        self.instants: set[str] = set()
        self.words: set[Word] = set()
        self.codes: set[str] = set()
        self.shared: tuple[dict[str, nw.Expr], dict[str, nw.Expr]] = ({}, {})
        self.as_of_second = int(as_of.replace(microsecond=0).timestamp())

    def col(self, name: str) -> nw.Expr:
        """A column of the fact table."""
        self.used.add(name)
        return nw.col(name)

    def second(self, name: str) -> nw.Expr:
        """An instant as UTC seconds since 1970, whole; empty where the instant is."""
        self.instants.add(name)
        return nw.col(f"{name}_second")

    def word(self, name: str, *words: str) -> nw.Expr:
        """Whether a column of words holds one of `words`; never where it is empty.

        Columns of words come as codes: comparing the few different words is twenty times cheaper than every row's.
        """
        wanted = Word(name, tuple(sorted(set(words))))
        self.words.add(wanted)
        return nw.col(wanted.flag)

    def code(self, name: str) -> nw.Expr:
        """A whole number for each word of a column, the same in every run; empty where the word is."""
        self.codes.add(name)
        return nw.col(f"{name}_code")

    def once(self, name: str, level: int, make: Callable[[], nw.Expr]) -> nw.Expr:
        """An expression that several conditions share, computed once for each row under a name of its own.

        Level 0 reads the fact's columns only, level 1 may read those of level 0. Equal names mean equal expressions.
        """
        key = f"at_{name}"
        if key not in self.shared[level]:
            self.shared[level][key] = make()
        return nw.col(key)

    def never(self) -> nw.Expr:
        """A condition that no row fulfils; a bare literal has no length on Arrow tables."""
        empty = self.col("excluded").is_null()
        return empty & ~empty

    def every(self) -> nw.Expr:
        """A condition that every row fulfils."""
        return ~self.never()

    def text(self, name: str) -> str:
        """A text parameter."""
        return str(self.params[name])

    def number(self, name: str) -> int:
        """A whole-number parameter."""
        return int(str(self.params[name]))


Rows = Callable[[At], nw.Expr]


@dataclass(frozen=True)
class Settles:
    """When the mere passing of time gives a pending row its outcome: the window of a measure that looks ahead.

    That is at the instant `column`, plus the seconds of the parameter `window` where one is named. A row in which the
    column is empty waits for something to happen, not for time.
    """

    column: str
    window: str = ""


@dataclass(frozen=True)
class Counting:
    """Which rows of a fact table count, and what each brings.

    A row that is in the period and satisfies `rows` lands in exactly one place, looked at in this order: excluded for
    the fact's own reason, left out for one of `left_out`'s reasons, `pending` (no outcome yet), counted.
    A counted row brings `numerator` (a condition, or whole numbers) and `denominator` (1 each where not given). `key`
    gathers rows instead of adding them up: the value itself for a quantile, the interval for interval attainment.
    `clock` names the one kind of clock (or survey) meant. A `snapshot` looks at every row that had begun by the end of
    the period, as it stood then; otherwise the period rule chooses, the counting's own `rule` before the request's.
    `silent` rows add to the numerator or denominator but are neither in n nor among exclusions. `settles` says when
    time alone decides a pending row; until then a verdict on the figure is provisional.
    """

    numerator: Rows
    denominator: Rows | None = None
    rows: Rows | None = None
    clock: Callable[[Mapping[str, Setting]], str | None] | None = None
    left_out: tuple[tuple[str, Rows], ...] = ()
    pending: Rows | None = None
    settles: Callable[[Mapping[str, Setting]], Settles] | None = None
    key: Rows | None = None
    snapshot: bool = False
    rule: str = ""
    silent: bool = False


@dataclass(frozen=True)
class Example:
    """Five rows that anyone can count by hand, and the value they give.

    `rows` name only the columns that matter; the rest are filled with an ordinary case of partner aurora.
    """

    rows: tuple[Mapping[str, Any], ...]
    value: Fraction
    n: int
    as_of: str = "2026-04-15T00:00:00Z"
    period: str = "2026-03"
    params: Mapping[str, Setting] = field(default_factory=dict)
    pending: int = 0
    excluded: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Measure:
    """One KPI. `module` is the file's `__name__`, which gives id and version; `text` its docstring.

    `kind` decides interval and addition (`kinds.py`); a measure with a parameter `statistic` changes it with that.
    `unit` is the value's: ratio (0..1), s, cases, clocks, points, days ...; `digits` those of its interval.
    The first of `period_rules` and of `attributions` is the default. A sum is divided by `divisor`: facts hold
    thousandths of contacts and parts of a cent in whole numbers.
    """

    module: str
    text: str
    title: str
    source: str
    unit: str
    better: str
    kind: str
    fact: str
    counting: Counting
    period_rules: tuple[str, ...]
    attributions: tuple[str, ...]
    beside: tuple[Counting, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)
    scale: int = 1
    divisor: int = 1
    bounds: tuple[int | None, int | None] = (0, None)
    kind_of: Callable[[Mapping[str, Setting]], str] | None = None
    unit_of: Callable[[Mapping[str, Setting]], str] | None = None

    @cached_property
    def id(self) -> str:
        """The file's name without its version."""
        return re.sub(r"_v\d+$", "", self.module.rpartition(".")[2])

    @cached_property
    def version(self) -> int:
        """The number after `_v` in the file's name; 1 without one."""
        found = re.search(r"_v(\d+)$", self.module)
        return int(found[1]) if found else 1

    def section(self, name: str) -> str:
        """One section of the definition as running text; empty where it is missing."""
        titles = "|".join(SECTIONS)
        found = re.search(rf"^{name}: (.*?)(?=^(?:{titles}): |\Z)", self.text, re.MULTILINE | re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    @property
    def definition(self) -> str:
        """The field's definition in one sentence."""
        return self.section("Definition")

    @property
    def formula(self) -> str:
        """The formula in words."""
        return self.section("Formula")

    def settle(self, given: Mapping[str, Setting]) -> dict[str, Setting]:
        """Every parameter with its value; raises UsageError for an unknown name or a value out of range."""
        for name in given:
            if name not in self.params:
                known = ", ".join(self.params) or "none"
                raise UsageError(f"{self.id} has no parameter {name!r}.", f"Its parameters: {known}.")
        return {
            name: param.settle(f"{self.id}: {name}", given[name]) if name in given else param.default
            for name, param in self.params.items()
        }

    def kind_in(self, params: Mapping[str, Setting]) -> str:
        """The kind under these parameters; those not given take their defaults."""
        return self.kind_of(self._with_defaults(params)) if self.kind_of else self.kind

    def unit_in(self, params: Mapping[str, Setting]) -> str:
        """The unit under these parameters; those not given take their defaults."""
        return self.unit_of(self._with_defaults(params)) if self.unit_of else self.unit

    def _with_defaults(self, params: Mapping[str, Setting]) -> dict[str, Setting]:
        return {**{name: param.default for name, param in self.params.items()}, **params}

    def rule_or_default(self, wanted: str | None) -> str:
        """`wanted` where this measure knows it, else the measure's own default.

        For a default that a contract sets for all its clauses: a survey has no due date, so `due-in` cannot hold there.
        """
        return wanted if wanted in self.period_rules and wanted else self.period_rules[0]

    def attribution_or_default(self, wanted: str | None) -> str:
        """`wanted` where this measure knows it, else the measure's own default."""
        return wanted if wanted in self.attributions and wanted else self.attributions[0]


OPERATORS = ("is", "is not", "in", "not in")


@dataclass(frozen=True)
class Condition:
    """One condition of a population: field, operator, values. The whole grammar; nothing else can be said."""

    field: str
    op: str
    value: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a field or operator outside the grammar."""
        if self.field not in FIELDS:
            raise UsageError(f"A population cannot name {self.field!r}.", f"Use one of: {', '.join(FIELDS)}.")
        if self.op not in OPERATORS:
            raise UsageError(f"{self.op!r} is no operator.", f"Use one of: {', '.join(OPERATORS)}.")
        if not self.value or not all(isinstance(value, str) for value in self.value):
            raise UsageError(f"The condition on {self.field} names no value.", "Name at least one, as text.")

    @classmethod
    def of(cls, name: str, op: str, *value: str) -> Condition:
        """A condition with its values in order, each once, so that equal conditions are equal."""
        return cls(name, op, tuple(sorted(set(value))))

    def __str__(self) -> str:
        return f"{self.field} {self.op} {', '.join(self.value)}"


@dataclass(frozen=True)
class MeasureRequest:
    """Which measure, in which version, with which parameters, over whom, and by which rules.

    `period_rule` and `attribution` None take the measure's own defaults.
    """

    measure: str
    version: int = 1
    params: tuple[tuple[str, Setting], ...] = ()
    population: tuple[Condition, ...] = ()
    period_rule: str | None = None
    attribution: str | None = None

    @classmethod
    def of(
        cls,
        measure: str,
        *population: Condition,
        version: int = 1,
        period_rule: str | None = None,
        attribution: str | None = None,
        **params: Setting,
    ) -> MeasureRequest:
        """A request with parameters and conditions in one order, so that equal requests are equal."""
        ordered = tuple(sorted(set(population), key=lambda part: (part.field, part.op, part.value)))
        return cls(measure, version, tuple(sorted(params.items())), ordered, period_rule, attribution)

    def __str__(self) -> str:
        settings = [f"{name} {value}" for name, value in self.params]
        return ", ".join([self.measure, *settings, *map(str, self.population)])


def measure_of(request: MeasureRequest) -> Measure:
    """The measure that a request names; raises NotFound with names that look alike."""
    name = request.measure if request.version == 1 else f"{request.measure}_v{request.version}"
    found = load_one(CATALOGUE, Measure, name)
    if found is None:
        from difflib import get_close_matches

        raise NotFound("measure", name, tuple(get_close_matches(name, names(CATALOGUE), 3)))
    return found


def catalogue() -> Mapping[str, Measure]:
    """Every measure by file name, sorted."""
    return load_folder(CATALOGUE, Measure)
