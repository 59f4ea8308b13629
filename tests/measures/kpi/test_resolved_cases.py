"""What was solved, before anything is proved."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured


def test_what_came_back_still_was_solved() -> None:
    rows = [{}, {"repeated": True}, {"reopens_in_window": 2}, {"merged_into": 3}]
    value = measured("resolved_cases", rows)
    assert (value.value, value.excluded) == (3, (("merged", 1),))


def test_a_case_belongs_to_the_month_of_its_first_solving() -> None:
    early = {"created_at": "2026-02-20T08:00:00Z", "first_solved_at": "2026-03-01T09:00:00Z"}
    late = {"first_solved_at": "2026-04-01T09:00:00Z"}
    assert measured("resolved_cases", [early, late]).value == 1
