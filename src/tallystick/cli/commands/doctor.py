"""tally doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home
from tallystick.vocabulary.finding import Finding, Place, Severity


@dataclass(frozen=True)
class StepToVerdict:
    """One thing that the first verdict needs, in the order in which a user does them."""

    name: str
    done: bool
    told: str
    cure: str


def _contract_steps(home: Home) -> list[StepToVerdict]:
    from tallystick.contract.check import check_path
    from tallystick.verdicts.cards import measure_cards

    texts = home.contracts
    steps = [StepToVerdict("contracts", bool(texts), f"{len(texts)} text(s)", "Put a YAML text into contracts/.")]
    invalid = [text.name for text in texts if check_path(text, measure_cards())[0] is None]
    unlocked = [text.name for text in texts if not text.with_suffix(".lock").is_file()]
    if texts:
        steps.append(
            StepToVerdict(
                "valid", not invalid, ", ".join(invalid) or "every text", "`tally check` shows every mistake."
            )
        )
        steps.append(
            StepToVerdict(
                "locked", not unlocked, ", ".join(unlocked) or "every text",
                "`tally check --lock` freezes holidays and zones.",
            )
        )  # fmt: skip
    return steps


def _record_findings(home: Home, as_of: str) -> tuple[list[StepToVerdict], list[Finding], Any]:
    from tallystick.cli.commands.ingest import instant
    from tallystick.records.commits import PROTOCOL_FILE
    from tallystick.records.gate import gate
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope

    if not (home.folder("lake") / PROTOCOL_FILE).is_file():
        return [StepToVerdict("records", False, "none", "`tally ingest FILE` takes an export in.")], [], None
    with Lake.open(home.folder("lake")) as lake:
        report = gate(lake, Scope.of_client(lake.client), instant(as_of))
    rows = sum(feed.rows for feed in report.feeds)
    return (
        [StepToVerdict("records", rows > 0, f"{rows:,} cases", "`tally ingest FILE`.")],
        list(report.findings),
        report,
    )


def _key_findings(home: Home) -> list[Finding]:
    return [
        Finding("TS-D900", Severity.ERROR, "Others may read this key.", Place(file=str(path)), f"chmod 600 {path}")
        for path in sorted(home.folder("keys").glob("*.key"))
        if path.stat().st_mode & 0o077
    ]


def _fact_findings(home: Home) -> list[Finding]:
    from tallystick.facts.damage import findings

    return findings(home.folder("lake"))


def _benchmark_findings(home: Home) -> list[Finding]:
    from tallystick.measures.benchmarks import benchmarks

    return benchmarks(home.root)[1]


def run(as_of: AsOfOption = "", home: HomeOption = None, json: JsonOption = False) -> int:
    """Look for trouble."""
    from rich.text import Text

    place = open_home(home)
    steps, findings, report = _record_findings(place, as_of)
    steps = _contract_steps(place) + steps
    judged = any(place.folder("verdicts").glob("*/*/*/judged@*.json"))
    steps.append(StepToVerdict("verdicts", judged, "judged" if judged else "none yet", "`tally assess`."))
    findings = _key_findings(place) + _fact_findings(place) + _benchmark_findings(place) + findings
    missing = [step for step in steps if not step.done]
    # As everywhere, warnings and notes alone are no reason to stop a script; what makes figures provisional is.
    grave = any(finding.severity is Severity.ERROR for finding in findings) or (
        report is not None and report.provisional
    )
    code = int(bool(missing) or grave)
    if json:
        terminal.print_json(
            {
                "steps": [vars(step) for step in steps],
                "findings": [finding.as_json() for finding in findings],
                "feeds": [list(feed) for feed in report.freshness] if report else [],
            }
        )
        return code
    if not missing and not findings:
        terminal.console().print(Text("● nothing is wrong", style="green"))
        return 0
    for step in steps:
        shape, colour = ("●", "green") if step.done else ("○", "yellow")
        terminal.console().print(
            Text.assemble(
                (f"{shape} ", colour), (step.name.ljust(10), "bold"), step.told, "" if step.done else f"  {step.cure}"
            ),
            soft_wrap=True,
        )
    if report is not None and report.feeds:
        from tallystick.reports.figures import utc_text

        rows = [(source, f"{cases:,}", utc_text(newest)) for source, cases, newest in report.freshness]
        terminal.table(("feed", "cases", "data to"), rows, right=(1,))
    terminal.print_findings(findings)
    return code


COMMAND = Command(
    summary="What is missing for a verdict, and what is wrong with the data, each with its cure.",
    examples=(("tally doctor", "the steps to the first verdict, the data gate, the facts, the keys"),),
    run=run,
    order=75,
)
