"""Making the next thing ready while one is worked on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import Generic, Self, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


class Ahead(Generic[Key, Made]):
    """Things made beside the work on others: when one is asked for, the next of `keys` is begun.

    Judging goes one after another, what it needs does not, and most of either runs where threads do not wait for each
    other. All making is one thread's, so that what it shares needs no lock; with `threads` 1 all is made when asked.
    `drop` lets go of what was made and never asked for.
    """

    def __init__(
        self,
        make: Callable[[Key], Made],
        keys: Sequence[Key],
        threads: int,
        drop: Callable[[Made], object] | None = None,
    ) -> None:
        self._make = make
        self._drop = drop
        self._next = dict(pairwise(keys))
        self._pool = ThreadPoolExecutor(1) if threads > 1 else None
        self._ready: dict[Key, Future[Made]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        for one in self._ready.values():
            if self._drop is not None and not one.cancelled() and one.exception() is None:
                self._drop(one.result())

    def of(self, key: Key) -> Made:
        """What is made for a key; what making raises is raised here."""
        if self._pool is None:
            return self._make(key)
        mine = self._ready.pop(key, None) or self._pool.submit(self._make, key)
        following = self._next.pop(key, None)
        if following is not None and following not in self._ready:
            self._ready[following] = self._pool.submit(self._make, following)
        return mine.result()
