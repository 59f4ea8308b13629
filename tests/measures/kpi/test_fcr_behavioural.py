"""Cases that were the end of their issue."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_neither_a_new_case_nor_a_reopening_follows() -> None:
    rows = [{"requester_key": 1}, {"requester_key": 2, "repeated": True}, {"requester_key": 3, "reopens_in_window": 1}]
    assert measured("fcr_behavioural", rows).value == Fraction(1, 3)


def test_a_second_contact_is_no_first_one() -> None:
    """Verified resolution counts it, because it was solved for good; first contact resolution does not."""
    rows = [{"requester_key": 1, "repeated": True}, {"requester_key": 1, "contact_no": 2}]
    assert measured("fcr_behavioural", rows).value == 0
    assert measured("verified_resolution_rate", rows).value == Fraction(1, 2)


def test_the_last_days_are_censored() -> None:
    value = measured("fcr_behavioural", [{"requester_key": 1, "first_solved_at": "2026-04-10T08:00:00Z"}])
    assert (value.n, value.pending) == (0, 1)
