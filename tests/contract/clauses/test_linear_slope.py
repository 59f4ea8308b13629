"""A price adjustment that grows with the shortfall."""

from __future__ import annotations

import pytest

from tests.contract.clauses.applied import A1, A2, Applied

FULL = "{id: L, kind: linear_slope, when: {clause: A1}, per: 2%, percentage: 1%, of: fee, at_most: 10%}"
EXACT = "{id: L, kind: linear_slope, when: {clause: A2}, per: 1%, part: exact, percentage: 1.5%, of: fee}"
MINIMUM = FULL.replace("{clause: A1}", "{clause: A1, below: minimum}")


@pytest.mark.parametrize(
    ("met", "expected"), [(80, "0"), (79, "0"), (78, "100"), (75, "200"), (60, "1,000"), (0, "1,000")]
)
def test_only_full_steps_count_up_to_the_most(met: int, expected: str) -> None:
    assert Applied((A1, FULL), {"A1": (met, 100)}).credit("L") == f"EUR {expected}.00"


def test_parts_of_a_step_count_where_the_text_says_so_and_lower_is_better() -> None:
    assert Applied((A2, EXACT), {"A2": (65, 1000)}).credit("L") == "EUR 225.00"
    assert Applied((A2, EXACT), {"A2": (50, 1000)}).credit("L") == "EUR 0.00"


def test_the_shortfall_is_measured_from_the_level_that_is_named() -> None:
    assert Applied((A1, MINIMUM), {"A1": (66, 100)}).credit("L") == "EUR 200.00"
    assert Applied((A1, MINIMUM), {"A1": (70, 100)}).credit("L") == "EUR 0.00"
