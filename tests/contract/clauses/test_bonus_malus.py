"""A bonus above and a price adjustment below a band around the target."""

from __future__ import annotations

import pytest

from tests.contract.clauses.applied import A1, A2, Applied

B = "{id: B, kind: bonus_malus, clause: A1, band: 5%, percentage: 2%, bonus: 1%, of: fee, gates: [A2]}"
LOW = "{id: B, kind: bonus_malus, clause: A2, band: 1%, per: 2%, percentage: 1%, of: fee, at_most: 3%}"


@pytest.mark.parametrize(("met", "expected"), [(74, "200.00"), (75, "0.00"), (85, "0.00"), (86, "-100.00")])
def test_nothing_follows_inside_the_band(met: int, expected: str) -> None:
    assert Applied((A1, A2, B), {"A1": (met, 100), "A2": (5, 100)}).credit("B") == f"EUR {expected}"


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("missed", "0.00"), ("provisional", "0.00"), ("met", "-100.00"), ("excused", "-100.00")],
)
def test_a_gate_that_is_missed_or_open_shuts_the_bonus_and_not_the_adjustment(outcome: str, expected: str) -> None:
    good = Applied((A1, A2, B), {"A1": (90, 100), "A2": (5, 100)}, outcomes={"A2": outcome})
    assert good.credit("B") == f"EUR {expected}"
    bad = Applied((A1, A2, B), {"A1": (70, 100), "A2": (5, 100)}, outcomes={"A2": outcome})
    assert bad.credit("B") == "EUR 200.00"


@pytest.mark.parametrize(
    ("reopened", "expected"),
    [(60, "0.00"), (79, "0.00"), (80, "100.00"), (99, "100.00"), (100, "200.00"), (400, "300.00"), (20, "-100.00")],
)
def test_full_steps_beyond_the_band_count_where_lower_is_better(reopened: int, expected: str) -> None:
    assert Applied((A2, LOW), {"A2": (reopened, 1000)}).credit("B") == f"EUR {expected}"
