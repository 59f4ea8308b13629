"""The reference pages of the KPIs, made from their own files: definition, parameters and the example that runs.

`python -m tallystick.measures.reference docs/reference/kpi` writes them; a test holds that they are current.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from tallystick.measures.benchmarks import contexts
from tallystick.measures.dictionary import USERS, entry, measures_by_number, users_of, why_missing
from tallystick.measures.kinds import INDEX, MEAN, QUANTILE, SHARE, kind_for
from tallystick.measures.measure import SECTIONS, Example, Measure, Param, catalogue
from tallystick.measures.sources import CODE, REFERENCES, RULES

INTERVALS = {
    "share": "Wilson's score interval",
    "mean": "agents and days resampled (where asked for)",
    "quantile": "agents and days resampled (where asked for)",
    "rate": "exact Poisson limits of the events",
    "sum": "none",
    "count": "exact Poisson limits",
    "census": "none, everything is counted",
    "index": "normal, from the variance of the scores",
    "compound": "exact Poisson limits of the events, compounded alike",
    "herfindahl": "none",
}
MADE = "This page is made from the measure's own file; `make docs` makes it anew."


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _allowed(param: Param) -> str:
    if param.choices:
        return ", ".join(param.choices)
    return f"`{param.pattern}`" if param.pattern else f"a whole number of at least {param.least}"


def _params(measure: Measure) -> str:
    if not measure.params:
        return "It takes no parameters."
    rows = [
        [f"`{name}`", "none" if param.default is None else str(param.default), _allowed(param), param.meaning]
        for name, param in measure.params.items()
    ]
    return _table(["parameter", "default", "allowed", "meaning"], rows)


def _shown(value: Any) -> str:
    return "(none)" if value is None else str(value)


def result_words(measure: Measure, example: Example) -> str:
    """What the rows of an example give, in words without markup."""
    return _result(measure, example).replace("**", "")


def _result(measure: Measure, example: Example) -> str:
    params = measure.settle(example.params)
    kind = measure.kind_in(params)
    value = f"{100 * example.value} %" if kind == SHARE and (100 * example.value).denominator == 1 else None
    shown = value or _number(example.value)
    unit = "" if value else f" {measure.unit_in(params)}"
    parts = [f"**{shown}{unit}**, n = {example.n}"]
    if example.pending:
        parts.append(f"{example.pending} pending")
    parts += [f"{count} left out as {reason}" for reason, count in example.excluded]
    return ", ".join(parts) + "."


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _example(measure: Measure, example: Example) -> str:
    columns = list(dict.fromkeys(name for row in example.rows for name in row))
    rows = [
        [str(place), *(_shown(row[name]) if name in row else "" for name in columns)]
        for place, row in enumerate(example.rows, 1)
    ]
    given = ", ".join(f"`{name}` {value}" for name, value in example.params.items())
    asked = f"Period {example.period}, as of {example.as_of}" + (f", with {given}." if given else ".")
    blank = "A blank is that of an ordinary case: begun 2 March 2026 08:00 UTC, ended in time."
    return "\n\n".join([asked, _table(["row", *columns], rows), _result(measure, example), blank])


def _linked(section: str, text: str) -> str:
    """The text of a section; codes of sources lead to their list."""
    return CODE.sub(r"[\1](sources.md#public-pages)", text) if section == "Source" else text


def page_of(measure: Measure) -> str:
    """The page of one KPI."""
    example: Example = importlib.import_module(measure.module).EXAMPLE
    params = measure.settle({})
    kind = measure.kind_in(params)
    gathered = kind_for(measure, params).clustered
    facts = [
        f"- **Counted from:** the {measure.fact} facts; kind: {kind}, interval: {INTERVALS[kind]}.",
        f"- **Period rules:** {', '.join(measure.period_rules)} (the first is the default).",
        f"- **Attribution:** {', '.join(measure.attributions)} (the first is the default).",
    ]
    if gathered and kind in (MEAN, QUANTILE, INDEX):
        facts.append("- **Adds up by:** " + ("its sorted values." if kind == QUANTILE else "its sums and weights."))
    prose = "\n".join(f"- **{name}:** {_linked(name, measure.section(name))}" for name in SECTIONS)
    version = f", version {measure.version}" if measure.version > 1 else ""
    users = "\n".join(f"- {one[0].upper()}{one[1:]}." for one in users_of(measure.source))
    parts = [
        f"# {measure.title}",
        f"`{measure.id}`{version}, {measure.source}. {MADE}",
        prose,
        *(["## Who uses it", users] if users else []),
        *_published(measure),
        "## How it is computed",
        "\n".join(facts),
        _params(measure),
        "## Five rows by hand",
        _example(measure, example),
    ]
    return "\n\n".join(parts) + "\n"


def _published(measure: Measure) -> list[str]:
    """What others publish about it, where they do; what is defined otherwise says so."""
    found = contexts(measure)
    if not found:
        return []
    rows = [
        [
            one.benchmark.says,
            one.benchmark.dated,
            ", ".join(f"[{code}]({source.address}) ({source.grade})" for code, source in one.benchmark.sources),
            f"no: {one.refused}" if one.refused else "yes",
        ]
        for one in found
    ]
    told = "Context with its date, never a target. A folder's `benchmarks.yaml` replaces it; grades as for sources."
    return ["## What others publish", told, _table(["says", "where and when", "source", "comparable by default"], rows)]


def dictionary_page(measures: Mapping[str, Measure]) -> str:
    """Every number of the dictionary: its KPIs, who uses it, or why there is none."""
    carried = measures_by_number(measures)
    rows = [
        [
            number,
            entry(number).name,
            ", ".join(f"[`{name}`]({name}.md)" for name in carried[number]) or why_missing(number),
            ", ".join(entry(number).users),
        ]
        for number in carried
    ]
    there = sum(bool(names) for names in carried.values())
    keys = "\n".join(f"- **{key}**: {words}." for key, words in USERS.items())
    told = f"{len(carried)} numbers, {there} of which a KPI carries. `tally explain K63` finds one."
    parts = [
        "# The KPI dictionary",
        f"{told} This page is made from the code; `make docs` makes it anew.",
        _table(["", "what", "KPIs, or why there is none", "who uses it"], rows),
        "## Who uses a figure",
        keys,
    ]
    return "\n\n".join(parts) + "\n"


def index_page(measures: Mapping[str, Measure]) -> str:
    """The list of all KPIs, in the order of their numbers."""
    ordered = sorted(measures.items(), key=lambda item: (len(item[1].source), item[1].source, item[0]))
    rows = [
        [measure.source, f"[{measure.title}]({name}.md)", f"`{name}`", measure.unit, measure.better, measure.kind]
        for name, measure in ordered
    ]
    table = _table(["", "KPI", "id", "unit", "better", "kind"], rows)
    told = (
        "What each figure means and how it is counted. [Sources](sources.md) lists where the definitions come from, "
        "[the dictionary](dictionary.md) every number with its KPIs."
    )
    return f"# KPIs\n\n{told} {MADE}\n\n{table}\n"


def sources_page(measures: Mapping[str, Measure]) -> str:
    """What the codes, rules and numbers in a Source section stand for."""
    numbers = sorted({measure.source for measure in measures.values()}, key=lambda one: (len(one), one))
    rules = _table(["rule", "what it says"], [[f"R{number}", text] for number, text in RULES.items()])
    used = {
        code: sorted(name for name, measure in measures.items() if code in CODE.findall(measure.section("Source")))
        for code in REFERENCES
    }
    rows = [
        [
            f"`{code}`",
            f"[{one.about}]({one.address})",
            one.grade,
            ", ".join(f"[{name}]({name}.md)" for name in used[code]),
        ]
        for code, one in sorted(REFERENCES.items())
    ]
    first, last = numbers[0], numbers[-1]
    numbered = (
        f"Every KPI has a number, {first} to {last}, by which `tally explain {first}` finds it; one that is missing"
    )
    grades = "Read in 2026; they may have moved since. A: primary, such as product documentation; B: practitioner; C:"
    parts = [
        "# Sources of the KPIs",
        "What the Source lines of the KPIs name. This page is made from the code; `make docs` makes it anew.",
        "## The KPI dictionary",
        f"{numbered} is not built yet. These rules hold for all of them:",
        rules,
        "## Public pages",
        f"{grades} a vendor's marketing, which gives context and never a definition.",
        _table(["code", "page", "grade", "named by"], rows),
    ]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """Every page by file name."""
    measures = catalogue()
    made = {f"{name}.md": page_of(measure) for name, measure in measures.items()}
    lists = {"index.md": index_page, "sources.md": sources_page, "dictionary.md": dictionary_page}
    return made | {name: page(measures) for name, page in lists.items()}


def write(folder: Path) -> None:
    """Write every page, and take away those of measures that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for stale in set(folder.glob("*.md")) - {folder / name for name in made}:
        stale.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
