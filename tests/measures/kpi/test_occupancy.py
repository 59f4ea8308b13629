"""On a contact, of the time on the line; the floor's days are told in `floor_days`."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tallystick.measures.measure import Condition
from tests.measures.kpi.floor_days import measured, minutes


def test_ana_talks_two_hours_of_three_and_a_half_and_dan_is_busy_for_five() -> None:
    assert minutes("occupancy") == (Fraction(120 + 300, 215 + 300), 2)


def test_ringing_is_waiting_or_work() -> None:
    assert minutes("occupancy", ringing="busy") == (Fraction(126 + 300, 215 + 300), 2)


def test_cases_and_outbound_calls_may_stand_aside() -> None:
    assert minutes("occupancy", work="contacts") == (Fraction(120, 215), 1)


def test_a_day_counts_once_it_is_over() -> None:
    value = measured("occupancy", as_of=datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert (value.value, value.n, value.pending) == (None, 0, 2)


def test_one_agent_is_told_by_a_population() -> None:
    assert measured("occupancy", Condition.of("agent", "is", "ana")).value == Fraction(120, 215)
