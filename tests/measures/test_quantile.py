"""Both definitions of a quantile, on lists and on counted values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.measures.parts import Gathered
from tallystick.measures.quantile import (
    INTERPOLATED,
    METHODS,
    NEAREST,
    quantile,
    quantile_each,
    quantile_of_counts,
    share_of,
)
from tallystick.vocabulary.errors import UsageError


def test_nearest_rank_is_the_textbook_example() -> None:
    """Five values 15 20 35 40 50: the 30th percentile is 20, the 40th 20, the 50th 35, the 100th 50."""
    values = np.array([15, 20, 35, 40, 50])
    found = [quantile(values, share_of(name)) for name in ("p5", "p30", "p40", "median", "max")]
    assert found == [15, 20, 20, 35, 50]


def test_interpolation_stands_between_neighbours_in_proportion() -> None:
    values = np.array([10, 20, 30, 40])
    assert quantile(values, Fraction(1, 2), INTERPOLATED) == 25
    assert quantile(values, Fraction(9, 10), INTERPOLATED) == 37
    assert quantile(values, Fraction(1), INTERPOLATED) == 40


def test_shares_are_exact_fractions() -> None:
    assert share_of("p99.5") == Fraction(995, 1000)
    with pytest.raises(UsageError):
        share_of("fast")


def test_no_rows_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="no rows"):
        quantile(np.array([], dtype=np.int64), Fraction(1, 2))


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=60),
    st.fractions(0, 1, max_denominator=200),
    st.sampled_from(METHODS),
)
def test_counted_values_give_the_same_as_the_list(values: list[int], share: Fraction, method: str) -> None:
    ordered = np.sort(np.array(values, dtype=np.int64))
    distinct, times = np.unique(ordered, return_counts=True)
    assert quantile(ordered, share, method) == quantile_of_counts(distinct, times, share, method)


@given(
    st.lists(st.lists(st.integers(0, 50), max_size=9), max_size=9),
    st.fractions(0, 1, max_denominator=200),
    st.sampled_from(METHODS),
)
def test_the_quantiles_of_many_cells_are_those_of_each(cells: list[list[int]], share: Fraction, method: str) -> None:
    ordered = [np.sort(np.array(values, dtype=np.int64)) for values in cells]
    alone = [quantile(values, share, method) if len(values) else None for values in ordered]
    assert quantile_each(Gathered.of(ordered), share, method) == alone


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=80), st.integers(1, 999))
def test_nearest_rank_leaves_enough_rows_at_or_below(values: list[int], per_mille: int) -> None:
    share = Fraction(per_mille, 1000)
    found = quantile(np.sort(np.array(values, dtype=np.int64)), share, NEAREST)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)
