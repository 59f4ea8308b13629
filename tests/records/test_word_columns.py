"""Columns of words as codes, and rows picked out of a table."""

import numpy as np
import pyarrow as pa
import pytest

from tallystick.records.word_columns import SIDE_BY_SIDE, repeated, says_one_thing, taken

ROWS = SIDE_BY_SIDE + 3


@pytest.mark.parametrize("count", [0, 5, ROWS, 2 * ROWS])
def test_picked_rows_are_those_of_every_column(count: int) -> None:
    rows = pa.table(
        {
            "number": pa.array(np.arange(ROWS)),
            "same": pa.repeat(pa.scalar(7), ROWS),
            "null": pa.nulls(ROWS, pa.string()),
            "load": repeated("l1", ROWS),
            "word": pa.array([None, "a", "b"] * (ROWS // 3) + ["c"] * (ROWS % 3)).dictionary_encode(),
            "half": pa.array([None, 7] * (ROWS // 2) + [7] * (ROWS % 2), pa.int64()),
        }
    )
    places = np.arange(count)[::-1] % ROWS
    assert taken(rows, places).equals(rows.take(pa.array(places)))


def test_what_says_the_same_is_told_from_what_only_seems_to() -> None:
    def told(array: pa.Array) -> bool:
        return says_one_thing(pa.chunked_array([array]))

    assert told(repeated("a", 3))
    assert told(pa.nulls(3, pa.string()))
    assert told(pa.array([4, 4]))
    assert not told(pa.array([4, None]))
    assert not told(pa.array(["a", None]).dictionary_encode())
    assert not told(pa.array(["a", "b"]).dictionary_encode())
