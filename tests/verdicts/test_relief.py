"""When a relief begins and ends on a clock that changes, and which rows it takes out, one second on either side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.section import ReliefEvent
from tallystick.measures.fact_columns import begins, ends
from tallystick.verdicts.relief import (
    _n,
    outcome_after,
    relief_digest,
    relief_of,
    span_of,
    utc_second,
    without_relieved,
)
from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.opening import ZoneOffsets
from tallystick.vocabulary.period import Period
from tests.contract.clauses.applied import A1, A2, HEAD
from tests.verdicts.invented_verdicts import share

# One hour east of UTC, two from second 10,000 on (13,600 to 17,199 on the wall are skipped), one again from 20,000 on
# (23,600 to 27,199 on the wall occur twice).
ZONE = ZoneOffsets("test", ((0, 3600), (10_000, 7200), (20_000, 3600)))
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  a wall clock has no zone


@pytest.mark.parametrize(
    ("wall", "earlier", "later"),
    [
        (0, -3600, -3600),
        (13_599, 9_999, 9_999),
        (13_600, 10_000, 10_000),
        (17_199, 10_000, 10_000),
        (17_200, 10_000, 10_000),
        (17_201, 10_001, 10_001),
        (23_599, 16_399, 16_399),
        (23_600, 16_400, 20_000),
        (27_199, 19_999, 23_599),
        (27_200, 23_600, 23_600),
    ],
)
def test_a_local_time_that_is_skipped_or_occurs_twice_makes_the_relief_the_longer_one(
    wall: int, earlier: int, later: int
) -> None:
    local = EPOCH + timedelta(seconds=wall)
    assert utc_second(local, ZONE, later=False) == earlier
    assert utc_second(local, ZONE, later=True) == later


def event(begin: str, end: str) -> ReliefEvent:
    return ReliefEvent.model_validate({"id": "R", "from": begin, "to": end, "reason": "client-outage"})


def test_a_last_day_without_a_time_is_included_whole() -> None:
    utc = ZoneOffsets("UTC", ((0, 0),))
    day = 86_400
    assert span_of(event("1990-01-03", "1990-01-03"), utc) == (7307 * day, 7308 * day)
    assert span_of(event("1990-01-03T08:00", "1990-01-03T20:00"), utc) == (
        7307 * day + 8 * 3600,
        7307 * day + 20 * 3600,
    )


def at(*seconds: int | None) -> pa.Array:
    found = [None if one is None else datetime.fromtimestamp(one, UTC) for one in seconds]
    return pa.array(found, pa.timestamp("us", "UTC"))


def test_a_row_is_taken_out_where_it_ran_within_a_relief_and_one_that_never_began_is_not() -> None:
    table = pa.table({
        "key": list(range(7)),
        begins("clock"): at(50, 99, 100, 199, 200, 300, None),
        ends("clock")[0]: at(100, 101, 150, None, 250, None, None),
    })  # fmt: skip

    def left(*spans: tuple[int, int]) -> list[int]:
        kept: list[int] = without_relieved(table, "clock", spans).column("key").to_pylist()
        return kept

    assert left() == [0, 1, 2, 3, 4, 5, 6]
    assert left((100, 200)) == [0, 4, 5, 6]
    assert left((101, 200)) == [0, 1, 4, 5, 6]
    assert left((100, 199)) == [0, 3, 4, 5, 6]
    assert left((100, 199), (199, 200)) == [0, 4, 5, 6]
    assert left((100, 101), (250, 301)) == [0, 4, 6]


MARCH = Period.parse("2026-03", "UTC")
UTC_ZONE = ZoneOffsets("UTC", ((0, 0),))


def contract_with(*events: str) -> Contract:
    listed = ", ".join(f"{{id: R{at}, reason: client-outage, {one}}}" for at, one in enumerate(events))
    text = HEAD.replace("clauses:", f"relief: [{listed}]\nclauses:") + f"  - {A1}\n  - {A2}\n"
    made, findings = load_text(text)
    assert made is not None, findings
    return made


WHEN = "from: 2026-03-10, to: 2026-03-11"


def test_only_agreed_relief_of_the_partner_that_began_before_the_end_is_pinned() -> None:
    def pinned(event: str) -> bool:
        found = relief_digest(contract_with(event), "p", MARCH, UTC_ZONE)
        return found != relief_digest(contract_with(), "p", MARCH, UTC_ZONE)

    assert pinned(f"status: agreed, {WHEN}")
    assert pinned(f"status: agreed, {WHEN}, partners: [p]")
    assert not pinned(f"status: agreed, {WHEN}, partners: [other]")
    assert not pinned(f"status: requested, {WHEN}")
    assert not pinned(f"status: refused, {WHEN}")
    assert pinned("status: agreed, from: 2026-03-31T23:59, to: 2026-04-03")
    assert not pinned("status: agreed, from: 2026-04-01, to: 2026-04-03")
    assert pinned("status: agreed, from: 2026-01-01, to: 2026-01-03")


def test_relief_of_a_clause_is_told_by_status_partner_and_begin() -> None:
    contract = contract_with(
        f"status: agreed, {WHEN}",
        f"status: agreed, {WHEN}, clauses: [A2]",
        f"status: requested, {WHEN}, clauses: [A1]",
        f"status: agreed, {WHEN}, partners: [other]",
        "status: agreed, from: 2026-03-31T23:59, to: 2026-04-03",
        "status: agreed, from: 2026-04-01, to: 2026-04-03",
    )
    how: Any = SimpleNamespace(partner="p", period=MARCH)

    def told(clause: str, *statuses: str) -> list[str]:
        return [event.id for event in relief_of(contract, UTC_ZONE, clause, how, statuses)]

    assert told("A1", "agreed") == ["R0", "R4"]
    assert told("A2", "agreed") == ["R0", "R1", "R4"]
    assert told("A1", "requested") == ["R2"]
    assert told("A1", "agreed", "requested") == ["R0", "R2", "R4"]


def test_only_a_miss_is_excused_and_only_where_it_is_none_without_the_rows() -> None:
    def census(outcome: Outcome) -> Any:
        return SimpleNamespace(outcome=outcome)

    def after(outcome: Outcome, without: Outcome | None) -> Outcome:
        found: Any = None if without is None else SimpleNamespace(census=census(without))
        return outcome_after(census(outcome), found)

    assert after(Outcome.MISSED, Outcome.MET) is Outcome.EXCUSED
    assert after(Outcome.MISSED, Outcome.NOT_ASSESSABLE) is Outcome.EXCUSED
    assert after(Outcome.MISSED, Outcome.MISSED) is Outcome.MISSED
    assert after(Outcome.MISSED, None) is Outcome.MISSED
    assert after(Outcome.MET, Outcome.MISSED) is Outcome.MET
    requested: Any = SimpleNamespace(census=None)
    assert outcome_after(census(Outcome.MISSED), requested) is Outcome.MISSED


def test_a_relief_over_an_hour_that_occurs_twice_takes_both() -> None:
    change = 1_792_890_000  # 2026-10-25T01:00 UTC, when three o'clock becomes two again
    autumn = ZoneOffsets("autumn", ((0, 7200), (change, 3600)))
    assert span_of(event("2026-10-25T02:30", "2026-10-25T02:30"), autumn) == (change - 1800, change + 1800)


def test_without_a_value_there_are_no_rows_and_of_none_counted_there_are_none() -> None:
    assert [_n(value) for value in (None, share(0, 0), share(1, 2))] == [0, 0, 2]
