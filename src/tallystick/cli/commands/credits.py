"""tally credits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError


def run(
    partner: Annotated[list[str] | None, typer.Option(help="This partner only; may be repeated.")] = None,
    period: Annotated[
        list[str] | None, typer.Option(help="This period, for example 2026-03 [default: each partner's newest].")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day on which claims are looked at [default: today].")] = None,
    steps: Annotated[bool, typer.Option("--steps", help="Every step of each credit's arithmetic.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Show price adjustments and their state."""
    from tallystick.verdicts.credit_state import credit_state
    from tallystick.verdicts.store import VerdictStore

    store = VerdictStore(open_home(home).folder("verdicts"))
    records = _wanted(store.judged(), partner or [], period or [])
    states = [state for record in records if (state := credit_state(store, record, _day(on))) is not None]
    if json:
        terminal.print_json([state.as_json() for state in states])
        return 0
    if not states:
        terminal.console().print("No price adjustment has been judged yet: `tally assess` judges what is due.")
    for state in states:
        _show(state, steps=steps)
    if states and not steps:
        first = states[0]
        which = f"--partner {first.partner} --period {first.period}"
        terminal.suggest(f"tally credits {which} --steps", "every step of the arithmetic")
    return 0


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day.", "Write it as 2026-03-31.") from error


def _wanted(records: list[Any], partners: list[str], periods: list[str]) -> list[Any]:
    from tallystick.verdicts.credit_state import newest

    found = [
        one for one in records if (not partners or one.partner in partners) and (not periods or one.period in periods)
    ]
    if records and not found:
        known = {one.partner for one in records}
        missing = next((one for one in partners if one not in known), None)
        if missing is not None:
            raise NotFound("partner with a judged period", missing, tuple(sorted(known)))
        raise NotFound("judged period", ", ".join(periods), tuple(sorted({one.period for one in records})[-3:]))
    return found if periods else newest(found)


def _show(state: Any, *, steps: bool) -> None:
    out = terminal.console()
    first, end = state.year
    out.print(f"{state.partner} {state.period}", style="bold")
    out.print(
        f"{state.contract}: {_money(state.total)} in the period, {_money(state.year_total)} in the contract year from "
        f"{first} (it ends before {end}). An amount below zero is an addition to the fees.",
        soft_wrap=True,
    )
    if state.at_risk is not None:
        out.print(f"At risk to the end of the contract year: {_money(state.at_risk)}.", soft_wrap=True)
    if state.ahead is not None:
        least, middle, most = (_money(one) for one in (state.ahead.least, state.ahead.middle, state.ahead.most))
        out.print(f"At the period's pace so far: {middle}, between {least} and {most}.", soft_wrap=True)
    rows = [(one.clause, one.follows, _money(one.amount), _money(one.payable)) for one in state.lines]
    terminal.table(("clause", "follows from", "granted", "left under the limits"), rows, right=(2, 3))
    if steps:
        _steps("how each came about", [step for one in (*state.lines, *state.tallies) for step in one.steps])
        _steps("limits", state.limits)
    if state.held:
        held = [(one.clause, one.period, _money(one.amount), one.state, one.decided) for one in state.held]
        terminal.table(("clause", "credit of", "amount", "state", "decided in"), held, right=(2,), title="earned back")
    if state.caps:
        caps = [
            (one.clause, one.over, *map(_money, (one.ceiling, one.used_before, one.used_now, one.left, one.year_left)))
            for one in state.caps
        ]
        heads = ("cap", "over", "ceiling", "used before", "used now", "left", "at risk to the year's end")
        terminal.table(heads, caps, right=(2, 3, 4, 5, 6), title="caps and what is left at risk")
    if state.triggers:
        rights = [
            (one.clause, one.title, "▲ reached" if one.reached else "○ not reached", _counted(one), one.use_by)
            for one in state.triggers
        ]
        terminal.table(("clause", "right", "state", "counted", "use by"), rights, title="rights", wrapping=(3,))
    if state.claims:
        claims = [
            (one.period, _money(one.amount), str(one.until or ""), str(one.claimed or ""), one.state)
            for one in state.claims
        ]
        terminal.table(("period", "amount", "claim by", "claimed on", "state"), claims, right=(1,), title="claims")


def _counted(trigger: Any) -> str:
    return "; ".join(f"{label.removeprefix('counted ')}: {result} ({said})" for label, said, result in trigger.counted)


def _steps(title: str, steps: Any) -> None:
    from tallystick.reports.page import result_text

    rows = [(step.clause, step.label, step.formula, step.inserted, result_text(step)) for step in steps]
    if rows:
        terminal.table(("clause", "step", "formula", "with numbers", "result"), rows, title=title, wrapping=(2, 3))


def _money(money: Any) -> str:
    from tallystick.reports.figures import money_text

    return str(money_text(money))


COMMAND = Command(
    summary="Price adjustments by partner and period: their steps, what is pending, caps, rights, and claims.",
    examples=(
        ("tally credits", "each partner's newest judged period"),
        ("tally credits --partner aurora --period 2026-03 --steps", "one period with every step"),
        ("tally credits --on 2026-05-31", "claims as they stand on a day"),
        ("tally credits --json", "everything, with exact amounts"),
    ),
    run=run,
    order=56,
)
