"""No person was needed, or nobody stayed to ask for one."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

SESSIONS = [
    {},
    {"outcome": "abandoned"},
    {"outcome": "to_queue", "escalated": True},
    {"next_contact_at": "2026-03-03T08:00:00Z"},
]


def test_those_who_left_are_deflected_too() -> None:
    assert measured("deflection", SESSIONS).value == Fraction(3, 4)
    assert measured("containment", SESSIONS, abandoned="not_contained").value == Fraction(2, 4)
    assert measured("verified_bot_resolution", SESSIONS).value == Fraction(2, 4)


def test_machines_can_be_asked_apart() -> None:
    rows = [{"kind": "ivr", "escalated": True}, {"kind": "bot"}]
    assert measured("deflection", rows, machine="ivr").value == 0
    assert measured("deflection", rows, machine="bot").value == 1
