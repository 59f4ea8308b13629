"""Coverage as people look at it: the week in the customers' time, and gaps at handovers."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa

from tallystick.staffing.coverage import gaps, heat_map
from tallystick.vocabulary.zones import zone_offsets
from tests.staffing.floor import at, calendar, derived, programme, rows, terms_of

GERMAN = programme("german-phone", queues=["de"])
ZONES = {name: zone_offsets(name, date(2026, 1, 1), date(2026, 12, 31)) for name in ("Europe/Berlin", "Asia/Kathmandu")}


def state(agent: str, begins: str, ends: str) -> dict[str, Any]:
    return {"agent": agent, "started_at": at(begins), "ended_at": at(ends), "state": "available", "queue": "de"}


def quarters(zone: str, *states: dict[str, Any], hours: str = "09:00-11:00") -> pa.Table:
    terms = terms_of(GERMAN, zone=zone, calendars={"desk": calendar(zone, hours, days=7)})
    return derived("coverage", terms, agent_state=rows("agent_state", *states))


def test_the_map_is_in_the_customers_time_on_both_sides_of_a_change_of_clocks() -> None:
    """Sunday 22 March 09:00 in Berlin is 08:00 UTC, Sunday 29 March 09:00 is 07:00 UTC."""
    there = [state("ana", "2026-03-22 08:00", "2026-03-22 09:00"), state("ana", "2026-03-29 07:00", "2026-03-29 08:30")]
    found = {(one.weekday, one.hour): one for one in heat_map(quarters("Europe/Berlin", *there), ZONES)}
    assert set(found) == {(day, hour) for day in range(7) for hour in (9, 10)}
    sunday = found[6, 9]
    assert (sunday.contracted_s, sunday.staffed_s, sunday.n, sunday.share) == (7200, 7200, 8, Fraction(1))
    assert found[6, 10].share == Fraction(1, 4)
    assert found[0, 9].share == 0


def test_the_map_fits_a_zone_that_is_off_by_a_quarter() -> None:
    there = state("ana", "2026-03-02 03:15", "2026-03-02 04:15")
    found = heat_map(quarters("Asia/Kathmandu", there), ZONES)
    assert [(one.weekday, one.hour, one.contracted_s, one.staffed_s) for one in found] == [
        (0, 9, 3600, 3600),
        (0, 10, 3600, 0),
    ]


def test_an_empty_table_has_no_hours_and_no_gaps() -> None:
    empty = quarters("Europe/Berlin")
    assert heat_map(empty, ZONES) == []
    assert gaps(empty) == []


def test_a_gap_between_shifts_is_told_in_seconds_with_those_before_and_after() -> None:
    """Contracted 08:00 to 16:00 UTC; ana until 11:50, bo from 12:05 to 15:40."""
    there = [state("ana", "08:00", "11:50"), state("bo", "12:05", "15:40")]
    first, last = gaps(quarters("Europe/Berlin", *there, hours="09:00-17:00"))
    assert (first.from_s, first.until_s, first.missing_s) == (at("11:45").timestamp(), at("12:15").timestamp(), 900)
    assert (first.before, first.after, first.is_handover) == (("aurora",), ("aurora",), True)
    assert (last.missing_s, last.before, last.after, last.is_handover) == (1200, ("aurora",), (), False)


def test_a_gap_between_partners_names_both() -> None:
    from dataclasses import replace

    zone = "Europe/Berlin"
    terms = replace(terms_of(GERMAN, zone=zone, calendars={"desk": calendar(zone, "09:00-17:00", days=7)}), partner="*")
    states = pa.concat_tables(
        [
            rows("agent_state", state("ana", "08:00", "11:50")),
            rows("agent_state", state("bo", "12:05", "16:00"), partner="borealis"),
        ]
    )
    (gap,) = gaps(derived("coverage", terms, agent_state=states))
    assert (gap.missing_s, gap.before, gap.after) == (900, ("aurora",), ("borealis",))


def test_a_night_between_contracted_hours_is_no_gap() -> None:
    there = [state("ana", "2026-03-02 08:00", "2026-03-02 10:00"), state("ana", "2026-03-03 08:00", "2026-03-03 10:00")]
    assert gaps(quarters("Europe/Berlin", *there)) == []
