"""tally explain."""

from __future__ import annotations

import re
import textwrap
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.explanation import show, show_case, show_row
from tallystick.cli.findings import told
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound


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


def _explain_word(what: str, *, as_json: bool) -> int | None:
    """A rule of contract texts, a KPI or a pattern of gaming, by name; None where it is none of them."""
    from tallystick.measures.measure import CATALOGUE, Measure, catalogue
    from tallystick.registry import load_one

    text = told(what.upper()) if re.fullmatch(r"(?i)TS-[A-Z]\d+", what) else None
    if text is None and re.fullmatch(r"(?i)K\d+", what):
        numbered = {name: one for name, one in catalogue().items() if one.source == what.upper()}
        # Of several KPIs of one number the one that bears it alone is meant, not what stands beside it.
        own = [name for name, one in numbered.items() if f"({what.upper()})" in one.text.partition("\n")[0]]
        what = next(iter([*own, *numbered]), what)
    if text is None:
        measure = load_one(CATALOGUE, Measure, what)
        text = textwrap.dedent(measure.text).strip() if measure else _pattern_text(what)
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


def run(
    what: Annotated[
        str, typer.Argument(help="A verdict (aurora/S1/2026-03), a KPI, a pattern of gaming, or a rule (TS-C071).")
    ],
    case: Annotated[str, typer.Option(help="Draw one case's time line.")] = "",
    rows: Annotated[int, typer.Option(help="How many rows to list.")] = 20,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Explain."""
    if "/" not in what:
        answer = _explain_word(what, as_json=json)
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
