"""Calls that were not the first about their issue."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_it_looks_back_where_first_contact_resolution_looks_ahead() -> None:
    rows = [{"repeated": True}, {"contact_no": 2, "repeated": True}, {"contact_no": 3}]
    assert measured("repeat_call_rate", rows).value == Fraction(2, 3)
    assert measured("fcr_behavioural_calls", rows).value == 0


def test_strangers_cannot_be_known_to_repeat() -> None:
    assert measured("repeat_call_rate", [{"requester_key": None}]).excluded == (("unknown customer", 1),)
