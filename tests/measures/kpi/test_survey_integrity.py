"""Who was asked at all."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_a_survey_that_was_never_sent_shows_here_and_not_in_the_response_rate() -> None:
    rows = [{}, {"surveyed_at": None}]
    assert measured("survey_integrity", rows).value == Fraction(1, 2)
    assert measured("response_rate", [{}], kind="csat").value == 1


def test_a_survey_may_come_before_the_solving_and_not_too_late_after() -> None:
    before, late = {"surveyed_at": "2026-03-01T08:00:00Z"}, {"surveyed_at": "2026-03-05T08:00:01Z"}
    assert measured("survey_integrity", [before, late]).value == Fraction(1, 2)
    assert measured("survey_integrity", [before, late], within_s=4 * 86_400).value == 1


def test_a_case_solved_just_now_waits() -> None:
    value = measured("survey_integrity", [{"surveyed_at": None}], as_of=datetime(2026, 3, 4, tzinfo=UTC))
    assert (value.n, value.pending) == (0, 1)
