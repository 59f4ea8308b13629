"""tally demo."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import MARKER, Home, JsonOption, create_home
from tallystick.cli.writing import FOLDER, writing
from tallystick.vocabulary.errors import NotFound, UsageError

EXAMPLE = "lumen"
# (folder of the exports, what the command line would say)
FEEDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("aurora", {"partner": "aurora", "hints": {"zone": "Europe/Bucharest"}}),
    ("borealis", {"partner": "borealis"}),
    ("cordoba/zendesk", {"partner": "cordoba"}),
    ("client", {}),
    ("scorecards", {"connector": "scorecard"}),
    ("floor/aurora", {"partner": "aurora", "hints": {"zone": "Europe/Bucharest"}}),
    ("floor/borealis", {"partner": "borealis", "hints": {"zone": "Europe/Lisbon"}}),
    ("floor/cordoba", {"partner": "cordoba", "hints": {"zone": "America/New_York"}}),
    ("floor/client", {}),
    ("invoices", {}),
)


def example_folder() -> Path:
    """Where the shipped example is: in the source tree, or where the package put it."""
    places = (
        Path(__file__).resolve().parents[4] / "examples",
        Path(sysconfig.get_path("data")) / "share" / "tallystick",
    )
    for place in places:
        if (place / EXAMPLE / "generate.py").is_file():
            return place / EXAMPLE
    raise NotFound("example", EXAMPLE)


def _fresh(home: Path, *, again: bool) -> None:
    if not home.exists():
        return
    if not (home / MARKER).is_file() or not (home / "raw").is_dir():
        if any(home.iterdir()):
            raise UsageError(f"{home} holds something else than the example.", "Name another folder with --home.")
        return
    if not again:
        raise UsageError(f"{home} holds the example already.", "Add --fresh to make it anew.")
    from tallystick.web.server import stop

    stop(home)
    shutil.rmtree(home)


def generate(raw: Path) -> Path:
    """Write the example's raw exports; the generator is a program of its own and imports nothing of the product."""
    done = subprocess.run(  # noqa: S603  our own file, by its full path
        [sys.executable, str(example_folder() / "generate.py"), str(raw)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UsageError(f"The example could not be generated: {done.stderr.strip().splitlines()[-1]}")
    return raw


def feeds(raw: Path) -> list[tuple[list[Path], dict[str, Any]]]:
    """What to take in, in order: files of each folder of `in/`, with what a user would say beside them."""
    found = []
    for folder, options in FEEDS:
        place = raw / "in" / folder
        if folder.endswith("zendesk"):
            found.append(([place], options))
            continue
        for file in sorted(place.iterdir()):
            given = dict(options)
            if folder.endswith("client"):
                # The lists of two partners have the same columns: each name is a feed of its own.
                given["hints"] = {"feed": file.name.partition(".")[0]}
                if file.stem.endswith("-forecast"):  # a forecast names queues; whose they are is in its name
                    given["partner"] = file.name.partition("-")[0]
            if folder in ("scorecards", "invoices"):
                given["partner"] = file.name.partition("-")[0]
            if folder == "invoices":
                given["hints"] = {"feed": file.stem}
            found.append(([file], given))
    return found


def prepare(home: Home, as_of: datetime) -> list[Any]:
    """Take every feed in; the outcomes, one for each."""
    from tallystick.cli.commands.ingest import take_in

    mappings = example_folder() / "mappings"
    if mappings.is_dir():
        shutil.copytree(mappings, home.folder("mappings"), dirs_exist_ok=True)
    return [take_in(home, files, as_of=as_of, **options) for files, options in feeds(home.root / "raw")]


def _told(what: str, begun: float) -> None:
    terminal.console(stderr=True).print(f"{time.perf_counter() - begun:6.1f} s  {what}", style="bright_black")


def as_of_of(raw: Path) -> datetime:
    """The instant that the example takes as now, as its generator wrote it."""
    from ruamel.yaml import YAML

    return datetime.fromisoformat(YAML(typ="safe").load((raw / "expected.yaml").read_text(encoding="utf-8"))["as_of"])


def run(
    home: Annotated[Path, typer.Option("--home", help="Where to make it.")] = Path("demo"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Make it anew if it is there.")] = False,
    opened: Annotated[
        bool, typer.Option("--serve/--no-serve", help="End with the control room open on the example.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Show the example."""
    from tallystick.cli.commands.assess import judge_all, show_money, show_verdicts, summary
    from tallystick.cli.commands.report import write_reports
    from tallystick.contract.load import load
    from tallystick.contract.lock import write_lock
    from tallystick.verdicts.signing import signing_key

    begun = time.perf_counter()
    _fresh(home, again=fresh)
    with writing(home, FOLDER):
        place = create_home(home, "lumen", "Lumen Home", "Europe/Bucharest")
    raw = generate(home / "raw")
    as_of = as_of_of(raw)
    _told("an invented client with three partners: twelve months of raw exports", begun)
    outcomes = prepare(place, as_of)
    rows = sum(outcome.rows_in for outcome in outcomes)
    rejected = sum(outcome.rejected for outcome in outcomes)
    _told(f"{rows:,} rows taken in, {rejected:,} of them set aside with a reason", begun)
    shutil.copytree(example_folder() / "contracts", place.folder("contracts"), dirs_exist_ok=True)
    for text in place.contracts:
        contract, findings = load(text)
        if contract is None:
            terminal.print_findings(findings)
            return 1
        write_lock(contract, text, signing_key(place.folder("keys")))
    _told(f"{len(place.contracts)} contracts read and locked", begun)
    records = judge_all(place, as_of, quiet=True)
    verdicts = [verdict for one in records for verdict in one.verdicts]
    _told(f"{len(verdicts)} verdicts reached", begun)
    overview = write_reports(place)[0]
    _told("reports written", begun)
    if json:
        not_met = [verdict.name for verdict in verdicts if verdict.outcome != "met"]
        terminal.print_json(
            {"home": str(home), "report": str(overview.resolve()), "verdicts": len(verdicts), "not_met": not_met}
        )
        return 0
    show_verdicts(
        [verdict for verdict in verdicts if verdict.outcome != "met"], title="What was not kept, or not known"
    )
    show_money(records)
    terminal.console().print(summary(verdicts))
    worst = next((v for v in verdicts if v.outcome == "missed"), verdicts[0])
    terminal.suggest(f"tally explain {worst.whole_name} --home {home}", "from the credit down to the cases")
    for late in sorted((raw / "late").glob("*")):
        terminal.suggest(
            f"tally ingest {late} --partner {late.name.partition('-')[0]} --home {home}", "a file that is late"
        )
        terminal.suggest(f"tally assess --period 2026-05 --home {home} --as-of {as_of.isoformat()}", "what it restates")
    terminal.console().print(f"Open {overview.resolve()}", soft_wrap=True)
    if opened:
        from tallystick.cli.commands.serve import HOST, PORT, leave_open

        leave_open(place, HOST, PORT)
    return 0


COMMAND = Command(
    summary="A filled example: three partners, twelve months, verdicts on screen and a report to open.",
    examples=(
        ("tally demo", "make it in ./demo"),
        ("tally demo --fresh", "make it anew"),
    ),
    run=run,
    order=10,
)
