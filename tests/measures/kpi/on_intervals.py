"""Figures of hand-written half hours and quarters of March 2026."""

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


def measured(kpi: str, fact: str, *rows: dict[str, Any], as_of: datetime = AS_OF, **params: Any) -> MeasureValue:
    """The figure of one KPI."""
    request = MeasureRequest.of(kpi, **params)
    (value,) = compute({fact: fact_table(fact, rows)}, [request], period=MARCH, as_of=as_of)
    return value
