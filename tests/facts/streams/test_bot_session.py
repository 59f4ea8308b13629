"""Sessions with machines, and whether a person was needed after all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tallystick.facts.stream import stream as stream_named
from tests.facts.segments import NOON, TERMS, Call, answered, call_rows, facts


def sessions(*calls: Call) -> dict[str, dict[str, Any]]:
    rows = facts("bot_session", call=call_rows(*calls)).to_pylist()
    return {f"{row['case_id']} {row['kind']}": row for row in rows}


def test_a_queue_or_an_agent_afterwards_makes_it_escalated_whatever_the_machine_says() -> None:
    handed = Call("A", requester_key=1).then("bot", 0, 60, "self_served").waits(5, after=60).talks(65, 30)
    direct = Call("B").then("bot", 0, 60, "unknown").talks(60, 30)
    alone = Call("C").then("bot", 0, 60, "self_served")
    said = Call("D").then("bot", 0, 60, "to_queue")
    found = sessions(handed, direct, alone, said)
    assert [found[f"{name} bot"]["escalated"] for name in "ABCD"] == [True, True, False, True]
    assert found["C bot"]["session_s"] == 60


def test_a_contact_that_passed_two_machines_has_two_sessions() -> None:
    found = sessions(Call("A").then("ivr", 0, 20, "unknown").then("bot", 20, 40, "abandoned"))
    assert {name: row["outcome"] for name, row in found.items()} == {"A ivr": "unknown", "A bot": "abandoned"}
    assert not found["A ivr"]["escalated"], "a bot is no person"


def test_the_next_contact_of_the_same_customer_is_any_inbound_one_within_the_window() -> None:
    bot = Call("A", requester_key=7).then("bot", 0, 60, "self_served")
    out = answered("B", NOON + timedelta(hours=1), requester_key=7, direction="outbound")
    back = answered("C", NOON + timedelta(hours=2), requester_key=7, reason="another")
    assert sessions(bot, out, back)["A bot"]["next_contact_at"] == NOON + timedelta(hours=2)
    late = answered("C", NOON + timedelta(days=7, seconds=1), requester_key=7)
    assert sessions(bot, late)["A bot"]["next_contact_at"] is None
    assert sessions(bot, answered("C", NOON + timedelta(hours=1), requester_key=8))["A bot"]["next_contact_at"] is None


def test_a_session_that_still_runs_has_no_end() -> None:
    found = sessions(Call("A").then("bot", 0, None))
    assert (found["A bot"]["outcome"], found["A bot"]["ended_at"], found["A bot"]["session_s"]) == (
        "waiting",
        None,
        None,
    )


def test_a_cut_period_brings_the_return_after_it() -> None:
    declared = stream_named("bot_session")
    assert declared is not None
    bot = Call("A", requester_key=7).then("bot", 0, 60, "self_served")
    back, far = (answered(name, NOON + timedelta(days=days), requester_key=7) for name, days in (("B", 3), ("C", 30)))
    begin = int(NOON.timestamp()) - 3600
    cut = declared.of_period({"call": call_rows(bot, back, far)}, begin, begin + 86_400, TERMS)["call"]
    assert sorted(set(cut.column("call_id").to_pylist())) == ["A", "B"]


def test_calls_without_machines_have_no_sessions() -> None:
    assert facts("bot_session", call=call_rows(answered())).num_rows == 0
