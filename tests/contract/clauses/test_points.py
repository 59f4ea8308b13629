"""Points by severity band, and their repeats."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.contract.past import PastClause
from tests.contract.clauses.applied import A1, A2, Applied, linted, month

SP = (
    "{id: SP, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 1}, {below: 70%, points: 2.5}], "
    "repeat: {times: 3, periods: 2}}"
)
NOTHING = PastClause("", points=Fraction(0))
SOME = PastClause("", points=Fraction(1))


def points(met: int, *past: PastClause) -> Fraction:
    """The newest period of the past first."""
    months = [month(number, SP=one) for number, one in enumerate(past, start=1)]
    return Applied((A1, SP), {"A1": (met, 100)}, past=months).values.points["SP"]


def test_the_worst_band_that_is_reached_counts() -> None:
    assert [points(met) for met in (80, 79, 70, 69)] == [0, 1, 1, Fraction(5, 2)]


def test_a_repeat_within_the_periods_right_before_multiplies() -> None:
    assert points(79, SOME) == 3
    assert points(79, NOTHING, SOME) == 3
    assert points(79, NOTHING, NOTHING, SOME) == 1
    assert points(69, SOME) == Fraction(15, 2)
    assert points(80, SOME) == 0


def test_a_miss_above_every_band_gives_no_points() -> None:
    severe = SP.replace("{below: 80%, points: 1}, ", "")
    assert Applied((A1, severe), {"A1": (79, 100)}).values.points["SP"] == 0
    assert Applied((A1, severe), {"A1": (69, 100)}).values.points["SP"] == Fraction(5, 2)


def test_a_gap_in_the_past_ends_the_row() -> None:
    ran = Applied((A1, SP), {"A1": (79, 100)}, past=[month(2, SP=SOME)])
    assert ran.values.points["SP"] == 1


def test_it_reads_as_far_back_as_a_repeat_reaches() -> None:
    contract = Applied((A1, SP), {"A1": (79, 100)}).contract
    clause = contract.clause("SP")
    assert clause is not None
    assert clause.remembers(contract) == (("SP", 2),)
    quarterly = Applied(
        (A1.replace("minimum_volume", "window: quarter, minimum_volume"), SP), {"A1": (79, 100)}
    ).contract
    found = quarterly.clause("SP")
    assert found is not None
    assert found.remembers(quarterly) == (("SP", 6),)


@pytest.mark.parametrize(
    ("clause", "bands", "told"),
    [
        ("A1", "{below: 80%, points: 1}, {below: 70%, points: 2}", 0),
        ("A1", "{below: 80%, points: 1}, {below: 70%, points: 1}", 1),
        ("A1", "{below: 80%, points: 1}, {below: 80%, points: 2}", 1),
        ("A1", "{below: 70%, points: 1}, {below: 80%, points: 2}", 1),
        ("A2", "{below: 5%, points: 1}, {below: 6%, points: 2}", 0),
        ("A2", "{below: 6%, points: 1}, {below: 5%, points: 2}", 1),
    ],
)
def test_bands_become_worse_in_level_and_higher_in_points(clause: str, bands: str, told: int) -> None:
    assert len(linted(A1, A2, f"{{id: SP, kind: points, when: {{clause: {clause}}}, bands: [{bands}]}}")) == told


@pytest.mark.parametrize(("times", "told"), [("1", 0), ("0.99", 1), ("1.5", 0)])
def test_a_repeat_counts_no_less_than_the_first_miss(times: str, told: int) -> None:
    assert len(linted(A1, SP.replace("times: 3", f"times: {times}"))) == told
