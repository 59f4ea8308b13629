"""Scheduled time in which agents were not available, whole and by its parts."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes

WHOLE = 240 + 180 + 180 + 240 + 180


def test_every_part_is_what_its_name_says() -> None:
    """Break 15, leave 180; ten minutes late from the break, Bo sick for 180 and Cleo never seen for 180."""
    parts = {
        "all": 15 + 180 + 10 + 180 + 180,
        "planned": 15 + 180,
        "unplanned": 10 + 180 + 180,
        "in-office": 15 + 10,
        "out-of-office": 180 + 180 + 180,
    }
    for part, lost in parts.items():
        assert minutes("shrinkage", part=part) == (Fraction(lost, WHOLE), 5)


def test_planned_and_unplanned_make_the_whole_and_so_do_in_and_out_of_office() -> None:
    found = {part: minutes("shrinkage", part=part)[0] or 0 for part in ("all", "planned", "unplanned", "in-office")}
    assert found["planned"] + found["unplanned"] == found["all"]
    assert found["in-office"] + (minutes("shrinkage", part="out-of-office")[0] or 0) == found["all"]
