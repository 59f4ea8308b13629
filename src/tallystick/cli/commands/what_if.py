"""tally what-if."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.period import Period, periods_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallystick.billing.what_if import AmountMove, Level, PeriodAsIf, VerdictMove
    from tallystick.verdicts.promise import Promise
    from tallystick.vocabulary.money import Money


def _promise(home: Home, partner: str, contract: str, as_of: datetime) -> Promise:
    """The partner's promise under the contract that is named, or under the only one it has."""
    from tallystick.contract.filed_relief import filed_relief
    from tallystick.verdicts.promise import contract_name, known_on, partners_of, promise_of, texts_at

    everybody: set[str] = set()
    own: dict[str, Any] = {}
    for path in home.contracts:
        texts = texts_at(path)
        partners = partners_of(texts, None)
        everybody |= set(partners)
        if partner in partners:
            own[contract_name(texts)] = texts
    if partner not in everybody:
        raise NotFound("partner with a contract", partner, tuple(sorted(everybody)))
    if contract and contract not in own:
        raise NotFound(f"contract of {partner}", contract, tuple(own))
    if not contract and len(own) > 1:
        raise UsageError(f"{partner} has several contracts.", f"Name one with --contract: {', '.join(own)}.")
    name = contract or next(iter(own))
    return promise_of(own[name], partner, known_on(as_of), filed=filed_relief(home.root, name, partner))


def _months(home: Home, begin: str, end: str) -> tuple[str, ...]:
    first, last = (Period.parse(label, home.zone) for label in (begin, end or begin))
    if first.start_on > last.start_on:
        raise UsageError(f"{begin} is later than {end}.", "--from names the earlier month.")
    return tuple(one.label for one in periods_within("month", first.start_on, last.end_on, home.zone))


def run(
    partner: Annotated[str, typer.Option("--partner", help="The partner, as its contract names it.")],
    begin: Annotated[str, typer.Option("--from", help="The first month, for example 2026-03.")],
    end: Annotated[str, typer.Option("--to", help="The last month [default: that of --from].")] = "",
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="What the text would say: S1.target=92%, CAP.percentage=8%, MIN.rate=0.55."),
    ] = None,
    volume: Annotated[
        list[str] | None, typer.Option(help="What would be counted: +10%, or MIN=-5% of one charge.")
    ] = None,
    contract: Annotated[str, typer.Option(help="The contract, where the partner has several.")] = "",
    as_of: AsOfOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """What other terms or another volume would have given."""
    from tallystick.billing.otherwise import Changes, TermChange, VolumeChange
    from tallystick.billing.what_if import what_if
    from tallystick.cli.commands.ingest import instant

    place, until = open_home(home), instant(as_of)
    changes = Changes(
        tuple(TermChange.parse(one) for one in change or ()), tuple(VolumeChange.parse(one) for one in volume or ())
    )
    if not changes.terms and not changes.volumes:
        raise UsageError("Nothing would be otherwise.", "Name a change: --set S1.target=92% or --volume +10%.")
    promise = _promise(place, partner, contract, until)
    found = what_if(place.root, promise, _months(place, begin, end), changes, until)
    if json:
        terminal.print_json([one.as_json() for one in found])
        return 0
    _show(found, promise, [*(change or ()), *(f"volume {one}" for one in volume or ())])
    return 0


def _show(found: Sequence[PeriodAsIf], promise: Promise, said: Sequence[str]) -> None:
    out = terminal.console()
    out.print(f"{promise.partner}, {promise.contract.contract}: with {', '.join(said)}", style="bold", soft_wrap=True)
    for one in found:
        same = not (one.verdicts or one.credit_lines or one.lines)
        out.print(f"{one.period}{': nothing would be otherwise' if same else ''}", soft_wrap=True)
        if one.verdicts:
            heads = ("clause", "", "stands", "would be", "rows against it", "")
            terminal.table(heads, [_verdict(move) for move in one.verdicts], right=(4,), wrapping=(1, 5))
        if one.credit_lines or one.credits_before != one.credits_after:
            rows = [_amount(move) for move in one.credit_lines]
            rows.append(("all", "price adjustments", "", *_pair(one.credits_before, one.credits_after)))
            terminal.table(("", "", "", "stands", "would be", "by"), rows, right=(3, 4, 5), wrapping=(1,))
        if one.lines or one.net_before != one.net_after:
            rows = [_amount(move) for move in one.lines]
            rows.append(("net", "expected invoice", "", *_pair(one.net_before, one.net_after)))
            terminal.table(("", "", "units", "stands", "would be", "by"), rows, right=(3, 4, 5), wrapping=(1,))
    _sum(found)
    out.print("Nothing is stored.", soft_wrap=True)


def _level(level: Level | None, unit: str) -> str:
    from tallystick.reports.figures import level_text, value_text

    if level is None:
        return "-"
    value = level.value.value if level.value is not None else None
    unit = level.value.unit if level.value is not None else unit
    against = f" against {level_text(level.target, unit)}" if level.target is not None else ""
    return f"{level.outcome.value}: {value_text(value, unit, level.target)}{against}"


def _verdict(move: VerdictMove) -> tuple[str, ...]:
    cases = ", ".join(move.cases[:5])
    more = f" and {move.moved - 5:,} more" if move.moved > 5 else ""
    told = f"{terminal.counted(move.moved, 'case')} with another place: {cases}{more}" if move.moved else ""
    if not told and cases:
        needed = move.after.more_to_meet if move.after is not None else None
        told = f"{needed:,} more would have to meet" if needed else ""
        told = f"{told}; against it: {cases}" if told else f"against it: {cases}"
    against = "-" if move.against is None else f"{move.against:,}"
    return move.clause, move.title, _level(move.before, move.unit), _level(move.after, move.unit), against, told


def _amount(move: AmountMove) -> tuple[str, ...]:
    from tallystick.contract.quantity import figure_text

    units = ""
    if move.quantity_after is not None and move.quantity_before != move.quantity_after:
        before = "-" if move.quantity_before is None else figure_text(move.quantity_before, 2)
        units = f"{before} -> {figure_text(move.quantity_after, 2)}"
    return move.id, move.title, units, *_pair(move.before, move.after)


def _pair(before: Money | None, after: Money | None) -> tuple[str, str, str]:
    said = ["-" if one is None else str(one) for one in (before, after)]
    moved = [one.amount if one is not None else Decimal(0) for one in (before, after)]
    by = "" if before is None and after is None else f"{moved[1] - moved[0]:+,f}"
    return said[0], said[1], by


def _sum(found: Sequence[PeriodAsIf]) -> None:
    """What all months together would come to, where there are several."""
    if len(found) < 2:
        return
    rows = []
    for title, pairs in (
        ("price adjustments", [(one.credits_before, one.credits_after) for one in found]),
        ("expected invoices, net", [(one.net_before, one.net_after) for one in found]),
    ):
        before, after = _total(one for one, _ in pairs), _total(one for _, one in pairs)
        if before is not None or after is not None:
            rows.append((title, *_pair(before, after)))
    terminal.table(("all of it", "stands", "would be", "by"), rows, right=(1, 2, 3))


def _total(amounts: Any) -> Money | None:
    total: Money | None = None
    for amount in amounts:
        if amount is not None:
            total = amount if total is None else total + amount
    return total


COMMAND = Command(
    summary="What another target, cap, weight, price or volume would have given: verdicts, credits and invoice lines.",
    examples=(
        ("tally what-if --partner aurora --from 2026-03 --set S1.target=92%", "another target, with the cases"),
        ("tally what-if --partner aurora --from 2026-01 --to 2026-06 --set CAP.percentage=8%", "another cap"),
        ("tally what-if --partner aurora --from 2026-03 --set MIN.rate=0.55 --volume +10%", "a price, more volume"),
        ("tally what-if --partner aurora --from 2026-03 --set monthly.amount=100000 --json", "a fee, exact figures"),
    ),
    run=run,
    order=65,
)
