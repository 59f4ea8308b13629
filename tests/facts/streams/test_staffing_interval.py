"""What was offered, forecast, scheduled, worked and needed in a half hour, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.facts.stream import stream
from tallystick.staffing.erlang import required
from tallystick.vocabulary.clock_terms import FORECAST_LOCK_S
from tests.staffing.floor import at, by_slot, contact, derived, lost, programme, rows, terms_of

GERMAN = programme("german-phone", queues=["de"], channels=["phone"], languages=["de"])
ENGLISH = programme("english-phone", queues=["en"], channels=["phone"], languages=["en"])
CHAT = programme("chat", queues=["chat"], channels=["chat"])
TERMS = terms_of(GERMAN, ENGLISH, CHAT)


def forecast(begins: str, issued: str | None, contacts: int, aht_s: int = 300, **more: Any) -> dict[str, Any]:
    return {
        "queue": "de", "started_at": at(begins), "ended_at": at(begins) + timedelta(minutes=30), "issued_at": issued,
        "contacts_milli": contacts * 1000, "aht_ms": aht_s * 1000, **more,
    }  # fmt: skip


def shift(agent: str, begins: str, ends: str, activity: str = "work", **more: Any) -> dict[str, Any]:
    return {"agent": agent, "started_at": at(begins), "ended_at": at(ends), "activity": activity, **more}


def state(agent: str, begins: str, ends: str | None, name: str = "available", **more: Any) -> dict[str, Any]:
    return {"agent": agent, "started_at": at(begins), "ended_at": ends and at(ends), "state": name, **more}


def column(facts: pa.Table, name: str, programme_: str = "german-phone") -> dict[str, Any]:
    return {slot: row[name] for slot, row in by_slot(facts, programme_).items()}


# ---- demand -----------------------------------------------------------------------------------------------------


def test_a_contact_is_offered_in_the_slot_in_which_it_came_and_brings_its_handling_there() -> None:
    """08:29:50 to the wait, talked to from 08:31 to 08:36, wrapped up until 08:37: 360 s, all of 08:00."""
    calls = rows("call", *contact(1, "08:29:50", "08:31", "08:36"), lost(2, "08:30", "08:32"))
    facts = derived("staffing_interval", TERMS, call=calls)
    assert column(facts, "offered") == {"08:00": 1, "08:30": 1}
    assert column(facts, "handled") == {"08:00": 1, "08:30": 0}
    assert column(facts, "handle_s") == {"08:00": 360, "08:30": 0}


def test_a_transfer_within_a_programme_is_one_contact_and_to_another_one_more() -> None:
    wide = terms_of(programme("german-phone", queues=["de", "de2"]), ENGLISH)
    calls = rows(
        "call", *contact(1, "08:00", "08:01", "08:05"), *contact(1, "08:05", "08:06", "08:10", queue="de2"),
        *contact(1, "08:31", "08:32", "08:35", queue="en"),
    )  # fmt: skip
    facts = derived("staffing_interval", wide, call=calls)
    assert column(facts, "offered") == {"08:00": 1}
    assert column(facts, "handle_s") == {"08:00": 600}
    assert column(facts, "offered", "english-phone") == {"08:30": 1}


def test_outbound_calls_are_nobodys_demand() -> None:
    calls = rows("call", *({**one, "direction": "outbound"} for one in contact(1, "08:00", "08:01", "08:05")))
    assert derived("staffing_interval", TERMS, call=calls).num_rows == 0


def test_intervals_that_a_system_counted_stand_in_where_it_tells_no_calls() -> None:
    counted = [
        {
            "queue": queue,
            "channel": channel,
            "started_at": at(begins),
            "ended_at": at(begins) + timedelta(minutes=minutes),
            "offered": 9,
            "answered": 8,
            "talk_s": 2000,
            "hold_s": 100,
            "wrap_s": 300,
        }
        for queue, channel, begins, minutes in (
            ("en", "phone", "08:00", 15),
            ("en", "phone", "08:15", 15),
            ("de", "phone", "08:00", 30),
            ("chat", "chat", "08:00", 60),
        )
    ]
    calls = rows("call", *contact(1, "08:00", "08:01", "08:05"))
    facts = derived("staffing_interval", TERMS, call=calls, call_interval=rows("call_interval", *counted))
    assert column(facts, "offered", "english-phone") == {"08:00": 18}
    assert column(facts, "handle_s", "english-phone") == {"08:00": 4800}
    assert column(facts, "offered", "chat") == {"08:00": 4, "08:30": 5}
    assert column(facts, "offered") == {"08:00": 1}


def test_where_nothing_is_known_of_contacts_there_is_no_zero() -> None:
    facts = derived("staffing_interval", TERMS, shift=rows("shift", shift("ana", "08:00", "09:00", queue="de")))
    assert column(facts, "offered") == {"08:00": None, "08:30": None}
    assert column(facts, "needed_s") == {"08:00": None, "08:30": None}
    assert column(facts, "worked_s") == {"08:00": None, "08:30": None}


# ---- forecast ---------------------------------------------------------------------------------------------------


def test_the_newest_version_at_the_lock_date_is_in_force_and_a_later_one_is_not() -> None:
    """The lock date of 2 March 08:00 is 16 February 08:00."""
    given = rows(
        "forecast",
        forecast("08:00", "2026-02-01 09:00", 20),
        forecast("08:00", "2026-02-16 08:00", 30),
        forecast("08:00", "2026-02-16 08:01", 60),
    )
    row = by_slot(derived("staffing_interval", TERMS, forecast=given), "german-phone")["08:00"]
    assert timedelta(seconds=FORECAST_LOCK_S) == timedelta(days=14)
    assert (row["forecast_milli"], row["latest_milli"], row["late_s"]) == (30_000, 60_000, None)


def test_a_forecast_that_came_too_late_is_in_force_for_nothing_and_says_by_how_much() -> None:
    given = rows("forecast", forecast("08:00", "2026-02-18 08:00", 20), forecast("08:00", "2026-02-25 08:00", 25))
    row = by_slot(derived("staffing_interval", TERMS, forecast=given), "german-phone")["08:00"]
    assert (row["forecast_milli"], row["required_s"]) == (None, None)
    assert (row["latest_milli"], row["late_s"]) == (25_000, 2 * 86_400)


def test_a_contract_may_lock_its_forecasts_at_another_time() -> None:
    given = rows("forecast", forecast("08:00", "2026-02-18 08:00", 20), forecast("08:00", "2026-02-25 08:00", 25))
    terms = replace(TERMS, forecast_lock_s=7 * 86_400)
    row = by_slot(derived("staffing_interval", terms, forecast=given), "german-phone")["08:00"]
    assert (row["forecast_milli"], row["late_s"]) == (20_000, None)
    assert terms.digest() != TERMS.digest()


def test_a_version_without_its_date_counts_as_handed_over_in_time() -> None:
    row = by_slot(
        derived("staffing_interval", TERMS, forecast=rows("forecast", forecast("08:00", None, 7))), "german-phone"
    )
    assert row["08:00"]["forecast_milli"] == 7000


def test_quarters_are_added_up_and_hours_shared_out_without_a_rest() -> None:
    quarter, hour = timedelta(minutes=15), timedelta(hours=1)
    given = rows(
        "forecast",
        {**forecast("08:00", None, 3), "ended_at": at("08:00") + quarter},
        {**forecast("08:15", None, 4), "ended_at": at("08:15") + quarter},
        {**forecast("09:00", None, 0), "ended_at": at("09:00") + hour, "contacts_milli": 5001, "aht_ms": 300_000},
    )
    facts = derived("staffing_interval", TERMS, forecast=given)
    assert column(facts, "forecast_milli") == {"08:00": 7000, "09:00": 2500, "09:30": 2501}


def test_agents_that_a_forecast_asks_for_are_what_is_required() -> None:
    given = rows("forecast", forecast("08:00", None, 20, agents_milli=7500), forecast("08:30", None, 20))
    facts = column(derived("staffing_interval", TERMS, forecast=given), "required_s")
    assert facts["08:00"] == 7.5 * 1800
    by_erlang = int(required(20 * 300 / 1800, 300, within_s=20, share=0.8, most_occupied=0.85).present)
    assert facts["08:30"] == by_erlang * 1800


def test_a_forecast_of_nothing_requires_nobody_and_one_without_a_handling_time_says_nothing() -> None:
    given = rows("forecast", forecast("08:00", None, 0), forecast("08:30", None, 5, aht_s=0))
    assert column(derived("staffing_interval", TERMS, forecast=given), "required_s") == {"08:00": 0, "08:30": None}


def test_what_really_came_needs_agents_by_its_own_handling_time_else_by_the_forecasts() -> None:
    calls = rows("call", *contact(1, "08:00", "08:01", "08:04"), lost(2, "08:05", "08:06"), lost(3, "09:00", "09:01"))
    given = rows("forecast", forecast("09:00", None, 1, aht_s=600))
    facts = derived("staffing_interval", TERMS, call=calls, forecast=given)
    half = {"within_s": 20, "share": 0.8, "most_occupied": 0.85}
    assert column(facts, "needed_s") == {
        "08:00": int(required(2 * 240 / 1800, 240, **half).present) * 1800,
        "09:00": int(required(600 / 1800, 600, **half).present) * 1800,
    }


def test_an_agent_chats_with_two_at_once_and_letters_need_their_work_alone() -> None:
    mail = programme("mail", queues=["post"], channels=["email"])
    given = rows(
        "forecast",
        forecast("08:00", None, 20, queue="chat", channel="chat"),
        forecast("08:00", None, 20, queue="post", channel="email"),
    )
    facts = derived("staffing_interval", terms_of(CHAT, mail), forecast=given)
    places = int(required(20 * 300 / 1800, 300, within_s=20, share=0.8, most_occupied=0.85).present)
    assert column(facts, "required_s", "chat") == {"08:00": -(-places // 2) * 1800}
    assert column(facts, "required_s", "mail") == {"08:00": -(-6000 * 100 // 85)}


# ---- agents -----------------------------------------------------------------------------------------------------


def test_breaks_and_training_come_off_the_schedule_and_what_was_unplanned_does_not() -> None:
    planned = [
        shift("ana", "08:00", "09:00", queue="de"),
        shift("ana", "08:10", "08:20", "break"),
        shift("ana", "08:45", "09:00", "training"),
        shift("ana", "08:30", "08:40", "sick", planned="unplanned"),
        shift("bo", "08:15", "08:45", "overtime", queue="de"),
        shift("cleo", "08:00", "09:00", "leave"),
    ]
    facts = derived("staffing_interval", TERMS, shift=rows("shift", *planned))
    assert column(facts, "scheduled_s") == {"08:00": 1200 + 900, "08:30": 900 + 900}


def test_an_agent_who_stands_twice_in_a_roster_is_there_once() -> None:
    planned = [shift("ana", "08:00", "08:30", queue="de"), shift("ana", "08:10", "08:40", queue="de")]
    facts = derived("staffing_interval", TERMS, shift=rows("shift", *planned))
    assert column(facts, "scheduled_s") == {"08:00": 1800, "08:30": 600}


def test_only_serving_and_waiting_to_serve_is_work_for_a_programme() -> None:
    states = [
        state("ana", "08:00", "08:10", queue="de"),
        state("ana", "08:10", "08:15", "talk", queue="de"),
        state("ana", "08:15", "08:20", "break"),
        state("ana", "08:20", "08:25", "training"),
        state("ana", "08:25", "08:28", "wrap", queue="de"),
        state("ana", "08:28", "08:40", "offline"),
    ]
    facts = derived("staffing_interval", TERMS, agent_state=rows("agent_state", *states))
    assert column(facts, "worked_s") == {"08:00": 600 + 300 + 180}


def test_waiting_belongs_to_the_programme_of_the_roster_and_a_contact_to_its_queue() -> None:
    states = [state("ana", "08:00", "08:20"), state("ana", "08:20", "08:30", "talk", queue="en")]
    planned = rows("shift", shift("ana", "08:00", "16:00", queue="de"))
    facts = derived("staffing_interval", TERMS, agent_state=rows("agent_state", *states), shift=planned)
    assert column(facts, "worked_s")["08:00"] == 1200
    assert column(facts, "worked_s", "english-phone") == {"08:00": 600}


def test_a_second_with_two_chats_in_two_programmes_counts_once() -> None:
    other = terms_of(CHAT, programme("chat-en", queues=["chat-en"], channels=["chat"]))
    states = [
        state("ana", "08:00", "08:20", "chat", queue="chat"),
        state("ana", "08:10", "08:30", "chat", queue="chat-en"),
        state("ana", "08:00", "08:30", "available", queue="chat-en"),
    ]
    facts = derived("staffing_interval", other, agent_state=rows("agent_state", *states))
    assert column(facts, "worked_s", "chat") == {"08:00": 1200}
    assert column(facts, "worked_s", "chat-en") == {"08:00": 600}


def test_without_a_roster_languages_and_then_the_days_contacts_decide() -> None:
    states = [state("ana", "08:00", "08:10"), state("bo", "08:00", "08:20"), state("cleo", "08:00", "08:30")]
    agents = rows("agent", {"agent_id": "ana", "languages": "en fr"})
    calls = rows(
        "call",
        *contact(1, "10:00", "10:01", "10:05", agent="bo"),
        *contact(2, "10:00", "10:01", "10:02", queue="en", agent="bo"),
    )
    phone = terms_of(GERMAN, ENGLISH)
    facts = derived("staffing_interval", phone, agent_state=rows("agent_state", *states), agent=agents, call=calls)
    assert column(facts, "worked_s", "english-phone")["08:00"] == 600
    assert column(facts, "worked_s")["08:00"] == 1200
    assert column(facts, "worked_s", "") == {"08:00": 1800}, "nothing tells whom cleo serves"


def test_a_programme_without_words_takes_only_what_is_left_over() -> None:
    wide = terms_of(GERMAN, programme("other"))
    states = [state("ana", "08:00", "08:10"), state("bo", "08:00", "08:20", queue="fr")]
    calls = rows("call", *contact(1, "08:00", "08:01", "08:05"), lost(2, "08:00", "08:01", queue="fr"))
    facts = derived("staffing_interval", wide, agent_state=rows("agent_state", *states), call=calls)
    assert (column(facts, "worked_s")["08:00"], column(facts, "worked_s", "other")["08:00"]) == (600, 1200)
    assert (column(facts, "offered")["08:00"], column(facts, "offered", "other")["08:00"]) == (1, 1)


def test_ids_of_roster_and_telephone_are_one_person_by_the_table_of_identities() -> None:
    known = rows("identity", {"system": "wfm", "source_id": "R-7", "person": "ana", "valid_from": "2025-01-01 00:00"})
    planned = rows("shift", shift("R-7", "08:00", "09:00", queue="de", source="wfm"))
    facts = derived("staffing_interval", terms_of(GERMAN, ENGLISH), shift=planned, identity=known,
                    agent_state=rows("agent_state", state("ana", "08:00", "08:30")))  # fmt: skip
    assert column(facts, "worked_s")["08:00"] == 1800


def test_a_state_that_is_still_open_lasts_until_the_next_and_the_last_one_counts_nothing() -> None:
    states = [state("ana", "08:00", None, queue="de"), state("ana", "08:10", None, "talk", queue="de")]
    facts = derived("staffing_interval", TERMS, agent_state=rows("agent_state", *states))
    assert column(facts, "worked_s") == {"08:00": 600}


def test_a_night_is_cut_at_half_hours_and_nothing_is_lost() -> None:
    states = rows("agent_state", state("ana", "2026-03-28 22:10", "2026-03-29 05:50", queue="de"))
    facts = derived("staffing_interval", terms_of(GERMAN, zone="Europe/Berlin"), agent_state=states)
    assert pc.sum(facts["worked_s"]).as_py() == 7 * 3600 + 40 * 60
    assert set(facts["started_on"].to_pylist()) == {at("2026-03-28 00:00").date(), at("2026-03-29 00:00").date()}
    # Midnight in Berlin is 23:00 UTC before the change of clocks.
    days = dict(zip(facts["started_at"].to_pylist(), facts["started_on"].to_pylist(), strict=True))
    assert days[at("2026-03-28 22:30")].day == 28
    assert days[at("2026-03-28 23:00")].day == 29


# ---- the table --------------------------------------------------------------------------------------------------


def _month() -> dict[str, pa.Table]:
    """Four nights over the end of a month, by several agents, with calls and forecasts."""
    days = ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]
    states, planned, calls, told = [], [], [], []
    for number, day in enumerate(days):
        night = f"{at(f'{day} 00:00') + timedelta(days=1):%Y-%m-%d}"
        for agent in ("ana", "bo"):
            states += [state(agent, f"{day} 20:00", None), state(agent, f"{night} 01:10", None, "break"),
                       state(agent, f"{night} 01:30", f"{night} 04:00")]  # fmt: skip
        planned.append(shift("ana", f"{day} 20:00", f"{night} 04:00", queue="de"))
        for minute in range(0, 50, 7):
            calls += contact(
                100 * number + minute,
                f"{day} 23:{minute:02d}",
                f"{day} 23:{minute + 1:02d}",
                f"{night} 00:10",
                agent="bo",
            )
        told += [forecast(f"{day} 23:00", f"2026-02-{day_:02d} 08:00", 8) for day_ in (1, 12, 20)]
    return {
        "call": rows("call", *calls), "agent_state": rows("agent_state", *states), "shift": rows("shift", *planned),
        "forecast": rows("forecast", *told),
    }  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
def test_the_rows_of_one_month_give_the_facts_of_that_month(zone: str) -> None:
    terms, tables = terms_of(GERMAN, ENGLISH, zone=zone), _month()
    declared = stream("staffing_interval")
    assert declared is not None
    whole = derived("staffing_interval", terms, **tables)
    given = {one: tables.get(one, rows(one)) for one in declared.reads}
    for month, (first, last) in {202602: ("2026-02-01", "2026-03-01"), 202603: ("2026-03-01", "2026-04-01")}.items():
        offset = {"UTC": 0, "Europe/Berlin": 3600, "Asia/Kolkata": 19_800}[zone]
        start, end = (int(at(f"{day} 00:00").timestamp()) - offset for day in (first, last))
        part = derived("staffing_interval", terms, **declared.of_period(given, start, end, terms))
        inside = [table.filter(pc.equal(table["started_month"], month)) for table in (whole, part)]
        assert inside[0].num_rows > 5
        assert inside[0].equals(inside[1])


MINUTES = st.integers(0, 200)
STATES = st.sampled_from(["available", "talk", "chat", "break", "offline", "wrap", "training"])
QUEUES = st.sampled_from(["de", "en", "chat", None])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), MINUTES, st.integers(1, 90), STATES, QUEUES), min_size=1, max_size=12))
def test_every_minute_of_an_agent_counts_once_whatever_overlaps(rows_: list[tuple[Any, ...]]) -> None:
    """Against a set of minutes, agent by agent."""
    states = [
        state(agent, f"{at('08:00') + timedelta(minutes=begins):%Y-%m-%d %H:%M}",
              f"{at('08:00') + timedelta(minutes=begins + lasts):%Y-%m-%d %H:%M}", name, queue=queue)
        for agent, begins, lasts, name, queue in rows_
    ]  # fmt: skip
    serving = {
        (agent, minute)
        for agent, begins, lasts, name, _ in rows_
        if name in ("available", "talk", "chat", "wrap")
        for minute in range(begins, begins + lasts)
    }
    facts = derived("staffing_interval", TERMS, agent_state=rows("agent_state", *states))
    assert (pc.sum(facts["worked_s"]).as_py() or 0) == 60 * len(serving)


def test_the_order_of_rows_does_not_matter() -> None:
    tables = _month()
    backwards = {name: one.take(list(reversed(range(one.num_rows)))) for name, one in tables.items()}
    assert derived("staffing_interval", TERMS, **tables).equals(derived("staffing_interval", TERMS, **backwards))


def test_two_partners_share_no_row() -> None:
    own = rows("agent_state", state("ana", "08:00", "08:30", queue="de"))
    other = rows("agent_state", state("ana", "08:00", "08:20", queue="de"), partner="borealis")
    facts = derived("staffing_interval", TERMS, agent_state=pa.concat_tables([own, other]))
    assert {row["partner"]: row["worked_s"] for row in facts.to_pylist()} == {"aurora": 1800, "borealis": 1200}


def test_no_rows_give_no_facts() -> None:
    assert derived("staffing_interval", TERMS).num_rows == 0
