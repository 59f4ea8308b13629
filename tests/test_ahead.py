"""The next thing is made while one is worked on, in order, by one thread, and only once."""

from __future__ import annotations

import threading

import pytest

from tallystick.ahead import Ahead


def test_the_next_is_begun_when_one_is_asked_for_and_made_once() -> None:
    made: list[int] = []
    begun = threading.Event()

    def make(key: int) -> int:
        made.append(key)
        if key == 2:
            begun.set()
        return key * 10

    with Ahead(make, [1, 2, 3], threads=2) as ahead:
        assert ahead.of(1) == 10
        assert begun.wait(10), "nobody made the second while the first was worked on"
        assert [ahead.of(2), ahead.of(3)] == [20, 30]
    assert made == [1, 2, 3]


def test_what_is_asked_for_out_of_order_or_again_is_made_when_it_is_asked_for() -> None:
    made: list[str] = []
    with Ahead(lambda key: (made.append(key), key)[1], ["a", "b"], threads=2) as ahead:
        assert [ahead.of(key) for key in ("b", "a", "a", "other")] == ["b", "a", "a", "other"]
    assert sorted(made) == ["a", "a", "b", "b", "other"]


def test_all_making_is_one_threads_and_with_one_thread_the_callers_own() -> None:
    def here(_: int) -> int:
        return threading.get_ident()

    with Ahead(here, range(5), threads=2) as ahead:
        others = {ahead.of(key) for key in range(5)}
    with Ahead(here, range(5), threads=1) as ahead:
        own = {ahead.of(key) for key in range(5)}
    assert len(others) == 1
    assert threading.get_ident() not in others
    assert own == {threading.get_ident()}


def test_what_making_raises_is_raised_where_it_is_asked_for() -> None:
    def fail(key: int) -> int:
        if key == 2:
            raise ValueError("the second")
        return key

    with Ahead(fail, [1, 2, 3], threads=2) as ahead:
        assert ahead.of(1) == 1
        with pytest.raises(ValueError, match="the second"):
            ahead.of(2)
        assert ahead.of(3) == 3


def test_what_was_made_and_never_asked_for_is_let_go_of() -> None:
    let_go: list[int] = []
    with Ahead(lambda key: key, [1, 2], threads=2, drop=let_go.append) as ahead:
        ahead.of(1)
        ahead._ready[2].result(10)
    assert let_go == [2]


def test_what_could_not_be_made_is_not_let_go_of() -> None:
    let_go: list[int] = []
    with Ahead(lambda key: 10 // (2 - key), [1, 2], threads=2, drop=let_go.append) as ahead:
        assert ahead.of(1) == 10
    assert let_go == []
