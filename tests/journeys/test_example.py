"""The shipped example as its first user sees it: `tally demo`, then a late file, all through the command line.

What an honest assessment must find stands in `expected.yaml`, written by a generator that knows nothing of the product.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tallystick.verdicts.store import VerdictStore
from tests.journeys.command_line import Answer, tally

Cell = tuple[str, str, str]


class Demo:
    """The folder that `tally demo` made, and what it showed."""

    def __init__(self, made: Path, shown: Answer, home: Path) -> None:
        self.made = made
        self.home = Path(shutil.copytree(made, home, symlinks=True))
        self.shown = shown
        self.expected: dict[str, Any] = YAML(typ="safe").load((home / "raw" / "expected.yaml").read_text("utf-8"))
        self.as_of: str = self.expected["as_of"]

    def tally(self, *arguments: str | Path) -> Answer:
        return tally(*arguments, "--home", self.home)

    def outcomes(self) -> dict[Cell, str]:
        """(partner, clause, period) -> outcome of the verdicts in force."""
        found = {}
        for row in self.tally("list", "verdicts", "--json").json:
            found[row["partner"], row["clause"], row["period"]] = row["outcome"]
        return found

    def explained(self, name: str) -> dict[str, Any]:
        answer = self.tally("explain", name, "--json", "--rows", "3")
        assert answer.code == 0, answer.err
        explained: dict[str, Any] = answer.json
        return explained

    def planted(self, *, late_file: bool) -> dict[Cell, str]:
        rows = self.expected["not_met"]
        found = {(row["partner"], row["clause"], row["period"]): row["outcome"] for row in rows}
        if not late_file:
            for row in self.expected["restated"]:
                del found[row["partner"], row["clause"], row["period"]]
        return found

    def assess(self) -> list[dict[str, Any]]:
        answer = self.tally("assess", "--partner", "aurora", "--as-of", self.as_of, "--json")
        assert answer.code == 1, answer.err
        records: list[dict[str, Any]] = answer.json
        return records


@pytest.fixture(scope="module")
def demo(example: tuple[Path, Answer], tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(*example, tmp_path_factory.mktemp("demo") / "demo")


@pytest.fixture(scope="module")
def before(demo: Demo) -> dict[Cell, str]:
    """The outcomes before the late file arrives."""
    return demo.outcomes()


@pytest.fixture(scope="module")
def flattered(demo: Demo, before: dict[Cell, str]) -> dict[Cell, dict[str, Any]]:
    """The explanations of the verdicts that a partner's scorecard shows in a better light."""
    assert before
    names = [(row["partner"], clause, period) for row in demo.expected["flattered"]
             for clause in row["clauses"] for period in row["periods"]]  # fmt: skip
    return {name: demo.explained("/".join(name)) for name in names}


@pytest.fixture(scope="module")
def restated(demo: Demo, before: dict[Cell, str], flattered: dict[Cell, Any]) -> list[dict[str, Any]]:
    """The late workbook taken in and aurora assessed again: what changed. Runs after everything above."""
    assert before
    assert flattered
    (workbook,) = (demo.home / "raw" / "late").iterdir()
    said = ("--partner", "aurora", "--zone", "Europe/Bucharest", "--as-of", demo.as_of, "--json")
    first = demo.tally("ingest", workbook, *said)
    assert (first.code, first.json["rejected"]) == (0, 0), first.err
    assert first.json["stored"] == demo.expected["rows"][f"late/{workbook.name}"]
    again = demo.tally("ingest", workbook, *said)
    assert (again.json["stored"], again.json["duplicate"]) == (0, first.json["stored"])
    return demo.assess()


def test_the_demo_ends_with_verdicts_on_screen_and_the_path_of_a_report(demo: Demo) -> None:
    assert "missed" in demo.shown.out
    assert "306 verdicts:" in demo.shown.out
    overview = Path(re.sub(r"\s+", "", demo.shown.out.rpartition("Open ")[2]))
    assert overview == (demo.made / "reports" / "index.html").resolve()
    assert overview.is_file()
    assert len(list(overview.parent.glob("*.html"))) == 1 + 36 + 9


def test_making_the_demo_again_asks_before_it_removes_anything(demo: Demo) -> None:
    again = demo.tally("demo")
    assert (again.code, "--fresh" in again.err) == (2, True)


def test_what_is_not_met_is_exactly_what_was_planted(demo: Demo, before: dict[Cell, str]) -> None:
    assert {cell: outcome for cell, outcome in before.items() if outcome != "met"} == demo.planted(late_file=False)


def test_every_first_reply_count_equals_the_generators_own(demo: Demo, before: dict[Cell, str]) -> None:
    assert before
    store = VerdictStore(demo.home / "verdicts")
    found = {(one.partner, one.clause, one.period): one.value for one in store.newest()}
    for row in demo.expected["first_reply"]:
        value = found[row["partner"], row["clause"], row["period"]]
        assert value is not None
        wanted = row.get("before_late_file", [row["met"], row["total"]])
        assert [value.numerator, value.denominator] == wanted, row


def test_the_cap_cuts_december_and_nothing_follows_while_a_clause_is_only_reported(
    demo: Demo, before: dict[Cell, str]
) -> None:
    assert before
    store = VerdictStore(demo.home / "verdicts")
    (december,) = store.judged("lumen-aurora", "aurora", "2025-12")
    assert december.statement is not None
    assert str(december.statement.total) == "EUR 5,120.00"
    assert "K1 EUR 2,000.00, cut by the cap" in re.sub(r"\s+", " ", demo.shown.out.replace("\u202f", " "))
    (july,) = store.judged("lumen-borealis", "borealis", "2025-07")
    assert july.statement is not None
    assert july.statement.total.amount == 0


def test_findings_of_the_gate_are_the_planted_ones(demo: Demo, before: dict[Cell, str]) -> None:
    assert before
    store = VerdictStore(demo.home / "verdicts")
    gated = {(record.partner, rule) for record in store.judged() for rule, _, _ in record.gate.findings}
    assert gated == {(row["partner"], row["rule"]) for row in demo.expected["findings"] if row["where"] == "gate"}


def test_no_page_names_an_address_of_a_customer(demo: Demo, before: dict[Cell, str]) -> None:
    assert before
    pages = sorted((demo.home / "reports").glob("*.html"))
    assert all("@example." not in page.read_text("utf-8") for page in pages)


def test_every_row_of_every_file_is_accounted_for(demo: Demo, before: dict[Cell, str]) -> None:
    assert before
    loads = [row for row in demo.tally("list", "imports", "--json").json if "overflow" not in row["file"]]
    for row in loads:
        assert row["rows_in"] == row["stored"] + row["duplicate"] + row["rejected"]
    sizes = {name.rpartition("/")[2]: rows for name, rows in demo.expected["rows"].items()}
    for row in loads:
        if row["file"] in sizes:
            assert row["rows_in"] == sizes[row["file"]], row["file"]
    bad = sum(row.get("rows", 0) for row in demo.expected["findings"] if row.get("rule") == "TS-I108")
    assert sum(row["rejected"] for row in loads) == bad


def test_doctor_names_the_planted_faults_of_the_data(demo: Demo, before: dict[Cell, str]) -> None:
    assert before
    answer = demo.tally("doctor", "--as-of", demo.as_of, "--json")
    assert answer.code == 1
    planted = {row["rule"] for row in demo.expected["findings"] if row["where"] == "gate"}
    assert {finding["id"] for finding in answer.json["findings"]} == planted
    assert all(step["done"] for step in answer.json["steps"])


def test_a_flattering_scorecard_is_traced_to_what_it_leaves_out(
    demo: Demo, flattered: dict[Cell, dict[str, Any]]
) -> None:
    words = {"aurora": "still open past their due moment are left out", "borealis": "queue EN Returns are left out"}
    for (partner, _, _), explained in flattered.items():
        verdict = explained["verdict"]
        theirs = verdict["reported"]
        assert verdict["outcome"] == "missed"
        assert Fraction(theirs["value"]) > Fraction(verdict["target"]) > Fraction(verdict["value"]["value"])
        assert words[partner] in theirs["sentence"], theirs["sentence"]
        assert Fraction(theirs["alternative"]) == Fraction(theirs["numerator"], theirs["denominator"])
        assert f"{verdict['value']['numerator']} of {verdict['value']['denominator']}" in theirs["sentence"]


def test_the_screen_shows_beside_the_verdict_what_the_partner_says_and_why(
    demo: Demo, flattered: dict[Cell, dict[str, Any]]
) -> None:
    assert flattered
    shown = demo.tally("explain", "borealis/S1/2026-01").out
    assert "What the partner says" in shown
    assert "194 cases behind the difference" in shown
    assert "queue EN Returns" in shown


def test_every_figure_of_every_scorecard_stands_beside_a_verdict(demo: Demo, before: dict[Cell, str]) -> None:
    """An honest partner's figures are ours; nobody's figure is dropped for want of a clause."""
    from tallystick.verdicts.store import VerdictStore

    assert before
    told = Counter()
    for verdict in VerdictStore(demo.home / "verdicts").newest():
        if verdict.reported is not None:
            told[verdict.partner] += 1
            if verdict.partner == "cordoba" and verdict.provenance == "measured":
                assert verdict.reported.cause in {"same", "rounding"}, verdict.name
    sizes = demo.expected["rows"]
    assert told == {
        partner: sizes[f"scorecards/{partner}-scorecard-2025-26.xlsx"] for partner in ("aurora", "borealis", "cordoba")
    }


def test_a_miss_inside_an_agreed_outage_is_excused_and_costs_nothing(demo: Demo, before: dict[Cell, str]) -> None:
    assert before
    verdict = demo.explained("cordoba/S2/2026-02")["verdict"]
    assert (verdict["outcome"], verdict["arithmetic"]) == ("excused", "missed")
    relief = verdict["relief"]
    assert (relief["agreed"], relief["outcome_without"], relief["outcome_with"]) == (["R1"], "missed", "met")
    assert relief["rows_relieved"] == verdict["value"]["denominator"] - relief["denominator"]
    assert Fraction(verdict["credit"]["amount"]) == 0


def test_too_few_cases_are_not_assessed_and_the_count_is_shown(demo: Demo, before: dict[Cell, str]) -> None:
    assert before
    verdict = demo.explained("borealis/S3/2025-07")["verdict"]
    assert verdict["outcome"] == "not assessable"
    assert verdict["reasons"] == ["below the minimum volume nothing is judged"]
    assert verdict["value"]["n"] == verdict["value"]["denominator"] == 12
    assert verdict["credit"] is None


def test_a_feed_that_ended_early_makes_figures_provisional_and_says_since_when(
    demo: Demo, before: dict[Cell, str]
) -> None:
    assert before
    verdict = demo.explained("borealis/S1/2026-06")["verdict"]
    assert (verdict["outcome"], verdict["arithmetic"]) == ("provisional", "met")
    assert any("ends on 2026-06-18" in reason for reason in verdict["reasons"])


def test_every_example_in_the_help_of_explain_works_on_the_demo(demo: Demo, before: dict[Cell, str]) -> None:
    from tallystick.cli.commands.explain import COMMAND

    assert before
    for line, _ in COMMAND.examples:
        answer = demo.tally(*line.split()[1:])
        assert (answer.code, answer.err.startswith("Error")) == (0, False), line


def test_one_case_is_drawn_in_the_contracts_zone(demo: Demo, before: dict[Cell, str]) -> None:
    assert before
    explained = demo.explained("aurora/S1/2025-12")
    case = explained["rows"][0]["case_id"]
    drawn = demo.tally("explain", "aurora/S1/2025-12", "--case", case)
    assert drawn.code == 0
    assert f"Case {case}" in drawn.out
    assert "times of Europe/Bucharest" in drawn.out
    assert demo.tally("explain", "aurora/S1/2025-12", "--case", case, "--json").json["case_id"] == case


# ---- the late file ----------------------------------------------------------------------------------------------


def test_the_late_file_restates_exactly_its_period(demo: Demo, restated: list[dict[str, Any]]) -> None:
    changed = {(one["partner"], one["period"]) for one in restated if one["change"] != "unchanged"}
    assert changed == {(row["partner"], row["period"]) for row in demo.expected["restated"]}
    assert demo.outcomes() == {
        **dict.fromkeys(demo.outcomes(), "met"),
        **demo.planted(late_file=True),
    }


def test_the_restated_verdict_names_the_old_one_and_the_records(
    demo: Demo, before: dict[Cell, str], restated: list[dict[str, Any]]
) -> None:
    for row in demo.expected["restated"]:
        cell = (row["partner"], row["clause"], row["period"])
        (verdict,) = [
            one
            for record in restated
            for one in record["verdicts"]
            if (one["partner"], one["clause"], one["period"]) == cell
        ]
        assert (before[cell], verdict["outcome"]) == (row["before"], row["after"])
        assert verdict["restates"].startswith(f"{row['contract']}/{'/'.join(cell)}@")
        assert demo.explained(verdict["restates"])["verdict"]["outcome"] == row["before"]
        assert verdict["noted"]["because"] == ["rows"]
        late = [one for one in verdict["differing"] if one["table"] == "case"]
        assert late
        assert all(one["change"] == "added" and "OVF-" in one["name"] for one in late)
        counts = next(
            one for one in demo.expected["first_reply"] if (one["partner"], one["clause"], one["period"]) == cell
        )
        assert (verdict["value"]["numerator"], verdict["value"]["denominator"]) == (counts["met"], counts["total"])


def test_the_restated_month_follows_in_money_and_recomputes(demo: Demo, restated: list[dict[str, Any]]) -> None:
    (may,) = [one for one in restated if one["change"] != "unchanged"]
    assert may["statement"]["total"] == {"amount": "1500.00", "currency": "EUR"}
    answer = demo.tally("verify", "aurora/2026-05", "--json")
    assert (answer.code, [one["holds"] for one in answer.json]) == (0, [True, True])  # the contract and its annex


def test_assessing_once_more_changes_nothing(demo: Demo, restated: list[dict[str, Any]]) -> None:
    assert restated
    answer = demo.tally("assess", "--partner", "aurora", "--period", "2026-05", "--as-of", demo.as_of, "--json")
    assert [one["change"] for one in answer.json] == ["unchanged", "unchanged"]
