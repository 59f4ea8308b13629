# ruff: noqa: DTZ001, E501 - the content of files, as it comes
"""Any table: columns by name and content, dates by content, zones, statuses, and the rows that come out."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.records.connector import Batch, Mapping, Resolver
from tallystick.records.connectors import _instants as instants
from tallystick.records.connectors.any_table import AnyTable, feed_of
from tallystick.records.connectors.any_table.words import event_of, language_of, name_score, status_category

AS_OF = Resolver("lumen", int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000)


def read(tmp_path: Path, text: str, name: str = "tickets.csv", **hints: str) -> tuple[Mapping, list[Batch]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_path(path, **hints)


def read_path(path: Path, **hints: str) -> tuple[Mapping, list[Batch]]:
    connector = AnyTable()
    mapping = connector.propose(path, None, {"zone": "Europe/Bucharest", **hints})
    return mapping, list(connector.read(path, mapping, AS_OF))


def rows(batches: list[Batch], table: str) -> list[dict[str, Any]]:
    return [row for batch in batches if table in batch.tables for row in batch.tables[table].to_pylist()]


def rules(batches: list[Batch]) -> Counter[str]:
    return Counter(found.id for batch in batches for found in batch.findings)


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("Ticket ID,Created At,First Response At,Resolved At,Status,Assignee,Group", "case created first_reply resolved status agent queue"),
        ("Ticketnummer;Erstellt am;Erste Antwort;Gelöst am;Status;Bearbeiter;Gruppe", "case created first_reply resolved status agent queue"),
        ("Numéro de ticket;Date de création;Première réponse;Date de résolution;Statut;Assigné à;Groupe", "case created first_reply resolved status agent queue"),
        ("Número de caso;Fecha de creación;Primera respuesta;Fecha de resolución;Estado;Asignado a;Equipo", "case created first_reply resolved status agent queue"),
        ("Numero ticket;Data creazione;Prima risposta;Data risoluzione;Stato;Assegnato a;Reparto", "case created first_reply resolved status agent queue"),
        ("Nr tichet;Data creării;Primul răspuns;Data rezolvării;Stare;Responsabil;Echipa", "case created first_reply resolved status agent queue"),
        ("Numer zgłoszenia;Data utworzenia;Pierwsza odpowiedź;Data rozwiązania;Stan;Konsultant;Zespół", "case created first_reply resolved status agent queue"),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_names_in_several_languages(header: str, roles: str, tmp_path: Path) -> None:
    mark = ";" if ";" in header else ","
    body = "".join(
        mark.join([f"T{n}", "2026-03-01 09:00", "2026-03-01 10:00", "2026-03-02 09:00", "open", f"a{n % 3}", "Care"])
        + "\n"
        for n in range(30)
    )
    mapping, _ = read(tmp_path, header + "\n" + body)
    names = header.split(mark)
    assert [mapping.columns.get(role) for role in roles.split()] == names


def test_the_day_comes_first_where_a_part_above_twelve_says_so(tmp_path: Path) -> None:
    mapping, batches = read(tmp_path, "id,created at\n1,31/01/2026 10:00\n2,02/02/2026 10:00\n")
    assert mapping.settings["dates"] == {"created at": "day-first"}
    assert rows(batches, "case")[1]["created_at"] == datetime(2026, 2, 2, 8, tzinfo=UTC)


def test_rows_that_end_before_they_begin_decide_between_day_and_month(tmp_path: Path) -> None:
    text = "id,created at,resolved at\n" + "".join(
        f"{n},0{n}/02/2025 10:00,0{n + 1}/02/2025 09:00\n" for n in range(3, 8)
    )
    text += "9,09/02/2025 10:00,01/03/2025 10:00\n"
    mapping, _ = read(tmp_path, text)
    assert set(mapping.settings["dates"].values()) == {"day-first"}


def test_offsets_in_the_data_win_over_the_zone(tmp_path: Path) -> None:
    _, batches = read(tmp_path, "id,created at\n1,2026-01-05T10:00:00+05:30\n2,2026-01-05T10:00:00Z\n")
    assert [row["created_at"].hour for row in rows(batches, "case")] == [4, 10]
    assert "TS-I206" not in rules(batches)


def test_local_times_take_the_offset_of_their_day(tmp_path: Path) -> None:
    _, batches = read(tmp_path, "id,created at\n1,2026-01-05 10:00\n2,2026-05-05 10:00\n")
    assert [row["created_at"].hour for row in rows(batches, "case")] == [8, 7]
    assert rules(batches)["TS-I206"] == 1


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("14 Mar 2025 10:00", datetime(2025, 3, 14, 10)),
        ("Mar 14, 2025 10:00 AM", datetime(2025, 3, 14, 10)),
        ("14. März 2025 10:00", datetime(2025, 3, 14, 10)),
        ("14 de marzo de 2025 10:00", datetime(2025, 3, 14, 10)),
        ("12 lipca 2025", datetime(2025, 7, 12)),
        ("2025/03/14 10:00:00", datetime(2025, 3, 14, 10)),
        ("20250314T1000", datetime(2025, 3, 14, 10)),
        ("14.03.25 10:00", datetime(2025, 3, 14, 10)),
        ("1741946400", datetime(2025, 3, 14, 10)),
        ("1741946400000", datetime(2025, 3, 14, 10)),
        ("2025-03-14T10:00:00.250000", datetime(2025, 3, 14, 10, 0, 0, 250_000)),
    ],
)
def test_dates_are_read_in_the_forms_that_exports_have(cell: str, instant: datetime, tmp_path: Path) -> None:
    _, batches = read(tmp_path, f"id;created at\n1;{cell}\n2;{cell}\n", zone="UTC")
    assert rows(batches, "case")[0]["created_at"] == instant.replace(tzinfo=UTC)


def test_a_length_of_time_becomes_the_instant_after_creation(tmp_path: Path) -> None:
    text = "id,created at,first response time (minutes),resolution time (hours)\n1,2026-03-01 09:00,30,2.5\n2,2026-03-01 09:00,15,\n"
    _, batches = read(tmp_path, text, zone="UTC")
    events = {(row["kind"], row["source_row"]): row["event_at"] for row in rows(batches, "case_event")}
    assert events["message", 2] == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert events["status", 2] == datetime(2026, 3, 1, 11, 30, tzinfo=UTC)
    assert events["status", 3] is None


def test_an_instant_that_a_newer_snapshot_lost_is_sent_as_a_retraction(tmp_path: Path) -> None:
    header = "id,created at,closed at,updated at,status\n"
    _, before = read(
        tmp_path,
        header
        + "1,2026-03-01 09:00,2026-03-02 09:00,2026-03-02 09:00,Closed\n2,2026-03-01 09:00,,2026-03-01 09:00,Open\n",
    )
    _, after = read(
        tmp_path, header + "1,2026-03-01 09:00,,2026-03-03 09:00,Open\n2,2026-03-01 09:00,,2026-03-01 09:00,Open\n"
    )
    ended = [row for row in rows(before, "case_event") if row["kind"] == "status" and row["event_at"]]
    gone = {row["event_key"]: row for row in rows(after, "case_event")}[ended[0]["event_key"]]
    assert gone["event_at"] is None
    assert gone["source_at"] > ended[0]["source_at"]


def test_an_event_log_gives_cases_and_events(tmp_path: Path) -> None:
    log = (
        "case_id,activity,timestamp,resource,team\n"
        "1,Created,2026-02-01 10:00,,front\n1,Agent reply,2026-02-01 11:00,anna,front\n"
        "1,Note added,2026-02-01 11:05,anna,back\n1,Resolved,2026-02-03 11:00,anna,back\n2,Created,2026-02-25 10:00,,front\n"
        "2,Zorp,2026-02-26 10:00,bob,front\n"
    )
    mapping, batches = read(tmp_path, log, zone="UTC")
    assert mapping.shape == "event log"
    kinds = Counter(row["kind"] for row in rows(batches, "case_event"))
    assert kinds["created"] == 2
    assert kinds["status"] == 1
    # What was a change of queue is told by all rows of a case, and those may lie in several files: it is found later.
    assert kinds["queue"] == 0
    seen = [json.loads(row["seen"]) for row in rows(batches, "case_event")]
    assert [said["queue"] for said in seen] == ["front", "front", "back", "back", "front", "front"]
    assert kinds["flag"] == 1, "an activity without a meaning changes nothing, but its row says where the case was"
    assert rules(batches)["TS-I222"] == 1
    assert [row["created_at"].day for row in rows(batches, "case")] == [1, 25]


def test_a_call_list_gives_calls_with_answer_and_end(tmp_path: Path) -> None:
    calls = "call_id,queue,call_start,wait_time,talk_time,disposition\n1,de,2026-03-01 09:00:00,20,300,answered\n2,de,2026-03-01 09:01:00,95,0,abandoned\n"
    mapping, batches = read(tmp_path, calls, zone="UTC")
    assert mapping.shape == "call list"
    told = {
        (row["source_row"], row["kind"], row["value"]): row["event_at"]
        for row in rows(batches, "case_event")
        if row["event_at"]
    }
    assert told[2, "message", "public"] == datetime(2026, 3, 1, 9, 0, 20, tzinfo=UTC)
    assert told[2, "status", "solved"] == datetime(2026, 3, 1, 9, 5, 20, tzinfo=UTC)
    assert told[3, "status", "abandoned"] == datetime(2026, 3, 1, 9, 2, 35, tzinfo=UTC)
    assert (3, "message", "public") not in told


def test_a_status_is_told_by_content_where_its_word_is_not_known(tmp_path: Path) -> None:
    lines = [
        f"{n},2026-03-01 09:00,{'2026-03-02 09:00' if n % 2 else ''},{'Zorp' if n % 2 else 'Blick'}" for n in range(40)
    ]
    mapping, _ = read(tmp_path, "id,created at,closed at,status\n" + "\n".join(lines) + "\n")
    assert (mapping.statuses["Zorp"], mapping.statuses["Blick"]) == ("solved", "open")
    assert any("Zorp" in doubt for doubt in mapping.doubts)


def test_words_are_known_with_numbers_and_marks_around_them() -> None:
    assert status_category("2 - In Progress") == "open"
    assert status_category("Wartet auf Kunde") == "pending"
    assert status_category("Zorp") is None
    assert event_of("Status changed") == "status:*"
    assert language_of("de-AT") == "de"
    assert name_score("FirstResponseAt", "first_reply") > 0.95
    assert name_score("Location Type", "reason") < 0.5


def test_the_feed_of_next_month_is_the_feed_of_this_month() -> None:
    assert feed_of(Path("Tickets_2026-03 (2).csv.gz")) == feed_of(Path("tickets-2026-04.csv")) == "tickets"


def test_service_requests_of_a_city_need_no_mapping_by_hand(shared_data: Path) -> None:
    mapping, batches = read_path(shared_data / "tickets" / "nyc311_service_requests.csv", zone="America/New_York")
    assert dict(mapping.columns) == {
        "case": "Unique Key", "created": "Created Date", "closed": "Closed Date", "due": "Due Date",
        "updated": "Resolution Action Updated Date", "status": "Status", "partner": "Agency", "reason": "Complaint Type",
    }  # fmt: skip
    assert len(rows(batches, "case")) == 4969
    assert sum(1 for row in rows(batches, "case_event") if row["kind"] == "status" and row["event_at"]) == 4692
    assert Counter(row["partner_given"] for row in rows(batches, "case"))["NYPD"] == 1804
    told = [found.message for batch in batches for found in batch.findings if found.id == "TS-I207"]
    assert told == ["'Due Date' is empty in all 4,969 rows."]


def test_impossible_tickets_keep_their_events_to_be_counted(shared_data: Path) -> None:
    mapping, batches = read_path(shared_data / "tickets" / "support_tickets_cc0.csv", zone="UTC")
    assert "created" not in mapping.columns
    assert rules(batches)["TS-I208"] == 1
    replied, resolved = {}, {}
    for row in rows(batches, "case_event"):
        (replied if row["kind"] == "message" else resolved)[row["case_key"]] = row["event_at"]
    assert sum(1 for key, at in replied.items() if resolved[key] < at) == 1365


def test_a_time_that_the_clock_skips_or_shows_twice_is_known() -> None:
    import numpy as np

    local = [datetime(2026, 3, 29, 3, 30), datetime(2026, 10, 25, 3, 30), datetime(2026, 7, 1, 12)]
    values = np.array([int(at.replace(tzinfo=UTC).timestamp()) * 1_000_000 for at in local], np.int64)
    utc, gap, twice = instants.utc_of_local(values, "Europe/Bucharest")
    assert (gap.tolist(), twice.tolist()) == ([True, False, False], [False, True, False])
    assert datetime.fromtimestamp(int(utc[1]) / 1_000_000, UTC).hour == 0


def scored(*scores: int) -> str:
    lines = (f"T{n},2026-03-01 09:00,2026-03-01 10:00,2026-03-02 09:00,{score}" for n, score in enumerate(scores))
    return "Ticket ID,Created At,First Response At,Resolved At,Satisfaction Score\n" + "\n".join(lines) + "\n"


def test_ones_alone_are_no_scale_that_ends_at_one(tmp_path: Path) -> None:
    """A short first file settles the mapping of all that follow; only noughts and ones are a scale of two steps."""
    assert read(tmp_path, scored(1))[0].settings["survey"] == {"kind": "csat", "min": 1, "max": 5}
    assert read(tmp_path, scored(0, 1, 1))[0].settings["survey"] == {"kind": "csat", "min": 0, "max": 1}


def test_an_answer_beyond_the_scale_is_kept_to_be_counted_among_those_left_out(tmp_path: Path) -> None:
    mapping, _ = read(tmp_path, scored(1, 5))
    path = tmp_path / "later.csv"
    path.write_text(scored(4, 9), encoding="utf-8")
    surveys = rows(list(AnyTable().read(path, mapping, AS_OF)), "survey_response")
    assert [(row["score"], row["scale_max"]) for row in surveys] == [(4, 5), (9, 5)]
