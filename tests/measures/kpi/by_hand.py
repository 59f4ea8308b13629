"""One figure of a few hand-written rows: March 2026 in UTC, judged in the middle of April."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tallystick.measures.compute import compute
from tallystick.measures.example import fact_table
from tallystick.measures.measure import MeasureRequest, catalogue
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period

MARCH = Period.parse("2026-03", "UTC")
AS_OF = datetime(2026, 4, 15, tzinfo=UTC)

Row = dict[str, Any]


def measured(
    name: str, rows: Sequence[Row], *, as_of: datetime = AS_OF, kind: str | None = None, **params: Any
) -> MeasureValue:
    """The value of a measure over some rows; `kind` where rows are of one kind."""
    measure = catalogue()[name]
    if kind is None and measure.counting.clock is not None:
        kind = measure.counting.clock(measure.settle({}))
    table = fact_table(measure.fact, rows, kind=kind)
    (value,) = compute({measure.fact: table}, [MeasureRequest.of(name, **params)], period=MARCH, as_of=as_of)
    return value
