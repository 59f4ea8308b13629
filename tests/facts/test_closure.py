"""A closure reaches everything that hangs on a change, and nothing far from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tallystick.facts.agent_states import StateDays
from tallystick.facts.closure import Again, Anew, Chained, Changed, Tied
from tallystick.facts.daily import Daily, FromThenOn, InSlots, WithCalls
from tallystick.facts.layered import Layered
from tallystick.facts.rosters import ShiftDays
from tallystick.facts.spans import seconds_of
from tests.facts.floor import at, shift, state, whole, zoned

Row = dict[str, Any]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = at("2026-03-02T09:00")


def facts_of_days(count: int) -> Layered:
    days = [at("00:00", "2026-02-01") + n * DAY for n in range(count)]
    return Layered.of(pa.table({"day_at": pa.array(days, pa.timestamp("us", "UTC"))}))


FACTS, LONG = facts_of_days(60), facts_of_days(200)


def changed(
    now: Mapping[str, Sequence[Row]], differ: Mapping[str, Sequence[Row]], cases: Sequence[int] = ()
) -> Changed:
    def events(name: str, keys: np.ndarray) -> pa.Table:
        return whole(name, [{"case_key": int(key), "event_key": int(key)} for key in keys])

    return Changed(
        {name: Layered.of(whole(name, rows)) for name, rows in now.items()},
        {name: whole(name, rows) for name, rows in differ.items()},
        np.array(cases, np.int64),
        events,
        zoned(),
    )


def segment(key: int, call: int, begin: datetime, customer: int | None = None, **more: Any) -> Row:
    return {"segment_key": key, "call_key": call, "started_at": begin, "requester_key": customer, **more}


def calls_in(pieces: list[Again] | None) -> list[int]:
    assert pieces is not None
    return sorted(set(pieces[0].rows["call"].column("call_key").to_pylist()))


CHAIN = Chained("call", key="call_key", whose="requester_key", moment="started_at", of_case="case_key")


def chain_of(days: Sequence[int]) -> list[Row]:
    """Calls of one customer on some days, the number of the call being its day."""
    return [segment(day, day, START + day * DAY, 7) for day in days]


def test_a_chain_is_followed_as_far_as_its_gaps_are_short_and_no_further() -> None:
    window = zoned().repeat_window_s // 86_400
    near, far = list(range(1, 40, window)), 40 + 3 * window
    rows = [*chain_of([*near, far]), segment(99, 99, START + DAY, 8)]
    assert calls_in(CHAIN.again(changed({"call": rows}, {"call": rows[1:2]}), FACTS)) == near
    assert calls_in(CHAIN.again(changed({"call": rows}, {"call": rows[-2:-1]}), FACTS)) == [far]


def test_a_call_that_is_gone_still_names_those_it_stood_between() -> None:
    window = zoned().repeat_window_s // 86_400
    left, middle, right = chain_of([0, window, 2 * window])
    assert calls_in(CHAIN.again(changed({"call": [left, right]}, {"call": [middle]}), FACTS)) == [0, 2 * window]


def test_a_call_belongs_to_the_customer_that_any_of_its_segments_names() -> None:
    rows = [segment(1, 1, START), segment(2, 1, START + HOUR, 7), segment(3, 2, START + 2 * HOUR, 7)]
    assert calls_in(CHAIN.again(changed({"call": rows}, {"call": rows[:1]}), FACTS)) == [1, 2]


def test_calls_of_a_case_whose_facts_differ_are_derived_again() -> None:
    rows = [segment(1, 1, START, case_key=5), segment(2, 2, START, case_key=6), segment(3, 1, START + HOUR)]
    found = CHAIN.again(changed({"call": rows}, {"call": []}, cases=[5]), FACTS)
    assert calls_in(found) == [1]
    assert found is not None
    assert found[0].rows["call"].num_rows == 2


FOLLOW = Tied(
    {"survey_response": {"response_key": "survey", "case_key": "case"}, "call": {"case_key": "case"}},
    ("response_key", "survey"),
    events=("case_event",),
    beside=("agent",),
)


def test_ties_are_followed_from_table_to_table_and_bring_the_events_of_their_cases() -> None:
    surveys = [{"response_key": n, "case_key": case, "sent_at": START} for n, case in ((1, 5), (2, 5), (3, 6))]
    calls = [segment(1, 1, START, case_key=5), segment(2, 2, START, case_key=6)]
    now = {"survey_response": surveys, "call": calls, "agent": []}
    pieces = FOLLOW.again(changed(now, {"call": calls[:1]}), FACTS)
    assert pieces is not None
    (piece,) = pieces
    assert sorted(piece.rows["survey_response"].column("response_key").to_pylist()) == [1, 2]
    assert piece.rows["call"].column("call_key").to_pylist() == [1]
    assert piece.rows["case_event"].column("case_key").to_pylist() == [5]
    assert piece.cases is not None
    assert piece.cases.tolist() == [5]
    facts = Layered.of(pa.table({"response_key": pa.array([1, 2, 3], pa.int64())}))
    assert facts.taken(piece.decided(facts)).column("response_key").to_pylist() == [1, 2]


@pytest.mark.parametrize("closure", [FOLLOW, Daily({"agent_state": StateDays()}, beside=("agent",)), Anew()])
def test_what_stands_beside_every_row_makes_all_of_them_anew(closure: Any) -> None:
    people = [{"agent_key": 1, "agent_id": "ana"}]
    now: dict[str, Sequence[Row]] = {"survey_response": [], "call": [], "agent": people, "agent_state": []}
    assert closure.again(changed(now, {"agent": people}), FACTS) is None


def days_of(pieces: list[Again] | None) -> list[list[str]]:
    assert pieces is not None
    found = []
    for piece in pieces:
        rows = FACTS.taken(piece.decided(FACTS)).column("day_at").to_pylist()
        found.append([one.date().isoformat() for one in rows])
    return found


def test_days_that_lie_apart_are_pieces_of_their_own() -> None:
    states = [state("talk", f"2026-02-{day}T09:00", f"2026-02-{day}T10:00") for day in ("05", "06", "20")]
    daily = Daily({"agent_state": StateDays()})
    found = daily.again(changed({"agent_state": states}, {"agent_state": states}), FACTS)
    assert days_of(found) == [["2026-02-05", "2026-02-06"], ["2026-02-20"]]


def test_too_many_days_are_derived_anew() -> None:
    states = [state("talk", f"2026-02-{day:02}T09:00", f"2026-02-{day:02}T10:00") for day in range(1, 20)]
    assert (
        Daily({"agent_state": StateDays()}).again(changed({"agent_state": states}, {"agent_state": states}), FACTS)
        is None
    )


def test_a_state_reaches_back_to_the_one_without_an_end_that_it_closes() -> None:
    before = state("available", "2026-02-09T22:00", None)
    other = state("available", "2026-02-07T22:00", None)
    new = state("talk", "2026-02-10T06:00", "2026-02-10T06:05")
    found = changed({"agent_state": [other, before, new]}, {"agent_state": [new]})
    assert days_of(Daily({"agent_state": StateDays()}).again(found, FACTS)) == [["2026-02-09", "2026-02-10"]]


def test_a_change_of_the_roster_reaches_its_whole_stretch_and_the_days_that_stretch_touches() -> None:
    night = shift("work", "2026-02-09T22:00", "2026-02-10T02:00")
    rest = shift("work", "2026-02-10T02:30", "2026-02-10T06:00")
    evening = shift("work", "2026-02-10T20:00", "2026-02-10T23:00")
    elsewhere = shift("work", "2026-02-12T08:00", "2026-02-12T16:00")
    now = {"shift": [night, rest, evening, elsewhere], "identity": []}
    found = changed(now, {"shift": [rest]})
    begin, end = ShiftDays().touched(found)
    assert (begin.min(), end.max()) == (int(night["started_at"].timestamp()), int(evening["ended_at"].timestamp()))
    assert days_of(Daily({"shift": ShiftDays()}).again(found, FACTS)) == [["2026-02-09", "2026-02-10"]]


def test_a_stretch_of_weeks_is_read_whole_however_far_back_it_began() -> None:
    long = [
        shift("off", f"2026-02-{day:02}T00:00", f"2026-02-{day + 1:02}T00:00", published="2026-01-05T00:00")
        for day in range(2, 26)
    ]
    found = changed({"shift": long, "identity": []}, {"shift": long[-1:]})
    start = int(at("00:00", "2026-02-25").timestamp())
    near = found.rows["shift"].taken(ShiftDays().near(found, start, start + 86_400))
    assert seconds_of(near.column("started_at")).min() == int(long[0]["started_at"].timestamp())
    begin, _ = ShiftDays().touched(found)
    assert begin.min() == int(long[0]["started_at"].timestamp())


def test_a_segment_reaches_the_days_of_its_whole_call_and_the_call_comes_whole() -> None:
    first, later = segment(1, 1, at("2026-02-03T23:59")), segment(2, 1, at("2026-02-05T08:00"))
    found = changed({"call": [first, later, segment(3, 2, at("2026-02-04T10:00"))]}, {"call": [later]})
    pieces = Daily({"call": WithCalls()}).again(found, FACTS)
    assert days_of(pieces) == [["2026-02-03"], ["2026-02-05"]]
    assert calls_in(pieces) == [1]
    assert pieces is not None
    assert pieces[0].rows["call"].num_rows == 2


def test_what_counts_from_then_on_reaches_the_last_day_of_all() -> None:
    trained = {"training_key": 1, "happened_at": at("2026-03-28T10:00")}
    found = changed({"training": [trained]}, {"training": [trained]})
    pieces = Daily({"training": FromThenOn("training", "happened_at")}).again(found, FACTS)
    assert days_of(pieces) == [[f"2026-03-{day}" for day in (28, 29, 30, 31)] + ["2026-04-01"]]


SLOTS = Daily(
    {"agent_state": StateDays(), "call": WithCalls()},
    carried={"agent_state": ("state", ("available",))},
    known={"call": ("partner", "queue")},
)


def standing(closure: Daily, now: Changed) -> Changed:
    """The change under what the closure remembers of the rows as they are now."""
    return replace(now, stood=closure.standing(now.rows))


def test_a_day_carries_as_far_as_the_rows_that_begin_on_it() -> None:
    night = state("available", "2026-02-09T23:00", "2026-02-10T07:00")
    pause = state("break", "2026-02-09T23:30", "2026-02-12T07:00", agent="bo")
    one = segment(1, 1, at("2026-02-09T08:00"))
    found = standing(SLOTS, changed({"agent_state": [night, pause], "call": [one]}, {"call": [one]}))
    assert days_of(SLOTS.again(found, FACTS)) == [["2026-02-09", "2026-02-10"]]


def test_one_row_of_each_combination_comes_with_every_piece() -> None:
    rows = [segment(n, n, at(f"2026-02-{n:02}T08:00"), partner="aurora", queue=queue) for n, queue in
            ((3, "a"), (4, "a"), (5, None), (20, "b"))]  # fmt: skip
    found = standing(SLOTS, changed({"agent_state": [], "call": rows}, {"call": rows[-1:]}))
    assert calls_in(SLOTS.again(found, FACTS)) == [3, 5, 20]


def test_a_combination_that_appears_or_vanishes_makes_everything_anew() -> None:
    old, new = (segment(n, n, at("2026-02-03T08:00"), partner="aurora", queue=str(n)) for n in (1, 2))
    before = standing(SLOTS, changed({"agent_state": [], "call": [old]}, {}))
    for now in ([old, new], []):
        found = replace(changed({"agent_state": [], "call": now}, {"call": [new]}), stood=before.stood)
        assert SLOTS.again(found, FACTS) is None


def test_days_that_come_to_lie_within_the_records_have_facts_at_last() -> None:
    wide = Daily({"agent_state": StateDays()}, extent=("agent_state",))
    first, last = (state("talk", f"2026-02-{day}T09:00", f"2026-02-{day}T10:00") for day in ("05", "20"))
    before = standing(wide, changed({"agent_state": [first]}, {}))
    found = changed({"agent_state": [first, last]}, {"agent_state": [last]})
    days = days_of(wide.again(replace(found, stood=before.stood), LONG))
    assert days == [[f"2026-02-{day:02}" for day in range(5, 21)]]


def test_rows_of_intervals_reach_all_that_begin_with_them() -> None:
    week = {"forecast_key": 1, "started_at": START, "ended_at": START + 7 * DAY}
    half = {"forecast_key": 2, "started_at": START, "ended_at": None}
    begin, end = InSlots("forecast").touched(changed({"forecast": [week, half]}, {"forecast": [half]}))
    assert (begin.min(), end.max()) == (int(START.timestamp()), int((START + 7 * DAY).timestamp()) + 1)
