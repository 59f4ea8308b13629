"""How an explanation is shown in a terminal: from the sentence down to the rows, and one case drawn as a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tallystick.cli import terminal

WIDTH = 100
SPANS = {
    "running": ("█", "blue"),
    "paused": ("░", "bright_black"),
    "paused while the customer waits": ("▒", "red"),
    "stopped": ("─", "green"),
}


def _heading(words: str) -> None:
    terminal.console().print(f"\n{words}", style="bold")


def _steps(steps: Sequence[Any]) -> None:
    from tallystick.reports.page import result_text

    rows = [(step.clause, step.label, step.formula, step.inserted, result_text(step)) for step in steps]
    terminal.table(("clause", "step", "formula", "with numbers", "result"), rows)


def _where(verdict: Any) -> Any:
    from rich.text import Text

    return Text.assemble((f"{verdict.id}  ", "bold"), terminal.outcome_text(verdict.outcome))


def _reported(verdict: Any) -> None:
    from tallystick.reports.figures import difference_text, value_text

    theirs = verdict.reported
    if theirs is None:
        return
    unit = verdict.value.unit if verdict.value is not None else "ratio"
    _heading("What the partner says")
    terminal.key_values(
        {
            "reported": f"{value_text(theirs.value, unit, verdict.target)}  ({theirs.name}, {theirs.place})",
            "difference": difference_text(theirs.difference, unit),
            "why": theirs.sentence,
        }
    )
    if theirs.cases:
        rows = [(case.case_id, case.note) for case in theirs.cases[:10]]
        terminal.table(
            ("case", "what sets it apart"), rows, title=f"{theirs.cases_total:,} cases behind the difference"
        )


def _rows(rows: Sequence[Any], zone: str, total: int, what: str) -> None:
    from tallystick.reports.charts import instant_text
    from tallystick.verdicts.listing import details

    shown = []
    for row in rows:
        parts = dict(row.parts)
        said = []
        for name, value in parts.items():
            if hasattr(value, "timestamp"):
                told = instant_text(int(value.timestamp()), zone)[4:21]
                said.append(f"{name.removesuffix('_at').replace('_', ' ')} {told}")
        if what != "case":
            said += details(row)
        shown.append((row.case_id or "(not in the records)", row.status, ", ".join(said)))
    head = f"instants ({zone})" if what == "case" else f"what it says (times of {zone})"
    terminal.table((what, "place", head), shown, title=f"The rows ({len(rows):,} of {total:,} shown)")


def _promised(explained: Any) -> None:
    if not explained.clause_text:
        return
    verdict = explained.verdict
    _heading(f"What was promised: clause {verdict.clause}, text as {explained.contract_version}")
    for line in explained.clause_text:
        terminal.console().print(f"  {line}", soft_wrap=True)
    if explained.clause_source:
        terminal.console().print(
            f"  In the signed document: {explained.clause_source}.", style="bright_black", soft_wrap=True
        )


def _computed(explained: Any) -> None:
    from tallystick.reports.figures import rows_of

    _heading("How it was computed")
    if explained.measure:
        terminal.console().print(f"  {explained.measure}", soft_wrap=True)
    own = [*explained.steps]
    for line in explained.credits:
        own += [step for step in line.steps if step not in own]
    _steps([*own, *(step for step in explained.caps if step not in own)])
    if explained.counts and rows_of(explained.verdict.value) is not None:
        rows = [(reason, f"{count:,}") for reason, count in explained.counts]
        terminal.table(
            ("of the rows of the period", "count"), [*rows, ("together", f"{explained.rows_total:,}")], right=(1,)
        )


def _beside(explained: Any) -> None:
    if explained.calendar:
        _heading("Calendar and zone")
        terminal.key_values(dict(explained.calendar))
    if explained.sources:
        from tallystick.reports.figures import utc_text

        rows = [(source, f"{cases:,}", utc_text(newest)) for source, cases, newest in explained.sources]
        terminal.table(("source", "cases", "data to"), rows, right=(1,))
    for reason in explained.verdict.reasons:
        terminal.console().print(f"  {reason}", style="yellow", soft_wrap=True)


def _changes(explained: Any) -> None:
    if explained.what_would_change:
        _heading("What would change it")
        for line in explained.what_would_change:
            terminal.console().print(f"  {line}", soft_wrap=True)
    verdict = explained.verdict
    if verdict.differing:
        rows = [(one.table, one.name, one.change) for one in verdict.differing[:20]]
        terminal.table(("table", "record", "change"), rows, title=f"Restates {verdict.restates}")


def show(explained: Any, zone: str) -> None:
    """The whole explanation, in the order in which a reader asks."""
    verdict = explained.verdict
    terminal.console().print(_where(verdict), soft_wrap=True)
    terminal.console().print(explained.sentence, soft_wrap=True)
    terminal.console().print(explained.signal, style="bright_black", soft_wrap=True)
    _promised(explained)
    _computed(explained)
    _reported(verdict)
    _beside(explained)
    if explained.rows:
        _rows(explained.rows, zone, explained.rows_total, explained.row)
    _changes(explained)
    _heading("Pinned inputs")
    terminal.key_values(dict(explained.pins))
    first = next((row.case_id for row in explained.rows if row.case_id), None)
    if first:
        told = "one case's time line, drawn" if explained.row == "case" else f"one {explained.row}, with its records"
        terminal.suggest(f"tally explain {verdict.whole_name} --case {first}", told)


def _bar(case: Any) -> tuple[Any, str, str]:
    from rich.text import Text

    from tallystick.reports.charts import instant_text

    low = min([span.from_s for span in case.spans] + [mark.at_s for mark in case.marks])
    high = max([span.until_s for span in case.spans] + [mark.at_s for mark in case.marks] + [case.due_s or low])
    width = max(high - low, 1)
    drawn = Text()
    for cell in range(WIDTH):
        at = low + (cell * width + width // 2) // WIDTH
        state = next((span.state for span in case.spans if span.from_s <= at < span.until_s), "stopped")
        is_open = not case.open_hours or any(a <= at < b for a, b in case.open_hours)
        mark, colour = SPANS.get(state, SPANS["stopped"])
        is_due = case.due_s is not None and abs(at - case.due_s) <= width // (2 * WIDTH)
        if is_due:
            drawn.append("◆", style="bold yellow")
        else:
            drawn.append(mark if is_open or state != "running" else "·", style=colour)
    return drawn, instant_text(low, case.zone), instant_text(high, case.zone)


def show_case(case: Any) -> None:
    """One case's time line: what the verdict's clock did in words, the case's states drawn, and what happened when."""
    from tallystick.reports.charts import instant_text

    out = terminal.console()
    out.print(f"Case {case.case_id}: {case.note or case.clock} (times of {case.zone})", style="bold", soft_wrap=True)
    if case.sentence:
        out.print(case.sentence, soft_wrap=True)
    drawn, low, high = _bar(case)
    out.print(drawn, soft_wrap=True)
    out.print(f"{low}  →  {high}", style="bright_black", soft_wrap=True)
    out.print(
        "█ open  · outside opening hours  ░ paused  ▒ paused while the customer waits  ─ stopped  ◆ due",
        soft_wrap=True,
    )
    marks = [(mark.at_s, mark.party, mark.words) for mark in case.marks]
    if case.due_s is not None:
        marks.append((case.due_s, "", "◆ due"))
    rows = [(instant_text(at, case.zone), who, what) for at, who, what in sorted(marks, key=lambda mark: mark[0])]
    terminal.table(("when", "who", "what"), rows)
    spans = [(instant_text(s.from_s, case.zone), instant_text(s.until_s, case.zone), s.state) for s in case.spans]
    terminal.table(("from", "until", "the case"), spans)


def show_row(row: Any) -> None:
    """One row behind a figure that is no case: its place, what it says, and the records it was made of."""
    from tallystick.reports.charts import instant_text

    def shown(value: Any) -> str:
        return instant_text(int(value.timestamp()), row.zone) if hasattr(value, "timestamp") else str(value)

    terminal.console().print(row.sentence, style="bold", soft_wrap=True)
    for fact in row.facts:
        terminal.key_values({name.replace("_", " "): shown(value) for name, value in fact.items()})
    for name, rows in row.records:
        columns = [column for column in rows[0] if any(one[column] is not None for one in rows)]
        lines = [[("" if one[column] is None else shown(one[column])) for column in columns] for one in rows]
        terminal.table(tuple(column.replace("_", " ") for column in columns), lines, title=f"Records of {name}")
