"""tally assess."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home, partner_names
from tallystick.vocabulary.errors import DataError, NotFound
from tallystick.vocabulary.finding import Severity

PeriodOption = Annotated[
    list[str] | None,
    typer.Option("--period", help="A month, quarter or week: 2026-03, 2026-Q1, 2026-W10 [default: every month over]."),
]
PartnerOption = Annotated[list[str] | None, typer.Option("--partner", help="Only this partner; may be repeated.")]
AsOfOption = Annotated[str, typer.Option("--as-of", help="The instant to take as now, for example 2026-07-06T06:00Z.")]


def _only_sound(texts: Sequence[Path]) -> None:
    """Refuse a text in which `tally check` finds an error: two targets for one clock, say, would judge by either."""
    from tallystick.contract.check import check_path
    from tallystick.verdicts.cards import measure_cards

    for text in texts:
        _, findings = check_path(text, measure_cards())
        wrong = [finding for finding in findings if finding.severity is Severity.ERROR]
        if wrong:
            terminal.print_findings(wrong)
            raise DataError(
                f"{text.name} has {len(wrong)} error{'s' * (len(wrong) != 1)}, so nothing is judged by it.",
                f"Correct the text; `tally check {text}` shows what is left.",
            )


def judge_all(
    home: Home,
    as_of: datetime,
    *,
    texts: Sequence[Path] = (),
    periods: Sequence[str] = (),
    partners: Sequence[str] = (),
    quiet: bool = False,
) -> list[Any]:
    """`assess` for a folder, with a status line on stderr where somebody watches."""
    from tallystick.assess import Order, assess
    from tallystick.cli.rated import lake_of
    from tallystick.verdicts.gating import data_gate

    order = Order(
        contracts=tuple(texts) or tuple(home.contracts),
        as_of=as_of,
        periods=tuple(periods),
        partners=frozenset(partners) or None,
    )
    if not order.contracts:
        error = NotFound("contract", "")
        error.cure = f"Put a contract's YAML into {home.folder('contracts')}; `tally check` helps to write it."
        raise error
    _only_sound(order.contracts)
    lake_of(home)
    if quiet or not sys.stderr.isatty():
        return assess(home.root, order, gate=data_gate)
    with terminal.console(stderr=True).status("judging") as status:
        return assess(
            home.root, order, gate=data_gate, progress=lambda who, when: status.update(f"judging {who} {when}")
        )


HEADERS = ("period", "clause", "promised", "happened", "counted", "interval", "they say", "verdict", "before the cap")
CLAUSE = 1
# What a screen without room leaves out first; `tally explain` has it all.
LEFT_OUT_FIRST = (5, 6, 8, 2)
# A clause's name needs so many characters to be read at a glance.
LEAST_FOR_CLAUSE = 24
NOTHING = ("", "-")


def verdict_row(verdict: Any) -> tuple[Any, ...]:
    """One verdict as a line: promised, happened with n and interval, what the partner says, what follows."""
    from tallystick.reports.figures import counted_text, interval_text, level_text, money_text, value_text

    unit = verdict.value.unit if verdict.value is not None else "ratio"
    value = verdict.value.value if verdict.value is not None else None
    reported = verdict.reported
    level = "at least" if verdict.better == "higher" else "at most"
    return (
        verdict.period,
        f"{verdict.clause} {verdict.title}",
        f"{level} {level_text(verdict.target, unit)}" if verdict.target is not None else "-",
        value_text(value, unit, verdict.target, verdict.minimum),
        counted_text(verdict.value),
        interval_text(verdict.value),
        value_text(reported.value, unit, verdict.target) if reported is not None else "-",
        terminal.outcome_text(verdict.outcome),
        money_text(verdict.credit) if verdict.credit is not None and verdict.credit.amount else "",
    )


def show_verdicts(verdicts: Sequence[Any], title: str = "") -> None:
    """The verdicts, a table for each partner, with as many columns as leave room for the clauses' names."""
    columns = _columns([verdict_row(verdict) for verdict in verdicts], terminal.console().width)
    if title and verdicts:
        terminal.console().print(title, style="bold")
    for partner in dict.fromkeys(verdict.partner for verdict in verdicts):
        rows = [verdict_row(verdict) for verdict in verdicts if verdict.partner == partner]
        terminal.table(
            [HEADERS[at] for at in columns],
            [[row[at] for at in columns] for row in rows],
            title=partner,
            right=[place for place, at in enumerate(columns) if at in (2, 3, 4, 5, 6, 8)],
            wrapping=(columns.index(CLAUSE),),
        )


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[int]:
    """The columns to show: none that says nothing in any row, and none that a clause's name needs the room of."""
    said = [any(str(row[at]) not in NOTHING for row in rows) for at in range(len(HEADERS))]
    columns = [at for at in range(len(HEADERS)) if said[at]]
    longest = {at: max([len(HEADERS[at]), *(len(row[at]) for row in rows)]) for at in columns}
    needed = min(longest.get(CLAUSE, 0), LEAST_FOR_CLAUSE)
    for least in LEFT_OUT_FIRST:
        if sum(longest[at] + 3 for at in columns if at != CLAUSE) + needed + 3 > width and least in columns:
            columns.remove(least)
    return columns


def show_money(records: Sequence[Any]) -> None:
    """What is payable, by partner and period, where there is anything: credits, cap, sum."""
    from tallystick.reports.figures import money_text

    rows = []
    for statement in (one.record.statement for one in records if one.record.statement is not None):
        lines = [line for line in statement.lines if line.amount.amount]
        cut = any(line.payable != line.amount for line in lines)
        told = " + ".join(f"{line.follows} {money_text(line.amount)}" for line in lines)
        if lines:
            what = f"{told}, cut by the cap" if cut else told
            rows.append((statement.partner, statement.period, what, money_text(statement.total)))
    if rows:
        headers = ("partner", "period", "follows from", "price adjustment")
        terminal.table(headers, rows, title="What follows in money", right=(3,))


def summary(verdicts: Sequence[Any]) -> str:
    """How many of each outcome, in words."""
    counts = {word: sum(verdict.outcome == word for verdict in verdicts) for word in terminal.OUTCOMES}
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"{terminal.counted(len(verdicts), 'verdict')}: {told}." if verdicts else "No verdict was reached."


def _known_partners(home: Home, wanted: Sequence[str]) -> None:
    """Refuse a partner that no contract names, with the names that look alike."""
    from difflib import get_close_matches

    known = partner_names(home)
    for name in wanted:
        if name not in known:
            raise NotFound("partner", name, tuple(get_close_matches(name, known, 2, cutoff=0.5)) or tuple(known)[:3])


def _show_restated(verdict: Any) -> None:
    because = ", ".join(verdict.noted.get("because", ())) or "unknown"
    moved = verdict.noted.get("records_moved", len(verdict.differing))
    names = ", ".join(one.name for one in verdict.differing[:3])
    told = f" ({moved:,} records: {names}{' …' if moved > 3 else ''})" if moved else ""
    terminal.console().print(
        f"▲ {verdict.name} restates {verdict.restates}, because of {because}{told}", style="yellow", soft_wrap=True
    )


def run(
    contracts: Annotated[list[Path] | None, typer.Argument(help="Contract texts [default: all of the folder].")] = None,
    period: PeriodOption = None,
    partner: PartnerOption = None,
    as_of: AsOfOption = "",
    every: Annotated[bool, typer.Option("--all", help="Show the kept clauses too, when there are many.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Judge."""
    from tallystick.cli.commands.check import chosen
    from tallystick.cli.commands.ingest import instant

    place = open_home(home)
    records = judge_all(
        place,
        instant(as_of),
        texts=chosen(contracts, home) if contracts else (),
        periods=period or (),
        partners=partner or (),
        quiet=json,
    )
    if partner and not records:
        _known_partners(place, partner)
    verdicts = [verdict for one in records for verdict in one.verdicts]
    if json:
        terminal.print_json(
            [
                {
                    "partner": one.record.partner,
                    "period": one.record.period,
                    "change": one.change,
                    "statement": one.record.statement.as_json() if one.record.statement is not None else None,
                    "verdicts": [verdict.as_json() for verdict in one.verdicts],
                }
                for one in records
            ]
        )
    else:
        shown = verdicts if every or len(verdicts) <= 40 else [v for v in verdicts if v.outcome != "met"]
        show_verdicts(shown)
        show_money(records)
        for one in records:
            for verdict in one.restated:
                _show_restated(verdict)
        left = (
            f" The {len(verdicts) - len(shown)} kept ones are shown with --all." if len(shown) < len(verdicts) else ""
        )
        terminal.console().print(summary(verdicts) + left)
        if verdicts:
            worst = next((v for v in verdicts if v.outcome == "missed"), verdicts[0])
            terminal.suggest(f"tally explain {worst.whole_name}", "down to the cases behind it")
            terminal.suggest("tally report", "a page for each partner and month")
    return 1 if any(verdict.outcome == "missed" for verdict in verdicts) else 0


COMMAND = Command(
    summary="Judge: met or missed per clause, partner and period, and the money that follows.",
    examples=(
        ("tally assess --period 2026-03", "one month, all partners"),
        ("tally assess", "every month that is over"),
        ("tally assess contract.yaml --partner aurora", "one contract text, one partner"),
        ("tally assess --period 2026-Q1 --json", "for scripts"),
    ),
    run=run,
    order=50,
)
