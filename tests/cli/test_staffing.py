"""`tally staffing`: half hours that were short, with their cause, on a folder made by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tallystick.home import create_home
from tallystick.records.lake import Lake
from tests.journeys.command_line import Answer, tally
from tests.staffing.floor import at, contact
from tests.verdicts.tiny_lake import append

TEXT = """
tallystick: 1
contract: lumen-aurora
title: Customer care
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes:
  german-phone: {queues: [de], calendar: office}
  english-phone: {queues: [en], calendar: office}
definitions: {pausing_statuses: [pending]}
clauses:
  - {id: S1, kind: kpi, title: Staffing, measure: line_adherence, target: 90%, minimum_volume: 1}
"""


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Monday 2 March, 10:00 to 12:00 in Bucharest; two agents are required in each half hour.

    10:00 both are there. 10:30 bo is missing though rostered. 11:00 forty calls came where three were forecast.
    """
    calls: list[dict[str, Any]] = []
    for number, begins in enumerate([*["08:00", "08:30", "09:30"] * 3, *["09:00"] * 40]):
        talks = at(begins) + timedelta(seconds=20)
        ends = talks + timedelta(seconds=240)
        calls += contact(number, begins, f"2026-03-02 {talks:%H:%M:%S}", f"2026-03-02 {ends:%H:%M:%S}")
    half = timedelta(minutes=30)
    slots = [at("08:00") + place * half for place in range(4)]
    return {
        "call": calls,
        "forecast": [
            {"queue": "de", "started_at": slot, "ended_at": slot + half, "issued_at": at("2026-02-01 08:00"),
             "contacts_milli": 3000, "aht_ms": 300_000, "agents_milli": 2000}
            for slot in slots
        ],
        "shift": [
            {"agent": agent, "activity": "work", "queue": "de", "started_at": at("08:00"), "ended_at": at("10:00")}
            for agent in ("ana", "bo")
        ],
        "agent_state": [
            {"agent": "ana", "state": "available", "queue": "de", "started_at": at("08:00"), "ended_at": at("10:00")},
            {"agent": "bo", "state": "available", "queue": "de", "started_at": at("08:00"), "ended_at": at("08:30")},
            {"agent": "bo", "state": "available", "queue": "de", "started_at": at("09:00"), "ended_at": at("10:00")},
        ],
    }  # fmt: skip


def _home(root: Path, tables: dict[str, list[dict[str, Any]]]) -> Path:
    home = create_home(root / "home", "lumen", zone="Europe/Bucharest").root
    (home / "contracts" / "aurora.yaml").write_text(TEXT, encoding="utf-8")
    keys = {"call": "segment_key", "forecast": "forecast_key", "shift": "shift_key", "agent_state": "state_key"}
    with Lake.create(home / "lake", "lumen") as lake:
        for name, rows in tables.items():
            given = [
                {keys[name]: place, "partner": "aurora", "source": "acd", "source_at": at("08:00"), **row}
                for place, row in enumerate(rows, 1)
            ]
            append(lake, name, given)
    return home


RATE_CARD = """
charges:
  - {id: HOUR, kind: per_hour, title: Productive hours, rate: 17.40, hours: {measure: login_time, params: {time: productive}}}
  - {id: CALL, kind: per_contact, title: Calls, rate: 3.15}
"""  # noqa: E501


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _home(tmp_path_factory.mktemp("floor"), _rows())


def asked(home: Path, *more: str, partner: str = "aurora", period: str = "2026-03") -> Answer:
    return tally("staffing", "--home", home, "--partner", partner, "--period", period, "--as-of", "2026-04-02", *more)


def test_half_hours_that_were_short_are_told_with_their_cause(floor: Path) -> None:
    answer = asked(floor)
    assert (answer.code, answer.err) == (0, "")
    assert "aurora, 2026-03: 2 of 4 half hours were short of agents." in answer.out
    assert "partner below its own roster" in answer.out
    assert "more contacts than the forecast's tolerance allows" in answer.out
    assert "2026-03-02 10:30 to 2026-03-02 11:30" in answer.out, "in the zone of the contract"


def test_the_twin_for_scripts_says_the_same_in_seconds(floor: Path) -> None:
    told = asked(floor, "--json").json
    assert (told["intervals"], told["unknown"], told["short"]) == (4, 0, 2)
    first, second = told["intervals_short"]
    assert (first["cause"], first["short_s"], first["partner_s"], first["client_s"], first["without_fault"]) == (
        "partner below its own roster", 1800, 1800, 0, False,
    )  # fmt: skip
    assert (second["required_s"], second["scheduled_s"], second["worked_s"]) == (3600, 3600, 3600)
    assert second["without_fault"] is True
    assert second["client_s"] == second["short_s"] == second["needed_s"] - 3600 > 0
    assert sum(cause["short_s"] for cause in told["causes"]) == told["partner_s"] + told["client_s"]


def test_a_wide_tolerance_takes_the_fault_from_the_client(floor: Path) -> None:
    told = asked(floor, "--json", "--tolerance", "999.5").json
    assert told["tolerance"] == "1999/200"
    assert told["client_s"] == asked(floor, "--json").json["client_s"]
    assert asked(floor, "--tolerance", "lots").code == 2


def test_one_programme_can_be_asked_for(floor: Path) -> None:
    assert asked(floor, "--json", "--programme", "german-phone").json["short"] == 2
    assert asked(floor, "--json", "--programme", "english-phone").json["intervals"] == 0
    wrong = asked(floor, "--programme", "german-fone")
    assert wrong.code == 2
    assert "german-phone" in wrong.err


def test_what_lies_after_the_moment_asked_for_is_not_looked_at(floor: Path) -> None:
    told = tally(
        *("staffing", "--home", floor, "--partner", "aurora", "--period", "2026-03"),
        *("--as-of", "2026-03-02T08:45Z", "--json"),
    ).json
    assert (told["intervals"], told["short"]) == (2, 1)


def test_days_hold_what_was_needed_required_planned_worked_and_billed(tmp_path: Path) -> None:
    """On 2 March two agents were planned for two hours each; one of them was away for half an hour of it."""
    home = _home(tmp_path, _rows())
    without = asked(home, "--days")
    assert "so nothing is billed by it" in without.out
    assert "billed" not in without.out.splitlines()[3]
    with (home / "contracts" / "aurora.yaml").open("a", encoding="utf-8") as file:
        file.write(RATE_CARD)
    told = asked(home, "--days", "--json").json
    assert told["charges"] == ["HOUR"]
    days = {row["day"]: row for row in told["days"]}
    assert len(days) == 31
    (second,) = [day for day, row in days.items() if row["worked_s"] is not None]
    assert second == "2026-03-02"
    row = days[second]
    assert (row["required_s"], row["scheduled_s"], row["worked_s"], row["billed_s"]) == (14400, 14400, 12600, 12600)
    assert row["needed_s"] > 14400
    assert {one["billed_s"] for day, one in days.items() if day != second} == {None}
    shown = asked(home, "--days")
    assert (shown.code, shown.err) == (0, "")
    assert "Billed is what HOUR of the rate card count" in shown.out
    together = next(line.split() for line in shown.out.splitlines() if line.strip().startswith("together"))
    assert together[-2:] == ["3.5", "3.5"]


def test_the_loss_of_the_only_partner_leaves_everything_undone(floor: Path) -> None:
    """49 calls on 2 March, nobody else; 3.5 agent hours at 85 % are 35 calls of 5 minutes in 31 days, 1 a day."""
    told = asked(floor, "--without", "--json").json
    assert (told["days"], told["peak"], told["peak_day"], told["capacity"]) == (None, 49, 1, {"aurora": 1})
    assert len(told["backlog"]) == 31
    answer = asked(floor, "--without")
    assert "The backlog is not worked off by the end; it is highest with 49 contacts on 2026-03-02." in answer.out
    assert "aurora handles 1 a day, the others 0." in answer.out


def test_a_loss_cannot_be_told_without_the_work_of_agents_nor_before_the_period(floor: Path, tmp_path: Path) -> None:
    tables = _rows()
    del tables["agent_state"]
    wrong = asked(_home(tmp_path, tables), "--without")
    assert wrong.code == 2
    assert "How much aurora can handle is not known" in wrong.err
    early = tally(
        *("staffing", "--home", floor, "--partner", "aurora", "--period", "2026-03"),
        "--without",
        "--as-of",
        "2026-02-01",
    )
    assert early.code == 2
    assert "has not begun" in early.err
    assert asked(floor, "--without", "--overtime", "much").code == 2


def test_clauses_on_staffing_and_coverage_are_judged_bundled_and_verified(tmp_path: Path) -> None:
    """Four half hours of two agents required, one short by one: 1 - 0.5 / 4. Coverage: 8 of 72 quarters of the day."""
    home = _home(tmp_path, _rows())
    more = """\
  - {id: S2, kind: kpi, title: Hours, measure: coverage_of_contracted_hours, target: 95%, minimum_volume: 1}
  - {id: S3, kind: kpi, title: Forecast, measure: forecast_accuracy, target: 20%, minimum_volume: 1}
"""
    defined = "pausing_statuses: [pending], period_rule: measured-in, attribution: owner-at-start, excluded: [spam]"
    text = TEXT.replace("pausing_statuses: [pending]", defined) + more
    (home / "contracts" / "aurora.yaml").write_text(text, encoding="utf-8")
    assert tally("check", "--home", home).code == 0
    tally("assess", "--home", home, "--period", "2026-03", "--as-of", "2026-04-05T00:00Z")
    told = {one["clause"]: one for one in tally("list", "--home", home, "--json").json}
    assert {clause: (one["value"], one["n"]) for clause, one in told.items()} == {
        "S1": ("7/8", 4), "S2": ("1/9", 72), "S3": ("37/49", 4),
    }  # fmt: skip
    bundle = tmp_path / "aurora.zip"
    assert tally("bundle", "aurora", "2026-03", "--home", home, "--output", bundle).code == 0
    answer = tally("verify", bundle, "--home", home)
    assert answer.code == 0
    assert "the same, byte for byte" in answer.out


def test_a_volume_outside_its_tolerance_excuses_a_miss_from_records_to_a_verified_bundle(tmp_path: Path) -> None:
    """49 calls where 12 were forecast in time: 37 / 12 is 308.33 % over and a little more."""
    defined = "pausing_statuses: [pending], period_rule: measured-in, attribution: owner-at-start, excluded: [spam]"
    text = TEXT.replace("pausing_statuses: [pending]", defined).replace("target: 90%", "target: 95%")
    text = (
        text.replace("definitions:", "fees: {monthly: {amount: 1000}}\ndefinitions:")
        + """\
  - {id: V1, kind: kpi, title: Volume, measure: volume_against_forecast, target: 10%, minimum_volume: 1}
  - {id: VT, kind: volume_tolerance, volume: V1, over: 10%, clauses: [S1]}
  - {id: C1, kind: service_credit, when: {clause: S1}, model: percentage, percentage: 5%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly}
examples: [{clause: C1, given: {value: 90%, values: {V1: {value: 10%}}}, expect: {credit: 50}}]
"""
    )
    for over, outcome, credit in (("308.33%", "excused", "0"), ("308.34%", "missed", "50")):
        home = _home(tmp_path / outcome, _rows())
        (home / "contracts" / "aurora.yaml").write_text(text.replace("over: 10%", f"over: {over}"), encoding="utf-8")
        tally("assess", "--home", home, "--period", "2026-03", "--as-of", "2026-04-05T00:00Z")
        told = {one["clause"]: one for one in tally("list", "--home", home, "--json").json}
        assert (told["V1"]["value"], told["V1"]["n"], told["S1"]["outcome"]) == ("37/12", 4, outcome)
        bundle = tmp_path / f"{outcome}.zip"
        assert tally("bundle", "aurora", "2026-03", "--home", home, "--output", bundle).code == 0
        answer = tally("verify", bundle, "--home", home)
        assert "the same, byte for byte" in answer.out
        (state,) = tally("credits", "--home", home, "--period", "2026-03", "--json").json
        assert float(state["total"]["amount"]) == float(credit)
        said = " ".join(tally("explain", "aurora/S1/2026-03", "--home", home).out.split())
        assert ("is excused by tolerance VT" in said) == (outcome == "excused")


def test_a_month_without_anything_says_so_and_how_to_change_it(floor: Path) -> None:
    answer = asked(floor, period="2026-02")
    assert answer.code == 0
    assert "Nothing is known of aurora's half hours in 2026-02" in answer.out
    assert "tally ingest" in answer.out


def test_rosters_alone_judge_nothing(tmp_path: Path) -> None:
    home = _home(tmp_path, {"shift": _rows()["shift"]})
    answer = asked(home)
    assert answer.code == 0
    assert "No half hour of aurora in 2026-03 can be judged" in answer.out


def test_mistakes_are_sentences_with_a_cure(floor: Path, tmp_path: Path) -> None:
    for wrong, cure in (
        (asked(floor, partner="aurum"), "tally list contracts"),
        (asked(floor, period="2027-03"), "tally list contracts"),
        (asked(floor, period="March"), "2026-03"),
    ):
        assert (wrong.code, wrong.out) == (2, "")
        assert cure in wrong.err
    bare = create_home(tmp_path / "bare", "lumen").root
    (bare / "contracts" / "aurora.yaml").write_text(TEXT, encoding="utf-8")
    assert "tally ingest" in asked(bare).err


def test_enough_agents_everywhere_is_said_too(tmp_path: Path) -> None:
    tables = _rows()
    tables["call"] = [row for row in tables["call"] if row["started_at"] < at("08:30")]
    answer = asked(_home(tmp_path, tables))
    assert "0 of 4 half hours were short" in answer.out
    assert "cause" not in answer.out
