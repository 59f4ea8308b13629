"""tally report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick import __version__
from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands.assess import PartnerOption, PeriodOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home, partner_names
from tallystick.cli.writing import FOLDER, writing
from tallystick.vocabulary.errors import NotFound

OVERVIEW = "index.html"


def write_reports(
    home: Home, output: Path | None = None, periods: Sequence[str] = (), partners: Sequence[str] = ()
) -> list[Path]:
    """Write the overview and the documents chosen; the overview is the first of the paths."""
    from tallystick.reports.gathered import document_names, months_of, overview_of, partner_month
    from tallystick.reports.overview import render_overview
    from tallystick.reports.partner_month import render_partner_month
    from tallystick.verdicts.store import VerdictStore

    store = VerdictStore(home.folder("verdicts"))
    records = months_of(store)
    if not records:
        error = NotFound("verdict", "")
        error.cure = "`tally assess` reaches verdicts from contracts and records."
        raise error
    folder = output or home.folder("reports")
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / OVERVIEW
    overview = overview_of(store, client=home.client_name, version=__version__, names=partner_names(home))
    index.write_text(render_overview(overview), encoding="utf-8")
    written = [index]
    names = document_names(records)
    for record in records:
        if (periods and record.period not in periods) or (partners and record.partner not in partners):
            continue
        own = (record.partner, record.period, record.contract)
        beside = {key[2]: name for key, name in names.items() if key[:2] == own[:2] and key != own}
        month = partner_month(
            store, record, client=home.client_name, version=__version__, overview=OVERVIEW, beside=beside
        )
        target = folder / names[own]
        target.write_text(render_partner_month(month), encoding="utf-8")
        written.append(target)
    return written


def run(
    period: PeriodOption = None,
    partner: PartnerOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder to write to [default: reports/].")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Write the reports."""
    place = open_home(home)
    with writing(output or place.folder("reports"), FOLDER):
        written: list[Any] = write_reports(place, output, period or (), partner or ())
    if json:
        terminal.print_json([str(path) for path in written])
        return 0
    terminal.console().print(f"{len(written)} pages in {written[0].parent}", soft_wrap=True)
    terminal.console().print(f"Open {written[0].resolve()}", soft_wrap=True)
    return 0


COMMAND = Command(
    summary="Write one self-contained HTML page per partner and month, and one overview.",
    examples=(
        ("tally report", "every judged month, into reports/"),
        ("tally report --period 2026-03 --partner aurora", "one page (and the overview)"),
        ("tally report -o /tmp/out", "into another folder"),
    ),
    run=run,
    order=60,
)
