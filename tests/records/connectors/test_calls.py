"""Any table of calls, as segments; and the counts of intervals."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)


def take(home: Path, name: str, text: str, **hints: str):
    path = home / name
    path.write_text(text, encoding="utf-8")
    return ingest(home, path, as_of=AS_OF, partner="aurora", hints={"zone": "UTC", **hints})


def read(home: Path, name: str):
    with Lake.open(home / "lake") as lake:
        return lake.read(Scope.of_client("client"), name).to_pylist()


def told(home: Path, call: str):
    rows = [row for row in read(home, "call") if row["call_id"] == call]
    spans = {
        row["kind"]: (
            row["started_at"],
            row["ended_at"] - row["started_at"] if row["ended_at"] else None,
            row["result"],
        )
        for row in rows
    }
    first = min(row["started_at"] for row in rows)
    return {
        kind: (int((start - first).total_seconds()), None if span is None else int(span.total_seconds()), result)
        for kind, (start, span, result) in spans.items()
    }


def test_a_call_with_lengths_is_waiting_ringing_talking_holding_and_finishing(tmp_path):
    text = """call_id,start_time,queue,agent,wait_s,ring_s,talk_s,hold_s,acw_s,outcome,caller,direction
c1,2026-03-10 09:00:00,care,101,30,5,120,20,40,answered,0711,inbound
c2,2026-03-10 09:01:00,care,,70,0,0,0,0,abandoned,0712,inbound
c3,2026-03-10 09:02:00,care,102,0,0,60,0,0,answered,0713,outbound
"""
    outcome = take(tmp_path, "calls.csv", text)
    assert (outcome.connector, outcome.stored, outcome.rejected) == ("calls", 3, 0)
    assert told(tmp_path, "c1") == {
        "queue": (0, 30, "answered"),
        "ring": (25, 5, "answered"),
        "talk": (30, 120, "completed"),
        "hold": (150, 20, None),
        "wrap": (170, 40, None),
    }
    assert told(tmp_path, "c2") == {"queue": (0, 70, "abandoned")}
    assert set(told(tmp_path, "c3")) == {"talk", "ring"} or set(told(tmp_path, "c3")) == {"talk"}
    assert "0711" not in repr(read(tmp_path, "call"))


def test_a_handling_time_without_a_talking_time_leaves_out_what_was_held_and_finished(tmp_path):
    text = "call_id,start_time,queue,wait_s,handle_time_s,hold_s,acw_s\nc1,2026-03-10 09:00:00,care,10,200,20,30\n"
    take(tmp_path, "calls.csv", text)
    assert told(tmp_path, "c1")["talk"] == (10, 150, "completed")


def test_a_call_that_was_taken_back_as_answered_loses_its_talk(tmp_path):
    head = "call_id,start_time,answered_at,ended_at,queue,wait_s,outcome,updated_at\n"
    answered = "c1,2026-03-10 09:00:00,2026-03-10 09:00:10,2026-03-10 09:02:00,care,10,answered,2026-03-10 10:00:00\n"
    lost = "c1,2026-03-10 09:00:00,,2026-03-10 09:02:00,care,120,abandoned,2026-03-11 10:00:00\n"
    for home, order in ((tmp_path / "a", (answered, lost)), (tmp_path / "b", (lost, answered))):
        home.mkdir()
        for number, row in enumerate(order):
            take(home, f"calls_{number}.csv", head + row, feed="calls")
        assert told(home, "c1") == {"queue": (0, 120, "abandoned")}


def test_dates_and_times_of_day_in_columns_of_their_own_keep_both_hours_of_the_clock_change(tmp_path):
    # In Bucharest 04:00 became 03:00 on 26 October 2025, and 03:00 became 04:00 on 30 March.
    text = """call_id,date,call_started,call_answered,call_ended,wait_length
a,26.10.2025,02:30:00,02:31:00,04:10:00,60
b,26.10.2025,23:50:00,23:51:00,00:10:00,60
c,30.03.2025,03:30:00,03:31:00,03:40:00,60
d,30.03.2025,02:50:00,02:51:00,04:10:00,60
"""
    outcome = take(tmp_path, "calls.csv", text, zone="Europe/Bucharest")
    assert outcome.rejected == 1
    (gap,) = [finding for finding in outcome.findings if finding.id == "TS-I109"]
    assert (gap.place.row, gap.place.column, gap.place.file) == (4, "call_started", "calls.csv")
    assert gap.cure
    spans = {row["call_id"]: row for row in read(tmp_path, "call") if row["kind"] == "talk"}
    # From 02:31 to 04:10 the clock stood still for an hour, or jumped one.
    assert spans["a"]["ended_at"] - spans["a"]["started_at"] == timedelta(hours=2, minutes=39)
    assert spans["d"]["ended_at"] - spans["d"]["started_at"] == timedelta(minutes=19)
    assert spans["b"]["ended_at"] - spans["b"]["started_at"] == timedelta(minutes=19)


def test_bad_numbers_and_empty_starts_are_refused_with_their_place_and_the_others_are_stored(tmp_path):
    text = """call_id,start_time,queue,wait_s,talk_s,outcome
c1,2026-03-10 09:00:00,care,30,120,answered
c2,,care,30,120,answered
c3,2026-03-10 09:00:00,care,soon,120,answered
c4,yesterday,care,30,120,answered
"""
    text += "".join(f"d{n},2026-03-10 09:00:00,care,30,120,answered\n" for n in range(20))
    outcome = take(tmp_path, "calls.csv", text)
    assert (outcome.stored, outcome.rejected, outcome.exit_code) == (21, 3, 1)
    places = {(finding.id, finding.place.row, finding.place.column, finding.value) for finding in outcome.findings}
    assert {
        ("TS-I112", 3, "start_time", ""),
        ("TS-I108", 4, "wait_s", "soon"),
        ("TS-I108", 5, "start_time", "yesterday"),
    } <= places


def test_a_word_for_an_outcome_that_nobody_knows_is_told_and_the_times_decide(tmp_path):
    text = "call_id,start_time,queue,wait_s,talk_s,outcome\n" + "".join(
        f"c{n},2026-03-10 09:00:00,care,30,{120 if n else 0},{'answered' if n else 'gremlins'}\n" for n in range(5)
    )
    outcome = take(tmp_path, "calls.csv", text)
    assert [(one.value, one.count) for one in outcome.findings if one.id == "TS-I230"] == [("gremlins", 1)]
    assert told(tmp_path, "c0") == {"queue": (0, 30, "abandoned")}


def test_the_simulated_call_centre_meets_its_standard_exactly_as_often_as_it_says(tmp_path, shared_data: Path):
    source = shared_data / "calls" / "simulated_call_centre_10k.csv"
    outcome = ingest(tmp_path, source, as_of=AS_OF, partner="aurora", hints={"zone": "America/New_York"})
    assert (outcome.connector, outcome.rows_in, outcome.stored, outcome.rejected) == ("calls", 10_000, 10_000, 0)
    with source.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    waits = [row for row in read(tmp_path, "call") if row["kind"] == "queue"]
    within = sum(1 for row in waits if row["ended_at"] - row["started_at"] <= timedelta(seconds=60))
    said = sum(row["meets_standard"] == "TRUE" for row in rows)
    assert Fraction(within, len(waits)) == Fraction(said, len(rows))
    talks = [row for row in read(tmp_path, "call") if row["kind"] == "talk"]
    spoken = sum(((row["ended_at"] - row["started_at"]) for row in talks), timedelta())
    assert spoken == timedelta(seconds=sum(int(row["service_length"]) for row in rows))


def test_an_interval_keeps_the_counts_of_its_source_and_averages_become_totals(tmp_path):
    text = """queue,date,interval,calls offered,calls answered,answered within sl,abandoned,asa,aht,acw
care,20.03.2026,09:00-09:30,"1,100",900,800,200,12.5,0:04:00,900
care,20.03.2026,09:30-10:00,50,50,50,0,2,0:03:00,450
"""
    outcome = take(tmp_path, "acd.csv", text, threshold_s="20")
    assert (outcome.connector, outcome.rejected) == ("call_intervals", 0)
    first, second = sorted(read(tmp_path, "call_interval"), key=lambda row: row["started_at"])
    assert (first["offered"], first["answered"], first["answered_in"], first["abandoned"]) == (1100, 900, 800, 200)
    assert (first["wait_s"], first["threshold_s"], first["wrap_s"]) == (11_250, 20, 900)
    assert first["talk_s"] == 900 * 240 - 900
    assert first["ended_at"] == second["started_at"] == datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
    assert (second["offered"], second["ended_at"]) == (50, datetime(2026, 3, 20, 10, tzinfo=UTC))


def test_of_two_readings_of_an_interval_the_one_that_was_taken_in_later_holds(tmp_path):
    head = "queue,interval_start,offered,answered,abandoned\n"
    path = tmp_path / "acd.csv"
    for number, answered in enumerate((8, 9)):
        path.write_text(f"{head}care,2026-03-20T09:00:00Z,10,{answered},{10 - answered}\n", encoding="utf-8")
        ingest(tmp_path, path, as_of=AS_OF + timedelta(days=number), partner="aurora")
    again = ingest(tmp_path, path, as_of=AS_OF + timedelta(days=5), partner="aurora")
    assert (again.stored, again.duplicate) == (0, 1)
    (row,) = read(tmp_path, "call_interval")
    assert row["answered"] == 9


def test_a_forecast_keeps_every_version_in_thousandths_and_a_later_date_is_no_mistake(tmp_path):
    text = """queue,date,interval,version,issued_at,forecast_contacts,forecast_aht_s,required_agents
care,2026-09-10,09:00,v1,2026-02-01 10:00:00,12.5,240,4.25
care,2026-09-10,09:30,v1,2026-02-01 10:00:00,"1,200",241.5,40
care,2026-09-10,09:00,v2,2026-03-01 10:00:00,14,240,5
"""
    outcome = take(tmp_path, "forecast.csv", text, zone="Europe/Paris")
    assert (outcome.connector, outcome.stored, outcome.rejected) == ("forecasts", 3, 0)
    rows = {
        (row["version"], row["started_at"].hour, row["started_at"].minute): row for row in read(tmp_path, "forecast")
    }
    first = rows["v1", 7, 0]
    assert (first["contacts_milli"], first["aht_ms"], first["agents_milli"]) == (12_500, 240_000, 4_250)
    assert first["ended_at"] - first["started_at"] == timedelta(minutes=30)
    assert first["issued_at"] == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert rows["v1", 7, 30]["contacts_milli"] == 1_200_000
    assert rows["v1", 7, 30]["aht_ms"] == 241_500
    assert rows["v2", 7, 0]["contacts_milli"] == 14_000
    assert rows["v1", 7, 0]["started_at"].date() == date(2026, 9, 10)


def test_a_forecast_that_names_no_version_is_one_for_each_import(tmp_path):
    text = "queue,interval_start,forecast_contacts,forecast_aht_s\ncare,2026-09-10T09:00:00Z,{0},240\n"
    path = tmp_path / "forecast.csv"
    for number in (0, 1):
        path.write_text(text.format(10 + number), encoding="utf-8")
        outcome = ingest(tmp_path, path, as_of=AS_OF + timedelta(days=number), partner="aurora")
    assert any("version" in doubt for doubt in outcome.mapping.doubts)
    found = sorted((row["issued_at"], row["contacts_milli"]) for row in read(tmp_path, "forecast"))
    assert found == [(AS_OF, 10_000), (AS_OF + timedelta(days=1), 11_000)]
