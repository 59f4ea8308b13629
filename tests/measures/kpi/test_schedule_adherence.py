"""Where the roster wanted agents, and whether they were there."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.desk import value_of
from tests.measures.kpi.floor_days import minutes


def test_who_is_late_from_a_break_misses_those_minutes_and_who_never_appears_all() -> None:
    """Ana keeps 230 of 240, Cleo nothing of 180, Dan his 240 of overtime; Bo was sick."""
    assert minutes("schedule_adherence") == (Fraction(230 + 240, 240 + 180 + 240), 3)


def test_an_exception_that_nobody_approved_may_excuse_nothing() -> None:
    assert minutes("schedule_adherence", exceptions="approved") == (Fraction(230 + 240, 240 + 180 + 180 + 240), 4)


def test_a_day_on_which_nobody_was_seen_tells_nothing() -> None:
    """The states of that day are missing as a whole: the roster alone says nothing of who was there."""
    value = value_of(
        "schedule_adherence", "agent_time", {"due_s": 3600, "seen": False}, {"due_s": 3600, "adherent_s": 60}
    )
    assert (value.value, value.n) == (Fraction(1, 60), 1)
    assert value.excluded == (("days without any state of the partner", 1),)
    rows = {"scheduled_s": 3600, "planned_sick_s": 900, "seen": False}
    assert value_of("absence_rate", "agent_time", rows).value == Fraction(1, 4)
