"""A city's open service requests become verdicts of its agencies, and an impossible table is stopped.

The file's own column names are all that is known; the counts are made a second time with pandas.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.journeys.command_line import Answer, tally

AS_OF = "2025-04-07T06:00Z"
MONTHS = ("2025-01", "2025-02", "2025-03")
DAYS = pd.Timedelta(days=2)
CELLS = {
    "A": "Animal-Abuse",
    "P": "Pet Shop",
    "U": "Unsanitary Animal Pvt Property",
    "X": "Animal Facility - No Permit",
}
CELL = """\
  - {{id: {clause}, kind: kpi, title: "{reason}, median until closed", measure: full_resolution_time, target: 2d,
     for: {{reason: "{reason}"}}, period_rule: resolved-in, attribution: owner-at-stop}}
"""
CONTRACT = """\
tallystick: 1
contract: city-agencies
title: Service requests of four agencies
client: {{id: client, name: The City}}
partners:
  - {{id: NYPD, name: Police Department}}
  - {{id: DSNY, name: Department of Sanitation}}
  - {{id: DPR, name: Department of Parks and Recreation}}
  - {{id: DOHMH, name: Department of Health and Mental Hygiene}}
currency: USD
zone: {zone}
term: {{from: 2025-01-01, to: 2025-12-31}}
calendars: {{always: {{week: always}}}}
programmes: {{requests: {{calendar: always}}}}
definitions: {{excluded: [], period_rule: due-in, attribution: owner-at-due}}
clauses:
  - {{id: D, kind: sla_target, title: Closed within two days, clock: first_resolution, within: 2d, hours: calendar,
     target: 80%}}
  - {{id: R, kind: kpi, title: Closed within two days of those closed, measure: sla_attainment,
     params: {{clock: first_resolution}}, target: 80%, period_rule: resolved-in, attribution: owner-at-stop}}
  - {{id: Q, kind: kpi, title: Closed by the due date of the file, measure: source_due_attainment, target: 80%,
     period_rule: created-in, attribution: owner-at-start}}
"""


def file_of(shared_data: Path, name: str) -> Path:
    return shared_data / "tickets" / name


def verdicts_of(answer: Answer) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = [verdict for one in answer.json for verdict in one["verdicts"]]
    return {(verdict["partner"], verdict["clause"], verdict["period"]): verdict for verdict in found}


def requests_of(shared_data: Path, zone: str) -> pd.DataFrame:
    """The file as pandas reads it, with due moments: two days of 24 hours after creation."""
    rows = pd.read_csv(file_of(shared_data, "nyc311_service_requests.csv"), dtype=str)
    created = pd.to_datetime(rows["Created Date"], format="%m/%d/%Y %H:%M").dt.tz_localize(zone)
    closed = pd.to_datetime(rows["Closed Date"], format="%m/%d/%Y %H:%M").dt.tz_localize(zone)
    return pd.DataFrame(
        {
            "agency": rows["Agency"],
            "reason": rows["Complaint Type"],
            "created": created,
            "closed": closed,
            "due": created + DAYS,
        }
    )


def in_month(instants: pd.Series, month: str) -> pd.Series:
    return instants.dt.strftime("%Y-%m") == month


def taken_in(home: Path, shared_data: Path, zone: str) -> dict[str, Any]:
    """Ingest with nothing said but (where it is not UTC) the zone, write the contract, and judge every month."""
    said = ("--zone", zone) if zone != "UTC" else ()
    source = file_of(shared_data, "nyc311_service_requests.csv")
    loaded = tally("ingest", source, *said, "--home", home, "--as-of", AS_OF, "--json")
    text = CONTRACT.format(zone=zone)
    text += "".join(CELL.format(clause=clause, reason=reason) for clause, reason in CELLS.items())
    (home / "contracts" / "agencies.yaml").write_text(text, encoding="utf-8")
    checked = tally("check", "--home", home, "--json")
    judged = tally("assess", "--home", home, "--as-of", AS_OF, "--json")
    return {"loaded": loaded, "checked": checked, "judged": judged, "verdicts": verdicts_of(judged), "home": home}


@pytest.fixture(scope="module", params=[pytest.param("UTC", marks=pytest.mark.long), "America/New_York"])
def city(request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    zone = request.param
    journey = taken_in(tmp_path_factory.mktemp("city") / "home", shared_data, zone)
    return {**journey, "requests": requests_of(shared_data, zone)}


def test_every_row_is_stored_by_the_mapping_that_the_tool_proposes(city: dict[str, Any]) -> None:
    loaded = city["loaded"].json
    assert city["loaded"].code == 0
    assert (loaded["rows_in"], loaded["stored"], loaded["duplicate"], loaded["rejected"]) == (4969, 4969, 0, 0)
    proposed = loaded["mapping"]["columns"]
    expected = {"case": "Unique Key", "created": "Created Date", "closed": "Closed Date", "partner": "Agency"}
    assert {name: proposed[name] for name in expected} == expected


def test_the_tool_says_that_the_due_date_is_empty_in_all_rows(city: dict[str, Any]) -> None:
    (said,) = [finding for finding in city["loaded"].json["findings"] if finding["id"] == "TS-I207"]
    assert "'Due Date' is empty in all 4,969 rows" in said["message"]
    again = tally("doctor", "--home", city["home"], "--as-of", AS_OF, "--json")
    assert any("'Due Date' is empty in all 4,969 rows" in finding["message"] for finding in again.json["findings"])


def test_the_short_contract_is_valid_and_every_month_of_every_agency_is_judged(city: dict[str, Any]) -> None:
    assert city["checked"].code == 0, city["checked"].out
    assert len(city["verdicts"]) == 4 * len(MONTHS) * (3 + len(CELLS))


def test_met_and_total_by_due_month_equal_an_independent_count(city: dict[str, Any]) -> None:
    requests = city["requests"]
    as_of = pd.Timestamp(AS_OF)
    for (agency, rows), month in ((group, month) for group in requests.groupby("agency") for month in MONTHS):
        due = rows[in_month(rows["due"], month) & (rows["due"] <= as_of)]
        met = int((due["closed"] <= due["due"]).sum())
        verdict = city["verdicts"][agency, "D", month]
        assert (verdict["value"]["numerator"], verdict["value"]["denominator"]) == (met, len(due)), (agency, month)
        assert verdict["arithmetic"] == ("met" if met * 100 >= 80 * len(due) else "missed"), (agency, month)


def test_met_and_total_by_month_of_closing_equal_an_independent_count(city: dict[str, Any]) -> None:
    for (agency, rows), month in ((group, month) for group in city["requests"].groupby("agency") for month in MONTHS):
        closed = rows[in_month(rows["closed"], month)]
        met = int((closed["closed"] <= closed["due"]).sum())
        value = city["verdicts"][agency, "R", month]["value"]
        assert (value["numerator"], value["denominator"]) == (met, len(closed)), (agency, month)


def test_a_cell_without_a_close_gets_no_verdict(city: dict[str, Any]) -> None:
    requests, empty = city["requests"], 0
    for (agency, clause, month), verdict in city["verdicts"].items():
        if clause not in CELLS:
            continue
        cell = requests[(requests["agency"] == agency) & (requests["reason"] == CELLS[clause])]
        closed = cell[in_month(cell["closed"], month)]
        value = verdict["value"]
        assert (value["n"] if value else 0) == len(closed), (agency, clause, month)
        if len(closed) == 0:
            empty += 1
            assert verdict["outcome"] == "not assessable"
            assert value is None or value["value"] is None
    assert empty >= 4 * len(MONTHS) * (len(CELLS) - 1) / 2


def test_a_promise_by_the_files_own_due_date_cannot_be_assessed_because_it_is_empty(city: dict[str, Any]) -> None:
    requests = city["requests"]
    for month in MONTHS:
        for agency, rows in requests.groupby("agency"):
            verdict = city["verdicts"][agency, "Q", month]
            created = int(in_month(rows["created"], month).sum())
            assert verdict["outcome"] == "not assessable"
            assert (verdict["value"]["n"], verdict["value"]["value"]) == (0, None)
            assert verdict["value"]["excluded"] == [["no due date", created]], (agency, month)
            assert verdict["reasons"][0] == (
                f"without data nothing is judged; every row is left out: {created:,} no due date"
            )


def test_a_month_whose_data_end_in_its_middle_is_provisional(city: dict[str, Any]) -> None:
    ends = {verdict["outcome"] for (_, clause, month), verdict in city["verdicts"].items()
            if month == "2025-03" and clause == "D"}  # fmt: skip
    assert ends == {"provisional"}
    earlier = {verdict["outcome"] for (_, clause, month), verdict in city["verdicts"].items()
               if month != "2025-03" and clause == "D"}  # fmt: skip
    assert earlier == {"met", "missed"}


# ---- a table that cannot be true --------------------------------------------------------------------------------

IMPOSSIBLE = "1,365 of 2,769 cases were resolved before their first reply."
SUPPORT = """\
tallystick: 1
contract: support
title: Support desk
client: {id: client, name: Client}
partner: {id: desk, name: Desk}
currency: USD
zone: UTC
term: {from: 2023-01-01, to: 2023-12-31}
calendars: {always: {week: always}}
programmes: {all: {calendar: always}}
definitions: {excluded: [], period_rule: measured-in, attribution: owner-at-stop}
clauses:
  - {id: K, kind: kpi, title: Satisfaction, measure: csat, target: 50%, params: {boxes: 2}, period_rule: measured-in,
     attribution: owner-at-stop}
"""


@pytest.fixture(scope="module")
def support(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("support") / "home"
    source = file_of(shared_data, "support_tickets_cc0.csv")
    loaded = tally("ingest", source, "--partner", "desk", "--home", home, "--json")
    assert loaded.json["rows_in"] == loaded.json["stored"] + loaded.json["duplicate"] + loaded.json["rejected"] == 2769
    return home


def test_the_doctor_counts_the_rows_resolved_before_their_first_reply(support: Path, shared_data: Path) -> None:
    rows = pd.read_csv(file_of(shared_data, "support_tickets_cc0.csv"), dtype=str)
    replied, resolved = (pd.to_datetime(rows[name]) for name in ("First_Response_Time", "Time_to_Resolution"))
    assert int((resolved < replied).sum()) == 1365
    answer = tally("doctor", "--home", support, "--json")
    assert answer.code == 1
    (found,) = [finding for finding in answer.json["findings"] if finding["id"] == "TS-D004"]
    assert (found["message"], found["count"], found["severity"]) == (IMPOSSIBLE, 1365, "error")


def test_a_verdict_on_impossible_rows_is_provisional_and_says_why(support: Path) -> None:
    (support / "contracts" / "support.yaml").write_text(SUPPORT, encoding="utf-8")
    answer = tally("assess", "--home", support, "--period", "2023-06", "--as-of", "2023-07-05T00:00Z", "--json")
    (verdict,) = [verdict for one in answer.json for verdict in one["verdicts"]]
    assert verdict["outcome"] == "provisional"
    assert any("were resolved before their first reply" in reason for reason in verdict["reasons"])
