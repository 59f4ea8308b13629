"""What stayed with the bot."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

SESSIONS = [
    {},
    {"outcome": "abandoned"},
    {"outcome": "to_queue", "escalated": True},
    {"next_contact_at": "2026-03-03T08:00:00Z"},
]


def test_three_ways_to_count_those_who_left() -> None:
    assert measured("containment", SESSIONS).value == Fraction(3, 4)
    assert measured("containment", SESSIONS, abandoned="not_contained").value == Fraction(2, 4)
    assert measured("containment", SESSIONS, abandoned="leave_out").value == Fraction(2, 3)


def test_an_ivr_is_no_bot() -> None:
    assert measured("containment", [{"kind": "ivr"}], kind="ivr").n == 0
