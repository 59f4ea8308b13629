"""Rows in layers are found by keys and by time, and those that a later layer replaces are never seen."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tallystick.facts.layered import Layered, among, plain

US = 1_000_000


def instants(*seconds: int | None) -> pa.Array:
    return pa.array([None if one is None else one * US for one in seconds], pa.timestamp("us", "UTC"))


def rows(keys: list[int | None], begin: list[int], end: list[int | None], partner: str = "aurora") -> pa.Table:
    return pa.table(
        {
            "key": pa.array(keys, pa.int64()),
            "begin": instants(*begin),
            "end": instants(*end),
            "partner": pa.array([partner] * len(keys)).dictionary_encode(),
        }
    )


@pytest.fixture
def three() -> Layered:
    first = Layered.of(rows([1, 2, None, 4], [0, 10, 20, 30], [5, 25, 22, None]), "begin")
    second = first.changed(first.holding("key", np.array([2])), rows([2, 5], [12, 40], [13, 41], "borealis"))
    return second.changed(second.holding("key", np.array([4])), rows([], [], []))


def keys(layered: Layered, places: tuple[np.ndarray, ...]) -> list[int | None]:
    return layered.taken(places).column("key").to_pylist()


def test_what_a_later_layer_replaced_is_gone_and_the_rest_stays(three: Layered) -> None:
    assert keys(three, three.every()) == [1, None, 2, 5]
    assert three.whole().column("key").to_pylist() == [1, None, 2, 5]
    assert three.column("partner").to_pylist() == ["aurora", "aurora", "borealis", "borealis"]
    assert (three.size, three.added) == (4, 4)


def test_rows_are_found_by_keys_that_are_there_and_never_by_an_empty_one(three: Layered) -> None:
    assert keys(three, three.holding("key", np.array([0, 1, 2, 4]))) == [1, 2]
    assert keys(three, three.holding("key", np.array([], np.int64))) == []


@pytest.mark.parametrize("order", ["begin", ""])
def test_rows_are_found_by_the_time_they_touch_and_moments_by_their_beginning(order: str) -> None:
    layered = Layered.of(rows([1, 2, 3, 4], [0, 10, 20, 30], [5, 25, 22, None]), order)
    for (start, end), found in {(0, 1): [1], (23, 30): [2], (21, 31): [2, 3, 4], (31, 99): [], (5, 6): [1]}.items():
        assert keys(layered, layered.between("begin", "end", start * US, end * US)) == found


def test_a_partner_sees_its_own_rows_alone_in_every_layer(three: Layered) -> None:
    own = three.seen_by(frozenset({"borealis"}))
    assert own.whole().column("key").to_pylist() == [2, 5]
    assert keys(own, own.holding("key", np.array([1, 5]))) == [5]
    assert keys(own, own.between("begin", "end", 0, 99 * US)) == [2, 5]


@pytest.mark.parametrize("many", [1, 3000])
def test_values_are_found_among_others_however_many_are_wanted(many: int) -> None:
    rng = np.random.default_rng(1)
    values = rng.integers(0, 2**62, 600_000)
    wanted = np.unique(np.concatenate([values[rng.integers(0, len(values), many)], rng.integers(0, 2**62, many)]))
    assert np.array_equal(among(values, wanted), np.flatnonzero(np.isin(values, wanted)))


def test_words_in_codes_and_words_written_out_stand_below_each_other() -> None:
    first = Layered.of(pa.table({"word": pa.array(["b", None, "a"]).dictionary_encode()}))
    both = first.changed((np.array([2]),), plain(pa.table({"word": pa.array(["c", "b"])})))
    assert both.whole().column("word").to_pylist() == ["b", None, "c", "b"]
    assert both.column("word").to_pylist() == ["b", None, "c", "b"]
    assert both.column("word", (np.array([1]), np.array([0]))).to_pylist() == [None, "c"]


@pytest.mark.parametrize("coded", [True, False])
def test_a_partner_sees_its_own_rows_whether_names_lie_as_words_or_as_codes(coded: bool) -> None:
    names = pa.array(["a", "b", "a", "c", "b"])
    rows = pa.table({"key": [1, 2, 3, 4, 5], "partner": names.dictionary_encode() if coded else names})
    seen = Layered.of(rows, "key").seen_by(frozenset({"b", "c"}))
    assert seen.whole().column("key").to_pylist() == [2, 4, 5]
    assert seen.selected(["partner", "key"]).whole().column("key").to_pylist() == [2, 4, 5]
    places = seen.holding("key", np.array([1, 2, 5], np.int64))
    assert seen.taken(places).column("key").to_pylist() == [2, 5]
    assert Layered.of(rows, "key").seen_by(frozenset()).whole().num_rows == 0
