"""tally staffing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError

if TYPE_CHECKING:
    from tallystick.staffing.shortfall import Shortage, Shortfall
    from tallystick.verdicts.promise import Promise

PERCENT = re.compile(r"\d{1,3}(\.\d{1,4})?")
SHOWN = 20
HALF_HOUR = timedelta(minutes=30)


def _promise(home: Home, partner: str, label: str, as_of: datetime) -> Promise:
    """The promise to a partner whose term the period touches; the contract that ends last, where there are several."""
    from tallystick.verdicts.promise import known_on, partners_of, promise_of, texts_at

    found, others = [], list[str]()
    for path in home.contracts:
        texts = texts_at(path)
        others += partners_of(texts, None)
        for name in partners_of(texts, frozenset({partner})):
            promise = promise_of(texts, name, known_on(as_of))
            period = promise.period(label)
            if promise.contract.term.from_on < period.end_on and period.start_on <= promise.contract.term.to_on:
                found.append(promise)
    if not found and partner not in others:
        error = NotFound("partner with a contract", partner, tuple(dict.fromkeys(others)))
        error.cure = "`tally list contracts` shows them all."
        raise error
    if not found:
        raise UsageError(f"No contract of {partner} covers {label}.", "`tally list contracts` shows their terms.")
    return max(found, key=lambda promise: (promise.contract.term.to_on, promise.contract.contract))


def _tolerance(given: str) -> Fraction:
    if not PERCENT.fullmatch(given):
        raise UsageError(f"{given!r} is no tolerance.", "Give per cent of the forecast, such as 10 or 7.5.")
    return Fraction(given) / 100


def _agents(seconds: int | None) -> str:
    from tallystick.staffing.shortfall import agents_text

    return "-" if seconds is None else agents_text(seconds).partition(" ")[0]


def _hours(seconds: int) -> str:
    tenths = (seconds * 20 + 3600) // 7200
    return f"{tenths // 10:,}.{tenths % 10} h"


def run(
    partner: Annotated[str, typer.Option("--partner", help="The partner, as its contract names it.")],
    period: Annotated[str, typer.Option("--period", help="A month, week or day: 2026-03, 2026-W10, 2026-03-14.")],
    programme: Annotated[str, typer.Option(help="Only this programme.")] = "",
    tolerance: Annotated[
        str, typer.Option(help="Per cent by which contacts may exceed the forecast before the client answers.")
    ] = "10",
    rows: Annotated[int, typer.Option(help="How many half hours to list.", min=0)] = SHOWN,
    as_of: AsOfOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Which half hours were short of agents, and why."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from tallystick.cli.commands.ingest import instant
    from tallystick.facts.live import stream_facts
    from tallystick.records.commits import PROTOCOL_FILE
    from tallystick.records.lake import Lake
    from tallystick.staffing.shortfall import shortage
    from tallystick.vocabulary.scope import Scope

    place, allowed = open_home(home), _tolerance(tolerance)
    until = instant(as_of)
    promise = _promise(place, partner, period, until)
    known = [one.programme for one in promise.terms.programmes]
    if programme and programme not in known:
        raise NotFound("programme", programme, tuple(known))
    if not (place.folder("lake") / PROTOCOL_FILE).is_file():
        raise UsageError("There are no records yet.", "`tally ingest FILE` takes calls, rosters and forecasts in.")
    with Lake.open(place.folder("lake")) as lake:
        scope = Scope.of_partner(lake.client, partner)
        span = promise.period(period)
        read = stream_facts(lake, scope, promise.terms, ["staffing_interval"], span.start_s, span.end_s)
    facts = read["staffing_interval"]
    on = facts.column("started_on")
    inside = pc.and_(pc.greater_equal(on, pa.scalar(span.start_on)), pc.less(on, pa.scalar(span.end_on)))
    facts = facts.filter(pc.and_(inside, pc.less_equal(facts.column("started_at"), until)))
    if programme:
        facts = facts.filter(pc.fill_null(pc.equal(facts.column("programme"), programme), fill_value=False))
    found = shortage(facts, allowed)
    if json:
        terminal.print_json(_record(found, partner, period, allowed))
    else:
        _show(found, facts.num_rows, partner, period, promise.contract.zone, rows)
    return 0


def _record(found: Shortage, partner: str, period: str, tolerance: Fraction) -> dict[str, Any]:
    return {
        "partner": partner,
        "period": period,
        "tolerance": tolerance,
        "intervals": found.intervals,
        "unknown": found.unknown,
        "short": len(found.short),
        "partner_s": found.partner_s,
        "client_s": found.client_s,
        "causes": [{"cause": str(cause), "intervals": n, "short_s": short} for cause, n, short in found.by_cause()],
        "intervals_short": [
            {name: value for name, value in vars(one).items() if name not in ("cause", "partner")}
            | {"cause": str(one.cause), "without_fault": one.without_fault}
            for one in found.short
        ],
    }


def _show(found: Shortage, facts: int, partner: str, period: str, zone: str, most: int) -> None:
    from tallystick.staffing.shortfall import longest_run

    out = terminal.console()
    if not facts:
        out.print(
            f"Nothing is known of {partner}'s half hours in {period}: no calls, forecasts, rosters or states of "
            "agents. `tally ingest FILE` takes them in.",
            soft_wrap=True,
        )
        return
    if not found.intervals:
        out.print(
            f"No half hour of {partner} in {period} can be judged: that takes contacts with their handling time, and "
            "the states of agents. `tally doctor` shows what has come.",
            soft_wrap=True,
        )
        return
    judged = terminal.counted(found.intervals, "half hour")
    told = f"{partner}, {period}: {len(found.short):,} of {judged} were short of agents"
    rest = f"; {found.unknown:,} more cannot be judged" if found.unknown else ""
    out.print(f"{told}{rest}.", style="bold", soft_wrap=True)
    if not found.short:
        return
    whole = sum(one.short_s for one in found.short)
    out.print(
        f"Agents were missing for {_hours(whole)}: {_hours(found.partner_s)} are the partner's to answer for, "
        f"{_hours(found.client_s)} the client's, {_hours(whole - found.partner_s - found.client_s)} nobody's.",
        soft_wrap=True,
    )
    causes = [(str(cause), f"{n:,}", _hours(short)) for cause, n, short in found.by_cause()]
    terminal.table(("cause", "half hours", "missing"), causes, right=(1, 2))
    run = longest_run(found.short)
    if len(run) > 1:
        first, last = _local(run[0].started_at, zone), _local(run[-1].started_at + HALF_HOUR, zone)
        out.print(
            f"Longest: {run[0].programme}, {len(run)} half hours one after the other, {first} to {last}.",
            soft_wrap=True,
        )
    _list(found.short, zone, most)


def _list(short: Sequence[Shortfall], zone: str, most: int) -> None:
    if not most:
        return
    rows = [
        (
            _local(one.started_at, zone),
            one.programme or "(none)",
            *(_agents(seconds) for seconds in (one.needed_s, one.required_s, one.scheduled_s, one.worked_s)),
            str(one.cause),
        )
        for one in sorted(short, key=lambda one: (-one.short_s, one.started_at))[:most]
    ]
    terminal.table(
        (f"half hour ({zone})", "programme", "needed", "required", "on the roster", "at work", "cause"),
        rows,
        title=f"The half hours that were shortest ({len(rows):,} of {len(short):,})",
        right=(2, 3, 4, 5),
        wrapping=(6,),
    )


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


COMMAND = Command(
    summary="Half hours that were short of agents, each with its cause: the partner's roster or plan, or the forecast.",
    examples=(
        ("tally staffing --partner aurora --period 2026-03", "required, on the roster, at work, and why too few"),
        ("tally staffing --partner aurora --period 2026-03 --tolerance 15 --json", "another tolerance, for a script"),
    ),
    run=run,
    order=65,
)
