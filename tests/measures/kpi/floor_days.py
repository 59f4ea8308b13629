"""One floor's days on which the figures of agents' time differ, told in minutes for their tests."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import pyarrow as pa

from tallystick.measures.compute import compute
from tallystick.measures.measure import Condition, MeasureRequest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tests.facts.floor import facts, floor, shift, state

MARCH = Period.parse("2026-03", "UTC")
AS_OF = datetime(2026, 4, 2, tzinfo=UTC)


@cache
def table() -> pa.Table:
    """Ana: work 09-12, break 12:00-12:15, work until 13. She talks, waits, and takes her break ten minutes too long.

    Bo is sick for his three hours, which was entered at 10:00. Cleo never appears. Dan works four hours of overtime.
    """
    states = [
        state("talk", "09:00", "10:30"),
        state("wrap", "10:30", "11:00"),
        state("ring", "11:00", "11:06"),
        state("available", "11:06", "12:00"),
        state("break", "12:00", "12:25"),
        state("available", "12:25", "13:00"),
        state("case_work", "09:00", "13:00", agent="dan"),
        state("outbound", "13:00", "14:00", agent="dan"),
    ]
    shifts = [
        shift("work", "09:00", "13:00"),
        shift("break", "12:00", "12:15"),
        shift("work", "09:00", "12:00", agent="bo"),
        shift("sick", "09:00", "12:00", agent="bo", published="10:00", planned="unplanned"),
        shift("work", "09:00", "12:00", agent="cleo"),
        shift("overtime", "09:00", "13:00", agent="dan"),
        shift("leave", "09:00", "12:00", agent="eva"),
    ]
    return facts("agent_time", floor(states, shifts))


def measured(name: str, *who: Condition, as_of: datetime = AS_OF, **params: Any) -> MeasureValue:
    (value,) = compute({"agent_time": table()}, [MeasureRequest.of(name, *who, **params)], period=MARCH, as_of=as_of)
    return value


def minutes(name: str, **params: Any) -> tuple[Fraction | None, int]:
    """The value, and the number of agents' days behind it."""
    value = measured(name, **params)
    return value.value, value.n or 0
