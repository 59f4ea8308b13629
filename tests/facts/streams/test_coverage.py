"""Which contracted quarters somebody was there for: changes of clocks, half-hour zones, nights, holidays, skills."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tallystick.facts.stream import stream
from tests.staffing.floor import at, calendar, contact, derived, programme, rows, terms_of

GERMAN = programme("german-phone", queues=["de"], languages=["de"])
ENGLISH = programme("english-phone", queues=["en"], languages=["en"])


def state(agent: str, begins: str, ends: str, name: str = "available", **more: Any) -> dict[str, Any]:
    return {"agent": agent, "started_at": at(begins), "ended_at": at(ends), "state": name, **more}


def covered(facts: pa.Table, name: str, day: str | None = None) -> tuple[int, int]:
    """Contracted and staffed seconds of a programme, on one local date of the terms."""
    rows_ = [
        row for row in facts.to_pylist() if row["programme"] == name and (day is None or str(row["started_on"]) == day)
    ]
    return sum(row["contracted_s"] for row in rows_), sum(row["staffed_s"] for row in rows_)


def staffed_all_day(*days: str, queue: str = "de") -> pa.Table:
    """One agent who is there from the first to the last instant of some days of UTC."""
    return rows("agent_state", *(state("ana", f"{day} 00:00", f"{day} 23:59:59.999999", queue=queue) for day in days))


# ---- clocks and zones -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-28", 24)])
def test_a_day_on_which_clocks_change_has_the_hours_it_has(day: str, hours: int) -> None:
    """Open day and night in Berlin, staffed by somebody who never leaves."""
    eve, morrow = (f"{at(f'{day} 00:00') + timedelta(days=step):%Y-%m-%d}" for step in (-1, 1))
    there = rows("agent_state", state("ana", f"{eve} 12:00", f"{morrow} 12:00", queue="de"))
    facts = derived("coverage", terms_of(GERMAN, zone="Europe/Berlin"), agent_state=there)
    assert covered(facts, "german-phone", day) == (hours * 3600, hours * 3600)


def test_office_hours_on_the_day_of_a_change_are_as_long_as_on_any_other() -> None:
    """09:00 to 17:00 in Berlin is 08:00 to 16:00 UTC on the Friday before, 07:00 to 15:00 on the Monday after."""
    desk = {"desk": calendar("Europe/Berlin", "09:00-17:00")}
    days = ["2026-03-27", "2026-03-30"]
    there = rows("agent_state", *(state("ana", f"{day} 07:00", f"{day} 15:00", queue="de") for day in days))
    facts = derived("coverage", terms_of(GERMAN, zone="Europe/Berlin", calendars=desk), agent_state=there)
    assert covered(facts, "german-phone", days[0]) == (8 * 3600, 7 * 3600)
    assert covered(facts, "german-phone", days[1]) == (8 * 3600, 8 * 3600)


@pytest.mark.parametrize(
    ("zone", "opens", "closes"),
    [
        ("Asia/Kolkata", "03:30", "11:30"),
        ("Asia/Kathmandu", "03:15", "11:15"),
        ("Australia/Adelaide", "22:30", "06:30"),
    ],
)
def test_zones_off_by_half_an_hour_or_a_quarter_are_open_when_their_wall_clock_says(
    zone: str, opens: str, closes: str
) -> None:
    """09:00 to 17:00 there on 3 March; Adelaide is 10:30 ahead, so it opens on the evening before by UTC."""
    begins = at(f"2026-03-0{2 if zone.startswith('Aus') else 3} {opens}")
    ends = at(f"2026-03-03 {closes}")
    there = rows("agent_state", state("ana", "2026-03-02 12:00", "2026-03-03 20:00", queue="de"))
    facts = derived(
        "coverage", terms_of(GERMAN, zone=zone, calendars={"desk": calendar(zone, "09:00-17:00")}), agent_state=there
    )
    own = facts.filter(pc.equal(facts["started_on"].cast(pa.string()), "2026-03-03"))
    assert covered(own, "german-phone") == (8 * 3600, 8 * 3600)
    assert (pc.min(own["started_at"]).as_py(), pc.max(own["ended_at"]).as_py()) == (begins, ends)
    assert set(own["contracted_s"].to_pylist()) == {900}


def test_a_night_shift_covers_both_of_its_days() -> None:
    """Manila works from 22:00 to 06:00 for a desk in London that is open day and night."""
    nights = rows(
        "agent_state",
        state("ana", "2026-03-02 22:00", "2026-03-03 06:00", queue="de"),
        state("ana", "2026-03-03 22:00", "2026-03-04 06:00", queue="de"),
    )
    facts = derived("coverage", terms_of(GERMAN, zone="Europe/London"), agent_state=nights)
    found = {day: covered(facts, "german-phone", f"2026-03-0{day}")[1] // 3600 for day in (2, 3, 4)}
    assert found == {2: 2, 3: 8, 4: 6}


def test_a_holiday_of_one_market_is_contracted_in_the_other() -> None:
    """Friday 1 May is a holiday in Germany and none in Great Britain; 4 May is one there and none in Germany."""
    desks = {
        "de": calendar("Europe/Berlin", "09:00-17:00", country="DE"),
        "gb": calendar("Europe/London", "09:00-17:00", country="GB"),
    }
    markets = (
        programme("german-phone", queues=["de"], hours="de"),
        programme("english-phone", queues=["en"], hours="gb"),
    )
    days = [f"2026-05-0{day}" for day in (1, 2, 3, 4, 5)]
    there = rows("agent_state", *(state("ana", f"{day} 00:00", f"{day} 21:45", queue="de") for day in days))
    facts = derived("coverage", terms_of(*markets, zone="Europe/Berlin", calendars=desks), agent_state=there)
    hours = {name: [covered(facts, name, day)[0] // 3600 for day in days] for name in ("german-phone", "english-phone")}
    assert hours == {"german-phone": [0, 0, 0, 8, 8], "english-phone": [8, 0, 0, 0, 8]}
    assert covered(facts, "german-phone") == (16 * 3600, 16 * 3600)
    assert covered(facts, "english-phone") == (16 * 3600, 0)


def test_the_zone_told_is_the_customers_not_the_contracts() -> None:
    desk = {"desk": calendar("Europe/Lisbon", "09:00-17:00")}
    facts = derived(
        "coverage", terms_of(GERMAN, zone="Europe/Berlin", calendars=desk), agent_state=staffed_all_day("2026-03-02")
    )
    assert set(facts["zone"].to_pylist()) == {"Europe/Lisbon"}


# ---- who can serve ----------------------------------------------------------------------------------------------


def test_breaks_and_training_cover_nothing_and_overlapping_agents_cover_once() -> None:
    there = rows(
        "agent_state",
        state("ana", "08:00", "08:10", queue="de"),
        state("ana", "08:10", "08:15", "break", queue="de"),
        state("bo", "08:05", "08:12", "talk", queue="de"),
        state("cleo", "08:00", "08:15", "training", queue="de"),
    )
    facts = derived("coverage", terms_of(GERMAN), agent_state=there)
    staffed = {f"{row['started_at']:%H:%M}": row["staffed_s"] for row in facts.to_pylist() if row["staffed_s"]}
    assert staffed == {"08:00": 12 * 60}


def test_an_agent_covers_every_language_that_the_agent_speaks_and_no_other() -> None:
    french = programme("french-phone", queues=["fr"], languages=["fr"])
    there = rows("agent_state", state("ana", "08:00", "09:00"), state("bo", "09:00", "09:30"))
    agents = rows("agent", {"agent_id": "ana", "languages": "de en"}, {"agent_id": "bo", "languages": "fr"})
    facts = derived("coverage", terms_of(GERMAN, ENGLISH, french), agent_state=there, agent=agents)
    hours = {name: covered(facts, name)[1] for name in ("german-phone", "english-phone", "french-phone")}
    assert hours == {"german-phone": 3600, "english-phone": 3600, "french-phone": 1800}


def test_who_is_on_a_contact_of_another_queue_is_still_there() -> None:
    there = rows("agent_state", state("ana", "08:00", "09:00", "talk", queue="en"))
    agents = rows("agent", {"agent_id": "ana", "languages": "de en"})
    facts = derived("coverage", terms_of(GERMAN, ENGLISH), agent_state=there, agent=agents)
    assert covered(facts, "german-phone")[1] == covered(facts, "english-phone")[1] == 3600


def test_a_roster_for_one_queue_leaves_the_others_uncovered() -> None:
    there = rows("agent_state", state("ana", "08:00", "09:00"))
    planned = rows(
        "shift", {"agent": "ana", "started_at": "08:00", "ended_at": "16:00", "activity": "work", "queue": "de"}
    )
    facts = derived("coverage", terms_of(GERMAN, ENGLISH), agent_state=there, shift=planned)
    assert (covered(facts, "german-phone")[1], covered(facts, "english-phone")[1]) == (3600, 0)


def test_an_agent_of_whom_nothing_is_told_covers_what_the_days_contacts_were() -> None:
    there = rows("agent_state", state("ana", "08:00", "09:00"), state("bo", "09:00", "10:00"))
    calls = rows("call", *contact(1, "08:00", "08:01", "08:05", queue="en", agent="ana"))
    facts = derived("coverage", terms_of(GERMAN, ENGLISH), agent_state=there, call=calls)
    assert (covered(facts, "german-phone")[1], covered(facts, "english-phone")[1]) == (0, 3600)


# ---- the table --------------------------------------------------------------------------------------------------


def test_hours_in_which_nobody_was_there_are_rows_too() -> None:
    """Calls prove that the evening was there, though no agent was."""
    calls = rows("call", *contact(1, "20:00", "20:01", "20:05"))
    there = rows("agent_state", state("ana", "08:00", "12:00", queue="de"))
    facts = derived("coverage", terms_of(GERMAN), agent_state=there, call=calls)
    assert covered(facts, "german-phone") == (24 * 3600, 4 * 3600)


def test_without_any_state_nothing_is_known() -> None:
    calls = rows("call", *contact(1, "20:00", "20:01", "20:05"))
    assert derived("coverage", terms_of(GERMAN), call=calls).num_rows == 0
    assert derived("coverage", terms_of(GERMAN)).num_rows == 0


def test_the_rows_of_one_month_give_the_facts_of_that_month() -> None:
    days = ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]
    states = []
    for day in days:
        morrow = f"{at(f'{day} 00:00') + timedelta(days=1):%Y-%m-%d}"
        states.append(state("ana", f"{day} 20:00", f"{morrow} 04:00"))
    tables = {
        "agent_state": rows("agent_state", *states),
        "agent": rows("agent", {"agent_id": "ana", "languages": "de"}),
    }
    terms = terms_of(GERMAN, ENGLISH, zone="Europe/Berlin")
    declared = stream("coverage")
    assert declared is not None
    given = {one: tables.get(one, rows(one)) for one in declared.reads}
    begin = int(at("2026-02-28 23:00").timestamp())
    cut = declared.of_period(given, begin, begin + 31 * 86_400, terms)
    whole, part = (derived("coverage", terms, **one) for one in (given, cut))
    march = [one.filter(pc.equal(one["started_month"], 202603)) for one in (whole, part)]
    assert march[0].num_rows > 100
    assert march[0].equals(march[1])


def test_two_partners_are_covered_apart() -> None:
    from dataclasses import replace

    own = rows("agent_state", state("ana", "08:00", "09:00", queue="de"))
    other = rows("agent_state", state("bo", "09:00", "09:30", queue="de"), partner="borealis")
    both = pa.concat_tables([own, other])
    everybody = derived("coverage", replace(terms_of(GERMAN), partner="*"), agent_state=both)
    found = {
        name: covered(everybody.filter(pc.equal(everybody["partner"], name)), "german-phone")
        for name in ("aurora", "borealis")
    }
    assert found == {"aurora": (86_400, 3600), "borealis": (86_400, 1800)}
    assert set(derived("coverage", terms_of(GERMAN), agent_state=both)["partner"].to_pylist()) == {"aurora"}


def test_a_programme_that_takes_what_is_left_over_is_contracted_only_where_there_is_no_other() -> None:
    rest = programme("other")
    there = rows("agent_state", state("ana", "08:00", "09:00", queue="de"))
    both = derived("coverage", terms_of(GERMAN, rest), agent_state=there)
    assert set(both["programme"].to_pylist()) == {"german-phone"}
    alone = derived("coverage", terms_of(rest), agent_state=there)
    assert covered(alone, "other") == (86_400, 3600)
