"""The whole flow over the invented client: verdicts that are not met, and findings, are those that were planted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tallystick.assess import Order, assess
from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.ingest import ingest
from tallystick.verdicts.gating import data_gate
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome, Verdict

PARTNERS = ("aurora", "borealis", "cordoba")


@dataclass
class Assessed:
    """A project folder after ingest and assessment, with what came out on the way."""

    home: Path
    raw: Path
    expected: dict[str, Any]
    outcomes: list[Any]
    verdicts: list[Verdict]

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.expected["as_of"])

    def take_in(self, *files: Path, **options: Any) -> Any:
        vault = Vault.create(self.home / "keys")
        return ingest(
            self.home, list(files), as_of=self.as_of, redactor=Redactor(), vault=vault, client="lumen", **options
        )

    def judge(self, **options: Any) -> list[Verdict]:
        contracts = sorted((self.home / "contracts").glob("*.yaml"))
        assess(self.home, Order(contracts, self.as_of, **options), gate=data_gate)
        return VerdictStore(self.home / "verdicts").newest()


@pytest.fixture(scope="module")
def assessed(
    lumen: tuple[Path, dict[str, Any]], lumen_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assessed]:
    """Everything that lies there on the day of the assessment, ingested and judged."""
    raw, expected = lumen
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(lumen_folder / "mappings", home / "mappings")
    shutil.copytree(lumen_folder / "contracts", home / "contracts")
    project = Assessed(home, raw, expected, [], [])
    source = raw / "in"
    for partner in ("aurora", "borealis"):
        files = sorted((source / partner).iterdir())
        project.outcomes.append(project.take_in(*files, partner=partner))
        project.outcomes.append(project.take_in(source / "client" / f"{partner}-surveys.csv", partner=partner))
    project.outcomes.append(project.take_in(source / "cordoba" / "zendesk", partner="cordoba"))
    project.outcomes.append(project.take_in(source / "client" / "agents.csv"))
    for partner in PARTNERS:
        card = source / "scorecards" / f"{partner}-scorecard-2025-26.xlsx"
        project.outcomes.append(project.take_in(card, connector="scorecard", partner=partner))
    project.verdicts = project.judge()
    yield project
    shutil.rmtree(home, ignore_errors=True)


def not_met(verdicts: list[Verdict]) -> set[tuple[str, str, str, str, str]]:
    return {
        (one.contract, one.partner, one.clause, one.period, one.outcome.value)
        for one in verdicts
        if one.outcome is not Outcome.MET
    }


def planted(expected: dict[str, Any], *, late_file: bool) -> set[tuple[str, str, str, str, str]]:
    rows = {
        tuple(row[name] for name in ("contract", "partner", "clause", "period", "outcome"))
        for row in expected["not_met"]
    }
    restated = {
        tuple(row[name] for name in ("contract", "partner", "clause", "period", "after"))
        for row in expected["restated"]
    }
    return rows if late_file else rows - restated


def test_what_came_in_was_stored_or_set_aside_with_a_reason(assessed: Assessed) -> None:
    for outcome in assessed.outcomes:
        assert outcome.rows_in == outcome.stored + outcome.duplicate + outcome.rejected
        assert outcome.exit_code in {0, 1}
    rejected = sum(outcome.rejected for outcome in assessed.outcomes)
    assert rejected == sum(row["rows"] for row in assessed.expected["findings"] if row["rule"] == "TS-I108")


def test_the_verdicts_that_are_not_met_are_the_planted_ones(assessed: Assessed) -> None:
    assert not_met(assessed.verdicts) == planted(assessed.expected, late_file=False)


def test_every_first_reply_count_equals_the_generators_own(assessed: Assessed) -> None:
    found = {(one.partner, one.clause, one.period): one.value for one in assessed.verdicts}
    for row in assessed.expected["first_reply"]:
        value = found[row["partner"], row["clause"], row["period"]]
        assert value is not None
        wanted = row.get("before_late_file", [row["met"], row["total"]])
        assert [value.numerator, value.denominator] == wanted, row


def test_the_findings_are_the_planted_ones(assessed: Assessed) -> None:
    notes = {"TS-I2", "TS-I5"}  # what is merely told: a delimiter, an unused column, a mapping that was completed
    said = {finding.id for outcome in assessed.outcomes for finding in outcome.findings}
    wanted = {row["rule"] for row in assessed.expected["findings"] if row["where"] == "ingest"}
    assert wanted <= said
    assert {rule for rule in said - wanted if rule[:5] not in notes} == set()
    store = VerdictStore(assessed.home / "verdicts")
    gated = {(record.partner, rule) for record in store.judged() for rule, _, _ in record.gate.findings}
    assert gated == {(row["partner"], row["rule"]) for row in assessed.expected["findings"] if row["where"] == "gate"}


def test_flattering_reports_are_traced_to_their_definition(assessed: Assessed) -> None:
    found = {(one.partner, one.clause, one.period): one for one in assessed.verdicts}
    for row in assessed.expected["flattered"]:
        for clause in row["clauses"]:
            for period in row["periods"]:
                verdict = found[row["partner"], clause, period]
                assert verdict.reported is not None
                assert verdict.target is not None
                assert verdict.reported.value > verdict.target
                assert verdict.reported.cause in {"definition", "cases"}
    assert "EN Returns" in found["borealis", "S1", "2026-01"].reported.sentence  # type: ignore[union-attr]
    assert "open past" in found["aurora", "S1", "2025-12"].reported.sentence  # type: ignore[union-attr]


def test_the_cap_cuts_december_and_nothing_follows_while_a_clause_is_only_reported(assessed: Assessed) -> None:
    store = VerdictStore(assessed.home / "verdicts")
    (december,) = store.judged("lumen-aurora", "aurora", "2025-12")
    assert december.statement is not None
    assert str(december.statement.total) == "EUR 5,120.00"
    (july,) = store.judged("lumen-borealis", "borealis", "2025-07")
    assert july.statement is not None
    assert july.statement.total.amount == 0


def test_the_documents_of_every_month_render(assessed: Assessed) -> None:
    from tallystick.reports.gathered import months_of, overview_of, partner_month
    from tallystick.reports.overview import render_overview
    from tallystick.reports.partner_month import render_partner_month

    store = VerdictStore(assessed.home / "verdicts")
    records = months_of(store)
    assert len(records) == 36
    chosen = {("aurora", "2025-12"), ("borealis", "2026-03"), ("borealis", "2026-06"), ("cordoba", "2026-02")}
    for record in records:
        if (record.partner, record.period) not in chosen:
            continue
        page = render_partner_month(partner_month(store, record, client="Lumen Home", version="0"))
        assert page.startswith("<!doctype html>")
        assert "@example." not in page
    page = render_overview(overview_of(store, client="Lumen Home", version="0", names={}))
    assert "aurora-2025-12.html" in page


def test_the_late_file_restates_exactly_its_month_and_names_its_records(assessed: Assessed) -> None:
    late = sorted((assessed.raw / "late").iterdir())
    assert assessed.take_in(*late, partner="aurora").rejected == 0
    before = {one.id for one in assessed.verdicts}
    after = assessed.judge()
    assert not_met(after) == planted(assessed.expected, late_file=True)
    fresh = [one for one in after if one.id not in before]
    assert {(one.partner, one.period) for one in fresh} == {("aurora", "2026-05")}
    (turned,) = [one for one in fresh if one.clause == "S2"]
    assert turned.restates is not None
    assert turned.value is not None
    assert turned.value.value is not None
    assert turned.value.value < Fraction(9, 10)
    assert any("OVF-" in record.name for record in turned.differing)
