"""tally ingest."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import MARKER, Home, HomeOption, JsonOption, create_home, find_root, open_home
from tallystick.cli.writing import FOLDER, writing

WORDS = ("statuses", "queues", "agents", "kinds", "channels", "languages", "priorities")


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr with rate and remaining time; none where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (TextColumn("reading"), BarColumn(), TaskProgressColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal.console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None)

        yield advance


def take_in(
    home: Home,
    files: list[Path],
    *,
    as_of: datetime,
    progress: Callable[[int, int], None] | None = None,
    dry_run: bool = False,
    **options: Any,
) -> Any:
    """`records.ingest` with the folder's redactor and vault."""
    from tallystick.privacy.redaction import Redactor
    from tallystick.privacy.vault import Vault
    from tallystick.records.ingest import ingest

    return ingest(
        home.root,
        files,
        as_of=as_of,
        redactor=Redactor(),
        vault=Vault.rehearse(home.root / "keys") if dry_run else Vault.create(home.folder("keys")),
        progress=progress,
        dry_run=dry_run,
        client=home.client,
        **options,
    )


def show_mapping(mapping: Any, saved: Path | None) -> None:
    """What was guessed, so that a person can correct it."""
    if mapping is None:
        return
    facts = {"connector": mapping.connector, "shape": mapping.shape, "dates": mapping.dates, "zone": mapping.zone}
    terminal.key_values({name: value for name, value in facts.items() if value})
    if mapping.columns:
        terminal.table(("meaning", "column of the file"), mapping.columns.items())
    for part in WORDS:
        words = getattr(mapping, part)
        if words:
            shown = ", ".join(f"{raw} → {meaning}" for raw, meaning in list(words.items())[:8])
            more = f" … and {len(words) - 8} more" if len(words) > 8 else ""
            terminal.key_values({part: shown + more})
    from rich.text import Text

    for note in mapping.notes:
        terminal.console().print(Text(f"  {note}", style="bright_black"))
    for doubt in mapping.doubts:
        terminal.console().print(Text(f"▲ {doubt}", style="yellow"))
    if saved is not None and saved.exists():
        terminal.console().print(Text(f"The mapping is saved in {saved}; correct it there and ingest the file again."))


def _covers(connector: str) -> dict[str, str]:
    """Which measures and checks of invoices the source can support, in a sentence each."""
    from tallystick.measures.charge_checks import charge_coverage
    from tallystick.measures.coverage import coverage
    from tallystick.records.connector import Connector
    from tallystick.records.ingest import CONNECTORS
    from tallystick.registry import load_one

    entry = load_one(CONNECTORS, Connector, connector)  # type: ignore[type-abstract]
    if entry is None:
        return {}
    charges = charge_coverage(entry.fills, entry.cannot)
    told = {"measures": coverage(entry.fills, entry.cannot).sentence}
    return told | ({charges.noun: charges.sentence} if charges.alone or charges.together else {})


def _show(home: Home, outcome: Any, *, dry_run: bool) -> None:
    shown = set()
    for part in outcome.parts or (outcome,):
        if part.mapping is not None and part.mapping.feed in shown:
            continue
        shown.add(part.mapping.feed if part.mapping is not None else part.file)
        terminal.console().rule(part.file, align="left", style="bright_black")
        saved = home.root / "mappings" / f"{part.mapping.feed}.yaml" if part.mapping is not None else None
        show_mapping(part.mapping, None if dry_run else saved)
        if dry_run and part.connector:
            terminal.key_values(_covers(part.connector))
    rows = [
        (p.file, f"{p.rows_in:,}", f"{p.stored:,}", f"{p.duplicate:,}", f"{p.rejected:,}", p.refused or "")
        for p in outcome.parts or (outcome,)
    ]
    terminal.table(("file", "rows in", "stored", "duplicate", "rejected", "refused"), rows, right=(1, 2, 3, 4))
    terminal.print_findings(outcome.findings)
    if outcome.quarantine:
        terminal.key_values({"rejected rows": outcome.quarantine})


def run(
    files: Annotated[list[Path], typer.Argument(help="Files, or folders that hold one export each.")],
    connector: Annotated[str | None, typer.Option(help="The source system [default: recognised by content].")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping file to read with.")] = None,
    feed: Annotated[str, typer.Option(help="Which feed the files belong to [default: known by its columns].")] = "",
    partner: Annotated[str | None, typer.Option(help="Whose data these are, for rows that name no partner.")] = None,
    zone: Annotated[str, typer.Option(help="IANA zone of local times that state none.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Store nothing if a single row is bad.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, guess and count, but store nothing.")] = False,
    as_of: Annotated[str, typer.Option(help="The instant to take as now, for example 2026-07-01T06:00Z.")] = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Take in records."""
    root = find_root(home)
    if not (root / MARKER).is_file():
        with writing(root, FOLDER):
            create_home(root, zone=zone or "UTC")
        terminal.console(stderr=True).print(f"Began the folder {root}.", style="bright_black", soft_wrap=True)
    place = open_home(root)
    hints = {"zone": zone or (place.zone if place.zone != "UTC" else ""), "feed": _feed_name(feed)}
    with progress_bar(quiet=json) as progress:
        outcome = take_in(
            place,
            files,
            as_of=instant(as_of),
            progress=progress,
            connector=connector,
            mapping=mapping,
            partner=partner,
            strict=strict,
            dry_run=dry_run,
            hints={name: value for name, value in hints.items() if value},
        )
    if json:
        terminal.print_json(
            {**outcome.as_plain(), "mapping": outcome.mapping.as_plain() if outcome.mapping is not None else None}
        )
    else:
        _show(place, outcome, dry_run=dry_run)
        if outcome.exit_code != 3 and not dry_run:
            terminal.suggest("tally doctor", "what is missing for the first verdict")
    return int(outcome.exit_code)


def _feed_name(text: str) -> str:
    from tallystick.records.mapping_file import feed_name

    return feed_name(text) if text else ""


def instant(text: str) -> datetime:
    """An instant that a person typed, or now: this is the border at which the time is asked for."""
    from tallystick.vocabulary.errors import UsageError

    if not text:
        return datetime.now(UTC)
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not an instant.", "Write it as 2026-07-01T06:00Z.") from error
    return given if given.tzinfo else given.replace(tzinfo=UTC)


COMMAND = Command(
    summary="Take in records: columns are guessed, shown and saved; every row is accounted for.",
    examples=(
        ("tally ingest export.csv", "any table: CSV, TSV, JSON Lines, Parquet, XLSX, compressed or not"),
        ("tally ingest export.csv --dry-run", "what would be read, without storing it"),
        ("tally ingest zendesk/ --partner aurora", "a folder of one export, and whose data it is"),
        ("tally ingest scorecard.xlsx --connector scorecard --partner aurora", "what the partner reports itself"),
    ),
    run=run,
    order=30,
)
