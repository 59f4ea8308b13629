"""What others publish about a KPI: dated, sourced context beside a figure, never a target, never grounds of a verdict.

`industry.yaml` holds what was found in public; a folder's own `benchmarks.yaml` adds to it or replaces entries by id.
A published figure is shown where its definition is the figure's own. Where it is not (another variant, another window,
another way to ask) it is refused, and the refusal says what differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from tallystick.measures.dictionary import numbers
from tallystick.measures.measure import Measure, Setting
from tallystick.measures.sources import REFERENCES, Reference
from tallystick.vocabulary.finding import Finding, Place, Severity

FILE = "benchmarks.yaml"
KEYS = ("kpi", "says", "low", "high", "unit", "year", "where", "sources", "only", "unlike", "measures")
NEEDED = ("kpi", "says", "year")
SOURCES = "sources"
# What a source of the file's own tells, as `sources.Reference` has it.
PARTS = ("about", "address", "grade")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Benchmark:
    """One published figure. `year` is its own where that is told, else the one in which it was read.

    `low` and `high` are bounds of the range in `unit`, None where it has none.

    `kpi` is the number of the dictionary whose definition it shares; `measures` narrows that to some KPIs. `only` are
    the parameters under which it holds. `unlike` are numbers of the dictionary of which people take it to speak, each
    with what differs. `own` marks what a folder says itself.
    """

    id: str
    kpi: str
    says: str
    year: int
    low: Fraction | None = None
    high: Fraction | None = None
    unit: str = ""
    where: str = ""
    sources: tuple[tuple[str, Reference], ...] = ()
    only: Mapping[str, Setting] = field(default_factory=dict)
    unlike: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    own: bool = False

    @property
    def dated(self) -> str:
        """When and where: `UK, 2024`."""
        return ", ".join(part for part in (self.where, str(self.year)) if part)

    @property
    def where_from(self) -> str:
        """Place, year and sources with their grades: `UK, 2024; cb-2024 (B)`."""
        codes = ", ".join(f"{code} ({source.grade})" for code, source in self.sources)
        return "; ".join(part for part in (self.dated, codes or ("own" if self.own else "")) if part)


@dataclass(frozen=True)
class Context:
    """A benchmark beside a figure; `refused` says why the two cannot be compared, empty where they can."""

    benchmark: Benchmark
    refused: str = ""

    @property
    def sentence(self) -> str:
        """The context in words, with what stands against it."""
        told = f"{self.benchmark.says} [{self.benchmark.where_from}]"
        return f"{told} Not comparable: {self.refused}" if self.refused else told


def contexts(
    measure: Measure, params: Mapping[str, Setting] | None = None, known: Iterable[Benchmark] | None = None
) -> list[Context]:
    """What is published about a KPI under some parameters (those not given take their defaults), by id.

    What differs in definition comes as refused; what speaks of another KPI only where people mix the two up.
    """
    settings = {**{name: param.default for name, param in measure.params.items()}, **(params or {})}
    found: list[Context] = []
    for one in industry() if known is None else known:
        if measure.source in one.unlike:
            found.append(Context(one, one.unlike[measure.source]))
        elif one.kpi == measure.source and (not one.measures or measure.id in one.measures):
            found.append(Context(one, _difference(one, measure, settings)))
    return found


def _difference(one: Benchmark, measure: Measure, settings: Mapping[str, Setting]) -> str:
    """In what the definition of a benchmark differs from a figure's; empty where it does not."""
    unit = measure.unit_in(settings)
    if one.unit and one.unit != unit:
        return f"It is in {one.unit}, this figure in {unit}."
    told = [
        f"{name} {wanted}, this figure has {settings[name]}"
        for name, wanted in one.only.items()
        if name in measure.params and str(settings[name]) != str(wanted)
    ]
    return f"It was published for {'; for '.join(told)}." if told else ""


@cache
def industry() -> tuple[Benchmark, ...]:
    """The benchmarks that ship with the program, by id. A fault in the file is a bug and crashes."""
    text = resources.files("tallystick.measures").joinpath("industry.yaml").read_text(encoding="utf-8")
    found, findings = read(text, "industry.yaml")
    if findings:
        raise ValueError(f"industry.yaml: {findings[0].place} {findings[0].message}")
    return tuple(found)


def benchmarks(home: Path | None = None) -> tuple[list[Benchmark], list[Finding]]:
    """Those that ship, with a folder's own in their place or beside them; and what is wrong with the folder's file.

    A faulty entry of the folder is left out with a finding; the others stand.
    """
    found = {one.id: one for one in industry()}
    path = home / FILE if home is not None else None
    findings: list[Finding] = []
    if path is not None and path.is_file():
        own, findings = read(path.read_bytes().decode("utf-8", errors="replace"), str(path), own=True)
        found |= {one.id: one for one in own}
    return [found[name] for name in sorted(found)], findings


# ---- reading -----------------------------------------------------------------------------------------------------


def read(text: str, file: str, *, own: bool = False) -> tuple[list[Benchmark], list[Finding]]:
    """The entries of a file by id, and everything that is wrong with it; an entry with a fault is left out."""
    from ruamel.yaml import YAML  # 0.05 s that a figure without context does not pay
    from ruamel.yaml.error import YAMLError

    try:
        content: Any = YAML(typ="rt").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        cure = "Indent with blanks; put what holds a colon into quotes."
        return [], [_finding("TS-M001", "The file is not YAML.", file, mark.line + 1 if mark is not None else 0, cure)]
    if content is None:
        return [], []
    if not isinstance(content, dict):
        return [], [_finding("TS-M001", "The file is no list of ids with entries.", file, 1, "Begin with an id.")]
    lines: Any = content
    known, findings = dict(REFERENCES), list[Finding]()
    for code, given in (_mapping(content.get(SOURCES)) or {}).items():
        wrong = _source_faults(given)
        findings += [_finding(*fault, file, lines.lc.key(SOURCES)[0] + 1, f"{code}: ") for fault in wrong]
        if not wrong:
            known.setdefault(str(code), Reference(*(str(given[part]) for part in PARTS)))
    found = list[Benchmark]()
    for name, given in content.items():
        if name == SOURCES:
            continue
        wrong = [*_shape_faults(str(name), given), *_value_faults(given, known)]
        findings += [_finding(*fault, file, lines.lc.key(name)[0] + 1, f"{name}: ") for fault in wrong]
        if not wrong:
            found.append(_made(str(name), given, known, own))
    return sorted(found, key=lambda one: one.id), findings


def _finding(rule: str, message: str, *rest: Any) -> Finding:
    """A finding; `rest` are its cure, file, line and what leads the message, or file, line and cure."""
    if isinstance(rest[1], int):
        file, line, cure = rest
        return Finding(rule, Severity.ERROR, message, Place(file=file, line=line), cure)
    cure, file, line, before = rest
    return Finding(rule, Severity.ERROR, f"{before}{message}", Place(file=file, line=line), cure)


Fault = tuple[str, str, str]


def _source_faults(given: Any) -> list[Fault]:
    if isinstance(given, dict) and set(given) == set(PARTS) and str(given["grade"]) in ("A", "B", "C"):
        return []
    return [
        ("TS-M002", f"a source has {', '.join(PARTS)}.", "Grades are A, B and C: primary, practitioner, marketing.")
    ]


def _shape_faults(name: str, given: Any) -> list[Fault]:
    """What is wrong with the keys of an entry."""
    found: list[Fault] = []
    if not IDENTIFIER.fullmatch(name):
        found.append(
            ("TS-M002", "an id is small letters, digits and underscores.", "Write for example `csat_retail_2025`.")
        )
    if not isinstance(given, dict):
        return [*found, ("TS-M002", "an entry has keys and values.", f"Give it at least: {', '.join(NEEDED)}.")]
    found += [
        ("TS-M002", f"there is no key {key!r}.", f"Keys are: {', '.join(KEYS)}.") for key in given if key not in KEYS
    ]
    found += [
        ("TS-M002", f"{key} is missing.", "A benchmark names its KPI, what it says and its year.")
        for key in NEEDED
        if given.get(key) in (None, "")
    ]
    for key, kind, cure in (
        ("only", dict, "Write for example `only: {boxes: 1}`."),
        ("unlike", dict, "Write for example `unlike: {K17: counted otherwise}`."),
        ("sources", list, "Write it in square brackets."),
        ("measures", list, "Write it in square brackets."),
    ):
        if given.get(key) is not None and not isinstance(given[key], kind):
            found.append(("TS-M002", f"{key} is of another form.", cure))
    return found


def _value_faults(given: Any, known: Mapping[str, Reference]) -> list[Fault]:
    """What is wrong with the values of an entry whose keys are sound."""
    if not isinstance(given, dict):
        return []
    found: list[Fault] = []
    listed, year = numbers(), given.get("year")
    named = (given.get("kpi"), *(_mapping(given.get("unlike")) or ()))
    found += [
        ("TS-M003", f"there is no KPI {str(number)!r} in the dictionary.", "Numbers are K1 to K100.")
        for number in named
        if number not in (None, "") and number not in listed
    ]
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1970 <= year <= 2100):
        found.append(("TS-M003", f"{str(year)!r} is no year.", "Give the year of publication, for example 2024."))
    bounds = [(bound, _number(bound)) for bound in (given.get("low"), given.get("high"))]
    for bound, value in bounds:
        if bound is not None and value is None:
            found.append(("TS-M003", f"{str(bound)!r} is no number.", "Write 0.85 or 85 %."))
    low, high = (value for _, value in bounds)
    if low is not None and high is not None and low > high:
        found.append(("TS-M003", "low is above high.", "Exchange them."))
    codes = given.get("sources")
    for code in codes if isinstance(codes, list) else ():
        if code not in known:
            cure = f"Describe it under `{SOURCES}`, with {', '.join(PARTS)}."
            found.append(("TS-M003", f"there is no source {str(code)!r}.", cure))
    return found


def _mapping(given: Any) -> Mapping[str, Any] | None:
    return given if isinstance(given, dict) else None


def _number(given: Any) -> Fraction | None:
    """A number as a person writes it: 0.85, 85 %, 18; by the digits that stand in the file."""
    text = str(given).strip()
    share = text.endswith("%")
    found = re.fullmatch(r"-?\d+(\.\d+)?", text.removesuffix("%").strip())
    if given is None or isinstance(given, bool) or found is None:
        return None
    return Fraction(found[0]) / (100 if share else 1)


def _made(name: str, given: Mapping[str, Any], known: Mapping[str, Reference], own: bool) -> Benchmark:
    def texts(key: str) -> tuple[str, ...]:
        listed: Sequence[Any] = given.get(key) or ()
        return tuple(str(one) for one in listed)

    def settings(value: Any) -> Setting:
        return value if isinstance(value, int) else str(value)

    return Benchmark(
        id=name,
        kpi=str(given["kpi"]),
        says=" ".join(str(given["says"]).split()),
        year=int(given["year"]),
        low=_number(given.get("low")),
        high=_number(given.get("high")),
        unit=str(given.get("unit") or ""),
        where=str(given.get("where") or ""),
        sources=tuple((code, known[code]) for code in texts("sources")),
        only={str(key): settings(value) for key, value in (given.get("only") or {}).items()},
        unlike={str(key): " ".join(str(value).split()) for key, value in (given.get("unlike") or {}).items()},
        measures=texts("measures"),
        own=own,
    )
