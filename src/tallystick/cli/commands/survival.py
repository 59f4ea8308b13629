"""tally survival."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError

if TYPE_CHECKING:
    from tallystick.measures.survival import Stay, Step

# The days that people ask for; the whole curve is in the JSON.
SHOWN = (7, 14, 30, 60, 90, 180, 365)


def _people(home: Home, partner: str) -> Any:
    from tallystick.records.commits import PROTOCOL_FILE
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope

    if not (home.folder("lake") / PROTOCOL_FILE).is_file():
        raise UsageError("There are no records yet.", "`tally ingest FILE` takes a list of agents in.")
    with Lake.open(home.folder("lake")) as lake:
        rows = lake.read(Scope.of_client(lake.client), "agent")
    if not partner:
        return rows
    import pyarrow.compute as pc

    known = sorted(set(rows.column("partner").to_pylist()))
    if partner not in known:
        raise NotFound("partner", partner, tuple(known))
    return rows.filter(pc.equal(rows.column("partner"), partner))


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{name} is no day: {text}.", "Write it as 2026-03-01.") from error


def run(
    partner: Annotated[str, typer.Argument(help="Whose people [default: everybody's].")] = "",
    from_: Annotated[str, typer.Option("--from", help="First day of starting, for example 2026-01-01.")] = "1970-01-01",
    to: Annotated[str, typer.Option("--to", help="Day after the last day of starting [default: --as-of].")] = "",
    left_as: Annotated[
        str, typer.Option(help="Only this way of leaving: voluntary, involuntary, transfer, training.")
    ] = "",
    role: Annotated[str, typer.Option(help="Whose stays: agent, team_leader, quality ..., everybody.")] = "agent",
    as_of: AsOfOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """How long people stay, after Kaplan and Meier: the share that is still there so many days after the first."""
    from tallystick.cli.commands.ingest import instant
    from tallystick.measures.survival import kaplan_meier, median_stay, stays_of

    place = open_home(home)
    known_on = (instant(as_of) if as_of else datetime.now(UTC)).date()
    first, until = _day("--from", from_), _day("--to", to) if to else known_on + timedelta(days=1)
    stays = stays_of(_people(place, partner), first, until, known_on, role=role, left_as=left_as)
    steps = kaplan_meier(stays)
    if json:
        terminal.print_json(
            {
                "partner": partner or None,
                "as_of": known_on,
                "people": len(stays),
                "left": sum(stay.left for stay in stays),
                "median_days": median_stay(steps),
                "steps": [vars(step) for step in steps],
            }
        )
        return 0
    _show(stays, steps, median_stay(steps))
    return 0


def _show(stays: list[Stay], steps: tuple[Step, ...], median: int | None) -> None:
    from tallystick.measures.survival import staying_at
    from tallystick.reports.figures import value_text

    longest = max((stay.days for stay in stays), default=0)
    rows = []
    for day in (one for one in SHOWN if one <= longest):
        step = staying_at(steps, day)
        limits = step.limits if step is not None else None
        shown = "" if limits is None else " to ".join(f"{100 * limit:.1f} %" for limit in limits)
        share = value_text(step.share, "ratio") if step is not None else "100 %"
        rows.append([day, share, shown, sum(stay.days >= day for stay in stays)])
    left = sum(stay.left for stay in stays)
    terminal.table(["days", "still there", "95 % limits", "watched so long"], rows, right=(0, 1, 3))
    half = "half of them are still there" if median is None else f"half had left after {median} days"
    whole = f"{terminal.counted(len(stays), 'stay')}, {left} ended; {half}."
    terminal.console().print(whole if stays else "Nobody started in that time.")


COMMAND = Command(
    summary="How long people stay: the share still there after so many days (Kaplan-Meier).",
    examples=(
        ("tally survival aurora --from 2026-01-01 --to 2026-04-01", "those who started in the first quarter"),
        ("tally survival --left-as voluntary --json", "the whole curve of those who left of their own will"),
    ),
    run=run,
    order=75,
)
