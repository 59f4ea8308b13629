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
