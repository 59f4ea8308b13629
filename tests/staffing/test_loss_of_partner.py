"""Losing a partner, on days that anyone can add up."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.measures.example import fact_table
from tallystick.staffing.loss_of_partner import Rescue, days_of, lose, resampled, worst_loss
from tallystick.vocabulary.errors import NotFound, UsageError

THREE = {"aurora": 50, "borealis": 40, "cordoba": 30}


def test_a_backlog_grows_by_what_nobody_handles_and_falls_on_quiet_days() -> None:
    """Without aurora 70 a day are handled: 100 - 70, 100 - 70, 60 - 70, 40 - 70, 10 - 70."""
    found = lose("aurora", [100, 100, 60, 40, 10], THREE)
    assert found.backlog == (30, 60, 50, 20, 0)
    assert (found.days, found.peak, found.peak_day) == (4, 60, 1)


def test_days_count_to_the_day_from_which_on_the_target_is_kept() -> None:
    """On day 2 the backlog is gone, on day 3 it comes back: it is kept from day 5 on."""
    found = lose("aurora", [90, 60, 60, 80, 60, 70], THREE)
    assert found.backlog == (20, 10, 0, 10, 0, 0)
    assert found.days == 4


def test_where_it_is_never_kept_again_there_are_no_days() -> None:
    found = lose("aurora", [100] * 10, THREE)
    assert (found.days, found.peak, found.peak_day) == (None, 300, 9)


def test_a_partner_that_nobody_misses_leaves_no_backlog() -> None:
    found = lose("cordoba", [90, 80], THREE)
    assert (found.days, found.peak, found.peak_day) == (0, 0, None)


def test_overtime_and_new_agents_work_it_off() -> None:
    """70 + 10 % = 77; from day 2 on 10, then 20, then 30 at most: 23, 46, 59, 62, 55, 48 ..."""
    rescue = Rescue(overtime=Fraction(1, 10), ramp_after=2, ramp_contacts=10, ramp_most=30)
    found = lose("aurora", [100] * 13, THREE, rescue)
    assert found.backlog == (23, 46, 59, 62, 55, 48, 41, 34, 27, 20, 13, 6, 0)
    assert (found.days, found.peak, found.peak_day) == (12, 62, 3)


def test_a_backlog_of_some_days_may_be_borne() -> None:
    """Half a day of a mean of 62 contacts is 31: the backlog of 20 on day 3 keeps it."""
    found = lose("aurora", [100, 100, 60, 40, 10], THREE, Rescue(kept_days=Fraction(1, 2)))
    assert (found.allowed, found.days) == (31, 3)


def test_the_backlog_of_the_evening_before_counts() -> None:
    assert lose("aurora", [60, 60], THREE, begun_with=15).backlog == (5, 0)


def test_the_worst_loss_is_the_one_that_lasts_longest() -> None:
    assert worst_loss([95, 80, 60, 60, 60], THREE).partner == "aurora"
    assert worst_loss([10], {"borealis": 20, "aurora": 20}).partner == "aurora"


def test_unknown_partners_and_impossible_figures_are_refused() -> None:
    with pytest.raises(NotFound):
        lose("delta", [1], THREE)
    for volumes, capacity in (([], THREE), ([-1], THREE), ([1], {"aurora": -5})):
        with pytest.raises(UsageError):
            lose("aurora", volumes, capacity)
    with pytest.raises(UsageError):
        worst_loss([1], {})
    with pytest.raises(UsageError):
        resampled("aurora", [1] * 6, THREE, horizon=5, draws=3, seed=1)


def test_the_same_seed_gives_the_same_futures_and_weekdays_stay_weekdays() -> None:
    history = [90, 110, 70, 80, 60, 20, 10, 130, 60, 105, 75, 50, 25, 5]
    first, again, other = (resampled("aurora", history, THREE, horizon=28, draws=200, seed=seed) for seed in (4, 4, 5))
    assert first == again
    assert first != other
    flat = resampled("aurora", [100, 100, 60, 40, 10, 0, 0], THREE, horizon=7, draws=9, seed=1)
    assert (flat.returned, flat.days_half, flat.days_nine, flat.peak_half, flat.peak_nine) == (9, 4, 4, 60, 60)


def test_where_half_of_the_futures_never_return_the_median_is_not_told() -> None:
    found = resampled("aurora", [100] * 7, THREE, horizon=14, draws=5, seed=1)
    assert (found.returned, found.days_half, found.days_nine) == (0, None, None)
    assert found.peak_half == 420


def test_days_and_capacities_come_from_half_hours() -> None:
    """aurora: 40 agent hours at 85 % over contacts of 6 minutes are 340, over two days 170; borealis 85."""
    half = {"handled": 10, "handle_s": 3600, "worked_s": 72_000}
    aurora = [{**half, "offered": 12, "started_at": "2026-03-02T08:00:00Z"},
              {**half, "offered": 9, "started_at": "2026-03-03T08:00:00Z"}]  # fmt: skip
    borealis = [{**half, "offered": None, "started_at": "2026-03-03T09:00:00Z"}]
    tables = {
        name: fact_table("staffing_interval", rows) for name, rows in (("aurora", aurora), ("borealis", borealis))
    }
    days = [date(2026, 3, 2), date(2026, 3, 3)]
    assert days_of(tables, days) == ([12, 9], {"aurora": 170, "borealis": 85})
    idle = {"aurora": fact_table("staffing_interval", [{**half, "worked_s": None}])}
    with pytest.raises(UsageError, match="aurora"):
        days_of(idle, days)


@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=60),
    st.integers(0, 200),
    st.integers(0, 200),
    st.integers(0, 30),
)
def test_more_capacity_never_lengthens_it(volumes: list[int], own: int, others: int, more: int) -> None:
    few = lose("a", volumes, {"a": own, "b": others})
    many = lose("a", volumes, {"a": own, "b": others + more})
    assert many.peak <= few.peak
    assert few.days is None or (many.days is not None and many.days <= few.days)
    assert all(0 <= b <= a for a, b in zip(few.backlog, many.backlog, strict=True))
