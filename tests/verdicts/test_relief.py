"""When a relief begins and ends on a clock that changes, and which rows it takes out, one second on either side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from tallystick.contract.section import ReliefEvent
from tallystick.measures.fact_columns import begins, ends
from tallystick.verdicts.relief import span_of, utc_second, without_relieved
from tallystick.vocabulary.opening import ZoneOffsets

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


def test_a_row_is_taken_out_where_it_ran_within_a_relief() -> None:
    table = pa.table({
        "key": list(range(6)),
        begins("clock"): at(50, 99, 100, 199, 200, 300),
        ends("clock")[0]: at(100, 101, 150, None, 250, None),
    })  # fmt: skip

    def left(*spans: tuple[int, int]) -> list[int]:
        kept: list[int] = without_relieved(table, "clock", spans).column("key").to_pylist()
        return kept

    assert left() == [0, 1, 2, 3, 4, 5]
    assert left((100, 200)) == [0, 4, 5]
    assert left((101, 200)) == [0, 1, 4, 5]
    assert left((100, 199)) == [0, 3, 4, 5]
    assert left((100, 199), (199, 200)) == [0, 4, 5]
    assert left((100, 101), (250, 301)) == [0, 4]
