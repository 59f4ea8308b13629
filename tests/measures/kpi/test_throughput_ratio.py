"""Resolved for each created."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tallystick.measures.compute import compute
from tallystick.measures.example import fact_table
from tallystick.measures.measure import MeasureRequest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period

MARCH = Period.parse("2026-03", "UTC")
AS_OF = datetime(2026, 4, 15, tzinfo=UTC)


def measured(*rows: dict[str, Any], as_of: datetime = AS_OF, **params: Any) -> MeasureValue:
    table = fact_table("case", rows)
    (value,) = compute({"case": table}, [MeasureRequest.of("throughput_ratio", **params)], period=MARCH, as_of=as_of)
    return value


def test_each_half_counts_in_its_own_month_and_partner() -> None:
    """Created in February by borealis, solved in March by aurora."""
    row = {"created_at": "2026-02-20T08:00:00Z", "first_solved_at": "2026-03-02T08:00:00Z"}
    table = fact_table("case", [row, {}])
    request = MeasureRequest.of("throughput_ratio")
    values = compute({"case": table}, [request], by=("month",), period=None, as_of=AS_OF)
    found = {value.cell[0][1]: (value.numerator, value.denominator) for value in values}
    assert found == {"2026-02": (0, 1), "2026-03": (2, 1)}


def test_nothing_created_has_no_ratio_though_something_was_solved() -> None:
    value = measured({"created_at": "2026-02-20T08:00:00Z", "first_solved_at": "2026-03-02T08:00:00Z"})
    assert (value.value, value.n, value.numerator) == (None, 0, 1)


def test_solved_after_as_of_is_not_solved_yet() -> None:
    assert measured({}, as_of=datetime(2026, 3, 2, 9, tzinfo=UTC)).value == 0


def test_above_1_the_backlog_shrinks() -> None:
    old = {"created_at": "2026-02-20T08:00:00Z", "first_solved_at": "2026-03-02T08:00:00Z"}
    assert measured({}, old, old).value == 3
