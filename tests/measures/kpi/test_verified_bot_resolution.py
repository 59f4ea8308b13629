"""Contained, and the customer stayed away."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.by_hand import measured

SESSIONS = [
    {},
    {"outcome": "abandoned"},
    {"outcome": "to_queue", "escalated": True},
    {"next_contact_at": "2026-03-03T08:00:00Z"},
]


def test_a_return_undoes_what_was_contained() -> None:
    assert measured("containment", SESSIONS).value == Fraction(3, 4)
    assert measured("verified_bot_resolution", SESSIONS).value == Fraction(2, 4)
    assert measured("verified_bot_resolution", SESSIONS, window_s=3600).value == Fraction(3, 4)


def test_a_session_waits_until_its_window_is_over() -> None:
    asked = datetime(2026, 3, 9, 7, 59, 59, tzinfo=UTC)
    value = measured("verified_bot_resolution", SESSIONS, as_of=asked)
    assert (value.n, value.pending) == (0, 4)
