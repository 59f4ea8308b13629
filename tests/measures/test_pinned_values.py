"""The values of all measures, pinned to the last digit: a faster way to compute them may not move one."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tallystick.measures.compute import compute
from tallystick.measures.example import fact_table
from tallystick.measures.measure import MeasureRequest, catalogue
from tallystick.vocabulary.period import Period

AS_OF = datetime(2026, 4, 5, 9, 30, tzinfo=UTC)
FIRST = datetime(2026, 2, 23, 6, tzinfo=UTC)
BY = ("partner", "queue", "language", "week")
ROWS = 240
# The first digits of SHA-256 over all values of a measure. A new measure needs no line here; a change of one does.
PINNED = {
    "agent_work_time": "00c22b48b0b42849",
    "backlog": "684bb62ee901c56a",
    "ces": "660a90f4d2ef4483",
    "clock_integrity": "66db0b465b4510a0",
    "csat": "fb21d80427ddc969",
    "escalated_response": "5e57f53648aa35be",
    "first_reply_time": "00c22b48b0b42849",
    "first_resolution_time": "00c22b48b0b42849",
    "full_resolution_time": "00c22b48b0b42849",
    "interval_attainment": "6cf95e811cb33b9a",
    "next_reply_time": "00c22b48b0b42849",
    "nps": "ccb10416f053ee30",
    "one_touch_rate": "44aaeafce9fcee0d",
    "open_past_due": "e4ccbf49bc519cab",
    "periodic_update": "5e57f53648aa35be",
    "reassign_count": "afe885ad0f61011f",
    "reopen_rate": "5b2f1ab99b0abb89",
    "repeat_contact_rate": "48030a0437e4fa98",
    "requester_wait_time": "00c22b48b0b42849",
    "response_rate": "2e1afb8b24666346",
    "sla_attainment": "5e57f53648aa35be",
    "source_due_attainment": "d63750e05f31f512",
    "throughput_ratio": "7b2cd561fe9fd122",
    "transfer_rate": "f2f9d33bfbdcd115",
    "verified_resolution_rate": "bd5f22498f80c908",
}


def rows(fact: str) -> list[dict[str, Any]]:
    """Rows that follow from their numbers alone, so that no random generator has a say."""
    found = []
    for at in range(ROWS):
        begin = FIRST + timedelta(minutes=at * 241 % 60_000)
        spent = timedelta(seconds=60 + at * at * 37 % 90_000)
        row: dict[str, Any] = {
            "partner": ("aurora", "borealis")[at * 7 % 3 % 2],
            "queue": ("billing", "tech", "", None)[at * 11 % 4],
            "language": ("de", "en", None)[at * 5 % 3],
            "agent": f"agent-{at * 13 % 5}",
            "excluded": ("spam", "test")[at % 2] if at % 17 == 0 else None,
        }
        if fact == "clock":
            state = ("stopped", "stopped", "stopped", "running", "cancelled")[at * 3 % 5]
            row |= {"start_at": begin, "state": state, "stop_at": begin + spent if state == "stopped" else None}
            row |= {"due_at": begin + timedelta(hours=at % 9), "target_s": at % 9 * 3600 if at % 10 else None}
            row |= {"running_since": begin if at % 4 else None, "basis": ("business", "calendar")[at % 2]}
            row |= {"business_s": spent.seconds // 2, "calendar_s": spent.seconds, "waiting_s": spent.seconds // 5}
            row |= {f"owner_{when}": row["partner"] if at % 6 else None for when in ("due", "stop")}
            row |= {f"agent_{when}": row["agent"] for when in ("start", "due", "stop")}
        elif fact == "case":
            solved = begin + spent * 9 if at % 8 else None
            row |= {"created_at": begin, "first_solved_at": solved, "last_solved_at": solved}
            row |= {"closed_at": solved, "status": "solved" if at % 8 else "open", "repeated": at % 5 == 0}
            row |= {"source_due_at": begin + timedelta(days=at % 4) if at % 3 else None}
            row |= {"requester_key": at % 40 or None, "merged_into": 7 if at % 29 == 0 else None}
            row |= {"replies": at % 4, "contact_no": 1 + at % 3, "reopens_in_window": at % 7 // 6}
            row |= {"transfers_agent": at % 3 // 2, "transfers_queue": at % 5 // 4, "transfers_partner": at % 11 // 10}
        else:
            row |= {"sent_at": begin, "answered_at": begin + spent if at % 3 else None, "score": at * 7 % 8}
            row |= {"scale_max": (5, 10, 7)[at % 3], "scale_min": (1, 0, 1)[at % 3], "higher_is_better": at % 9 > 0}
            row |= {"kind": ("csat", "nps", "ces")[at % 3]}
        found.append(row)
    return found


CLOCKS = (
    *("first_reply", "next_reply", "periodic_update", "requester_wait", "agent_work", "pause"),
    *("first_resolution", "full_resolution", "acknowledgement"),
)


@pytest.fixture(scope="module")
def facts() -> dict[str, pa.Table]:
    clocks = pa.concat_tables([fact_table("clock", rows("clock"), kind=kind) for kind in CLOCKS])
    return {"clock": clocks, "case": fact_table("case", rows("case")), "survey": fact_table("survey", rows("survey"))}


def asked() -> list[MeasureRequest]:
    """Each pinned measure as it comes, and each duration as a mean and an interpolated quantile."""
    requests = [MeasureRequest.of(name) for name in PINNED]
    for name in PINNED:
        if "method" in catalogue()[name].params:
            requests.append(MeasureRequest.of(name, statistic="mean"))
            requests.append(MeasureRequest.of(name, statistic="p90", method="interpolated"))
    return requests


def digests(facts: Any, threads: int = 1) -> dict[str, str]:
    """By cell and week, over a month, and with resampled intervals."""
    month = Period.parse("2026-03", "Europe/Bucharest")
    given: dict[str, Any] = {"as_of": AS_OF, "threads": threads}
    values = compute(facts, asked(), by=BY, period=None, **given)
    values += compute(facts, asked(), period=month, **given)
    values += compute(facts, asked(), by=("partner",), period=month, resamples=25, seed=4, **given)
    lines: dict[str, list[str]] = {}
    for v in values:
        interval = v.interval and [str(limit) for limit in v.interval]
        counted = f"{v.n}|{v.numerator}|{v.denominator}|{v.value}|{interval}|{v.pending}|{v.excluded}"
        about = f"{v.version}|{v.kind}|{v.unit}|{v.cell}|{v.period}|{v.provenance}"
        lines.setdefault(v.measure, []).append(f"{about}|{counted}")
    return {name: hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] for name, said in lines.items()}


def test_every_value_of_every_measure_is_the_pinned_one(facts: dict[str, pa.Table]) -> None:
    assert digests(facts) == PINNED


def test_another_engine_and_several_threads_give_the_pinned_values(facts: dict[str, pa.Table]) -> None:
    assert digests(facts, threads=3) == PINNED
    with duckdb.connect() as connection:
        assert digests({name: connection.from_arrow(table) for name, table in facts.items()}) == PINNED
