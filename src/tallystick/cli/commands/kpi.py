"""tally kpi."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError

if TYPE_CHECKING:
    from tallystick.kpi_history import History, Point
    from tallystick.measures.measure import MeasureRequest
    from tallystick.verdicts.promise import Promise

EVERY = ("week", "month")
# So many cells are listed; all of them are in the JSON.
SHOWN = 40


def _promises(home: Home, kpi: str, partner: str, as_of: datetime) -> list[Promise]:
    from tallystick.kpi_history import promises_for

    found = promises_for(home.contracts, kpi, as_of)
    if not found:
        raise UsageError(
            "There is no contract yet.", "A KPI is counted under its calendars; `tally init` lays one out."
        )
    if not partner:
        return list(found.values())
    if partner not in found:
        raise NotFound("partner with a contract", partner, tuple(sorted(found)))
    return [found[partner]]


def _request(kpi: str, params: Sequence[str], where: Sequence[str]) -> MeasureRequest:
    from tallystick.measures.measure import FIELDS, Condition, MeasureRequest, measure_of

    given: dict[str, Any] = {}
    for text in params:
        name, mark, value = text.partition("=")
        if not mark:
            raise UsageError(f"--param cannot be {text!r}.", "Write it as name=value, such as seconds=30.")
        given[name.strip()] = value.strip()
    measure = measure_of(MeasureRequest(kpi))
    settled = measure.settle(given)
    population = []
    for text in where:
        name, mark, value = text.partition("=")
        if not mark or name.strip() not in FIELDS:
            raise UsageError(f"--where cannot be {text!r}.", f"Write field=value; fields: {', '.join(FIELDS)}.")
        population.append(Condition.of(name.strip(), "in", *(one.strip() for one in value.split(","))))
    return replace(
        MeasureRequest.of(kpi, *population), params=tuple(sorted((name, settled[name]) for name in given))
    )  # fmt: skip


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text if len(text) > len("2026-03") else f"{text}-01")
    except ValueError as error:
        raise UsageError(f"{name} is no day: {text}.", "Write it as 2026-03-01, or 2026-03 for a month.") from error


def run(
    kpi: Annotated[str, typer.Argument(help="The KPI; `tally list measures` shows them.", metavar="KPI")],
    partner: Annotated[str, typer.Option("--partner", help="Only this partner [default: each in turn].")] = "",
    by: Annotated[str, typer.Option("--by", help="queue, programme, language, channel, priority, reason, agent.")] = "",
    every: Annotated[str, typer.Option("--every", help="week or month.")] = "month",
    from_: Annotated[str, typer.Option("--from", help="First day or month.")] = "",
    to: Annotated[str, typer.Option("--to", help="Day or month before which weeks or months begin.")] = "",
    param: Annotated[list[str] | None, typer.Option(help="A parameter of the KPI: name=value.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="Only some rows: queue=support or language=de,fr.")] = None,
    clause: Annotated[str, typer.Option(help="Counted as this clause of the partner's contract counts.")] = "",
    as_of: AsOfOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """A KPI from the records over time, whether or not a contract speaks of it."""
    from tallystick.cli.commands.ingest import instant
    from tallystick.measures.measure import measure_of
    from tallystick.records.commits import PROTOCOL_FILE

    place, until = open_home(home), instant(as_of)
    if every not in EVERY:
        raise UsageError(f"--every cannot be {every!r}.", "Use week or month.")
    request = _request(kpi, param or (), where or ())
    first, end = _day("--from", from_), _day("--to", to)
    dims = [one.strip() for one in by.split(",") if one.strip()]
    if set(dims) & set(EVERY):
        raise UsageError("--by has no time in it.", "Say --every week or --every month.")
    if not (place.folder("lake") / PROTOCOL_FILE).is_file():
        raise UsageError("There are no records yet.", "`tally ingest FILE` takes them in.")
    promises = _promises(place, kpi, partner, until)
    found = _histories(place, promises, request, every, dims, until, clause)
    from tallystick.kpi_history import between

    found = [between(one, first, end) for one in found]
    if json:
        terminal.print_json({"kpi": kpi, "every": every, "as_of": until, "partners": [_record(one) for one in found]})
        return 0
    measure = measure_of(request)
    terminal.console().print(f"{measure.title}: {measure.definition}", soft_wrap=True)
    for one in found:
        _show(one, every, bool(dims))
    return 0


def _histories(
    home: Home,
    promises: Sequence[Promise],
    request: MeasureRequest,
    every: str,
    dims: Sequence[str],
    as_of: datetime,
    clause: str,
) -> list[History]:
    from tallystick.kpi_history import kpi_history, request_of_clause
    from tallystick.records.lake import Lake

    found = []
    with Lake.open(home.folder("lake")) as lake:
        for promise in promises:
            asked = request
            if clause:
                asked = request_of_clause(promise, clause, as_of)
                if asked.measure != request.measure:
                    raise UsageError(f"{clause} of {promise.partner} is on {asked.measure}.", "Name that KPI with it.")
                asked = replace(
                    asked,
                    params=tuple(sorted({**dict(asked.params), **dict(request.params)}.items())),
                    population=(*asked.population, *request.population),
                )
            found.append(kpi_history(lake, promise, asked, every=every, by=dims, as_of=as_of))
    return found


def _record(found: History) -> dict[str, Any]:
    return {
        "partner": found.partner,
        "contract": found.contract,
        "zone": found.zone,
        "counted_by": str(found.request),
        "values": [
            {
                "of": dict(one.of),
                "from": one.from_on,
                "value": one.value.value,
                "unit": one.value.unit,
                "n": one.value.n,
                "numerator": one.value.numerator,
                "denominator": one.value.denominator,
                "interval": one.value.interval,
                "pending": one.value.pending,
                "excluded": dict(one.value.excluded),
            }
            for one in found.points
        ],
    }


def _show(found: History, every: str, has_cells: bool) -> None:
    out = terminal.console()
    out.print(f"\n{found.partner}", style="bold", end="")
    out.print(f"  under {found.contract}, days of {found.zone}", style="dim", soft_wrap=True)
    lines = found.lines()
    if not lines:
        out.print("  No row counts in that time.")
        return
    if has_cells:
        _show_cells(lines)
    else:
        _show_times(next(iter(lines.values())), every)


def _show_times(points: Sequence[Point], every: str) -> None:
    from tallystick.reports.figures import counted_text, interval_text, value_text

    rows = [
        [_when(one, every), value_text(one.value.value, one.value.unit), counted_text(one.value),
         interval_text(one.value), one.value.pending or ""]
        for one in points
    ]  # fmt: skip
    terminal.table([every, "value", "counted", "95 % interval", "pending"], rows, right=(1, 2, 3, 4))
    shown = terminal.spark([one.value.value for one in points if one.from_on is not None])
    if len(points) > 1 and shown.strip():
        terminal.console().print(f"  {shown}")


def _show_cells(lines: dict[tuple[tuple[str, str], ...], list[Point]]) -> None:
    from tallystick.reports.figures import counted_text, interval_text, value_text

    names = [name for name, _ in next(iter(lines))]
    rows = []
    for of, points in list(lines.items())[:SHOWN]:
        last = points[-1]
        history = terminal.spark([one.value.value for one in points if one.from_on is not None])
        rows.append(
            [*(value for _, value in of), history, _day_of(last), value_text(last.value.value, last.value.unit),
             counted_text(last.value), interval_text(last.value)]
        )  # fmt: skip
    at = len(names)
    terminal.table(
        [*names, "history", "last from", "value", "counted", "95 % interval"], rows, right=(at + 2, at + 3, at + 4)
    )
    if len(lines) > SHOWN:
        terminal.console().print(f"  and {len(lines) - SHOWN:,} more; --json holds all.")


def _when(point: Point, every: str) -> str:
    return _day_of(point) if every == "week" or point.from_on is None else f"{point.from_on:%Y-%m}"


def _day_of(point: Point) -> str:
    return "no date" if point.from_on is None else point.from_on.isoformat()


COMMAND = Command(
    summary="A KPI from the records over time: any of them, by week or month, by queue, language or agent.",
    examples=(
        ("tally kpi service_level --every week", "the service level of each partner, week by week"),
        ("tally kpi first_reply_time --partner aurora --by language", "one line of history for each language"),
        ("tally kpi service_level --partner borealis --clause T1", "counted as the contract's clause T1 counts"),
        ("tally kpi abandonment_rate --param short_s=10 --where queue=support --json", "other terms, and all figures"),
    ),
    run=run,
    order=58,
)
