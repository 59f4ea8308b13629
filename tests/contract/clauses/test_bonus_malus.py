"""A bonus above and a price adjustment below a band around the target."""

from __future__ import annotations

import pytest

from tests.contract.clauses.applied import A1, A2, Applied, linted

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


def test_the_steps_say_on_which_side_the_money_falls() -> None:
    good = Applied((A1, A2, B), {"A1": (86, 100), "A2": (5, 100)})
    assert [step.label for step in good.steps["B"]] == ["distance", "bonus", "credit"]
    assert good.said("B", "credit")[0] == "bonus rounded half-up to the minor unit; an addition to the fees is negative"
    bad = Applied((A1, A2, B), {"A1": (74, 100), "A2": (5, 100)})
    assert [step.label for step in bad.steps["B"]] == ["distance", "price adjustment", "credit"]
    assert bad.said("B", "credit")[0] == "price adjustment rounded half-up to the minor unit"


def test_the_most_is_told_only_where_it_binds() -> None:
    exactly = Applied((A2, LOW), {"A2": (120, 1000)})
    assert exactly.credit("B") == "EUR 300.00"
    assert "at most" not in [step.label for step in exactly.steps["B"]]
    assert "at most" in [step.label for step in Applied((A2, LOW), {"A2": (140, 1000)}).steps["B"]]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("band: 0%", 0), ("band: -1%", 1), ("band: 5s", 1), ("band: 5%, per: 1%", 0), ("band: 5%, per: 0%", 1),
        ("band: 5%, per: -1%", 1), ("band: 5%, per: 1s", 1), ("band: 5s, per: 1s", 2),
    ],
)  # fmt: skip
def test_a_band_and_a_step_are_distances_from_the_target(words: str, told: int) -> None:
    assert len(linted(A1, A2, B.replace("band: 5%", words))) == told


def test_a_bonus_without_a_gate_is_asked_about() -> None:
    ((_, message),) = linted(A1, A2, B.replace(", gates: [A2]", ""))
    assert "while every other clause is missed" in message


def test_where_the_clause_is_not_there_the_step_is_held_against_no_target() -> None:
    assert linted(A1, A2, B.replace("clause: A1", "clause: ZZ").replace("band: 5%", "band: 5s")) == []


@pytest.mark.parametrize(("met", "expected"), [(74, "0.00"), (73, "200.00"), (86, "-100.00")])
def test_the_charges_are_not_reduced_where_allowed_failures_keep_the_promise(met: int, expected: str) -> None:
    """26 failures are forgiven: 74 of 100 is met, and lies beyond the band all the same."""
    forgiving = A1.replace("minimum_volume: 1", "minimum_volume: 1, allowed_failures: 26")
    found = Applied((forgiving, A2, B), {"A1": (met, 100), "A2": (5, 100)})
    assert found.credit("B") == f"EUR {expected}"
    fourth = Applied((forgiving, A2, B), {"A1": (met, 100), "A2": (5, 100)}, rules=4)
    assert fourth.credit("B") == f"EUR {expected}"
    old = Applied((forgiving, A2, B), {"A1": (met, 100), "A2": (5, 100)}, rules=3)
    assert old.credit("B") == f"EUR {expected if met != 74 else '200.00'}"
    if met == 74:
        assert found.said("B", "credit") == ("nothing follows", "A1 is met by its allowed failures")
