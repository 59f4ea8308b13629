"""Index, currency and discounts: each border, and what is not published yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.billing.stages import banded, discount_of, index_factor, rounded, unit_price
from tallystick.contract.billing_terms import CurrencyRule, Discount
from tallystick.contract.model import Contract
from tests.contract.rate_card import P1, contract_with

SERIES = ("cpi: {values: {2025-12: 120, 2026-05: 126}}", "cpi: {values: {2025-12: 120, 2026-05: 126, 2027-05: 120}}")


def indexed(*edits: tuple[str, str]) -> Contract:
    return contract_with(P1, *edits)


def factor(contract: Contract, on: str) -> Fraction | None:
    return index_factor(contract, "P1", date.fromisoformat(on)).value


def test_a_price_moves_on_the_day_of_the_review_and_not_before() -> None:
    contract = indexed()
    assert (factor(contract, "2026-06-30"), factor(contract, "2026-07-01")) == (1, Fraction(126, 120))


def test_the_next_review_counts_from_the_one_before_and_its_factor_is_multiplied() -> None:
    contract = indexed(SERIES)
    assert factor(contract, "2027-07-01") == Fraction(126, 120) * Fraction(120, 126)
    with_floor = indexed(SERIES, ("lag: 2}", "lag: 2, collar: 0%}"))
    assert factor(with_floor, "2027-07-01") == Fraction(126, 120)


@pytest.mark.parametrize(
    ("cap", "moved"), [("4.9%", "4.9"), ("5%", "5"), ("5.1%", "5")], ids=["below", "at the change", "above"]
)
def test_a_cap_holds_what_lies_above_it(cap: str, moved: str) -> None:
    contract = indexed(("lag: 2}", f"lag: 2, cap: {cap}}}"))
    assert factor(contract, "2026-07-01") == 1 + Fraction(moved) / 100


def test_a_collar_lifts_what_lies_below_it() -> None:
    fallen = ("2026-05: 126", "2026-05: 117.6")
    assert factor(indexed(fallen), "2026-07-01") == Fraction(98, 100)
    for collar, expected in (("-2%", Fraction(98, 100)), ("-1%", Fraction(99, 100)), ("0%", Fraction(1))):
        contract = indexed(fallen, ("lag: 2}", f"lag: 2, collar: {collar}}}"))
        assert factor(contract, "2026-07-01") == expected


def test_only_a_share_of_the_change_is_passed_on_and_limits_hold_the_share() -> None:
    assert factor(indexed(("lag: 2}", "lag: 2, share: 80%}")), "2026-07-01") == Fraction(104, 100)
    both = indexed(("lag: 2}", "lag: 2, share: 80%, cap: 3%}"))
    assert factor(both, "2026-07-01") == Fraction(103, 100)


def test_a_factor_is_rounded_where_the_text_says_so() -> None:
    third = ("2025-12: 120, 2026-05: 126", "2025-12: 3, 2026-05: 4")
    assert factor(indexed(third, ("lag: 2}", "lag: 2, decimals: 4}")), "2026-07-01") == Fraction("1.3333")
    assert rounded(Fraction(-1, 2), 0) == 0
    assert rounded(Fraction(1, 8), 2) == Fraction(13, 100)


def test_a_month_that_is_not_published_changes_nothing_and_is_named() -> None:
    contract = indexed()
    found = index_factor(contract, "P1", date(2027, 7, 1))
    assert (found.value, found.missing) == (Fraction(126, 120), ("cpi 2027-05",))


def test_another_charge_does_not_follow_the_index() -> None:
    assert index_factor(indexed(), "P2", date(2027, 7, 1)).value == 1


def test_a_unit_costs_what_its_month_says_and_nothing_without_one() -> None:
    contract = indexed()
    assert unit_price(contract, "P1", "EUR", date(2026, 9, 1)).value == 1
    assert unit_price(contract, "P1", "RON", date(2026, 2, 28)).value == Fraction("0.21")
    missing = unit_price(contract, "P1", "RON", date(2026, 3, 1))
    assert (missing.value, missing.missing) == (None, ("leu 2026-03",))
    assert unit_price(contract, "P1", "HUF", date(2026, 2, 1)).missing == ("HUF",)
    lagging = indexed(("{series: leu}", "{series: leu, lag: 1}"))
    assert unit_price(lagging, "P1", "RON", date(2026, 2, 1)).value == Fraction("0.20")


def test_a_series_that_the_text_does_not_hold_moves_no_price_and_is_named() -> None:
    contract = indexed(("  cpi: {values: {2025-12: 120, 2026-05: 126}}\n", ""), ("  leu: {", "  forint: {"))
    moved = index_factor(contract, "P1", date(2026, 7, 1))
    assert (moved.value, moved.steps, moved.missing) == (1, (), ("cpi",))
    price = unit_price(contract, "P1", "RON", date(2026, 2, 1))
    assert (price.value, price.missing) == (None, ("RON",))


def test_every_indexation_that_a_charge_follows_moves_its_price() -> None:
    """5 % by the one, and half of 4 % by the other; what either lacks is named."""
    second = "{id: I2, series: pay, base: 2025-12, from: 2026-08-01, share: 50%}"
    contract = indexed(
        ("lag: 2}]", f"lag: 2}}, {second}]"), ("  cpi:", "  pay: {values: {2025-12: 50, 2026-08: 52}}\n  cpi:")
    )
    found = index_factor(contract, "P1", date(2026, 8, 1))
    assert found.value == Fraction(105, 100) * Fraction(102, 100)
    assert [step.result for step in found.steps] == [Fraction(105, 100), Fraction(102, 100)]
    later = index_factor(contract, "P1", date(2027, 8, 1))
    assert (later.value, later.missing) == (found.value, ("cpi 2027-05", "pay 2027-08"))
    assert index_factor(contract, "P2", date(2026, 8, 1)).value == Fraction(102, 100)


def test_a_month_that_is_missing_at_the_base_is_the_one_that_is_named() -> None:
    found = index_factor(indexed(("2025-12: 120, ", "")), "P1", date(2026, 7, 1))
    assert (found.value, found.missing) == (1, ("cpi 2025-12",))


def test_the_price_of_a_currency_says_its_band_where_the_text_has_one() -> None:
    plain = unit_price(indexed(), "P1", "RON", date(2026, 2, 1)).steps
    assert [(step.formula, step.result, step.unit) for step in plain] == [("price of one RON", Fraction("0.21"), "EUR")]
    banded_rule = ("{series: leu}", "{series: leu, reference: 0.2, band: 2%, sharing: 50%}")
    (step,) = unit_price(indexed(banded_rule), "P1", "RON", date(2026, 2, 1)).steps
    assert step.formula == "price of one RON, agreed 0.2, band 2 %, 50 % of what lies beyond it"
    assert step.result == Fraction("0.203")


BAND = CurrencyRule.model_validate({"series": "x", "reference": "0.2000", "band": "2%", "sharing": "50%"})
RATES = {
    "0.1960": "0.2000",
    "0.19598": "0.19999",
    "0.2000": "0.2000",
    "0.2040": "0.2000",
    "0.20402": "0.20001",
    "0.2200": "0.2080",
    "0.1880": "0.1960",
}


@pytest.mark.parametrize("rate", RATES)
def test_inside_the_band_nothing_moves_and_outside_a_share_of_what_lies_beyond(rate: str) -> None:
    assert banded(BAND, Fraction(rate)) == Fraction(RATES[rate])


@settings(deadline=None)
@given(st.fractions(Fraction(1, 100), Fraction(10)), st.fractions(Fraction(1, 100), Fraction(10)))
def test_a_dearer_currency_never_costs_less(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert banded(BAND, low) <= banded(BAND, high)


def discount(model: str) -> Discount:
    tiers = [{"above": "20000", "percentage": "5%"}, {"above": "30000", "percentage": "10%"}]
    return Discount.model_validate({"id": "D", "model": model, "tiers": tiers})


BORDERS = {
    "20000": ("0", "0"),
    "20000.01": ("0.0005", "1000.0005"),
    "30000": ("500", "1500"),
    "30000.01": ("500.001", "3000.001"),
    "30900": ("590", "3090"),
    "0": ("0", "0"),
    "-1": ("0", "0"),
}


@pytest.mark.parametrize("total", BORDERS)
def test_a_discount_one_cent_on_either_side_of_its_borders(total: str) -> None:
    for model, expected in zip(("marginal", "all"), BORDERS[total], strict=True):
        assert discount_of(discount(model), Fraction(total)) == Fraction(expected)


def test_one_percentage_is_taken_of_any_sum() -> None:
    flat = Discount.model_validate({"id": "D", "percentage": "2%"})
    assert discount_of(flat, Fraction(50)) == 1


@settings(deadline=None)
@given(st.decimals(0, 100000, places=2), st.decimals(0, 100000, places=2))
def test_marginal_tiers_leave_more_of_more(one: Decimal, other: Decimal) -> None:
    low, high = sorted((Fraction(one), Fraction(other)))
    marginal = discount("marginal")
    assert low - discount_of(marginal, low) <= high - discount_of(marginal, high)
