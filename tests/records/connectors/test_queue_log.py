"""Asterisk's queue_log, as calls and as states of agents."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.connectors.queue_log import QueueLog
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
EVERYONE = Scope.of_client("client")
T0 = 1_767_254_400  # 2026-01-01 08:00 UTC
DAY = f"""{T0}|NONE|NONE|NONE|QUEUESTART|
{T0 + 1}|a|care|SIP/101|ADDMEMBER|
{T0 + 1}|a|billing|SIP/101|ADDMEMBER|
{T0 + 10}|c1|care|NONE|ENTERQUEUE||0711|1
{T0 + 25}|c1|care|SIP/102|RINGNOANSWER|15000
{T0 + 40}|c1|care|SIP/101|CONNECT|30|b1|5
{T0 + 100}|c2|care|NONE|ENTERQUEUE||"Ann | Lee" <0722>|1
{T0 + 160}|c1|care|SIP/101|COMPLETECALLER|30|120|1
{T0 + 170}|c2|care|NONE|ABANDON|1|1|70
{T0 + 200}|c3|care|NONE|ENTERQUEUE||0733|1
{T0 + 260}|c3|care|NONE|EXITWITHTIMEOUT|1|1|60
{T0 + 260}|c3|billing|NONE|ENTERQUEUE||0733|1
{T0 + 280}|c3|billing|SIP/101|CONNECT|20|b2|3
{T0 + 300}|c3|billing|SIP/101|BLINDTRANSFER|201|from-internal|20|20|1
{T0 + 310}|a|care|SIP/101|PAUSE|Lunch
{T0 + 310}|a|billing|SIP/101|PAUSE|Lunch
{T0 + 310}|NONE|NONE|SIP/101|PAUSEALL|Lunch
{T0 + 400}|c4|care|NONE|ENTERQUEUE||0744|1
{T0 + 420}|c4|care|NONE|EXITWITHKEY|1|1|1|20
{T0 + 500}|a|NONE|SIP/101|UNPAUSEALL|
{T0 + 600}|a|care|SIP/101|REMOVEMEMBER|
{T0 + 700}|a|billing|SIP/101|REMOVEMEMBER|
{T0 + 800}|c5|care|NONE|FULL|
"""


def take(home, name, text, **parts):
    path = home / name
    path.write_text(text, encoding="utf-8")
    parts.setdefault("partner", "aurora")
    return ingest(home, path, as_of=AS_OF, vault=Vault.create(home / "keys"), redactor=Redactor(), **parts)


def read(home, name):
    with Lake.open(home / "lake") as lake:
        return lake.read(EVERYONE, name).to_pylist()


def second(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp()) - T0


def told(home):
    names = ("call_id", "kind", "result", "ended_by", "agent", "queue")
    rows = [
        (*(row[name] for name in names), second(row["started_at"]), second(row["ended_at"]))
        for row in read(home, "call")
    ]
    return sorted(rows, key=lambda row: (row[0], row[6], row[1]))


def test_a_day_tells_waits_rings_and_talks_with_how_each_ended(tmp_path):
    outcome = take(tmp_path, "queue_log", DAY, hints={"feed": "acd"})
    assert (outcome.connector, outcome.exit_code, outcome.rows_in) == ("queue_log", 0, DAY.count("\n"))
    assert told(tmp_path) == [
        ("c1", "queue", "answered", None, None, "care", 10, 40),
        ("c1", "ring", "no_answer", None, "102", "care", 10, 25),
        ("c1", "ring", "answered", None, "101", "care", 35, 40),
        ("c1", "talk", "completed", "customer", "101", "care", 40, 160),
        ("c2", "queue", "abandoned", "customer", None, "care", 100, 170),
        ("c3", "queue", "timeout", "system", None, "care", 200, 260),
        ("c3", "queue", "answered", None, None, "billing", 260, 280),
        ("c3", "ring", "answered", None, "101", "billing", 277, 280),
        ("c3", "talk", "transferred", "agent", "101", "billing", 280, 300),
        ("c4", "queue", "overflow", "customer", None, "care", 400, 420),
        ("c5", "queue", "refused", "system", None, "care", 800, 800),
    ]


def test_a_ring_that_nobody_took_is_told_in_milliseconds_and_not_in_seconds(tmp_path):
    take(tmp_path, "queue_log", DAY)
    (ring,) = [row for row in read(tmp_path, "call") if row["result"] == "no_answer"]
    assert ring["ended_at"] - ring["started_at"] == timedelta(seconds=15)


def test_a_bar_in_a_callers_name_moves_nothing_and_the_number_is_kept_as_a_hash_only(tmp_path):
    plain = DAY.replace('"Ann | Lee" <0722>', "0722")
    for home in ("a", "b"):
        (tmp_path / home).mkdir()
    vault = Vault.create(tmp_path / "keys")
    found = []
    for home, text in ((tmp_path / "a", DAY), (tmp_path / "b", plain)):
        path = home / "queue_log"
        path.write_text(text)
        ingest(home, path, as_of=AS_OF, partner="aurora", vault=vault, redactor=Redactor())
        assert "0722" not in repr(read(home, "call"))
        found.append({row["call_id"]: row["requester_key"] for row in read(home, "call") if row["kind"] == "queue"})
    assert found[0] == found[1]
    assert found[0]["c2"] is not None
    assert len({found[0][call] for call in ("c1", "c2", "c4")}) == 3


def test_a_key_that_asks_to_be_called_back_is_one_where_the_mapping_says_so(tmp_path):
    path = tmp_path / "queue_log"
    path.write_text(DAY)
    mapping = QueueLog().propose(path, None, {"partner": "aurora"})
    mapping = mapping.with_(settings={**mapping.settings, "keys": {"1": "callback"}})
    ingest(tmp_path, path, as_of=AS_OF, connector="queue_log", mapping=mapping)
    assert Counter(row[2] for row in told(tmp_path) if row[1] == "queue")["callback"] == 1


def test_a_pause_told_for_every_queue_is_one_state_and_the_last_queue_left_is_the_end(tmp_path):
    take(tmp_path, "queue_log", DAY)
    found = [(second(row["started_at"]), row["agent"], row["state"]) for row in read(tmp_path, "agent_state")]
    assert sorted(found) == [
        (1, "101", "available"),
        (40, "101", "talk"),
        (160, "101", "available"),
        (280, "101", "talk"),
        (300, "101", "available"),
        (310, "101", "meal"),
        (500, "101", "available"),
        (700, "101", "offline"),
    ]


def test_a_pause_at_the_end_of_a_call_follows_it_at_once_and_who_never_logs_in_has_no_states(tmp_path):
    calls = f"""{T0 + 10}|c1|care|NONE|ENTERQUEUE||0711|1
{T0 + 20}|c1|care|SIP/{{agent}}|CONNECT|10|b1|5
{T0 + 90}|c1|care|SIP/{{agent}}|COMPLETEAGENT|10|70|1
"""
    members = f"{T0}|NONE|care|SIP/101|ADDMEMBER|\n{T0 + 90}|NONE|care|SIP/101|PAUSE|Wrap-up\n"
    take(tmp_path, "queue_log", members + calls.format(agent=101) + calls.replace("c1", "c2").format(agent=7))
    found = [(second(row["started_at"]), row["agent"], row["state"]) for row in read(tmp_path, "agent_state")]
    assert sorted(found) == [(0, "101", "available"), (20, "101", "talk"), (90, "101", "wrap")]


@pytest.mark.parametrize("seed", range(6))
def test_however_a_log_is_cut_and_in_whatever_order_its_files_come_the_segments_are_the_same(tmp_path, seed):
    whole = tmp_path / "whole"
    whole.mkdir()
    take(whole, "queue_log", DAY, hints={"feed": "acd"})
    expected = told(whole)
    lines = DAY.splitlines(keepends=True)
    drawn = random.Random(seed)  # noqa: S311 - where a log is cut
    cuts = [0, *sorted(drawn.sample(range(1, len(lines)), 3)), len(lines)]
    files = ["".join(lines[a:b]) for a, b in itertools.pairwise(cuts)]
    drawn.shuffle(files)
    home = tmp_path / "cut"
    home.mkdir()
    for number, text in enumerate(files):
        take(home, f"queue_log.{number}", text, hints={"feed": "acd"})
    assert told(home) == expected


def test_lines_that_are_repeated_in_the_next_file_are_counted_once(tmp_path):
    take(tmp_path, "queue_log.1", DAY[: len(DAY) // 2], hints={"feed": "acd"})
    take(tmp_path, "queue_log", DAY, hints={"feed": "acd"})
    take(tmp_path, "queue_log.1", DAY[: len(DAY) // 2], hints={"feed": "acd"})
    assert len(told(tmp_path)) == 11


def test_a_rotated_file_is_read_packed_and_with_its_first_line_cut(tmp_path):
    path = tmp_path / "queue_log.1.gz"
    path.write_bytes(gzip.compress(DAY[5:].encode()))
    outcome = ingest(tmp_path, path, as_of=AS_OF, partner="aurora")
    assert outcome.connector == "queue_log"
    assert outcome.rejected <= 1
    assert len(told(tmp_path)) == 11


def test_a_line_that_is_none_is_refused_with_its_number_and_the_others_are_stored(tmp_path):
    lines = DAY.splitlines()
    lines.insert(3, "this is not a line")
    lines.insert(5, f"{T0 + 9}|NONE|care|SIP/101|CONNECT|3|b|1")
    outcome = take(tmp_path, "queue_log", "\n".join(lines) + "\n")
    assert (outcome.rejected, outcome.exit_code) == (2, 1)
    places = {finding.id: (finding.place.row, finding.place.file, finding.cure) for finding in outcome.findings}
    assert places["TS-I101"][:2] == (4, "queue_log")
    assert places["TS-I107"][:2] == (6, "queue_log")
    assert all(place[2] for place in places.values())
    assert len(told(tmp_path)) == 11


def test_both_hours_of_the_clock_change_are_told_apart_because_the_epoch_has_no_zone(tmp_path):
    # 2025-10-26 01:00 UTC: in Bucharest 04:00 becomes 03:00.
    change = 1_761_440_400
    text = "".join(
        f"{change + at}|c{at}|care|NONE|ENTERQUEUE||07|1\n{change + at + 5}|c{at}|care|NONE|ABANDON|1|1|5\n"
        for at in (-1800, 1800)
    )
    take(tmp_path, "queue_log", text, hints={"zone": "Europe/Bucharest"})
    starts = sorted(row["started_at"] for row in read(tmp_path, "call"))
    assert starts[1] - starts[0] == timedelta(hours=1)


def test_calls_that_have_not_ended_are_told_and_not_invented(tmp_path):
    outcome = take(tmp_path, "queue_log", f"{T0}|c1|care|NONE|ENTERQUEUE||07|1\n{T0 + 3}|c2|care|SIP/1|WEATHER|\n")
    assert {finding.id for finding in outcome.findings} >= {"TS-I229", "TS-I222"}
    assert outcome.tables == {} or "call" not in outcome.tables


@pytest.mark.parametrize("form", ["jsonl", "csv", "json"])
def test_the_table_of_wazo_tells_the_same_as_the_file(tmp_path, form):
    rows = []
    for number, line in enumerate(DAY.splitlines()):
        time, call, queue, agent, event, *data = line.split("|")
        stamp = datetime.fromtimestamp(int(time), UTC).strftime("%Y-%m-%d %H:%M:%S.000000+00")
        if "Ann" in line:
            data = ["", '"Ann | Lee" <0722>', "1"]
        values = {f"data{at + 1}": (data[at] if at < len(data) else "") for at in range(5)}
        rows.append(
            {"id": number, "time": stamp, "callid": call, "queuename": queue, "agent": agent, "event": event, **values}
        )
    if form == "csv":
        sink = io.StringIO()
        writer = csv.DictWriter(sink, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        text = sink.getvalue()
    else:
        text = json.dumps(rows) if form == "json" else "".join(json.dumps(row) + "\n" for row in rows)
    for home in ("one", "two"):
        (tmp_path / home).mkdir()
    assert take(tmp_path / "one", f"table.{form}", text).connector == "queue_log"
    take(tmp_path / "two", "queue_log", DAY)
    assert told(tmp_path / "one") == told(tmp_path / "two")


def test_recorded_histories_give_the_outcomes_that_their_peer_asserts(tmp_path, shared_data: Path):
    cases = json.loads((shared_data / "calls" / "queue_log_histories.json").read_text())["cases"]
    assert cases
    for case in cases:
        home = tmp_path / case["id"]
        home.mkdir()
        outcome = take(home, "rows.jsonl", "".join(json.dumps(row) + "\n" for row in case["rows"]))
        assert outcome.connector == "queue_log"
        assert outcome.rejected == 0
        found = read(home, "call")
        assert len({row["call_id"] for row in found}) == case["calls"]
        waits = [row for row in found if row["kind"] == "queue"]
        left = Counter(row["queue"] for row in waits if row["result"] == "overflow")
        assert left == case["expected_leaveempty_per_queue"]
        entered = sum(1 for row in case["rows"] if row["event"] == "ENTERQUEUE")
        assert len(waits) == entered
        assert sum(1 for row in waits if row["result"] == "answered") == sum(
            1 for row in case["rows"] if row["event"] == "CONNECT"
        )
        rings = sum(1 for row in case["rows"] if row["event"] == "RINGNOANSWER")
        assert sum(1 for row in found if row["kind"] == "ring") == rings
        spoken = sorted(row["result"] for row in found if row["kind"] == "talk")
        assert spoken == (["completed"] if case["id"].endswith("fallover") else ["completed", "transferred"])
