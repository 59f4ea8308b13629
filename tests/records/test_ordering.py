"""The natural order of rows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tallystick.records.ordering import LAST, ordered

VALUE = st.integers(-3, 3) | st.sampled_from([LAST, -LAST, 2**40, -(2**62) - 5])


@given(st.lists(st.tuples(VALUE, VALUE, VALUE), max_size=25))
def test_rows_are_sorted_by_every_key_in_turn_and_alike_ones_stay_put(rows: list[tuple[int, int, int]]) -> None:
    keys = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(3)]
    assert ordered(keys).tolist() == sorted(range(len(rows)), key=lambda at: rows[at])


FAR = st.sampled_from([0, 2**62, 2**62 + 2**20, -(2**61)])


@given(st.lists(st.builds(lambda base, more: base + more, FAR, st.integers(0, 9)), max_size=40))
def test_keys_that_differ_only_far_behind_are_sorted_by_it_all_the_same(values: list[int]) -> None:
    """Value and place are sorted as one number of 63 bits, into which the end of a long key does not fit."""
    found = ordered([np.array(values, dtype=np.int64)])
    assert found.tolist() == sorted(range(len(values)), key=lambda at: values[at])


def test_keys_further_apart_than_a_number_reaches_are_sorted_too() -> None:
    values = np.array([2**63 - 1, -(2**63), 5, -(2**63), 2**63 - 1])
    assert ordered([values]).tolist() == [1, 3, 2, 0, 4]
