"""What stayed solved and what came back are all that was solved."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.measures.kpi.by_hand import measured

ROWS = [{}, {"repeated": True}, {"reopens_in_window": 1}, {"repeated": None}]


def test_verified_and_returned_add_up_to_what_was_solved() -> None:
    stayed, back = measured("verified_resolutions", ROWS), measured("verified_resolutions", ROWS, outcome="returned")
    assert (stayed.value, back.value) == (2, 2)
    assert stayed.n == back.n == measured("resolved_cases", ROWS).n == 4


def test_a_case_waits_until_the_last_second_of_its_window() -> None:
    rows = [{"first_solved_at": "2026-03-25T08:00:00Z"}]
    for second, pending in ((59, 1), (0, 0)):
        instant = datetime(2026, 4, 1, 7 if second else 8, 59 if second else 0, second, tzinfo=UTC)
        assert measured("verified_resolutions", rows, as_of=instant).pending == pending
