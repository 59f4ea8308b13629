"""Factors of the charges of a statement of work."""

from __future__ import annotations

from tests.contract.clauses.applied import A1, A2, Applied

F = "{id: F, kind: weighting_factor, factors: {A1: 0.0333333, A2: 0.25}, of: fee, rounding: down}"


def test_factors_of_missed_levels_add_up_and_are_rounded_once() -> None:
    ran = Applied((A1, A2, F), {"A1": (79, 100), "A2": (6, 100)})
    assert ran.credit("F") == "EUR 2,833.33"
    assert [step.label for step in ran.steps["F"]] == ["share of A1", "share of A2", "credit"]
    assert Applied((A1, A2, F), {"A1": (80, 100), "A2": (6, 100)}).credit("F") == "EUR 2,500.00"
