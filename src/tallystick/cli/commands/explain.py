"""tally explain."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.explanation import show, show_case, show_row
from tallystick.cli.findings import told
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound

if TYPE_CHECKING:
    from tallystick.measures.measure import Measure


def _explain_verdict(what: str, case: str, most: int, home: Any, *, as_json: bool) -> int:
    from tallystick.verdicts.explain import explain
    from tallystick.verdicts.store import VerdictStore

    store = VerdictStore(open_home(home).folder("verdicts"))
    verdict = store.find(what)
    if not case:
        explained = explain(store, verdict, most=most)
        if as_json:
            terminal.print_json(explained.as_json())
        else:
            show(explained, store.judging_of(verdict).zone)
        return 0
    from tallystick.reports.gathered import case_timeline_of
    from tallystick.verdicts.explain import kept
    from tallystick.verdicts.explain_row import explain_row

    own = kept(store, verdict)
    if not own.of_cases:
        row = explain_row(own, case)
        if as_json:
            terminal.print_json(row.as_json())
        else:
            show_row(row)
        return 0
    drawn = case_timeline_of(store, verdict, case)
    if as_json:
        terminal.print_json(drawn)
    else:
        show_case(drawn)
    return 0


def _explain_word(what: str, home: Path | None, *, as_json: bool) -> int | None:
    """A rule of contract texts, a KPI or a pattern of gaming, by name; None where it is none of them."""
    from tallystick.measures.measure import CATALOGUE, Measure, catalogue
    from tallystick.registry import load_one

    is_rule = re.fullmatch(r"(?i)TS-[A-Z]\d+|BR-[A-Z0-9-]+|PEPPOL-EN16931-R\d+", what)
    text = told(what.upper()) if is_rule else None
    is_number = text is None and re.fullmatch(r"(?i)K\d+", what) is not None
    if is_number:
        numbered = {name: one for name, one in catalogue().items() if one.source == what.upper()}
        # Of several KPIs of one number the one that bears it alone is meant, not what stands beside it.
        own = [name for name, one in numbered.items() if f"({what.upper()})" in one.text.partition("\n")[0]]
        what = next(iter([*own, *numbered]), what)
    measure = load_one(CATALOGUE, Measure, what) if text is None else None
    if measure is not None:
        return _explain_measure(measure, what, home, as_json=as_json)
    if text is None and is_number:
        text = _number_without_measure(what.upper())
    if text is None:
        text = _pattern_text(what)
    if text is None:
        return None
    if as_json:
        terminal.print_json({"name": what, "text": text})
    else:
        terminal.console().print(text, soft_wrap=True, markup=False)
    return 0


def _pattern_text(name: str) -> str | None:
    from tallystick.signals.pattern import pattern

    found = pattern(name)
    return found.text.strip() if found is not None else None


def _explain_measure(measure: Measure, name: str, home: Path | None, *, as_json: bool) -> int:
    """A KPI's definition, who uses it, and what others publish about it: context, never a target."""
    from tallystick.measures.benchmarks import benchmarks, contexts
    from tallystick.measures.dictionary import users_of

    try:
        root = open_home(home).root
    except NotFound:
        root = None  # a definition needs no folder
    known, findings = benchmarks(root)
    found = contexts(measure, known=known)
    text = textwrap.dedent(measure.text).strip()
    users = users_of(measure.source)
    if as_json:
        beside = [{"id": one.benchmark.id, "says": one.sentence, "refused": one.refused} for one in found]
        terminal.print_json({"name": name, "text": text, "used_by": users, "context": beside})
    else:
        out = terminal.console()
        out.print(text, soft_wrap=True, markup=False)
        if users:
            out.print(f"\nWho uses it: {'; '.join(users)}.", soft_wrap=True, markup=False)
        if found:
            out.print("\nWhat others publish, as context and never as a target:", style="bold")
        for one in found:
            out.print(f"  {one.sentence}", soft_wrap=True, markup=False)
    terminal.print_findings(findings)
    return int(bool(findings))


def _number_without_measure(number: str) -> str | None:
    """Why a number of the dictionary has no KPI; None for one that the dictionary does not have."""
    from tallystick.measures.dictionary import entry, numbers, why_missing

    return f"{number}, {entry(number).name}: {why_missing(number)}" if number in numbers() else None


def run(
    what: Annotated[
        str,
        typer.Argument(
            help="A verdict (aurora/S1/2026-03), a KPI, a pattern of gaming, or a rule (TS-C071, BR-CO-15)."
        ),
    ],
    case: Annotated[str, typer.Option(help="Draw one case's time line.")] = "",
    rows: Annotated[int, typer.Option(help="How many rows to list.", min=0)] = 20,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Explain."""
    if "/" not in what:
        answer = _explain_word(what, home, as_json=json)
        if answer is not None:
            return answer
        if re.fullmatch(r"(?i)TS-[A-Z]\d+", what):
            raise NotFound("rule", what)
    return _explain_verdict(what, case, rows, home, as_json=json)


COMMAND = Command(
    summary="From a verdict down to the cases behind it; or what a KPI or a rule means.",
    examples=(
        ("tally explain aurora/S1/2025-12", "sentence, formula, exclusions, the partner's figure, the cases"),
        ("tally explain aurora/S1/2025-12 --case AUR-435198", "one case's time line, drawn in the contract's zone"),
        ("tally explain clock_integrity", "a KPI's definition"),
        ("tally explain TS-C071", "a rule of contract texts, its cause and cure"),
    ),
    run=run,
    order=55,
)
