"""Base charges: the dead-band one unit on either side, Z, proration, and how the sum moves with volume."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.contract.charges.anchored import Anchored
from tallystick.contract.model import Contract
from tests.contract.rate_card import charge_of, said_of, values_for

BASE = "kind: anchored, base: 150000, baseline: 20000, arc: {rate: 8}, rrc: {rate: 8, factor: 60%}"
COUNTED = "quantity: {measure: offered_calls}"


def of(line: str = f"{BASE}, dead_band: 10%, {COUNTED}") -> tuple[Contract, Anchored]:
    contract, charge = charge_of(line)
    assert isinstance(charge, Anchored)
    return contract, charge


BORDERS = {
    16000: Fraction(140400),
    17999: Fraction("149995.20"),
    18000: Fraction(150000),
    18001: Fraction(150000),
    20000: Fraction(150000),
    21999: Fraction(150000),
    22000: Fraction(150000),
    22001: Fraction(150008),
    23500: Fraction(162000),
}


@pytest.mark.parametrize("units", BORDERS)
def test_nothing_moves_inside_the_dead_band_and_one_unit_beyond_it_does(units: int) -> None:
    contract, charge = of()
    assert charge.apply(values_for(contract, quantity=units)).amount == BORDERS[units]


def test_a_dead_band_in_units_is_prorated_by_days_and_one_in_per_cent_is_not_twice() -> None:
    contract, charge = of(f"{BASE}, dead_band: 300, {COUNTED}")
    assert charge.band_of(Fraction(10000), Fraction(1, 2)) == 150
    assert charge.apply(values_for(contract, days=15, quantity=10150)).amount == 75000
    assert charge.apply(values_for(contract, days=15, quantity=10151)).amount == 75008
    contract, charge = of()
    assert charge.apply(values_for(contract, days=15, quantity=11000)).amount == 75000
    assert charge.apply(values_for(contract, days=15, quantity=11001)).amount == 75008


def test_without_a_dead_band_every_unit_moves_the_sum() -> None:
    contract, charge = of(f"{BASE}, {COUNTED}")
    moved = [charge.apply(values_for(contract, quantity=units)).amount for units in (19999, 20000, 20001)]
    assert moved == [150000 - Fraction("4.80"), 150000, 150008]


def test_a_month_may_have_a_baseline_of_its_own() -> None:
    contract, charge = of(f"{BASE}, baselines: {{2026-04: 21000}}, {COUNTED}")
    assert charge.apply(values_for(contract, quantity=21000)).amount == 150000
    assert (charge.baseline_of("2026-04"), charge.baseline_of("2026-05")) == (21000, 20000)


def test_the_steps_show_the_formula_that_applied() -> None:
    contract, charge = of()
    said = {step.label: step for step in charge.apply(values_for(contract, quantity=16000)).steps}
    assert said["RRC"].formula == "(baseline - actual - dead-band) x Z x rate"
    assert said["RRC"].inserted == "(20,000 - 16,000 - 2,000) x 60 % x EUR 8.00 = EUR 9,600.00"
    assert said["amount"].inserted == "EUR 150,000.00 - EUR 9,600.00 = EUR 140,400.00"
    assert "ARC" in {step.label for step in charge.apply(values_for(contract, quantity=23500)).steps}


@settings(deadline=None)
@given(st.integers(0, 60000), st.integers(0, 60000))
def test_more_units_never_cost_less(one: int, other: int) -> None:
    contract, charge = of()
    low, high = (charge.apply(values_for(contract, quantity=units)).amount for units in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert low <= high


def test_the_words_say_baseline_band_and_both_rates() -> None:
    contract, charge = of(f"{BASE}, dead_band: 300, baselines: {{2026-12: 26000}}, {COUNTED}")
    words = " ".join(charge.plain(contract, {}))
    assert "EUR 150,000.00 for a baseline of 20,000 resource units" in words
    assert "In 2026-12 the baseline is 26,000." in words
    assert "Nothing moves within 300 units above or below it" in words
    assert "For each unit further above, EUR 8.00 is added." in words
    assert "For each unit further below, 60 % of EUR 8.00 are taken off." in words
    assert "within 10 % of the baseline" in " ".join(of()[1].plain(contract, {}))


def test_a_dead_band_is_told_where_there_is_one_and_nothing_moves_within_it() -> None:
    contract, charge = of()
    for units in (18000, 20000, 22000):
        steps = charge.apply(values_for(contract, quantity=units)).steps
        assert [step.label for step in steps] == ["quantity", "baseline", "dead-band", "dead-band", "amount"]
        assert (steps[2].result, steps[3].result) == (2000, 0)
        assert steps[3].inserted.startswith("18,000 ≤ ")
    contract, charge = of(f"{BASE}, {COUNTED}")
    steps = charge.apply(values_for(contract, quantity=20001)).steps
    assert [step.label for step in steps] == ["quantity", "baseline", "ARC", "amount"]


def test_base_and_baseline_are_told_as_prorated_only_for_a_part_of_a_month() -> None:
    contract, charge = of()
    assert "base charge" not in said_of(charge.apply(values_for(contract, quantity=20000)))
    part = said_of(charge.apply(values_for(contract, days=15, quantity=20000)))
    assert part["base charge"] == "EUR 150,000.00 x 15 / 30 = EUR 75,000.00"
    assert part["baseline"] == "20,000 x 15 / 30 = 10,000"
