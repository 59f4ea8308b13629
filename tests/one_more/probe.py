"""Asks a copy of the program for each of the files added to it. Run by tests/test_layout.py in a process of its own.

What it finds it prints as JSON: one entry for each kind of file.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

import tallystick
from tallystick.cli.program import run
from tallystick.contract.check import check_text
from tallystick.contract.clause import Values, credit_of
from tallystick.contract.plain import plain
from tallystick.contract.schema import json_schema
from tallystick.measures.compute import compute_each
from tallystick.measures.example import fact_table, run_example
from tallystick.measures.measure import MeasureRequest, catalogue
from tallystick.measures.reference import pages
from tallystick.privacy.redaction import Redactor
from tallystick.records.gate import gate
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.table import tables
from tallystick.verdicts.cards import measure_cards
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope
from tests.billing.check.papers import L, paper
from tests.billing.check.test_checking import TEXT as INVOICED
from tests.billing.check.test_checking import checked
from tests.contract.agreement import TEXT
from tests.verdicts.tiny_lake import append, at, case

FIRST_CLAUSE = TEXT.splitlines().index("clauses:") + 2
AS_OF = datetime(2026, 4, 15, tzinfo=UTC)


def command(*arguments: str) -> tuple[int, str]:
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        code = run(list(arguments))
    return code, shown.getvalue()


def kpi() -> dict[str, Any]:
    from tallystick.measures.kpi.notes_per_case import EXAMPLE

    request = MeasureRequest.of("notes_per_case")
    facts = {"case": fact_table("case", [{"notes": 1}, {"notes": 4}])}
    (value,) = compute_each(facts, [request], period=Period.parse("2026-03", "UTC"), as_of=AS_OF)[request]
    clause = "  - {id: N1, kind: kpi, measure: notes_per_case, target: 2, minimum_volume: 1}\n"
    contract, findings = check_text(TEXT.replace("clauses:\n", f"clauses:\n{clause}"), measure_cards())
    listed = json.loads(command("list", "kpis", "--json")[1])
    return {
        "value": str(value.value),
        "n": value.n,
        "example": str(run_example(catalogue()["notes_per_case"], EXAMPLE).value),
        "listed": [row["source"] for row in listed if row["id"] == "notes_per_case"],
        "page": "notes_per_case.md" in pages(),
        "findings": [str(finding) for finding in findings if finding.place.line == FIRST_CLAUSE],
        "plain": contract is not None and "Notes per case" in plain(contract, cards=measure_cards()),
    }


def connector(folder: Path) -> dict[str, Any]:
    path = folder / "monday.txt"
    path.write_text("shift board\nana;Cluj\nbogus\nbob;Iasi\n", encoding="utf-8")
    outcome = ingest(folder / "home", path, partner="aurora", as_of=AS_OF)
    again = ingest(folder / "home", path, partner="aurora", as_of=AS_OF)
    with Lake.open(folder / "home" / "lake") as lake:
        rows = lake.read(Scope.of_partner(lake.client, "aurora"), "agent").to_pylist()
    return {
        "connector": outcome.connector,
        "counts": [outcome.rows_in, outcome.stored, outcome.rejected],
        "again": [again.stored, again.duplicate],
        "agents": sorted(f"{row['agent_id']} {row['site']} {row['partner']}" for row in rows),
        "listed": "shift_board" in command("list", "connectors", "--json")[1],
    }


def clause_kind() -> dict[str, Any]:
    text = TEXT.replace("clauses:\n", "clauses:\n  - {id: D1, kind: report_due, days: DAYS}\n")
    contract, findings = check_text(text.replace("DAYS", "5"), measure_cards())
    late = check_text(text.replace("DAYS", "40"), measure_cards())[1]
    assert contract is not None
    found = contract.clause("D1")
    assert found is not None
    return {
        "findings": [finding.id for finding in findings if finding.place.line == FIRST_CLAUSE],
        "lint": [finding.message for finding in late if finding.place.line == FIRST_CLAUSE],
        "plain": "The report is due 5 days after the month." in plain(contract),
        "schema": json_schema()["$defs"]["ReportDue"]["properties"]["kind"],
        "credit": str(credit_of(found.apply(Values(contract, date(2026, 1, 1))))),
    }


def rule() -> dict[str, Any]:
    text = TEXT.replace("title: Customer care agreement", "title: CUSTOMER CARE")
    _, findings = check_text(text, measure_cards())
    return {
        "places": [(finding.place.line, str(finding.severity)) for finding in findings if finding.id == "TS-C901"],
        "explained": "capitals are hard to read" in command("explain", "TS-C901")[1],
    }


def cli_command() -> dict[str, Any]:
    code, shown = command("units", "--json")
    return {
        "code": code,
        "shown": "notes per case" in json.loads(shown),
        "overview": "Show the units in which KPIs are counted." in command()[1],
        "help": "tally units" in command("units", "--help")[1],
    }


def detector() -> dict[str, Any]:
    texts, entities = Redactor().redact(pa.array(["our number is DE123456789, thanks"]))
    return {"text": texts[0].as_py(), "counted": json.loads(entities[0].as_py())}


def table_and_check(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    with Lake.create(folder / "tables", "lumen") as lake:
        append(lake, "case", [case("1", "2026-03-02T08:00:00", language=None), case("2", "2026-03-02T08:00:00")])
        talks = [
            {"coaching_key": number, "held_at": at("2026-03-02T08:00:00"), "agent": "ana", "partner": partner}
            for number, partner in ((1, "aurora"), (2, "borealis"))
        ]
        append(lake, "coaching", talks, load_id="load-2")
        seen = {name: lake.read(Scope.of_partner("lumen", name), "coaching") for name in ("aurora", "borealis")}
        report = gate(lake, Scope.of_client("lumen"), at("2026-03-03T00:00:00"))
    found = [(finding.id, finding.count) for finding in report.findings if finding.id == "TS-D901"]
    reason = "1 cases say no language." in report.reasons
    keys = {name: rows["coaching_key"].to_pylist() for name, rows in seen.items()}
    return {"known": "coaching" in tables(), "seen": keys}, {"found": found, "provisional": reason}


def cause() -> list[list[str]]:
    lines = [L("CALLS", "60", "C62", "2.20"), L("STEPS", "60", net="120.00")]
    found = checked(paper("A-1", "2026-04", lines), text=INVOICED.partition("amendments")[0])
    return [[line.id, one.cause, str(one.amount)] for line, one in found.differences if line.id == "CALLS"]


def main(folder: Path) -> None:
    table, check = table_and_check(folder)
    answer = {
        "program": str(Path(tallystick.__file__).resolve()),
        "kpi": kpi(),
        "connector": connector(folder),
        "clause kind": clause_kind(),
        "rule": rule(),
        "cause": cause(),
        "command": cli_command(),
        "detector": detector(),
        "table": table,
        "data check": check,
    }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
