"""Hours in adherence, on the floor's days."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import measured, minutes


def test_time_that_fits_the_schedule_is_counted_and_an_absent_agent_brings_none() -> None:
    """Ana keeps 225 minutes of work and 15 of her break, less the ten that the break ran over; Dan all 240."""
    value, days = minutes("adherent_time")
    share = measured("schedule_adherence")
    assert share.numerator is not None
    assert (value, days) == (Fraction(share.numerator), share.n)


def test_exceptions_that_nobody_approved_bring_no_hours_where_the_text_says_so() -> None:
    told, approved = minutes("adherent_time")[0], minutes("adherent_time", exceptions="approved")[0]
    assert told is not None
    assert approved is not None
    assert approved <= told
    numerator = measured("schedule_adherence", exceptions="approved").numerator
    assert approved == numerator
