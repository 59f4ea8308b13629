"""Contacts and productive time of agents' days, and certificates on those contacts, counted by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.stream import stream
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.period import Period
from tests.facts.floor import Row, at, facts, state, whole, zoned
from tests.facts.streams.test_employment import person


def talk(call: str, begin: str, minutes: int = 5, agent: str | None = "ana", **parts: Any) -> Row:
    return {
        "segment_key": key_of("acd", call, str(agent), begin),
        "call_key": key_of("acd", call),
        "call_id": call,
        "source": "acd",
        "partner": "aurora",
        "kind": "talk",
        "direction": "inbound",
        "channel": "phone",
        "queue": "billing",
        "agent": agent,
        "started_at": at(begin),
        "ended_at": at(begin) + timedelta(minutes=minutes),
        **parts,
    }


def trained(course: str, when: str, until: str | None = None, agent: str = "ana", result: str = "passed") -> Row:
    return {
        "training_key": key_of("lms", agent, course, when),
        "source": "lms",
        "partner": "aurora",
        "agent": agent,
        "course": course,
        "result": result,
        "happened_at": at(when),
        "valid_until": None if until is None else at(until),
    }


def given(calls: list[Row], states: tuple[Row, ...] = (), people: tuple[Row, ...] = (), trainings: tuple[Row, ...] = ()
          ) -> dict[str, pa.Table]:  # fmt: skip
    return {
        "call": whole("call", calls),
        "agent_state": whole("agent_state", states),
        "agent": whole("agent", people),
        "training": whole("training", trainings),
        "identity": whole("identity", []),
    }


def output(rows: dict[str, pa.Table], zone: str = "UTC") -> list[Row]:
    return facts("agent_output", rows, zone).to_pylist()


def test_a_contact_counts_once_for_each_agent_who_talked() -> None:
    """A is talked to twice by Ana around a hold, then passed on to Bo; B is an inside call."""
    calls = [
        talk("A", "09:00"),
        talk("A", "09:10"),
        talk("A", "09:20", agent="bo"),
        talk("B", "10:00", direction="internal"),
        talk("C", "11:00"),
        talk("C", "10:50", kind="queue", agent=None),
    ]
    found = {row["agent"]: row["handled"] for row in output(given(calls))}
    assert found == {"ana": 2, "bo": 1}


def test_contacts_stand_by_queue_and_on_the_local_day_of_the_first_word() -> None:
    calls = [talk("A", "18:00", queue="vip"), talk("B", "18:20", minutes=60), talk("C", "19:00")]
    found = {(row["queue"], row["day_on"].isoformat()): row["handled"] for row in output(given(calls), "Asia/Kolkata")}
    assert found == {("vip", "2026-03-02"): 1, ("billing", "2026-03-02"): 1, ("billing", "2026-03-03"): 1}


def test_productive_time_leaves_out_breaks_and_counts_channels_once() -> None:
    states = (
        state("available", "09:00", "10:00", channel="phone"),
        state("chat", "09:30", "10:30", channel="chat"),
        state("break", "10:30", "11:00"),
    )
    (row,) = output(given([], states))
    assert (row["kind"], row["productive_s"], row["handled"]) == ("time", 5400, 0)


def test_tenure_is_that_of_the_day() -> None:
    people = (person("ana", "2026-02-20"), person("bo", None))
    rows = output(
        given([talk("A", "09:00"), talk("B", "09:00", agent="bo"), talk("C", "2026-02-01T09:00")], (), people)
    )
    found = {(row["agent"], row["day_on"].isoformat()): row["tenure_days"] for row in rows}
    assert found == {("ana", "2026-03-02"): 10, ("bo", "2026-03-02"): None, ("ana", "2026-02-01"): None}


def test_nothing_gives_nothing() -> None:
    assert output(given([])) == []
    assert facts("certificate", given([])).num_rows == 0


def test_the_rows_of_a_period_give_the_same_days_as_all_rows() -> None:
    calls = [talk(f"{day}-{hour}", f"2026-03-{day:02}T{hour:02}:00") for day in range(1, 29) for hour in range(24)]
    states = tuple(state("available", f"2026-03-{day:02}T06:00", None) for day in range(1, 29))
    people = (person("ana", "2026-02-20"),)
    trainings = (trained("gdpr", "2026-03-03T00:00", "2026-03-12T00:00"), trained("later", "2026-03-20T00:00"))
    rows = given(calls, states, people, trainings)
    period = Period.parse("2026-03-10", "Asia/Kolkata")
    for name in ("agent_output", "certificate"):
        cut = stream(name).of_period(rows, period.start_s, period.end_s, zoned("Asia/Kolkata"))
        both = [facts(name, one, "Asia/Kolkata") for one in (rows, dict(cut))]
        kept = [one.filter(pc.equal(one["day_on"], pa.scalar(period.start_on))) for one in both]
        assert kept[0].equals(kept[1])
        assert kept[0].num_rows
        assert cut["call"].num_rows < 30


def certified(*trainings: Row, calls: list[Row] | None = None) -> dict[str, tuple[int, int]]:
    told = calls or [talk("A", "09:00"), talk("B", "13:00")]
    table = facts("certificate", given(told, trainings=trainings)).to_pylist()
    return {row["kind"]: (row["valid"], row["handled"]) for row in table}


def test_a_certificate_covers_the_contacts_until_it_runs_out() -> None:
    assert certified(trained("gdpr", "2026-01-01T00:00", "12:00")) == {"gdpr": (1, 2)}
    assert certified(trained("gdpr", "2026-01-01T00:00", "13:00")) == {"gdpr": (1, 2)}
    assert certified(trained("gdpr", "10:00")) == {"gdpr": (1, 2)}
    assert certified(trained("gdpr", "2026-01-01T00:00")) == {"gdpr": (2, 2)}


def test_a_course_begun_or_failed_is_no_certificate_and_another_agents_is_not_ours() -> None:
    rows = (
        trained("gdpr", "2026-01-01T00:00", result="failed"),
        trained("gdpr", "2026-01-02T00:00", result="started"),
        trained("gdpr", "2026-01-02T00:00", agent="bo"),
    )
    assert certified(*rows) == {"gdpr": (0, 2)}


def test_each_course_sees_every_contact_and_overlapping_certificates_count_once() -> None:
    rows = (
        trained("gdpr", "2026-01-01T00:00", "2026-03-02T10:00"),
        trained("gdpr", "2026-03-02T08:00", "2026-04-01T00:00"),
        trained("refunds", "2026-01-01T00:00", result="completed"),
    )
    assert certified(*rows) == {"gdpr": (2, 2), "refunds": (2, 2)}
