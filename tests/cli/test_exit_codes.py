"""Which findings stop a script: errors do, warnings and notes do not, in every command alike."""

from pathlib import Path
from typing import Any

import pytest

from tallystick.cli import program
from tallystick.cli.commands import doctor
from tallystick.cli.commands.doctor import StepToVerdict
from tallystick.records.gate import GateReport
from tallystick.records.ledger import Outcome
from tallystick.vocabulary.finding import Finding, Severity

DONE = [StepToVerdict("records", True, "2 cases", "")]


def told(severity: Severity) -> Finding:
    return Finding("TS-X001", severity, "Something is so.")


def outcome(rejected: int = 0, *findings: Finding, refused: str = "") -> Outcome:
    return Outcome("id", "a.csv", "any_table", None, 2, 2 - rejected, 0, rejected, findings, refused=refused)


@pytest.mark.parametrize(
    ("load", "code"),
    [
        (outcome(), 0),
        (outcome(0, told(Severity.WARNING), told(Severity.NOTE)), 0),
        (outcome(0, told(Severity.ERROR)), 1),
        (outcome(1, told(Severity.WARNING)), 1),
        (outcome(2, told(Severity.ERROR), refused="damaged"), 3),
    ],
)
def test_a_load_ends_by_its_gravest_trouble(load: Outcome, code: int) -> None:
    assert load.exit_code == code


def test_an_import_that_only_warns_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "tickets.csv"
    table.write_text("id,created,resolved\n1,2026-03-02 08:00,2026-03-02 09:00\n2,2026-03-03 08:00,2026-03-13 09:00\n")
    assert program.run(["ingest", str(table), "--home", str(tmp_path / "home")]) == 0
    assert "wall time in UTC" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("findings", "reasons", "code"),
    [
        ([], (), 0),
        ([told(Severity.NOTE), told(Severity.WARNING)], (), 0),
        ([told(Severity.ERROR)], (), 1),
        ([told(Severity.WARNING)], ("Something is so.",), 1),
    ],
)
def test_the_doctor_ends_as_other_commands_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    findings: list[Finding],
    reasons: tuple[str, ...],
    code: int,
) -> None:
    home = tmp_path / "home"
    assert program.run(["init", str(home)]) == 0
    (home / "verdicts/a/b/2026-03").mkdir(parents=True)
    (home / "verdicts/a/b/2026-03/judged@1.json").write_text("{}")

    def seen(*_: Any) -> tuple[list[StepToVerdict], list[Finding], GateReport]:
        return DONE, findings, GateReport(tuple(findings), reasons)

    monkeypatch.setattr(doctor, "_contract_steps", lambda _: [])
    monkeypatch.setattr(doctor, "_record_findings", seen)
    assert program.run(["doctor", "--home", str(home)]) == code
    assert program.run(["doctor", "--home", str(home), "--json"]) == code
    capsys.readouterr()
