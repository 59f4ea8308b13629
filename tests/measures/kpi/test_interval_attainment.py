"""Short intervals judged one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from tallystick.measures.compute import compute, compute_parts
from tallystick.measures.example import fact_table
from tallystick.measures.measure import MeasureRequest
from tallystick.measures.parts import merge
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period

MARCH = Period.parse("2026-03", "UTC")
AS_OF = datetime(2026, 4, 15, tzinfo=UTC)


def measured(*rows: dict[str, Any], as_of: datetime = AS_OF, **params: Any) -> MeasureValue:
    table = fact_table("clock", rows, kind="first_reply")
    (value,) = compute(
        {"clock": table}, [MeasureRequest.of("interval_attainment", **params)], period=MARCH, as_of=as_of
    )
    return value


def arrivals(*minutes_and_seconds: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {"start_at": datetime(2026, 3, 2, 9 + minute // 60, minute % 60, tzinfo=UTC), "business_s": seconds}
        for minute, seconds in minutes_and_seconds
    ]


def test_a_good_day_can_hide_a_bad_half_hour() -> None:
    """Nine of ten in time over the day; the one busy half hour with two contacts fails."""
    rows = arrivals(*((30 * place, 10) for place in range(9)), (1, 999))
    value = measured(*rows, within=60)
    assert (value.value, value.numerator, value.denominator, value.n) == (Fraction(8, 9), 8, 9, 10)


def test_intervals_with_too_few_contacts_are_not_judged() -> None:
    value = measured(*arrivals((0, 10), (40, 999)), within=60, at_least=2)
    assert (value.value, value.n, value.denominator) == (None, 2, 0)


def test_intervals_are_half_open() -> None:
    value = measured(*arrivals((14, 10), (15, 999)), within=60, minutes=15)
    assert (value.numerator, value.denominator) == (1, 2)


def test_parts_of_one_interval_in_two_cells_make_one_interval_again() -> None:
    rows = [row | {"queue": queue} for row, queue in zip(arrivals((0, 10), (5, 999)), ("a", "b"), strict=True)]
    request = MeasureRequest.of("interval_attainment", within=60, percent=50)
    table = fact_table("clock", rows, kind="first_reply")
    cells = compute_parts({"clock": table}, [request], by=("queue",), period=MARCH, as_of=AS_OF)[request]
    whole = merge(cells.values())
    assert len(cells) == 2
    assert len(set(whole.keys.tolist())) == 1
    assert measured(*rows, within=60, percent=50).value == 1
