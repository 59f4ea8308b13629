"""Who confirmed a change before it held."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.desk import value_of


def test_a_confirmation_after_the_change_holds_is_none_and_leave_is_left_out() -> None:
    rows = [{}, {"acknowledged_at": "2026-03-04T08:00:01Z"}, {"on_shift": False}, {"on_shift": None}]
    value = value_of("acknowledgement_rate", "briefing", *rows)
    assert (value.value, value.n, value.excluded) == (Fraction(2, 3), 3, (("agents not on shift", 1),))


def test_a_quick_click_confirms_unless_a_least_time_is_asked_for() -> None:
    rows = [{"read_s": 2}, {"read_s": 120}, {"read_s": None}]
    assert value_of("acknowledgement_rate", "briefing", *rows).value == 1
    assert value_of("acknowledgement_rate", "briefing", *rows, least_s=10).value == Fraction(2, 3)


def test_a_change_that_does_not_hold_yet_waits() -> None:
    value = value_of("acknowledgement_rate", "briefing", {}, as_of=datetime(2026, 3, 3, tzinfo=UTC))
    assert (value.n, value.pending) == (0, 1)
