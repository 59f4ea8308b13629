"""The forecast of a period that still runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

from tallystick.contract.section import Term
from tallystick.verdicts.pace import DAY_S, NoPace, Pace, _beta_binomial, forecast, pace_of
from tallystick.verdicts.verdict import Outcome
from tests.verdicts.invented_verdicts import NINE_TENTHS, judged, share, verdict

MONTH_S = 30 * DAY_S


# ---- the arithmetic ----------------------------------------------------------------------------------------------


@given(
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, 29),
    st.sampled_from(["higher", "lower"]),
)
def test_the_range_and_the_chance_are_those_of_the_beta_binomial_of_another_library(
    counts: tuple[int, int], days: int, better: str
) -> None:
    met, total = counts
    found = forecast(met, total, days * DAY_S, MONTH_S, NINE_TENTHS, better)
    law = betabinom(found.rest, met + 0.5, total - met + 0.5)
    end = total + found.rest
    for shown, part in ((found.low, 0.025), (found.high, 0.975)):
        drawn = int(shown * end) - met
        assert law.cdf(drawn) >= part - 1e-9
        assert drawn == 0 or law.cdf(drawn - 1) < part + 1e-9
    if found.needed is None:
        assert found.chance == 0
    else:
        wanted = law.cdf(found.needed) if better == "lower" else law.sf(found.needed - 1)
        assert found.chance == pytest.approx(wanted, abs=1e-9)


@given(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, 30),
    st.fractions(0, 1, max_denominator=100),
    st.sampled_from(["higher", "lower"]),
)
def test_needed_is_exactly_what_keeps_the_promise(
    counts: tuple[int, int], days: int, target: Fraction, better: str
) -> None:
    met, total = counts
    found = forecast(met, total, days * DAY_S, MONTH_S, target, better)
    end = total + found.rest

    def kept(of_the_rest: int) -> bool:
        reached = Fraction(met + of_the_rest, end)
        return reached <= target if better == "lower" else reached >= target

    keeping = [count for count in range(found.rest + 1) if kept(count)]
    assert found.needed == ((max if better == "lower" else min)(keeping) if keeping else None)


def test_the_range_closes_on_the_figure_as_the_period_ends() -> None:
    widths = []
    for days in (5, 15, 29, 30):
        found = forecast(9 * days, 10 * days, days * DAY_S, MONTH_S, NINE_TENTHS)
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == 0
    assert (found.value, found.rest, found.days_left, found.chance) == (NINE_TENTHS, 0, 0, 1.0)


def test_rows_that_are_not_due_yet_are_still_to_come_however_slow_the_pace() -> None:
    assert forecast(9, 10, 29 * DAY_S, MONTH_S, NINE_TENTHS, pending=40).rest == 40


def test_more_cases_than_are_summed_one_by_one_give_the_same_range() -> None:
    whole = forecast(180_000, 200_000, 6 * DAY_S, MONTH_S, NINE_TENTHS)
    many = forecast(1_800_000, 2_000_000, 6 * DAY_S, MONTH_S, NINE_TENTHS)
    assert whole.rest == 800_000
    assert many.rest == 8_000_000
    assert float(many.value) == pytest.approx(0.9, abs=1e-4)
    assert many.high - many.low < whole.high - whole.low
    assert many.chance == pytest.approx(0.5, abs=0.02)


def test_nothing_to_go_by_is_refused() -> None:
    for met, total, elapsed in ((0, 0, DAY_S), (2, 1, DAY_S), (1, 2, 0), (1, 2, MONTH_S + 1)):
        with pytest.raises(ValueError, match="nothing to go by"):
            forecast(met, total, elapsed, MONTH_S, NINE_TENTHS)


# ---- of a verdict ------------------------------------------------------------------------------------------------


def test_a_period_that_is_over_is_not_forecast() -> None:
    assert pace_of(verdict(share(90, 100)), judged("2026-06-30T21:00:00Z")) is NoPace.OVER
    assert isinstance(pace_of(verdict(share(90, 100)), judged("2026-06-30T20:59:59Z")), Pace)


def test_before_the_fifth_day_nothing_is_forecast_and_the_days_are_those_of_the_data() -> None:
    own = verdict(share(90, 100))
    assert pace_of(own, judged("2026-06-05T20:59:59Z")) is NoPace.EARLY
    assert pace_of(own, judged("2026-06-20T21:00:00Z", "2026-06-03T10:00:00Z")) is NoPace.EARLY
    found = pace_of(own, judged("2026-06-25T21:00:00Z", "2026-06-20T21:00:00Z"))
    assert isinstance(found, Pace)
    assert (found.covered, found.rest, found.days_left) == (Fraction(2, 3), 50, 10)


def term(begin: str, end: str) -> Term:
    return Term.model_validate({"from": begin, "to": end})


def test_days_before_a_contract_begins_and_after_it_ends_bring_no_cases() -> None:
    """From 16 June on 15 days, of which five have data: twice as many cases are to come, and not a half."""
    own, later = verdict(share(90, 100)), term("2026-06-16", "2027-12-31")
    assert pace_of(own, judged("2026-06-17T21:00:00Z"), later) is NoPace.EARLY
    assert pace_of(own, judged("2026-06-20T20:59:59Z"), later) is NoPace.EARLY
    found = pace_of(own, judged("2026-06-20T21:00:00Z"), later)
    assert isinstance(found, Pace)
    assert (found.covered, found.rest, found.days_left) == (Fraction(1, 3), 200, 10)
    ends = term("2025-01-01", "2026-06-25")
    found = pace_of(own, judged("2026-06-20T21:00:00Z"), ends)
    assert isinstance(found, Pace)
    assert (found.covered, found.rest, found.days_left) == (Fraction(20, 25), 25, 5)
    assert pace_of(own, judged("2026-06-25T21:00:00Z"), ends) is NoPace.OVER
    for over in ("2026-06-01", "2026-05-31", "2026-05-20"):
        assert pace_of(own, judged("2026-06-20T21:00:00Z"), term("2025-01-01", over)) is NoPace.OVER
    assert pace_of(own, judged("2026-06-20T21:00:00Z", "2026-06-03T10:00:00Z"), later) is NoPace.EARLY
    whole = term("2026-06-01", "2026-06-30")
    assert pace_of(own, judged("2026-06-20T21:00:00Z"), whole) == pace_of(own, judged("2026-06-20T21:00:00Z"))


def test_below_the_minimum_volume_nothing_is_forecast_and_nobody_is_at_risk() -> None:
    own = verdict(share(3, 4), Outcome.NOT_ASSESSABLE)
    assert pace_of(own, judged("2026-06-20T21:00:00Z")) is NoPace.THIN


def test_only_shares_of_counted_cases_are_forecast() -> None:
    running = judged("2026-06-20T21:00:00Z")
    for value in (None, share(0, 0), share(90, 100, kind="mean")):
        assert pace_of(verdict(value), running) is NoPace.NOT_COUNTED
    assert pace_of(verdict(share(90, 100), target=None), running) is NoPace.NO_TARGET


# ---- borders -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "low", "high", "may_miss"),
    [("higher", 90, 95, False), ("higher", 89, 95, True), ("lower", 85, 90, False), ("lower", 85, 91, True)],
)
def test_a_promise_may_be_missed_where_the_range_goes_beyond_the_target_and_not_where_it_ends_on_it(
    better: str, low: int, high: int, may_miss: bool
) -> None:
    found = forecast(90, 100, 15 * DAY_S, MONTH_S, NINE_TENTHS, better)
    assert replace(found, low=Fraction(low, 100), high=Fraction(high, 100)).may_miss is may_miss


@pytest.mark.parametrize(("seconds", "early"), [(5 * DAY_S - 1, True), (5 * DAY_S, False)])
def test_a_forecast_begins_with_the_last_second_of_the_fifth_day(seconds: int, early: bool) -> None:
    begun = datetime.fromisoformat("2026-06-01T00:00:00+00:00")
    record = judged((begun + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z"))
    found = pace_of(verdict(share(9, 10)), replace(record, zone="UTC"))
    assert (found is NoPace.EARLY) is early


def test_one_row_in_the_first_second_is_something_to_go_by() -> None:
    assert forecast(1, 1, 1, 10, NINE_TENTHS).rest == 9


def test_a_chance_is_never_above_one_however_sums_are_rounded() -> None:
    """Where any number may count against it the promise is sure; rounded sums come to a little more, now and then."""
    sums = [np.cumsum(_beta_binomial(80, met + 0.5, 40 - met + 0.5))[-1] for met in range(41)]
    assert max(sums) > 1
    chances = [forecast(met, 40, 10 * DAY_S, MONTH_S, Fraction(1), "lower").chance for met in range(41)]
    assert min(chances) == pytest.approx(1)
    assert max(chances) <= 1


def test_the_chance_that_one_more_is_enough_is_that_of_any() -> None:
    """Of 20 at the end two must meet the promise, one has, and ten are to come."""
    found = forecast(1, 10, 10, 20, Fraction(1, 10))
    assert (found.rest, found.needed) == (10, 1)
    assert found.chance == pytest.approx(betabinom(10, 1.5, 9.5).sf(0), abs=1e-12)
    assert found.chance < 0.9


@pytest.mark.parametrize(("rest", "summed"), [(999_999, 999_999), (1_000_000, 1_000_000), (1_000_001, 1_000_000)])
def test_a_million_are_summed_one_by_one_and_no_more(rest: int, summed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def even(size: int, _a: float, _b: float) -> Any:
        asked.append(size)
        return np.full(size + 1, 1 / (size + 1))

    monkeypatch.setattr("tallystick.verdicts.pace._beta_binomial", even)
    assert forecast(9, 10, MONTH_S, MONTH_S, NINE_TENTHS, pending=rest).rest == rest
    assert asked == [summed]
