"""Hours logged in, at work, and productive."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_a_break_is_logged_in_and_no_work() -> None:
    """Ana 240 minutes of which 25 on break, Dan 300."""
    assert minutes("login_time") == (Fraction(540 * 60), 2)
    assert minutes("login_time", time="work") == minutes("login_time", time="productive") == (Fraction(515 * 60), 2)
