# ruff: noqa: E501 - the content of files, as it comes
"""Zendesk: the warehouse tables and the JSON pages tell the same story."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.records.connector import Batch, Resolver
from tallystick.records.connectors.zendesk import Zendesk
from tallystick.records.connectors.zendesk.schedules import ZONES
from tallystick.records.connectors.zendesk.sources import table_name
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.zones import named_zone

AS_OF = Resolver("lumen", int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000)


def read(path: Path) -> Batch:
    connector = Zendesk()
    assert connector.recognise(path) >= 0.8
    return next(iter(connector.read(path, connector.propose(path, None, {}), AS_OF)))


def rows(batch: Batch, table: str) -> list[dict[str, Any]]:
    return batch.tables[table].to_pylist()


def folder_of(tmp_path: Path) -> Path:
    tables = {
        "ticket_data": "id,created_at,updated_at,status,requester_id,submitter_id,assignee_id,group_id,via_channel,priority,merged_ticket_ids\n"
        "7,2026-01-05 08:00:00,2026-01-06 08:00:00,solved,9,9,5,1,email,high,[8]\n"
        "8,2026-01-05 08:30:00,2026-01-05 09:30:00,closed,9,9,5,1,web,,[]\n",
        "ticket_field_history_data": "ticket_id,field_name,updated,user_id,value\n"
        "7,status,2026-01-05 08:00:00,9,new\n7,group_id,2026-01-05 08:00:00,9,1\n7,assignee_id,2026-01-05 08:30:00,5,5\n"
        "7,status,2026-01-05 09:05:00,5,pending\n7,status,2026-01-06 08:00:00,5,solved\n7,subject,2026-01-05 08:00:00,9,Hi\n",
        "ticket_comment_data": "id,ticket_id,created,user_id,public,body\n"
        "1,7,2026-01-05 08:00:00,9,TRUE,Where is my lamp?\n2,7,2026-01-05 09:00:00,5,TRUE,On its way\n"
        "3,7,2026-01-05 09:01:00,5,FALSE,Check stock\n4,7,2026-01-05 10:00:00,9,TRUE,Thanks\n",
        "user_data": "id,role,name,locale\n5,agent,Ana,ro\n9,end-user,Carl,de-AT\n",
        "group_data": "id,name\n1,Care DE\n",
        "schedule_data": "id,name,start_time,end_time,time_zone\n3,Office,1980,2520,Bucharest\n",
    }  # fmt: skip
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_tables_become_cases_events_messages_and_agents(tmp_path: Path) -> None:
    batch = read(folder_of(tmp_path))
    case = next(row for row in rows(batch, "case") if row["case_id"] == "7")
    assert (case["queue"], case["channel"], case["language"], case["requester"]) == ("Care DE", "email", "de", "9")
    told = [
        (row["kind"], row["actor"], row["value"])
        for row in rows(batch, "case_event")
        if row["case_key"] == case["case_key"]
    ]
    assert Counter(told) == Counter(
        [
            ("created", "customer", None), ("status", "customer", "new"), ("queue", "customer", "Care DE"),
            ("owner", "agent", "5"), ("status", "agent", "pending"), ("status", "agent", "solved"),
            ("message", "agent", "public"), ("note", "agent", None), ("message", "customer", "public"),
        ]
    )  # fmt: skip
    assert len(rows(batch, "message")) == 4
    assert batch.texts is not None
    assert batch.texts.num_rows == 4
    assert [row["agent_id"] for row in rows(batch, "agent")] == ["5"]


def test_the_comment_that_opens_a_ticket_is_its_creation(tmp_path: Path) -> None:
    events = rows(read(folder_of(tmp_path)), "case_event")
    spoken = [row["event_at"].hour for row in events if row["kind"] == "message"]
    assert sorted(spoken) == [9, 10]


def test_a_merged_ticket_names_the_one_that_survives(tmp_path: Path) -> None:
    batch = read(folder_of(tmp_path))
    merged = [row for row in rows(batch, "case_event") if row["kind"] == "merged"]
    gone = next(row for row in rows(batch, "case") if row["case_id"] == "8")
    assert [(row["case_key"], row["value"]) for row in merged] == [(gone["case_key"], "7")]


def test_every_row_of_every_file_is_used_noted_or_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    with (folder / "ticket_comment_data.csv").open("a", encoding="utf-8") as sink:
        sink.write("5,7,someday,9,TRUE,Broken\n6,,2026-01-05 10:00:00,9,TRUE,Lost\n7,7\n")
    batch = read(folder)
    assert Counter(reject.finding.id for reject in batch.rejects) == {"TS-I108": 1, "TS-I107": 1, "TS-I101": 1}
    used = {row["source_row"] for table in batch.tables.values() for row in table.select(["source_row"]).to_pylist()}
    assert len(used) + batch.noted + len(batch.rejects) == batch.rows_in


def test_schedules_and_zones_are_proposed_as_a_contract_writes_them(tmp_path: Path) -> None:
    mapping = Zendesk().propose(folder_of(tmp_path), None, {})
    assert mapping.settings["calendars"] == {"Office": {"zone": "Europe/Bucharest", "week": {"mon": ["09:00-18:00"]}}}
    assert dict(mapping.queues) == {"Care DE": ""}


def test_every_zone_of_rails_leads_to_a_zone_that_exists() -> None:
    for zone in set(ZONES.values()):
        assert named_zone(zone)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("ticket_field_history_data.csv.gz", "ticket_field_history"),
        ("tickets_2026-03.json", "tickets"),
        ("ZD_user.parquet", "user"),
    ],
)
def test_a_files_name_says_which_table_it_is(file: str, name: str) -> None:
    assert table_name(Path(file)) == name


def test_ratings_are_good_or_bad_or_not_answered(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    tickets = [{"id": n, "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-06T08:00:00Z", "status": "solved",
                "requester_id": 9, "satisfaction_rating": {"score": score}} for n, score in enumerate(("good", "bad", "offered", "unoffered"))]  # fmt: skip
    path.write_text(json.dumps({"tickets": tickets, "end_of_stream": True}), encoding="utf-8")
    assert [row["score"] for row in rows(read(path), "survey_response")] == [1, 0, None]


def test_responses_to_a_survey_are_scores_of_one_to_five_on_the_tickets_that_they_name(tmp_path: Path) -> None:
    def response(number: int, ticket: int | None, rating: int | None) -> dict[str, Any]:
        stamp = {"created_at": "2026-01-07T08:00:00Z", "updated_at": "2026-01-07T08:01:00Z"}
        answers: list[dict[str, Any]] = [{"type": "open_ended", "value": "Thanks", **stamp}]
        if rating is not None:
            answers.append({"type": "rating_scale", "rating": rating, "rating_category": "good", **stamp})
        subjects = [] if ticket is None else [{"id": str(ticket), "type": "ticket", "zrn": f"zen:ticket:{ticket}"}]
        return {"id": f"s{number}", "responder_id": 9, "subjects": subjects, "answers": answers}

    folder = folder_of(tmp_path)
    listed = [response(1, 7, 4), response(2, 8, 1), response(3, 9, None), response(4, None, 5)]
    text = json.dumps({"survey_responses": listed, "meta": {"has_more": False}})
    (folder / "survey_responses.json").write_text(text, encoding="utf-8")
    batch = read(folder)
    found = {row["score"]: row for row in rows(batch, "survey_response") if row["score"]}
    assert {(row["kind"], row["score"], row["scale_min"], row["scale_max"]) for row in found.values()} == {
        ("csat", 4, 1, 5), ("csat", 1, 1, 5),
    }  # fmt: skip
    keys = {row["case_id"]: row["case_key"] for row in rows(batch, "case")}
    assert found[4]["case_key"] == keys["7"]
    assert {(reject.finding.id, reject.column) for reject in batch.rejects} == {("TS-I107", "ticket_id")}


def test_a_truncated_page_refuses_the_export(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "tickets_2.json").write_text('{"tickets": [{"id": 1, "created_at"', encoding="utf-8")
    with pytest.raises(DamagedContainer) as refused:
        Zendesk().propose(folder, None, {})
    assert refused.value.rule == "TS-I012"


def test_the_public_export_reads_without_a_reject(shared_data: Path) -> None:
    batch = read(shared_data / "exports" / "zendesk")
    assert batch.rejects == []
    assert len(rows(batch, "case")) == 10
    statuses = [row["value"] for row in rows(batch, "case_event") if row["kind"] == "status"]
    assert {"open", "pending", "on-hold", "solved", "closed"} <= set(statuses)
