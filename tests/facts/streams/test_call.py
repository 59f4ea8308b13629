"""Calls become visits, each with its wait, its work and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tallystick.facts.stream import Given
from tallystick.facts.stream import stream as stream_named
from tests.facts.segments import (
    NOON,
    TERMS,
    Call,
    abandoned,
    answered,
    call_facts,
    call_rows,
    no_cases,
)

WEEK = timedelta(days=7)


def test_a_call_that_is_answered_has_its_wait_and_its_work() -> None:
    call = Call().waits(20).then("ring", 12, 8, "answered", agent="ana").talks(20, 60).then("hold", 80, 30, agent="ana")
    call.talks(110, 15, ended_by="customer").then("wrap", 125, 40, agent="ana")
    (row,) = call_facts(call)
    assert (row["kind"], row["visit"], row["outcome"], row["handled"]) == ("queue", 1, "answered", True)
    assert (row["wait_s"], row["ring_s"], row["talk_s"], row["hold_s"], row["wrap_s"]) == (20, 8, 75, 30, 40)
    assert row["answered_at"] == NOON + timedelta(seconds=20)
    assert row["ended_at"] == NOON + timedelta(seconds=125), "after-work is no part of the call"
    assert (row["agent"], row["ended_by"], row["transfer"]) == ("ana", "customer", "none")
    assert not row["unfinished"]


@pytest.mark.parametrize("result", ["abandoned", "overflow", "timeout", "callback", "refused", "unknown"])
def test_a_visit_that_nobody_answered_ends_as_its_queue_says(result: str) -> None:
    (row,) = call_facts(Call().waits(33, result))
    assert (row["outcome"], row["wait_s"], row["answered_at"], row["handled"]) == (result, 33, None, False)
    assert row["ended_at"] == NOON + timedelta(seconds=33)


def test_talk_proves_an_answer_whatever_the_queue_says() -> None:
    (row,) = call_facts(Call().waits(5, None).talks(5, 60))
    assert (row["outcome"], row["wait_s"]) == ("answered", 5)


def test_a_queue_that_says_answered_without_talk_is_answered_but_not_handled() -> None:
    (row,) = call_facts(Call().waits(5))
    assert (row["outcome"], row["wait_s"], row["handled"], row["talk_s"]) == ("answered", 5, False, 0)


def test_overflow_to_another_queue_is_another_visit() -> None:
    call = Call().waits(30, "overflow").waits(15, after=30, queue="overflow", partner="borealis")
    first, second = call_facts(call.talks(45, 60, partner="borealis"))
    assert (first["visit"], first["queue"], first["outcome"], first["wait_s"]) == (1, "billing", "overflow", 30)
    assert (second["visit"], second["queue"], second["outcome"], second["wait_s"]) == (2, "overflow", "answered", 15)
    assert (first["partner"], second["partner"]) == ("aurora", "borealis")
    assert (first["first_visit"], first["last_visit"], second["last_visit"]) == (True, False, True)


def test_ringing_at_several_agents_is_one_visit() -> None:
    call = Call().waits(40).then("ring", 5, 10, "no_answer", agent="bo").then("ring", 15, 10, "refused", agent="cy")
    (row,) = call_facts(call.then("ring", 30, 10, "answered", agent="ana").talks(40, 60))
    assert (row["visit"], row["rings_unanswered"], row["ring_s"], row["agent"]) == (1, 2, 30, "ana")


def test_telephones_that_ring_together_ring_once() -> None:
    call = Call().waits(20).then("ring", 0, 15, "no_answer", agent="bo").then("ring", 5, 15, "answered", agent="ana")
    (row,) = call_facts(call.talks(20, 60))
    assert row["ring_s"] == 20
    two = Call("B").waits(9).then("ring", 0, 9, "no_answer", agent="bo").then("ring", 2, 3, "no_answer", agent="cy")
    assert [row["ring_s"] for row in call_facts(call, two.talks(9, 1))] == [20, 9]


def test_waiting_on_at_the_same_queue_is_the_same_visit() -> None:
    call = Call().waits(10, None).then("ring", 10, 5, "no_answer", agent="bo").waits(25, after=15).talks(40, 60)
    (row,) = call_facts(call)
    assert (row["visit"], row["wait_s"]) == (1, 40)


def test_coming_back_to_the_same_queue_after_talk_is_another_visit() -> None:
    call = answered(wait=5, talk=20).waits(10, after=25).talks(35, 20, agent="bo")
    assert [(row["visit"], row["wait_s"], row["agent"]) for row in call_facts(call)] == [(1, 5, "ana"), (2, 10, "bo")]


def test_after_work_belongs_to_the_visit_in_which_its_agent_spoke() -> None:
    call = Call().waits(5).talks(5, 20, "transferred", transfer="warm", transferred_to="claims")
    call.waits(50, after=25, queue="claims").then("wrap", 25, 40, agent="ana").talks(75, 30, agent="bo")
    call.then("wrap", 105, 7, agent="bo")
    first, second = call_facts(call)
    assert (first["wrap_s"], second["wrap_s"]) == (40, 7)
    assert (first["transfer"], first["transferred_to"], second["transfer"]) == ("warm", "claims", "none")
    assert first["ended_at"] == NOON + timedelta(seconds=25)


def test_a_contact_that_goes_on_elsewhere_was_transferred_even_if_nothing_says_how() -> None:
    call = answered(wait=5, talk=20).waits(10, "abandoned", after=25, queue="claims")
    assert [row["transfer"] for row in call_facts(call)] == ["unknown", "none"]


def test_giving_up_in_the_machine_is_no_offered_contact() -> None:
    call = Call(queue=None).then("ivr", 0, 45, "abandoned")
    (row,) = call_facts(call)
    assert (row["kind"], row["visit"], row["outcome"], row["wait_s"]) == ("ivr", 0, "abandoned", None)


def test_the_clock_starts_at_the_queue_and_not_in_the_machine() -> None:
    (row,) = call_facts(Call().then("ivr", 0, 60, "to_queue", queue=None).waits(10, after=60).talks(70, 5))
    assert (row["kind"], row["visit"], row["wait_s"]) == ("queue", 1, 10)
    assert row["offered_at"] == NOON + timedelta(seconds=60)


def test_a_machine_that_served_is_told_from_one_that_was_left() -> None:
    rows = call_facts(
        Call("A").then("bot", 0, 45, "self_served"),
        Call("B").then("ivr", 0, 1, "refused"),
        Call("C").then("ivr", 0, 9, "to_queue"),
    )
    assert [(row["kind"], row["outcome"]) for row in rows] == [
        ("bot", "self_served"),
        ("ivr", "refused"),
        ("ivr", "unknown"),
    ]


def test_a_call_without_a_queue_is_direct() -> None:
    call = Call(direction="outbound", queue=None).then("ring", 0, 8, "answered", agent="ana").talks(8, 30)
    (row,) = call_facts(call)
    assert (row["kind"], row["visit"], row["outcome"], row["wait_s"]) == ("direct", 0, "answered", 8)
    assert row["initiated_by"] == "agent"


def test_a_call_that_still_waits_has_no_end() -> None:
    (row,) = call_facts(Call().waits(None, None))
    assert (row["outcome"], row["wait_s"], row["ended_at"]) == ("waiting", None, None)


def test_a_call_that_is_still_spoken_is_unfinished() -> None:
    (row,) = call_facts(Call().waits(5).talks(5, None))
    assert (row["outcome"], row["wait_s"], row["ended_at"], row["unfinished"]) == ("answered", 5, None, True)
    (row,) = call_facts(answered().then("wrap", 110, None, agent="ana"))
    assert (row["talk_s"], row["unfinished"]) == (100, True)
    assert row["ended_at"] == NOON + timedelta(seconds=110)


def test_talk_without_an_end_ends_where_the_call_went_on() -> None:
    (row,) = call_facts(Call().waits(5).talks(5, None).then("hold", 25, 10, agent="ana").talks(35, 5))
    assert (row["talk_s"], row["hold_s"], row["unfinished"]) == (25, 10, False)


def test_a_call_answered_at_once_waits_no_time() -> None:
    (row,) = call_facts(Call().waits(0).talks(0, 60))
    assert (row["outcome"], row["wait_s"], row["talk_s"]) == ("answered", 0, 60)


def test_seconds_are_whole_and_rounded_down() -> None:
    (row,) = call_facts(Call().waits(20.999999).talks(20.999999, 5.5))
    assert (row["wait_s"], row["talk_s"]) == (20, 5)


def test_an_end_before_its_start_counts_nothing() -> None:
    (row,) = call_facts(Call().waits(5).talks(5, -3))
    assert row["talk_s"] == 0


def test_a_call_across_midnight_belongs_to_the_day_it_was_offered() -> None:
    late = datetime(2026, 3, 1, 21, 59, 50, tzinfo=UTC)  # ten seconds before midnight in Bucharest
    (row,) = call_facts(answered(at=late, wait=30, talk=600))
    assert (row["offered_on"].isoformat(), row["offered_month"]) == ("2026-03-01", 202603)
    assert row["ended_on"].isoformat() == "2026-03-02"
    assert row["wait_s"] == 30


def test_the_hour_that_a_clock_change_repeats_is_waited_once() -> None:
    before = datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC)  # 03:59:50 summer time; ten seconds later it is 03:00:00
    (row,) = call_facts(answered(at=before, wait=20, talk=60))
    assert (row["wait_s"], row["offered_on"].isoformat()) == (20, "2026-10-25")
    assert row["interval_at"] == datetime(2026, 10, 25, 0, 45, tzinfo=UTC)


def test_the_same_customer_about_the_same_reason_within_the_window_comes_again() -> None:
    calls = [
        answered("A", requester_key=7, reason="invoice"),
        answered("B", NOON + timedelta(days=2), requester_key=7, reason="invoice"),
        answered("C", NOON + timedelta(days=3), requester_key=7, reason="parcel"),
        answered("D", NOON + timedelta(days=2) + WEEK + timedelta(seconds=1), requester_key=7, reason="invoice"),
        answered("E", requester_key=8, reason="invoice"),
        answered("F"),
    ]
    found = {
        row["case_id"]: (row["contact_no"], row["repeated"], row["since_previous_s"]) for row in call_facts(*calls)
    }
    assert found == {
        "A": (1, True, None),
        "B": (2, False, 2 * 86_400),
        "C": (1, False, None),
        "D": (1, False, None),
        "E": (1, False, None),
        "F": (None, False, None),
    }


def test_a_try_that_nobody_answered_is_no_contact_but_shows_that_the_customer_came_back() -> None:
    first, again = answered("A", requester_key=7), abandoned("B", NOON + timedelta(hours=1), requester_key=7)
    third = answered("C", NOON + timedelta(hours=2), requester_key=7)
    found = {row["case_id"]: (row["contact_no"], row["repeated"]) for row in call_facts(first, again, third)}
    assert found == {"A": (1, True), "B": (None, True), "C": (2, False)}


def test_two_visits_of_one_call_are_one_contact() -> None:
    call = Call(requester_key=7).waits(5, "overflow").waits(5, after=5, queue="other").talks(10, 20)
    assert [(row["contact_no"], row["repeated"]) for row in call_facts(call)] == [(1, False), (1, False)]


def test_the_reason_of_a_contact_is_the_one_it_was_closed_with() -> None:
    first = (
        Call("A", requester_key=7).waits(5).talks(5, 9, reason="other").then("wrap", 14, 5, agent="ana", reason="fee")
    )
    second = answered("B", NOON + timedelta(hours=1), requester_key=7, reason="fee")
    rows = call_facts(first, second)
    assert [(row["reason"], row["contact_no"]) for row in rows] == [("fee", 1), ("fee", 2)]


def test_outbound_and_internal_calls_are_no_contacts_of_the_customer() -> None:
    out = answered("B", NOON + timedelta(hours=1), requester_key=7, direction="outbound")
    internal = answered("C", NOON + timedelta(hours=2), requester_key=7, direction="internal")
    rows = call_facts(answered("A", requester_key=7), out, internal)
    assert [(row["contact_no"], row["repeated"]) for row in rows] == [(1, False), (None, False), (None, False)]


def test_internal_calls_are_excluded_where_the_terms_say_so() -> None:
    call = answered(direction="internal")
    assert call_facts(call)[0]["excluded"] is None
    barred = replace(TERMS, excluded_kinds=frozenset({"internal"}))
    assert call_facts(call, under=barred)[0]["excluded"] == "internal"


def test_wait_outside_the_opening_hours_is_counted_apart() -> None:
    opens = open_instant()
    (row,) = call_facts(abandoned(at=opens - timedelta(seconds=50), wait=80, channel="email"))
    assert (row["wait_s"], row["wait_closed_s"], row["programme"] is None) == (80, 50, False)


def open_instant() -> datetime:
    name = TERMS.programmes[0].hours[0][1]
    hours = TERMS.hours[name]
    at = next(start for start, _ in hours.intervals if start > NOON.timestamp())
    return datetime.fromtimestamp(at, UTC)


def test_the_order_of_arrival_does_not_show() -> None:
    table = some_calls(60, 3)
    backwards = table.take(list(reversed(range(table.num_rows))))
    assert derived(table).equals(derived(backwards))


def test_no_calls_give_no_facts() -> None:
    found = derived(call_rows())
    assert found.num_rows == 0
    assert found.column("wait_s").type == pa.int64()


def derived(rows: pa.Table) -> pa.Table:
    declared = stream_named("call")
    assert declared is not None
    return declared.table(Given({"call": rows}, no_cases(), TERMS))


def some_calls(count: int, seed: int) -> pa.Table:
    """Calls over sixty days with every sort of segment, several visits, repeats and missing ends."""
    rng = np.random.default_rng(seed)
    calls = []
    for number in range(count):
        begin = NOON + timedelta(seconds=int(rng.integers(60 * 86_400)))
        person = int(rng.integers(1, count // 4 + 2)) if rng.random() < 0.8 else None
        call = Call(f"N{number}", begin, requester_key=person, reason=("fee", "parcel", None)[int(rng.integers(3))])
        at = 0
        if rng.random() < 0.3:
            call.then("ivr", 0, 30, ("to_queue", "abandoned")[int(rng.integers(2))])
            at = 30
        for visit in range(int(rng.integers(0, 3)) if at else int(rng.integers(1, 3))):
            wait = int(rng.integers(0, 90))
            lost = rng.random() < 0.4
            result = ("abandoned", "overflow", "callback")[int(rng.integers(3))] if lost else "answered"
            call.waits(wait if rng.random() > 0.03 else None, result, at, queue=("billing", "claims")[visit])
            at += wait
            if not lost:
                call.then("ring", max(at - 5, 0), 5, "answered", agent="ana").talks(at, 60, agent=("ana", "bo")[visit])
                call.then("wrap", at + 60, 20, agent=("ana", "bo")[visit])
                at += 60
        calls.append(call)
    return call_rows(*calls)


@pytest.mark.parametrize("seed", range(6))
def test_the_facts_of_a_cut_period_are_those_of_the_whole(seed: int) -> None:
    rows, declared = some_calls(160, seed), stream_named("call")
    assert declared is not None
    begin = int((NOON + timedelta(days=20)).timestamp())
    end = begin + 10 * 86_400
    cut = declared.of_period({"call": rows}, begin, end, TERMS)["call"]
    assert 0 < cut.num_rows < rows.num_rows

    def of_period(table: pa.Table) -> pa.Table:
        second = pc.divide(table.column("offered_at").cast(pa.int64()), 1_000_000)
        return table.filter(pc.and_(pc.greater_equal(second, begin), pc.less(second, end)))

    assert of_period(derived(rows)).num_rows > 10
    assert of_period(derived(cut)).equals(of_period(derived(rows)))


def test_a_period_brings_the_earlier_call_that_makes_one_a_repeat() -> None:
    declared = stream_named("call")
    assert declared is not None
    days = [0, 6, 12, 30]
    rows = call_rows(*(answered(f"N{day}", NOON + timedelta(days=day), requester_key=7) for day in days))
    begin = int((NOON + timedelta(days=11)).timestamp())
    cut = declared.of_period({"call": rows}, begin, begin + 5 * 86_400, TERMS)["call"]
    assert sorted(set(cut.column("call_id").to_pylist())) == ["N0", "N12", "N6"]
    found = {row["case_id"]: row["contact_no"] for row in derived(cut).to_pylist()}
    assert found["N12"] == 3
