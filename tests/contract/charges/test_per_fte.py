"""Prices per full-time equivalent: days over days, windows, and the most that is paid."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tallystick.contract.charges.per_fte import LONGEST_VACANCY
from tallystick.facts.streams.seat_day import FOLLOWED
from tests.contract.rate_card import charge_of, values_for


def test_the_replacement_window_is_a_parameter_of_the_measure() -> None:
    contract, charge = charge_of("kind: per_fte, rate: 2850, replacement_window: 2 weeks")
    (quantity,) = charge.roles(contract)["quantity"].of
    assert (quantity.measure, quantity.params) == ("billable_seat_days", {"window_days": 14})
    assert "the vacant seat is paid for 14 days more" in " ".join(charge.plain(contract, {}))


def test_without_a_window_a_vacancy_is_not_paid() -> None:
    contract, charge = charge_of("kind: per_fte, rate: 2850")
    (quantity,) = charge.roles(contract)["quantity"].of
    assert quantity.params == {"window_days": 0}
    assert "A vacant seat is not paid." in charge.plain(contract, {})


def test_days_of_seats_are_divided_by_the_days_of_the_month() -> None:
    contract, charge = charge_of("kind: per_fte, rate: 3000")
    charged = charge.apply(values_for(contract, quantity=45))
    assert (charged.quantity, charged.amount) == (Fraction(3, 2), 4500)


def test_time_makes_days_where_the_text_says_how_long_one_is() -> None:
    contract, charge = charge_of("kind: per_fte, rate: 3000, quantity: {measure: login_time}, full_day: 7h 30m")
    assert charge.roles(contract)["quantity"].unit == "s"
    charged = charge.apply(values_for(contract, quantity="225h"))
    assert (charged.quantity, charged.amount) == (1, 3000)


def test_the_most_that_is_paid_is_prorated_for_a_part_of_a_month() -> None:
    contract, charge = charge_of("kind: per_fte, rate: 3000, most: 2")
    assert charge.apply(values_for(contract, quantity=60)).amount == 6000
    assert charge.apply(values_for(contract, quantity=61)).amount == 6000
    assert charge.apply(values_for(contract, days=15, quantity=30)).amount == 3000
    assert charge.apply(values_for(contract, days=15, quantity=31)).amount == 3000


def test_working_days_name_the_calendar_whose_open_days_are_counted_and_make_the_month() -> None:
    contract, charge = charge_of("kind: per_fte, rate: 3000, replacement_window: 10 days, working_days: office")
    assert charge.day_calendar() == "office"
    (quantity,) = charge.roles(contract)["quantity"].of
    assert (quantity.measure, quantity.params) == ("billable_seat_days", {"window_days": 10})
    assert quantity.days is not None
    assert (quantity.days.open_on, quantity.days.closed) == ("office", None)
    assert charge.plain(contract, {})[1:5] == [
        "A seat is paid for each day on which somebody holds it and the opening hours “office” are open.",
        (
            "When somebody leaves, the vacant seat is paid for 10 days more, of which the open ones are counted; after "
            "that it is not paid until it is filled."
        ),
        (
            "Counted is “billable seat days” (window days 10) over all cases on days on which the opening hours "
            "“office” are open."
        ),
        "The days are divided by the days of the month on which the opening hours “office” are open.",
    ]


def test_without_working_days_every_day_is_counted() -> None:
    contract, charge = charge_of("kind: per_fte, rate: 3000")
    (quantity,) = charge.roles(contract)["quantity"].of
    assert quantity.days is None
    assert "A seat is paid for each day on which somebody holds it." in charge.plain(contract, {})


def test_time_is_counted_on_every_day_whatever_the_working_days() -> None:
    line = "kind: per_fte, rate: 3000, quantity: {measure: login_time}, full_day: 8h, working_days: office"
    contract, charge = charge_of(line)
    (quantity,) = charge.roles(contract)["quantity"].of
    assert quantity.days is None


def test_a_month_without_a_working_day_pays_nothing() -> None:
    contract, charge = charge_of("kind: per_fte, rate: 3000, working_days: office")
    none = replace(values_for(contract, quantity=5), month_days=0, days=0)
    assert (charge.apply(none).quantity, charge.apply(none).amount) == (0, 0)


def test_a_vacancy_is_followed_for_as_long_as_the_records_do() -> None:
    assert LONGEST_VACANCY == FOLLOWED
    charge_of("kind: per_fte, rate: 3000, replacement_window: 92 days")
    with pytest.raises(AssertionError, match="followed for 92 days"):
        charge_of("kind: per_fte, rate: 3000, replacement_window: 93 days")
