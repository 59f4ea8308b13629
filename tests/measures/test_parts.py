"""Parts of many cells as columns: the same as parts one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tallystick.measures.parts import Cell, Gathered, Parts, PartsByCell

KEYS = st.lists(st.tuples(st.integers(-3, 3), st.booleans()), max_size=8)


def parts_of(number: int, keys: list[tuple[int, bool]]) -> Parts:
    return Parts(
        n=number,
        numerator=2 * number,
        denominator=3 * number,
        per=7,
        squares=4 * number,
        pending=number // 2,
        excluded={"spam": number + 1} if number % 2 else {},
        keys=np.array(sorted(key for key, _ in keys), dtype=np.int64),
        hits=np.array(sorted(key for key, hit in keys if hit), dtype=np.int64),
        clusters={("ana", "2026-03-01"): Parts(n=1)} if number else {},
    )


def shown(parts: Parts) -> tuple[object, ...]:
    names = ("n", "numerator", "denominator", "per", "squares", "pending", "excluded")
    clusters = {name: one.n for name, one in parts.clusters.items()}
    return (*(getattr(parts, name) for name in names), parts.keys.tolist(), parts.hits.tolist(), clusters)


@given(st.lists(KEYS, max_size=6))
def test_parts_made_columns_and_back_are_the_same_parts(gathered: list[list[tuple[int, bool]]]) -> None:
    parts: dict[Cell, Parts] = {
        (("queue", str(number)),): parts_of(number, keys) for number, keys in enumerate(gathered)
    }
    again = PartsByCell.of(parts).each()
    assert {cell: shown(one) for cell, one in again.items()} == {cell: shown(one) for cell, one in parts.items()}


def test_a_cell_without_keys_lies_between_others() -> None:
    found = Gathered.of([np.array([1, 2]), np.array([], dtype=np.int64), np.array([3])])
    assert found.sizes.tolist() == [2, 0, 1]
    assert found.begins.tolist() == [0, 2, 2]
    assert [keys.tolist() for keys in found.each()] == [[1, 2], [], [3]]
