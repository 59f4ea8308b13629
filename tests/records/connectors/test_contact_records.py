"""Amazon Connect's contact records and Genesys Cloud's conversation details, as segments of calls."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)


def at(second: int) -> str:
    return f"2026-03-10T09:{second // 60:02}:{second % 60:02}Z"


def take(home: Path, name: str, text: str, **hints: str):
    home.mkdir(exist_ok=True)
    path = home / name
    path.write_text(text, encoding="utf-8")
    return ingest(home, path, as_of=AS_OF, hints={"partner": "aurora", **hints})


def told(home: Path):
    with Lake.open(home / "lake") as lake:
        rows = lake.read(Scope.of_client("client"), "call").to_pylist()
    zero = datetime(2026, 3, 10, 9, tzinfo=UTC)
    return sorted(
        (row["call_id"], int((row["started_at"] - zero).total_seconds()), row["kind"],
         None if row["ended_at"] is None else int((row["ended_at"] - zero).total_seconds()),
         row["result"], row["ended_by"], row["agent"], row["queue"], row["channel"], row["direction"])
        for row in rows
    )  # fmt: skip


def contact(**parts: Any) -> dict[str, Any]:
    return {
        "ContactId": "c1", "Channel": "VOICE", "InitiationMethod": "INBOUND", "InitiationTimestamp": at(0),
        "ConnectedToSystemTimestamp": at(0), "InstanceARN": "arn:x", "LastUpdateTimestamp": at(600),
        "DisconnectTimestamp": at(300), "DisconnectReason": "CUSTOMER_DISCONNECT",
        "Queue": {"Name": "care", "EnqueueTimestamp": at(20), "DequeueTimestamp": at(50), "Duration": 30}, **parts,
    }  # fmt: skip


ANN = {
    "Username": "ann", "ConnectedToAgentTimestamp": at(50), "AgentInteractionDuration": 200, "CustomerHoldDuration": 50,
    "AfterContactWorkStartTimestamp": at(300), "AfterContactWorkEndTimestamp": at(330), "AfterContactWorkDuration": 30,
}  # fmt: skip


def test_a_contact_goes_through_the_menu_waits_talks_holds_and_is_finished(tmp_path):
    outcome = take(tmp_path, "ctr.jsonl", json.dumps(contact(Agent=ANN, NobodyKnows={"a": 1})) + "\n")
    assert (outcome.connector, outcome.rows_in, outcome.stored, outcome.rejected) == ("amazon_connect", 1, 1, 0)
    assert told(tmp_path) == [
        ("c1", 0, "ivr", 20, "to_queue", None, None, None, "phone", "inbound"),
        ("c1", 20, "queue", 50, "answered", None, None, "care", "phone", "inbound"),
        ("c1", 50, "talk", 250, "completed", "customer", "ann", "care", "phone", "inbound"),
        ("c1", 250, "hold", 300, None, None, "ann", "care", "phone", "inbound"),
        ("c1", 300, "wrap", 330, None, None, "ann", "care", "phone", "inbound"),
    ]


def test_the_newest_update_wins_in_whatever_order_and_however_often_the_records_come(tmp_path):
    early = contact(Agent=ANN, LastUpdateTimestamp=at(400))
    late = contact(LastUpdateTimestamp=at(900), Queue={"Name": "care", "EnqueueTimestamp": at(20), "Duration": 280})
    found = []
    for number, order in enumerate(itertools.permutations((early, late, early))):
        home = tmp_path / str(number)
        for place, one in enumerate(order):
            take(home, f"{place}.jsonl", json.dumps(one) + "\n", feed="connect")
        found.append(told(home))
    both = tmp_path / "both"
    take(both, "all.jsonl", "".join(json.dumps(one) + "\n" for one in (late, early, late)), feed="connect")
    found.append(told(both))
    assert found == [
        [
            ("c1", 0, "ivr", 20, "to_queue", None, None, None, "phone", "inbound"),
            ("c1", 20, "queue", 300, "abandoned", "customer", None, "care", "phone", "inbound"),
        ]
    ] * len(found)


def test_the_legs_of_a_transferred_call_are_one_call(tmp_path):
    first = contact(
        Agent={**ANN, "AfterContactWorkStartTimestamp": None}, NextContactId="c2", DisconnectReason="TRANSFERRED"
    )
    second = contact(
        ContactId="c2", InitialContactId="c1", PreviousContactId="c1", InitiationMethod="TRANSFER",
        Queue={"Name": "billing", "EnqueueTimestamp": at(300), "DequeueTimestamp": at(310)},
        InitiationTimestamp=at(300), DisconnectTimestamp=at(400),
        Agent={"Username": "bob", "ConnectedToAgentTimestamp": at(310), "AgentInteractionDuration": 90},
    )  # fmt: skip
    # A stream writes objects one behind the other.
    take(tmp_path, "ctr.json", json.dumps(first) + json.dumps(second))
    rows = [(row[0], row[2], row[4], row[6], row[7]) for row in told(tmp_path) if row[2] in ("queue", "talk")]
    assert rows == [
        ("c1", "queue", "answered", None, "care"),
        ("c1", "talk", "transferred", "ann", "care"),
        ("c1", "queue", "answered", None, "billing"),
        ("c1", "talk", "completed", "bob", "billing"),
    ]


def test_chats_tasks_and_calls_out_have_their_channel_and_direction(tmp_path):
    lines = [
        contact(ContactId="a", Channel="CHAT"),
        contact(ContactId="b", Channel="TASK", InitiationMethod="API"),
        contact(ContactId="c", InitiationMethod="CALLBACK", Agent=ANN),
    ]
    take(tmp_path, "ctr.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    assert {(row[0], row[8], row[9]) for row in told(tmp_path)} == {
        ("a", "chat", "inbound"), ("b", "task", "inbound"), ("c", "phone", "outbound"),
    }  # fmt: skip
    # Somebody who is called back did not wait on the line.
    assert "queue" not in {row[2] for row in told(tmp_path) if row[0] == "c"}


@pytest.mark.parametrize(("column", "rule"), [("ContactId", "TS-I107"), ("InitiationTimestamp", "TS-I112")])
def test_a_record_without_its_id_or_its_instant_is_refused_and_the_others_are_stored(tmp_path, column, rule):
    lines = [contact(ContactId="a"), contact(ContactId="b"), contact(ContactId="c")]
    lines[1][column] = None
    outcome = take(tmp_path, "ctr.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    assert (outcome.stored, outcome.rejected, outcome.exit_code) == (2, 1, 1)
    (found,) = [one for one in outcome.findings if one.id == rule]
    assert (found.place.row, found.place.column, found.place.file) == (2, column, "ctr.jsonl")
    assert found.cure


def segment(kind: str, start: int, end: int | None, **parts: Any) -> dict[str, Any]:
    until = {} if end is None else {"segmentEnd": at(end)}
    return {"segmentType": kind, "segmentStart": at(start), **until, **parts}


def conversation(agent_end: int | None = 200) -> dict[str, Any]:
    over = {} if agent_end is None else {"conversationEnd": at(agent_end + 30)}
    code = {"queueId": "q1", "wrapUpCode": "w7"}
    wrapped = [] if agent_end is None else [segment("wrapup", agent_end, agent_end + 30, **code)]
    return {
        "conversationId": "g1", "conversationStart": at(0), **over, "originatingDirection": "inbound",
        "participants": [
            {"purpose": "customer", "sessions": [{"sessionId": "s0", "mediaType": "voice", "ani": "tel:+40722",
             "segments": [segment("interact", 0, agent_end, disconnectType="peer")]}]},
            {"purpose": "ivr", "sessions": [{"sessionId": "s1", "mediaType": "voice",
             "segments": [segment("ivr", 0, 15, disconnectType="transfer")]}]},
            {"purpose": "acd", "sessions": [{"sessionId": "s2", "mediaType": "voice",
             "metrics": [{"name": "tAnswered", "value": 45000}],
             "segments": [segment("interact", 15, 60, queueId="q1", disconnectType="transfer")]}]},
            {"purpose": "agent", "userId": "u0", "sessions": [{"sessionId": "s3", "mediaType": "voice",
             "segments": [segment("alert", 20, 30, queueId="q1", disconnectType="client")]}]},
            {"purpose": "agent", "userId": "u1", "sessions": [{"sessionId": "s4", "mediaType": "voice", "segments": [
                segment("alert", 55, 60, queueId="q1"),
                segment("interact", 60, 120, queueId="q1"),
                segment("hold", 120, 140, queueId="q1"),
                segment("interact", 140, agent_end, queueId="q1", disconnectType="peer"),
                *wrapped,
            ]}]},
        ],
    }  # fmt: skip


GENESYS = [
    ("g1", 0, "ivr", 15, "to_queue", None, None, None, "phone", "inbound"),
    ("g1", 15, "queue", 60, "answered", None, None, "q1", "phone", "inbound"),
    ("g1", 20, "ring", 30, "no_answer", None, "u0", "q1", "phone", "inbound"),
    ("g1", 55, "ring", 60, "answered", None, "u1", "q1", "phone", "inbound"),
    ("g1", 60, "talk", 120, "completed", None, "u1", "q1", "phone", "inbound"),
    ("g1", 120, "hold", 140, None, None, "u1", "q1", "phone", "inbound"),
    ("g1", 140, "talk", 200, "completed", "customer", "u1", "q1", "phone", "inbound"),
    ("g1", 200, "wrap", 230, None, None, "u1", "q1", "phone", "inbound"),
]


@pytest.mark.parametrize("form", ["page", "list", "lines"])
def test_a_conversation_is_told_by_its_participants_sessions(tmp_path, form):
    one = conversation()
    text = {"page": json.dumps({"conversations": [one]}), "list": json.dumps([one]), "lines": json.dumps(one) + "\n"}[
        form
    ]
    outcome = take(tmp_path, "page.jsonl" if form == "lines" else "page.json", text)
    assert (outcome.connector, outcome.rows_in, outcome.rejected) == ("genesys_cloud", 1, 0)
    assert told(tmp_path) == GENESYS


def test_a_conversation_that_still_runs_is_completed_by_a_later_answer_in_either_order(tmp_path):
    running, over = conversation(None), conversation()
    for name, order in (("a", (running, over)), ("b", (over, running))):
        for number, one in enumerate(order):
            take(tmp_path / name, f"{number}.json", json.dumps({"conversations": [one]}), feed="genesys")
        assert [row[:5] for row in told(tmp_path / name)] == [row[:5] for row in GENESYS]


def test_who_leaves_the_queue_before_an_agent_answers_has_abandoned(tmp_path):
    one = conversation()
    one["participants"] = one["participants"][:3]
    acd = one["participants"][2]["sessions"][0]
    acd["metrics"] = [{"name": "tAbandon", "value": 45000}]
    acd["segments"][0]["disconnectType"] = "peer"
    take(tmp_path, "page.json", json.dumps({"conversations": [one]}))
    assert [(row[2], row[4], row[5]) for row in told(tmp_path)] == [
        ("ivr", "to_queue", None), ("queue", "abandoned", "customer"),
    ]  # fmt: skip


def test_a_conversation_without_any_segment_of_a_call_is_told_and_the_others_are_stored(tmp_path):
    bare = {"conversationId": "g2", "conversationStart": at(0), "participants": []}
    unknown = {**conversation(), "conversationId": "g3"}
    unknown["participants"] = unknown["participants"][:1]
    outcome = take(tmp_path, "page.json", json.dumps({"conversations": [conversation(), bare, unknown]}))
    assert (outcome.rows_in, outcome.stored, outcome.rejected, outcome.duplicate) == (3, 3, 0, 0)
    (found,) = [one for one in outcome.findings if one.id == "TS-I231"]
    assert (found.count, found.place.column) == (2, "participants")
    assert "2 conversation(s) tell of no call" in found.message
    assert {row[0] for row in told(tmp_path)} == {"g1"}


def test_a_segment_that_begins_at_no_instant_is_told_and_not_called_a_date_without_a_time(tmp_path):
    one = conversation()
    one["participants"][3]["sessions"][0]["segments"][0]["segmentStart"] = "soon"
    outcome = take(tmp_path, "page.json", json.dumps({"conversations": [one]}))
    (found,) = [one for one in outcome.findings if one.id == "TS-I231"]
    assert (found.count, found.place.column) == (1, "segmentStart")


@pytest.mark.parametrize("source", ["genesys", "amazon"])
def test_instants_that_are_missing_everywhere_or_in_part_still_give_a_version(tmp_path, source):
    """The latest of some instants is asked column by column: of none, of one, and where a whole column is empty."""
    if source == "genesys":
        lines = [conversation(None), {**conversation(), "conversationId": "g2"}]
        lines[0]["participants"] = lines[0]["participants"][2:3]
        lines[0]["participants"][0]["sessions"][0]["segments"][0].pop("segmentEnd")
        lone, some = lines[:1], lines
    else:
        bare = contact(LastUpdateTimestamp=None, DisconnectTimestamp=None)
        lone, some = [bare], [bare, contact(ContactId="c2", Agent=ANN, LastUpdateTimestamp=None)]
    for number, objects in enumerate((lone, some)):
        text = "".join(json.dumps(one) + "\n" for one in objects)
        outcome = take(tmp_path / f"{source}{number}", "lines.jsonl", text)
        assert (outcome.stored, outcome.rejected) == (len(objects), 0)
        with Lake.open(tmp_path / f"{source}{number}" / "lake") as lake:
            rows = lake.read(Scope.of_client("client"), "call", columns=["started_at", "source_at"]).to_pylist()
        assert rows
        assert all(row["source_at"] >= row["started_at"] for row in rows)
