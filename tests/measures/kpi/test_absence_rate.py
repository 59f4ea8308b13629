"""Unplanned absence of the time that was expected."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_sickness_and_a_no_show_are_absence_and_leave_is_not_expected_time() -> None:
    assert minutes("absence_rate") == (Fraction(180 + 180, 240 + 180 + 180 + 240), 4)


def test_only_what_the_roster_tells_may_count() -> None:
    assert minutes("absence_rate", absences="told") == (Fraction(180, 840), 4)
