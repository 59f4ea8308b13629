"""What patterns count by themselves is what the measures count, and their arithmetic is that of the books."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tallystick.measures.compute import compute_each
from tallystick.measures.measure import MeasureRequest
from tallystick.signals.chance import (
    ALARMS_A_YEAR,
    BUDGET,
    SLOTS,
    binomial_tail,
    hypergeometric_tail,
    poisson_tail,
)
from tallystick.signals.columns import first_after, group_codes, last_before, overtaken, pairs, sizes, starts
from tallystick.signals.figures import attainment, span
from tallystick.signals.pattern import Detected, Severity, State, amount, mean, patterns, share
from tallystick.vocabulary.period import Period
from tests.signals.worlds.honest import honest


@pytest.mark.parametrize("clock", ["first_reply", "next_reply", "full_resolution"])
def test_attainment_is_that_of_the_measure_on_the_same_facts(clock: str) -> None:
    evidence = honest(41, live=False).evidence()
    request = MeasureRequest.of("sla_attainment", clock=clock)
    period = Period.parse("2026-03", "UTC")
    wanted = "aurora"
    far = datetime(2026, 8, 1, tzinfo=UTC)
    values = compute_each(evidence.facts, [request], period=period, as_of=far, by=("partner",))[request]
    (measured,) = [one for one in values if dict(one.cell).get("partner") == wanted]
    own = attainment(evidence, (clock,))
    assert (own.numerator, own.denominator) == (measured.numerator, measured.denominator)
    assert own.n == measured.n
    assert own.n > 100


def test_tails_are_those_of_a_published_library() -> None:
    rare, often = Fraction(1, 200), Fraction(3, 10)
    for n, share_ in ((40, rare), (1500, rare), (700, often), (9000, Fraction(1, 50))):
        for found in (1, 3, n // 100 + 1, n // 10):
            expected = stats.binom.sf(found - 1, n, float(share_))
            assert binomial_tail(found, n, share_) == pytest.approx(expected, rel=1e-9, abs=1e-17)
    for found, mean_ in ((1, 3), (9, 2), (40, 20)):
        assert poisson_tail(found, Fraction(mean_)) == pytest.approx(stats.poisson.sf(found - 1, mean_), rel=1e-9)
    for found, drawn, marked, n in ((5, 40, 30, 900), (12, 100, 60, 1500), (30, 31, 33, 40)):
        assert hypergeometric_tail(found, drawn, marked, n) == pytest.approx(
            stats.hypergeom.sf(found - 1, n, marked, drawn), rel=1e-9
        )


def test_nothing_found_is_no_sign_and_more_than_there_is_cannot_be() -> None:
    assert binomial_tail(0, 10, Fraction(1, 2)) == 1.0
    assert binomial_tail(11, 10, Fraction(1, 2)) == 0.0
    assert binomial_tail(1, 10, Fraction(0)) == 0.0
    assert binomial_tail(3, 10, Fraction(1)) == 1.0
    assert poisson_tail(0, Fraction(0)) == 1.0
    assert poisson_tail(1, Fraction(0)) == 0.0
    assert hypergeometric_tail(0, 5, 5, 20) == 1.0
    assert binomial_tail(1, 3, Fraction(1, 2)) == pytest.approx(7 / 8)
    assert poisson_tail(1, Fraction(1)) == pytest.approx(1 - exp(-1))


def test_the_budget_of_a_year_is_shared_by_months_and_patterns_and_holds_for_all_of_them() -> None:
    assert len(patterns()) <= SLOTS
    assert pytest.approx(float(ALARMS_A_YEAR)) == BUDGET * 12 * SLOTS
    assert ALARMS_A_YEAR <= 1


arrivals = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40)), max_size=60)


@given(arrivals)
@settings(max_examples=150, deadline=None)
def test_overtaken_counts_those_that_came_later_and_were_served_earlier(rows: list[tuple[int, int]]) -> None:
    arrived, served = (np.array([row[at] for row in rows], np.int64) for at in (0, 1))
    slow = [sum(a2 > a and s2 < s for a2, s2 in rows) for a, s in rows]
    assert overtaken(arrived, served).tolist() == slow


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=40))
@settings(max_examples=100, deadline=None)
def test_the_row_before_and_after_is_looked_for_within_the_group(rows: list[tuple[int, bool]]) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    group = np.array([row[0] for row in rows], np.int64)
    mask = np.array([row[1] for row in rows], bool)
    places = range(len(rows))

    def marked(at: int, among: range) -> list[int]:
        return [other for other in among if rows[other] == (rows[at][0], True)]

    before = [max(marked(at, range(at)), default=-1) for at in places]
    after = [min(marked(at, range(at + 1, len(rows))), default=-1) for at in places]
    assert last_before(mask, starts(group)).tolist() == before
    assert first_after(mask, group).tolist() == after


@given(st.lists(st.integers(0, 5), max_size=20), st.lists(st.integers(0, 5), max_size=20))
@settings(max_examples=100, deadline=None)
def test_pairs_are_all_pairs_of_equal_keys(left: list[int], right: list[int]) -> None:
    right = sorted(right)
    one, other = pairs(np.array(left, np.int64), np.array(right, np.int64))
    assert sorted(zip(one.tolist(), other.tolist(), strict=True)) == sorted(
        (a, b) for a, x in enumerate(left) for b, y in enumerate(right) if x == y
    )


def test_groups_have_one_code_for_each_combination() -> None:
    code = group_codes(np.array([1, 1, 2, 1]), np.array([7, 8, 7, 7]))
    assert code[0] == code[3]
    assert len(set(code.tolist())) == 3
    assert sizes(code).tolist() == [2, 1, 1, 2]


def test_a_difference_is_in_points_for_a_share_and_a_part_of_the_whole_for_an_amount() -> None:
    def told(before: object, after: object) -> Fraction | None:
        return Detected("x", "TS-G999", State.FOUND, Severity.SEVERE, reported=before, recomputed=after).difference  # type: ignore[arg-type]

    assert told(share("sla_attainment", 9, 10), share("sla_attainment", 8, 10)) == Fraction(1, 10)
    assert told(amount("hours", 200, 20, "hours"), amount("hours", 150, 20, "hours")) == Fraction(1, 4)
    assert told(mean("average_handle_time", 1000, 4), mean("average_handle_time", 900, 4)) == Fraction(1, 10)
    assert told(share("sla_attainment", 0, 0), share("sla_attainment", 0, 0)) is None
    assert told(None, share("sla_attainment", 1, 2)) is None
    assert share("sla_attainment", 0, 0).value is None


def test_spans_are_said_as_people_say_them() -> None:
    assert [span(one) for one in (0, 119, 120, 7199, 7200, 100_000, 200_000)] == [
        "0 s", "119 s", "2 min", "119 min", "2 h 0 min", "27 h 46 min", "2 d 7 h",
    ]  # fmt: skip
