"""Which callers were asked at all."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_a_survey_that_was_never_sent_shows_here_and_not_in_the_response_rate() -> None:
    assert measured("survey_integrity_calls", [{}, {"surveyed_at": None}]).value == Fraction(1, 2)
    assert measured("response_rate", [{}], kind="fcr").value == 1


def test_a_survey_that_came_too_late_does_not_count() -> None:
    late = {"surveyed_at": "2026-03-03T08:00:01Z"}
    assert measured("survey_integrity_calls", [{}, late]).value == Fraction(1, 2)
    assert measured("survey_integrity_calls", [{}, late], within_s=2 * 86_400).value == 1


def test_a_call_answered_just_now_waits() -> None:
    value = measured("survey_integrity_calls", [{"surveyed_at": None}], as_of=datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert (value.n, value.pending) == (0, 1)
