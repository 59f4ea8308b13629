"""Spans cut into slots: nothing is lost, nothing counts twice."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tallystick.facts.slots import HALF_HOUR_S, Sums, cut, shared_out
from tallystick.facts.spans import at

SPANS = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 9000), st.integers(0, 10**9)), max_size=20)


def columns(rows: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    begin = np.array([row[0] for row in rows], np.int64)
    return begin, begin + np.array([row[1] for row in rows], np.int64), np.array([row[2] for row in rows], np.int64)


def test_a_span_is_cut_at_each_border() -> None:
    pieces = cut(np.array([1700, 3600]), np.array([5500, 3600]))
    assert [part.tolist() for part in pieces] == [
        [0, 0, 0, 0],
        [0, 1, 2, 3],
        [1700, 1800, 3600, 5400],
        [1800, 3600, 5400, 5500],
    ]


@given(SPANS)
def test_pieces_make_the_whole_and_each_lies_in_its_slot(rows: list[tuple[int, int, int]]) -> None:
    begin, end, _ = columns(rows)
    pieces = cut(begin, end)
    assert (pieces.end > pieces.begin).all()
    assert (pieces.begin // HALF_HOUR_S == pieces.slot).all()
    assert ((pieces.end - 1) // HALF_HOUR_S == pieces.slot).all()
    told = np.zeros(len(begin), np.int64)
    np.add.at(told, pieces.row, pieces.end - pieces.begin)
    assert (told == end - begin).all()


@given(SPANS)
def test_an_amount_is_shared_out_without_a_rest(rows: list[tuple[int, int, int]]) -> None:
    begin, end, amount = columns(rows)
    pieces = cut(begin, end)
    told = np.zeros(len(begin), np.int64)
    np.add.at(told, pieces.row, shared_out(pieces, begin, end, amount))
    assert (told == np.where(end > begin, amount, 0)).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(900_000, 900_050), st.integers(-9, 9)), max_size=30))
def test_sums_are_those_of_a_plain_count(rows: list[tuple[int, int, int]]) -> None:
    sums, plain = Sums(), dict[int, int]()
    for group, slot, value in rows:
        sums.add("a", at(np.array([group]), np.array([slot])), np.array([value]))
        key = int(at(group, slot))
        plain[key] = plain.get(key, 0) + value
    cells, found = sums.whole("a", "b")
    assert cells.tolist() == sorted(plain)
    assert found["a"].tolist() == [plain[key] for key in sorted(plain)]
    assert not found["b"].any()
