"""tally staffing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands._staffing_days import show_days
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError

if TYPE_CHECKING:
    from tallystick.staffing.shortfall import Shortage, Shortfall
    from tallystick.verdicts.promise import Promise

PERCENT = re.compile(r"\d{1,3}(\.\d{1,4})?")
SHOWN = 20
HALF_HOUR = timedelta(minutes=30)


def _promises(home: Home, label: str, as_of: datetime) -> tuple[dict[str, Promise], set[str]]:
    """The promise to each partner whose contract's term the period touches, and all partners with a contract.

    Of several contracts of a partner, the one that speaks most of the floor; of those, the one that ends last.
    """
    from tallystick.verdicts.gathering import speaks_of_floor
    from tallystick.verdicts.promise import known_on, partners_of, promise_of, texts_at

    def rank(one: Promise) -> tuple[int, int]:
        return speaks_of_floor(one.contract), -one.contract.whole_term.to_on.toordinal()

    found: dict[str, Promise] = {}
    everybody: set[str] = set()
    for path in home.contracts:
        texts = texts_at(path)
        for name in partners_of(texts, None):
            everybody.add(name)
            promise = promise_of(texts, name, known_on(as_of))
            span, term = promise.period(label), promise.contract.whole_term
            if term.from_on >= span.end_on or span.start_on > term.to_on:
                continue
            if name not in found or rank(promise) < rank(found[name]):
                found[name] = promise
    return found, everybody


def _promise_to(promises: Mapping[str, Promise], everybody: set[str], partner: str, label: str) -> Promise:
    if partner in promises:
        return promises[partner]
    if partner in everybody:
        raise UsageError(f"No contract of {partner} covers {label}.", "`tally list contracts` shows their terms.")
    error = NotFound("partner with a contract", partner, tuple(sorted(everybody)))
    error.cure = "`tally list contracts` shows them all."
    raise error


def _facts(home: Home, promise: Promise, label: str, until: datetime) -> Any:
    """The half hours of a partner that begin in a period and by an instant, in the partner's own scope."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from tallystick.facts.live import stream_facts
    from tallystick.records.commits import PROTOCOL_FILE
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope

    if not (home.folder("lake") / PROTOCOL_FILE).is_file():
        raise UsageError("There are no records yet.", "`tally ingest FILE` takes calls, rosters and forecasts in.")
    span = promise.period(label)
    with Lake.open(home.folder("lake")) as lake:
        scope = Scope.of_partner(lake.client, promise.partner)
        read = stream_facts(lake, scope, promise.terms, ["staffing_interval"], span.start_s, span.end_s)
    facts = read["staffing_interval"]
    on = facts.column("started_on")
    inside = pc.and_(pc.greater_equal(on, pa.scalar(span.start_on)), pc.less(on, pa.scalar(span.end_on)))
    return facts.filter(pc.and_(inside, pc.less_equal(facts.column("started_at"), until)))


def _share(given: str, name: str) -> Fraction:
    if not PERCENT.fullmatch(given):
        raise UsageError(f"--{name} cannot be {given!r}.", "Give per cent, such as 10 or 7.5.")
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
    without: Annotated[
        bool, typer.Option("--without", help="What losing this partner would do to the backlog.")
    ] = False,
    overtime: Annotated[str, typer.Option(help="With --without: per cent that the others can add.")] = "0",
    days: Annotated[
        bool, typer.Option("--days", help="Hours by day: needed, required, on the roster, at work, billed.")
    ] = False,
    as_of: AsOfOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Which half hours were short of agents, and why."""
    import pyarrow.compute as pc

    from tallystick.cli.commands.ingest import instant
    from tallystick.staffing.shortfall import shortage

    place, until = open_home(home), instant(as_of)
    allowed, added = _share(tolerance, "tolerance"), _share(overtime, "overtime")
    promises, everybody = _promises(place, period, until)
    promise = _promise_to(promises, everybody, partner, period)
    known = [one.programme for one in promise.terms.programmes]
    if programme and programme not in known:
        raise NotFound("programme", programme, tuple(known))
    if without:
        _lost(place, promises, partner, period, until, added, as_json=json)
        return 0
    facts = _facts(place, promise, period, until)
    if programme:
        facts = facts.filter(pc.fill_null(pc.equal(facts.column("programme"), programme), fill_value=False))
    found = shortage(facts, allowed)
    if days:
        show_days(place, promise, facts, period, until, as_json=json)
    elif json:
        terminal.print_json(_record(found, partner, period, allowed))
    else:
        _show(found, facts.num_rows, partner, period, promise.contract.zone, rows)
    return 0


def _lost(
    home: Home,
    promises: Mapping[str, Promise],
    partner: str,
    label: str,
    until: datetime,
    overtime: Fraction,
    *,
    as_json: bool,
) -> None:
    """N-1: what would have happened in the period without a partner, all contacts being one pool."""
    from tallystick.staffing.loss_of_partner import Rescue, days_of, lose

    span = promises[partner].period(label)
    end = min(span.end_on, until.date() + timedelta(days=1))
    days = [span.start_on + timedelta(days=place) for place in range((end - span.start_on).days)]
    if not days:
        raise UsageError(f"{label} has not begun.", "Name a period that has, or another --as-of.")
    volumes, capacity = days_of({name: _facts(home, one, label, until) for name, one in promises.items()}, days)
    loss = lose(partner, volumes, capacity, Rescue(overtime=overtime))
    if as_json:
        told = {name: value for name, value in vars(loss).items() if name != "backlog"}
        terminal.print_json({**told, "period": label, "capacity": capacity, "backlog": list(loss.backlog)})
        return
    out = terminal.console()
    left = sum(of for name, of in capacity.items() if name != partner)
    out.print(f"Without {partner} in {label}, had no customer given up:", style="bold", soft_wrap=True)
    if not loss.peak:
        out.print("  The others handle everything on the day on which it comes.")
    elif loss.days is None:
        out.print(
            f"  The backlog is not worked off by the end; it is highest with {loss.peak:,} contacts on "
            f"{days[loss.peak_day or 0]}.",
            soft_wrap=True,
        )
    else:
        out.print(
            f"  The backlog is worked off after {terminal.counted(loss.days, 'day')}; it is highest with "
            f"{loss.peak:,} contacts on {days[loss.peak_day or 0]}.",
            soft_wrap=True,
        )
    out.print(f"  {terminal.spark([Fraction(one) for one in loss.backlog])}")
    out.print(
        f"  {sum(volumes):,} contacts in {terminal.counted(len(days), 'day')}; "
        f"{partner} handles {capacity[partner]:,} a day, the others {left:,}.",
        soft_wrap=True,
    )


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
        (
            "tally staffing --partner aurora --period 2026-03 --days",
            "hours by day, and what the rate card bills of them",
        ),
        ("tally staffing --partner aurora --period 2026-03 --without", "the backlog had this partner been lost"),
    ),
    run=run,
    order=65,
)
