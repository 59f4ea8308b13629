"""The figures of one floor that look alike: each is told from its neighbours over the same days."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tallystick.measures.compute import compute
from tallystick.measures.measure import Condition, MeasureRequest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tests.facts.floor import facts, floor, shift, state

MARCH = Period.parse("2026-03", "UTC")
AS_OF = datetime(2026, 4, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
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


def measured(table: pa.Table, name: str, as_of: datetime = AS_OF, *who: Condition, **params: Any) -> MeasureValue:
    (value,) = compute({"agent_time": table}, [MeasureRequest.of(name, *who, **params)], period=MARCH, as_of=as_of)
    return value


MINUTES = {
    # name, parameters: part and whole in minutes, agents' days
    ("occupancy", ()): (120 + 300, 120 + 300 + 6 + 89, 2),
    ("occupancy", (("ringing", "busy"),)): (126 + 300, 126 + 300 + 89, 2),
    ("occupancy", (("work", "contacts"),)): (120, 120 + 95, 1),
    ("utilisation", ()): (120 + 95 + 300, 240 + 180 + 180 + 240 + 180, 5),
    ("utilisation", (("leave", "unpaid"),)): (120 + 95 + 300, 240 + 180 + 240, 3),
    ("shrinkage", ()): (15 + 10 + 180 + 180 + 180, 240 + 180 + 180 + 240 + 180, 5),
    ("shrinkage", (("part", "planned"),)): (15 + 180, 1020, 5),
    ("shrinkage", (("part", "unplanned"),)): (10 + 180 + 180, 1020, 5),
    ("shrinkage", (("part", "in-office"),)): (15 + 10, 1020, 5),
    ("shrinkage", (("part", "out-of-office"),)): (180 + 180 + 180, 1020, 5),
    ("schedule_adherence", ()): (230 + 240, 240 + 180 + 240, 3),
    ("schedule_adherence", (("exceptions", "approved"),)): (230 + 240, 240 + 180 + 180 + 240, 4),
    ("schedule_conformance", ()): (215 + 300, 225 + 180 + 240, 3),
    ("schedule_conformance", (("overtime", "left-out"),)): (215, 225 + 180, 2),
    ("absence_rate", ()): (180 + 180, 240 + 180 + 180 + 240, 4),
    ("absence_rate", (("absences", "told"),)): (180, 840, 4),
    ("overtime_share", ()): (240, 225 + 180 + 240, 3),
    ("break_overrun", ()): (10, 15, 1),
}


@pytest.mark.parametrize(("asked", "expected"), list(MINUTES.items()), ids=[f"{name}-{dict(p)}" for name, p in MINUTES])
def test_each_figure_is_its_own(table: pa.Table, asked: tuple[str, Any], expected: tuple[int, int, int]) -> None:
    name, params = asked
    value = measured(table, name, **dict(params))
    part, whole, days = expected
    assert (value.value, value.n) == (Fraction(part, whole), days)


def test_login_time_is_all_work_or_productive(table: pa.Table) -> None:
    found = {time: measured(table, "login_time", time=time).value for time in ("all", "work", "productive")}
    assert found == {"all": 540 * 60, "work": 515 * 60, "productive": 515 * 60}
    assert measured(table, "login_time").n == 2


def test_a_day_counts_once_it_is_over(table: pa.Table) -> None:
    value = measured(table, "occupancy", datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert (value.value, value.n, value.pending) == (None, 0, 2)


def test_one_agent_is_told_by_a_population(table: pa.Table) -> None:
    value = measured(table, "occupancy", AS_OF, Condition.of("agent", "is", "ana"))
    assert value.value == Fraction(120, 215)
