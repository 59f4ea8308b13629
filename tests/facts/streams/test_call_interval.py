"""Counted intervals keep what their source counted, and by which thresholds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tallystick.facts.stream import stream as stream_named
from tests.facts.segments import NOON, TERMS, facts, rows_of

ROW = {"queue": "billing", "channel": "phone", "language": "de", "partner": "aurora", "offered": 10, "answered": 9}


def test_an_interval_keeps_its_counts_and_belongs_to_its_local_day() -> None:
    begin = datetime(2026, 3, 1, 22, tzinfo=UTC)  # midnight in Bucharest
    row = ROW | {"interval_key": 1, "started_at": begin, "ended_at": begin + timedelta(minutes=30), "threshold_s": 20}
    (found,) = facts("call_interval", call_interval=rows_of("call_interval", [row])).to_pylist()
    assert (found["offered"], found["answered_in"], found["threshold_s"]) == (10, None, 20)
    assert (found["started_on"].isoformat(), found["case_id"], found["owner_start"]) == (
        "2026-03-02",
        "billing",
        "aurora",
    )
    assert found["programme"] == "mail"


def test_a_period_takes_the_intervals_that_begin_in_it() -> None:
    declared = stream_named("call_interval")
    assert declared is not None
    rows = [ROW | {"interval_key": n, "started_at": NOON + timedelta(minutes=30 * n)} for n in range(4)]
    begin = int(NOON.timestamp()) + 1800
    cut = declared.of_period({"call_interval": rows_of("call_interval", rows)}, begin, begin + 3600, TERMS)
    assert cut["call_interval"].column("interval_key").to_pylist() == [1, 2]
