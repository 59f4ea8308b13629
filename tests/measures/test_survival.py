"""The curve of Kaplan and Meier against a count by hand, a published table, and what must always hold."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from tallystick.measures.survival import Stay, kaplan_meier, median_stay, staying_at, stays_of
from tests.facts.floor import whole
from tests.facts.streams.test_employment import person

# Weeks in remission of 21 patients under 6-MP (Freireich and others 1963); True where the remission ended.
LEUKAEMIA = [
    *[Stay(6, True)] * 3,
    *(Stay(weeks, True) for weeks in (7, 10, 13, 16, 22, 23)),
    *(Stay(weeks, False) for weeks in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]


def test_five_starters_by_hand() -> None:
    """Left after 10 and 30 days; still there after 20, 40 and 40. 4/5, then of the three still watched 2/3: 8/15."""
    steps = kaplan_meier([Stay(10, True), Stay(20, False), Stay(30, True), Stay(40, False), Stay(40, False)])
    assert [(step.day, step.at_risk, step.left, step.share) for step in steps] == [
        (10, 5, 1, Fraction(4, 5)),
        (30, 3, 1, Fraction(8, 15)),
    ]
    assert steps[0].variance == Fraction(16, 25) * Fraction(1, 5 * 4)
    assert steps[1].variance == Fraction(64, 225) * (Fraction(1, 20) + Fraction(1, 3 * 2))


def test_the_published_curve_of_the_leukaemia_trial() -> None:
    """Shares and standard errors as Kleinbaum and Klein, Survival Analysis, print them."""
    steps = kaplan_meier(LEUKAEMIA)
    assert [(step.day, step.at_risk, step.left) for step in steps] == [
        (6, 21, 3), (7, 17, 1), (10, 15, 1), (13, 12, 1), (16, 11, 1), (22, 7, 1), (23, 6, 1),
    ]  # fmt: skip
    shares = [round(float(step.share), 4) for step in steps]
    assert shares == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    errors = [round(math.sqrt(step.variance or 0), 4) for step in steps]
    assert errors == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert median_stay(steps) == 23


def test_a_day_takes_the_step_before_it() -> None:
    steps = kaplan_meier(LEUKAEMIA)
    assert staying_at(steps, 5) is None
    assert staying_at(steps, 9) == steps[1]
    assert staying_at(steps, 400) == steps[-1]


def test_everybody_gone_leaves_nobody_and_no_limits() -> None:
    (step,) = kaplan_meier([Stay(3, True), Stay(3, True)])
    assert (step.share, step.variance, step.limits) == (0, None, None)


def test_nobody_is_no_curve_and_a_negative_stay_is_refused() -> None:
    assert kaplan_meier([]) == ()
    assert median_stay(kaplan_meier([Stay(9, False)])) is None
    with pytest.raises(ValueError, match="fewer than 0"):
        kaplan_meier([Stay(-1, True)])


@given(st.lists(st.builds(Stay, st.integers(0, 30), st.booleans()), max_size=40))
def test_the_curve_falls_within_0_and_1_and_its_limits_hold_it(stays: list[Stay]) -> None:
    steps = kaplan_meier(stays)
    shares = [step.share for step in steps]
    assert all(0 <= share < 1 for share in shares)
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == len(shares)
    for step in steps:
        if step.limits is not None:
            low, high = step.limits
            assert 0 <= low <= high <= 1
            assert low <= Decimal(float(step.share)) + Decimal("1e-6")
            assert high >= Decimal(float(step.share)) - Decimal("1e-6")


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_without_censoring_it_is_the_plain_share_of_those_who_stayed_longer(days: list[int]) -> None:
    for step in kaplan_meier([Stay(day, True) for day in days]):
        assert step.share == Fraction(sum(day > step.day for day in days), len(days))


def test_stays_come_from_the_list_of_people_as_known_at_a_day() -> None:
    people = whole(
        "agent",
        [
            person("early", "2026-03-02", "2026-03-22", left_as="voluntary"),
            person("moved", "2026-03-10", "2026-04-10", left_as="transfer"),
            person("later", "2026-03-10", "2026-08-01", left_as="voluntary"),
            person("today", "2026-03-31", "2026-05-01"),
            person("other", "2026-04-01"),
            person("boss", "2026-03-02", role="team_leader"),
            person("unknown", None),
        ],
    )
    march = (date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1))
    assert stays_of(people, *march) == [Stay(20, True), Stay(31, True), Stay(52, False), Stay(31, False)]
    assert stays_of(people, *march, left_as="voluntary")[:2] == [Stay(20, True), Stay(31, False)]
    assert len(stays_of(people, *march, role="everybody")) == 5


# It has no limits where nobody is left; nor have we.
@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@pytest.mark.parametrize("seed", range(8))
def test_shares_and_limits_agree_with_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stays = [
        Stay(int(day), bool(left)) for day, left in zip(rng.integers(1, 90, 60), rng.random(60) < 0.6, strict=True)
    ]
    data = CensoredData(
        uncensored=[stay.days for stay in stays if stay.left], right=[stay.days for stay in stays if not stay.left]
    )
    curve = ecdf(data).sf
    limits = curve.confidence_interval(method="log-log")
    for step in kaplan_meier(stays):
        place = int(np.flatnonzero(curve.quantiles == step.day)[0])
        assert float(step.share) == pytest.approx(curve.probabilities[place], abs=1e-12)
        if step.limits is not None:
            both = [limits.low.probabilities[place], limits.high.probabilities[place]]
            assert [float(limit) for limit in step.limits] == pytest.approx(both, abs=1e-6)
