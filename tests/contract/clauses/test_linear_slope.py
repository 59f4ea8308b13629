"""A price adjustment that grows with the shortfall."""

from __future__ import annotations

import pytest

from tests.contract.clauses.applied import A1, A2, Applied, linted

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


def test_the_most_is_told_only_where_it_binds() -> None:
    exactly, beyond = (Applied((A1, FULL), {"A1": (met, 100)}) for met in (60, 58))
    assert exactly.credit("L") == beyond.credit("L") == "EUR 1,000.00"
    assert "at most" not in [step.label for step in exactly.steps["L"]]
    assert "at most" in [step.label for step in beyond.steps["L"]]


def test_a_step_of_nothing_leads_nowhere_and_is_told() -> None:
    for step in ("0%", "-1%"):
        clause = FULL.replace("per: 2%", f"per: {step}")
        assert Applied((A1, clause), {"A1": (10, 100)}).credit("L") == "EUR 0.00"
        ((_, message),) = linted(A1, clause)
        assert "is not written as the level" in message
    assert linted(A1, FULL) == []


def test_a_shortfall_is_told_in_points_of_a_percentage_or_in_its_unit() -> None:
    assert Applied((A1, FULL), {"A1": (75, 100)}).said("L", "steps")[1] == "5 percentage points / 2%"
    seconds = "{id: T, kind: kpi, measure: first_reply_time, target: 60s, minimum_volume: 1}"
    slope = "{id: L, kind: linear_slope, when: {clause: T}, per: 30s, percentage: 1%, of: fee}"
    assert Applied((seconds, slope), {"T": (125, 1)}).said("L", "steps")[1] == "1 minute 5 seconds / 30s"
