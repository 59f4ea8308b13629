"""Who did not call again."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_an_issue_counts_once_by_its_first_call() -> None:
    rows = [{"repeated": True}, {"contact_no": 2}, {}]
    value = measured("fcr_behavioural_calls", rows)
    assert (value.value, value.excluded) == (Fraction(1, 2), (("second or later call", 1),))


def test_the_last_days_wait_for_their_window() -> None:
    row = {"offered_at": "2026-03-31T08:00:00Z"}
    early = measured("fcr_behavioural_calls", [row], as_of=datetime(2026, 4, 7, 7, 59, 59, tzinfo=UTC))
    over = measured("fcr_behavioural_calls", [row], as_of=datetime(2026, 4, 7, 8, tzinfo=UTC))
    assert (early.n, early.pending) == (0, 1)
    assert (over.value, over.n) == (1, 1)


def test_a_call_with_two_visits_is_one_call() -> None:
    assert measured("fcr_behavioural_calls", [{"last_visit": False}, {"visit": 2, "first_visit": False}]).n == 1
