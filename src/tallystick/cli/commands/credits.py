"""tally credits."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.desk import opened_desk
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError


def run(
    partner: Annotated[list[str] | None, typer.Option(help="This partner only; may be repeated.")] = None,
    period: Annotated[
        list[str] | None, typer.Option(help="This period, for example 2026-03 [default: each partner's newest].")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day on which claims are looked at [default: today].")] = None,
    contract: Annotated[str, typer.Option(help="This contract only.")] = "",
    steps: Annotated[bool, typer.Option("--steps", help="Every step of each credit's arithmetic.")] = False,
    note: Annotated[
        Path | None, typer.Option(help="Write the credit note of one period to this file: .xml (UBL), .pdf (Factur-X).")
    ] = None,
    number: Annotated[str, typer.Option(help="The note's number [default: CN, contract, partner, period].")] = "",
    issued: Annotated[
        str | None, typer.Option(help="The note's day [default: the first after the period and its invoices].")
    ] = None,
    like: Annotated[
        Path | None, typer.Option(help="An invoice with the note's parties and tax [default: the partner's newest].")
    ] = None,
    tax: Annotated[str, typer.Option(help='Its tax where the invoice has several: "S 19" (category, per cent).')] = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Show price adjustments and their state."""
    from tallystick.verdicts.credit_state import credit_state
    from tallystick.verdicts.store import VerdictStore

    place = open_home(home)
    store, closed = _as_closed(place.root, VerdictStore(place.folder("verdicts")))
    records = _wanted(store.judged(), partner or [], period or [], contract)
    if note is None and (number or issued or like or tax):
        raise UsageError("--number, --issued, --like and --tax are of a credit note.", "Name its file with --note.")
    if note is not None:
        from tallystick.cli.commands._credit_note import write_note

        write_note(place, note, records, number=number, issued_on=_day(issued), like=like, tax=tax)
        return 0
    day = _day(on)
    states = [
        state
        for record in records
        if (state := credit_state(store, record, day or _today(record), _days(closed, record))) is not None
    ]
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


def _as_closed(root: Path, store: Any) -> tuple[Any, dict[tuple[str, str, str], datetime] | None]:
    """The store with the figures that periods were closed with in the home's control room, and when they were closed.

    As it is, and None, where that has never been opened: nobody can tell.
    """
    from tallystick.web.place import DATABASE, DESK

    if not (root / DESK / DATABASE).is_file():
        return store, None
    with opened_desk(root):
        from tallystick.web.desk.close import closed_desk, judgings_closed_desk
        from tallystick.web.judgings import AsClosed

        return AsClosed(store, judgings_closed_desk()), closed_desk()


def _days(closed: dict[tuple[str, str, str], datetime] | None, record: Any) -> dict[str, date] | None:
    """The day on which each closed period of a judging's contract and partner was closed, in its zone."""
    if closed is None:
        return None
    return {
        period: at.astimezone(ZoneInfo(record.zone)).date()
        for (contract, partner, period), at in closed.items()
        if (contract, partner) == (record.contract, record.partner)
    }


def _today(record: Any) -> date:
    return datetime.now(ZoneInfo(record.zone)).date()


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day.", "Write it as 2026-03-31.") from error


def _wanted(records: list[Any], partners: list[str], periods: list[str], contract: str = "") -> list[Any]:
    from tallystick.verdicts.credit_state import newest

    texts = {one.contract for one in records}
    if contract:
        records = [one for one in records if one.contract == contract]
        if not records:
            raise NotFound("contract with a judged period", contract, tuple(sorted(texts)))
    if not records:
        return []
    known = {one.partner for one in records}
    missing = next((one for one in partners if one not in known), None)
    if missing is not None:
        raise NotFound("partner with a judged period", missing, tuple(sorted(known)))
    own = [one for one in records if not partners or one.partner in partners]
    judged = {one.period for one in own}
    unknown = next((one for one in periods if one not in judged), None)
    if unknown is not None:
        raise NotFound("judged period", unknown, tuple(sorted(judged)[-3:]))
    return [one for one in own if one.period in periods] if periods else newest(own)


def _show(state: Any, *, steps: bool) -> None:
    from tallystick.verdicts.claim_state import UNKNOWN

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
        # The rule only where some clause is one; under the contract's own `claims` there is none to name.
        width = 6 if any(one.clause for one in state.claims) else 5
        told = [
            (one.period, _money(one.amount), str(one.until or ""), str(one.claimed or ""), one.state, one.clause)
            for one in state.claims
        ]
        columns = ("period", "amount", "claim by", "claimed on", "state", "rule")[:width]
        terminal.table(columns, [row[:width] for row in told], right=(1,), title="claims")
        if any(one.state == UNKNOWN for one in state.claims):
            out.print(
                "Where no claim is known, the last day has passed, and this home has no control room that says which "
                "periods were closed: what was not claimed by then has lapsed.",
                soft_wrap=True,
            )


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
        ("tally credits --partner aurora --period 2026-03 --note credit.xml", "the credit note that they ask for"),
        ("tally credits --json", "everything, with exact amounts"),
    ),
    run=run,
    order=56,
)
