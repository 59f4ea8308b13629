"""Answered cases that were moved."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
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
    (value,) = compute({"case": table}, [MeasureRequest.of("transfer_rate", **params)], period=MARCH, as_of=as_of)
    return value


def test_which_moves_count_is_a_parameter() -> None:
    rows = [{"transfers_agent": 1}, {"transfers_queue": 2}, {"transfers_partner": 1}, {}]
    asked = {between: measured(*rows, between=between).value for between in ("any", "agent", "queue", "partner")}
    assert asked == {"any": Fraction(3, 4), "agent": Fraction(1, 4), "queue": Fraction(1, 4), "partner": Fraction(1, 4)}


def test_a_case_counts_once_however_often_it_moved() -> None:
    assert measured({"transfers_agent": 9}, {}).value == Fraction(1, 2)


def test_it_belongs_to_the_partner_that_passed_it_on() -> None:
    table = fact_table("case", [{"partner": "aurora", "partner_last": "borealis", "transfers_partner": 1}])
    values = compute({"case": table}, [MeasureRequest.of("transfer_rate")], by=("partner",), period=MARCH, as_of=AS_OF)
    assert [value.cell for value in values] == [(("partner", "aurora"),)]
