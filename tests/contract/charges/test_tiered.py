"""Tiers: one unit on either side of every border, marginal against all units, and the year's true-up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.contract.charge import ChargeValues
from tallystick.contract.charges.tiered import Tiered
from tallystick.contract.model import Contract
from tests.contract.rate_card import charge_of, refused, said_of, values_for

TIERS = "kind: tiered, tiers: [{up_to: 10000, rate: 2.00}, {up_to: 20000, rate: 1.80}, {rate: 1.60}]"
COUNTED = "quantity: {measure: offered_calls}"


def of(model: str, more: str = "") -> tuple[Contract, Tiered]:
    contract, charge = charge_of(f"{TIERS}, model: {model}, {COUNTED}{more}")
    assert isinstance(charge, Tiered)
    return contract, charge


def amount(contract: Contract, charge: Tiered, units: int, earlier: int = 0) -> Fraction:
    found = charge.apply(values_for(contract, quantity=units, earlier=earlier)).amount
    assert found is not None
    return found


BORDERS = {
    0: ("0", "0"),
    9999: ("19998", "19998"),
    10000: ("20000", "20000"),
    10001: ("20001.80", "18001.80"),
    19999: ("37998.20", "35998.20"),
    20000: ("38000", "36000"),
    20001: ("38001.60", "32001.60"),
    25000: ("46000", "40000"),
}


@pytest.mark.parametrize("units", BORDERS)
def test_one_unit_on_either_side_of_each_border(units: int) -> None:
    for model, expected in zip(("marginal", "all-units"), BORDERS[units], strict=True):
        assert amount(*of(model), units) == Fraction(expected)


def test_a_year_of_marginal_tiers_goes_on_from_where_it_was() -> None:
    contract, charge = of("marginal", ", over: year")
    assert charge.roles(contract)["earlier"].reach == "year"
    assert amount(contract, charge, 2000, 9000) == 1000 * 2 + 1000 * Fraction("1.80")
    assert amount(contract, charge, 1, 20000) == Fraction("1.60")


def test_a_year_of_all_units_prices_earlier_months_anew_or_leaves_them() -> None:
    contract, charge = of("all-units", ", over: year")
    assert amount(contract, charge, 2, 9999) == 10001 * Fraction("1.80") - 9999 * 2
    contract, charge = of("all-units", ", over: year, reprice: false")
    assert amount(contract, charge, 2, 9999) == 2 * Fraction("1.80")


def test_where_earlier_months_keep_their_price_earlier_days_of_the_month_do_not() -> None:
    """9,000 units of earlier months; of this month 999 at 2.00, then two more: all 1,001 at 1.80."""
    contract, charge = of("all-units", ", over: year, reprice: false")
    assert charge.roles(contract)["earlier_in_month"].reach == "month"
    found = charge.apply(values_for(contract, quantity=2, earlier=9999, earlier_in_month=999))
    assert found.amount == 1001 * Fraction("1.80") - 999 * 2
    told = said_of(found)
    assert (told["month"], told["volume before"]) == ("999 + 2 = 1,001", "999 x EUR 2.00")
    assert next(step.result for step in found.steps if step.label == "month") == 1001
    assert told["amount"] == "1,001 x EUR 1.80 - EUR 1,998.00 = EUR -196.20"


def test_a_month_of_all_units_is_priced_as_one_whatever_is_said_of_earlier_months() -> None:
    contract, charge = of("all-units", ", over: month, reprice: false")
    assert list(charge.roles(contract)) == ["quantity", "earlier"]
    assert amount(contract, charge, 2, 9999) == 10001 * Fraction("1.80") - 9999 * 2


def test_the_steps_take_the_volume_before_at_the_price_of_its_tier_now() -> None:
    contract, charge = of("all-units", ", over: year")
    found = charge.apply(values_for(contract, quantity=2, earlier=9999))
    told = said_of(found)
    assert told["volume before"] == "9,999 x EUR 2.00"
    assert told["amount"] == "10,001 x EUR 1.80 - EUR 19,998.00 = EUR -1,996.20"
    assert [(step.label, step.formula) for step in found.steps[-2:]] == [
        ("volume before", "volume before x the rate of its tier now"),
        ("amount", "volume x rate - volume before x its rate now"),
    ]


def test_a_month_looks_back_to_its_own_first_day_only() -> None:
    contract, charge = of("marginal")
    assert charge.roles(contract)["earlier"].reach == "month"


@settings(deadline=None)
@given(st.lists(st.integers(0, 9000), min_size=1, max_size=8), st.sampled_from(["marginal", "all-units"]))
def test_months_of_a_year_add_up_to_what_the_year_costs_at_once(months: list[int], model: str) -> None:
    contract, charge = of(model, ", over: year")
    before, total = 0, Fraction(0)
    for units in months:
        total += amount(contract, charge, units, before)
        before += units
    assert total == charge.cost_of(Fraction(before))


@settings(deadline=None)
@given(st.integers(0, 30000), st.integers(0, 30000))
def test_marginal_tiers_never_cost_less_for_more(one: int, other: int) -> None:
    low, high = sorted((one, other))
    contract, charge = of("marginal")
    assert amount(contract, charge, low) <= amount(contract, charge, high)


@settings(deadline=None)
@given(st.integers(0, 30000))
def test_all_units_never_cost_more_than_marginal_where_prices_fall(units: int) -> None:
    assert amount(*of("all-units"), units) <= amount(*of("marginal"), units)


def test_minutes_and_hours_are_priced_as_such() -> None:
    contract, charge = charge_of(
        "kind: tiered, model: marginal, per: minute, tiers: [{up_to: 10, rate: 6}, {rate: 3}],"
        " quantity: {measure: login_time}"
    )
    assert isinstance(charge, Tiered)
    assert charge.roles(contract)["quantity"].unit == "s"
    charged = charge.apply(values_for(contract, quantity="900s", earlier="60s"))
    assert charged.amount == 9 * 6 + 6 * 3
    contract, charge = charge_of(
        "kind: tiered, model: marginal, per: hour, tiers: [{rate: 6}], quantity: {measure: login_time}"
    )
    assert charge.apply(values_for(contract, quantity="90m", earlier="1h")).amount == 9


def test_one_tier_has_one_price_and_several_have_none() -> None:
    assert of("marginal")[1].unit_rate is None
    _, charge = charge_of(f"kind: tiered, model: marginal, tiers: [{{rate: 2}}], {COUNTED}")
    assert charge.unit_rate == 2


def test_what_is_not_known_earlier_is_not_known_now() -> None:
    contract, charge = of("marginal", ", over: year")
    values: ChargeValues = values_for(contract, quantity=5, earlier=None)
    assert charge.apply(values).amount is None


def test_the_rate_shown_is_that_of_the_tier_where_there_is_one() -> None:
    contract, charge = of("marginal")
    assert charge.apply(values_for(contract, quantity=5, earlier=0)).rate == 2
    assert charge.apply(values_for(contract, quantity=10001, earlier=0)).rate is None
    contract, charge = of("all-units")
    assert charge.apply(values_for(contract, quantity=10001, earlier=0)).rate == Fraction("1.80")


def test_the_words_list_the_tiers_and_say_which_way_they_work() -> None:
    contract, charge = of("all-units", ", over: year")
    words = charge.plain(contract, {})
    assert "- up to 10,000: EUR 2.00" in words
    assert "- more than 10,000, up to 20,000: EUR 1.80" in words
    assert "- more than 20,000: EUR 1.60" in words
    assert (
        "When a border is crossed, earlier units of the year move to the tier reached: charged is the volume with the "
        "month at the price of its tier, less the volume before at the price of its own, both at the prices in force "
        "in the month. What earlier months were charged at older prices stays."
    ) in words
    kept = of("all-units", ", over: year, reprice: false")[1].plain(contract, {})
    assert "Earlier months of the year keep the price that they had." in kept
    assert "Each unit is priced by the tier in which it lies (marginal)." in of("marginal")[1].plain(contract, {})


def test_what_a_volume_costs_from_nothing_is_the_sum_of_its_tiers() -> None:
    assert of("marginal")[1].cost_of(Fraction(25000)) == 46000
    assert of("all-units")[1].cost_of(Fraction(25000)) == 40000


def test_the_units_charged_are_those_of_the_days_and_not_those_before() -> None:
    for model in ("marginal", "all-units"):
        contract, charge = of(model, ", over: year")
        assert charge.apply(values_for(contract, quantity=2000, earlier=9000)).quantity == 2000


@pytest.mark.parametrize(
    ("tiers", "wrong"),
    [
        ("{rate: 1}", False),
        ("{up_to: 1, rate: 2}, {rate: 1}", False),
        ("{up_to: 1, rate: 2}, {up_to: 2, rate: 2}, {rate: 1}", False),
        ("{up_to: 0, rate: 2}, {rate: 1}", True),
        ("{up_to: -1, rate: 2}, {rate: 1}", True),
        ("{up_to: 1, rate: 1}", True),
        ("{rate: 2}, {rate: 1}", True),
        ("{rate: 2}, {up_to: 1, rate: 1}", True),
        ("{up_to: 1, rate: 2}, {rate: 2}, {rate: 1}", True),
        ("{up_to: 2, rate: 2}, {up_to: 1, rate: 2}, {rate: 1}", True),
        ("{up_to: 1, rate: 2}, {up_to: 1, rate: 2}, {rate: 1}", True),
    ],
)
def test_tiers_rise_from_above_nothing_and_the_last_alone_has_no_end(tiers: str, wrong: bool) -> None:
    assert refused(f"kind: tiered, tiers: [{tiers}], model: marginal, {COUNTED}") is wrong


def test_earlier_volume_is_told_only_where_there_is_any() -> None:
    contract, charge = of("marginal", ", over: year")
    assert "volume" not in said_of(charge.apply(values_for(contract, quantity=5, earlier=0)))
    assert said_of(charge.apply(values_for(contract, quantity=5, earlier=7)))["volume"] == "7 + 5 = 12"


def test_the_sum_of_the_tiers_is_told_tier_by_tier() -> None:
    contract, charge = of("marginal")
    told = said_of(charge.apply(values_for(contract, quantity=10001, earlier=0)))
    assert told["amount"] == "EUR 20,000.00 + EUR 1.80 = EUR 20,001.80"


def test_earlier_days_of_the_month_are_hours_where_a_rate_prices_hours() -> None:
    contract, charge = of("all-units", ", over: year, reprice: false, per: hour")
    found = charge.apply(values_for(contract, quantity="2h", earlier="9999h", earlier_in_month="999h"))
    assert found.amount == 1001 * Fraction("1.80") - 999 * 2
