"""Keys of whole columns."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.records import keys
from tallystick.records.keys import keys_of, mixed, occurrence
from tallystick.vocabulary.canonical import key_of


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=12), max_size=40))
def test_a_column_of_keys_equals_the_scalar_key(ids):
    expected = [None if word is None else key_of("zendesk", word) for word in ids]
    assert keys_of("zendesk", pa.array(ids, pa.string())).to_pylist() == expected
    assert keys_of("zendesk", pa.array(ids, pa.string()).dictionary_encode()).to_pylist() == expected


def test_numbers_get_the_key_of_their_text():
    assert keys_of("s", pa.array([12, None])).to_pylist() == [key_of("s", "12"), None]


def test_a_mixed_key_does_not_depend_on_how_words_are_encoded():
    plain = mixed(pa.array([1, 2]), pa.array(["a", None], pa.string()))
    encoded = mixed(pa.chunked_array([[1], [2]]), pa.array(["a", None], pa.string()).dictionary_encode())
    assert plain.equals(encoded)


def test_mixed_keys_are_the_same_in_every_version():
    assert mixed(pa.array([1, 2, None]), pa.array(["a", None, "a"])).to_pylist() == [
        3899819491297063671,
        904352118068384759,
        5757602573410292387,
    ]


def test_null_zero_and_the_empty_word_differ():
    numbers = mixed(pa.array([0, None], pa.int64())).to_pylist()
    words = mixed(pa.array(["", None], pa.string())).to_pylist()
    assert len(set(numbers)) == 2
    assert len(set(words)) == 2


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])), max_size=30))
def test_equal_rows_and_only_those_have_equal_keys(rows):
    keys = mixed(
        pa.array([row[0] for row in rows], pa.int64()), pa.array([row[1] for row in rows], pa.string())
    ).to_pylist()
    assert len(set(keys)) == len(set(rows))
    assert all(0 <= key < 2**63 for key in keys)


def test_a_key_needs_a_column():
    with pytest.raises(ValueError, match="at least one"):
        mixed()


def test_alike_rows_are_counted_from_zero():
    assert occurrence(pa.array([5, 5, 3, 5])).to_pylist() == [0, 1, 0, 2]
    assert occurrence(pa.array([], pa.int64())).to_pylist() == []


WHOLE = st.integers(-(2**62), 2**62)


@given(st.lists(st.tuples(WHOLE, st.integers(-3, 3), st.integers(0, 2)), max_size=40), st.booleans())
def test_the_order_by_several_columns_is_numpys_and_equal_rows_stay_as_they_lie(
    rows: list[tuple[int, int, int]], narrow: bool
) -> None:
    columns = [np.array(part, np.int64) for part in zip(*rows, strict=True)] or [np.zeros(0, np.int64)] * 3
    if narrow:  # so that all fit into one number a row
        columns[0] = columns[0] % 5
    assert keys.ordered(*columns).tolist() == np.lexsort(columns[::-1]).tolist()
    assert keys.ordered(columns[0]).tolist() == np.argsort(columns[0], kind="stable").tolist()


def test_the_widest_ranges_that_fit_into_one_number_are_in_order() -> None:
    """31 and 32 bits are 63: the largest number that a row can have."""
    one, two = np.array([2**31 - 1, 0, 2**31 - 1, 0], np.int64), np.array([2**32 - 1, 0, 0, 2**32 - 1], np.int64)
    assert keys.ordered(one, two).tolist() == [1, 3, 2, 0]
    assert keys.ordered(one * 2, two).tolist() == [1, 3, 2, 0]
    assert keys.ordered(one - 2**31, two - 2**32).tolist() == [1, 3, 2, 0]


@given(st.lists(st.integers(-5, 5) | WHOLE, max_size=40), st.booleans())
def test_numbers_are_equal_where_values_are_and_as_many_as_there_are_values(values: list[int], sort: bool) -> None:
    given_values = np.array(sorted(values) if sort else values, np.int64)
    count, numbers = keys.numbered(given_values)
    assert count == len(set(values))
    assert len({*zip(given_values.tolist(), numbers.tolist(), strict=True)}) == count
    assert set(numbers.tolist()) == set(range(count))
