"""tally integrity."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound

STATES = {"found": ("▲", "red"), "clear": ("●", "green"), "no data": ("○", "bright_black")}
CASES = 20
FIGURES = ("rows", "of", "reported", "without it", "n")


def _wanted(records: list[Any], partner: list[str], period: list[str]) -> list[Any]:
    partners, periods = ({one.lower() for one in given} for given in (partner, period))
    found = [
        one
        for one in records
        if (not partners or one.partner.lower() in partners) and (not periods or one.period in periods)
    ]
    if not found and partners:
        known = sorted({one.partner for one in records})
        missing = sorted(partners - {one.lower() for one in known})
        if missing:
            raise NotFound("partner with a judged month", missing[0], tuple(known))
    if not found and records:
        raise NotFound("judged month", ", ".join(sorted(periods)), tuple(sorted({one.period for one in records})[-3:]))
    return found


def run(
    partner: Annotated[list[str] | None, typer.Option(help="This partner only; may be repeated.")] = None,
    period: Annotated[
        list[str] | None, typer.Option(help="This month, for example 2026-03 [default: each partner's newest].")
    ] = None,
    pattern: Annotated[list[str] | None, typer.Option(help="This pattern only; its rows are listed.")] = None,
    rows: Annotated[int, typer.Option(help="How many rows of a pattern to list.", min=0)] = CASES,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Look for gaming."""
    from tallystick.integrity import by_partner, integrity_of, lake_of, months
    from tallystick.signals.pattern import patterns
    from tallystick.verdicts.store import VerdictStore

    names = list(dict.fromkeys(pattern or ()))
    for name in names:
        if name not in patterns():
            raise NotFound("pattern", name, tuple(patterns()))
    place = open_home(home)
    store = VerdictStore(place.folder("verdicts"))
    records = _wanted(months(store.judged()), partner or [], period or [])
    if not period:
        newest: dict[str, str] = {}
        for one in records:
            newest[one.partner] = max(newest.get(one.partner, ""), one.period)
        records = [one for one in records if one.period == newest[one.partner]]
    lake = lake_of(place.root)
    try:
        pin = lake.pin() if lake is not None else None
        answers = by_partner(integrity_of(store, record, lake, pin=pin, names=names) for record in records)
    finally:
        if lake is not None:
            lake.close()
    if json:
        terminal.print_json([_as_json(one) for one in answers])
    else:
        _show(answers, rows, listing=bool(names))
    return 1 if any(_is_found(one) for answer in answers for one in answer.patterns) else 0


def _is_found(said: Any) -> bool:
    return bool(said.strongest.state == "found")


def _as_json(answer: Any) -> dict[str, Any]:
    from tallystick.integrity import as_json

    return as_json(answer)


def _show(answers: list[Any], most: int, *, listing: bool) -> None:
    out = terminal.console()
    if not answers:
        out.print("No month has been judged yet: `tally assess --period 2026-03` judges one.")
        return
    for answer in answers:
        found = [one for one in answer.patterns if _is_found(one)]
        silent = [one for one in answer.patterns if one.strongest.state == "no data"]
        out.print(f"{answer.partner} {answer.period}", style="bold")
        clear = len(answer.patterns) - len(found) - len(silent)
        said = f"{terminal.counted(len(found), 'pattern')} found, {clear} clear, {len(silent)} without data."
        out.print(said, soft_wrap=True)
        several = len(answer.contracts) > 1
        terminal.table(
            ("pattern", "weight", "state", *(("contracts",) if several else ()), *FIGURES),
            [_line(one, several=several) for one in answer.patterns],
            right=tuple(range(3 + several, 3 + several + len(FIGURES))),
            wrapping=(0, 3) if several else (0,),
        )
        for one in found:
            if listing or one is found[0]:
                _list(one, most if listing else min(most, 5), several=several)
    told = [(answer, one) for answer in answers for one in answer.patterns if _is_found(one)]
    if told and not listing:
        answer, one = told[0]
        which = f"--partner {answer.partner} --period {answer.period} --pattern {one.strongest.pattern}"
        terminal.suggest(f"tally integrity {which}", "all of its rows")


def _line(said: Any, *, several: bool) -> tuple[Any, ...]:
    from rich.text import Text

    from tallystick.integrity import figure_words
    from tallystick.signals.pattern import patterns

    one = said.strongest
    shape, colour = STATES[one.state]
    before, after = figure_words(one.reported), figure_words(one.recomputed)
    return (
        patterns()[one.pattern].title,
        str(one.severity),
        Text(f"{shape} {one.state}", style=colour),
        *((", ".join(said.contracts),) if several else ()),
        f"{one.suspects:,}" if one.n else "",
        f"{one.n:,}" if one.n else "",
        before,
        after if one.state == "found" else "",
        f"{one.reported.n:,}" if one.reported is not None else "",
    )


def _list(said: Any, most: int, *, several: bool) -> None:
    from tallystick.signals.figures import moment
    from tallystick.signals.pattern import patterns

    one = said.strongest
    kind = patterns()[one.pattern]
    shown = [
        (case.id, moment(case.at_s), *((contract,) if several else ()), case.reason)
        for contract, case in said.rows[:most]
    ]
    title = f"{kind.title} ({one.finding}): {len(shown)} of {terminal.counted(len(said.rows), kind.row)}"
    head = (kind.row, "when", *(("contract",) if several else ()), "why")
    terminal.table(head, shown, title=title, wrapping=(len(head) - 1,))


COMMAND = Command(
    summary="Patterns of gaming in a judged month: rows, chance, and each figure without them.",
    examples=(
        ("tally integrity", "each partner's newest judged month"),
        ("tally integrity --partner borealis --period 2026-03", "one partner's month"),
        ("tally integrity --pattern pending_parking --rows 100", "one pattern with its rows"),
        ("tally integrity --json", "everything, with exact figures"),
        ("tally list patterns", "what is looked for"),
    ),
    run=run,
    order=57,
)
