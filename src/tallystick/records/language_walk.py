"""The walk of an automaton over the bytes of texts, and the weights of what it meets: whole numbers, two ways.

`weigh` takes text after text and is compiled (`compiled`); `weigh_few` takes step after step of all texts together in
plain numpy, for the few texts for which loading a compiler would cost more. Both add up whole numbers, so they agree to
the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
# Features that are weighed together by `weigh_few`.
_TOGETHER = 50_000


def weigh(
    data: Any, starts: Any, lengths: Any, row: Any, following: Any, feature: Any, weights: Any, logarithms: Any,
    scores: Any,
) -> None:  # fmt: skip
    """Add to the scores of each text (a row of `scores`) the weights of what is met in it, often met ones by log1p.

    `data` are the bytes of all texts, each `lengths` long from `starts`; `following` leads from row and byte of a state
    to the next one, `feature` from a state to what is met there, -1 for nothing.
    """
    times = np.zeros(len(weights), np.int32)
    met = np.zeros(len(logarithms), np.int32)
    many = weights.shape[1]
    for text in range(len(starts)):
        state = np.int64(0)
        count = 0
        for place in range(starts[text], starts[text] + lengths[text]):
            state = np.int64(following[row[state] + data[place]])
            found = feature[state]
            if found >= 0:
                if times[found] == 0:
                    met[count] = found
                    count += 1
                times[found] += 1
        for place in range(count):
            found = met[place]
            weight = logarithms[times[found]]
            times[found] = 0
            for column in range(many):
                scores[text, column] += weights[found, column] * weight


@cache
def compiled() -> Callable[..., None]:
    """`weigh`, compiled; the first time on a machine that takes some seconds, later ones read what was kept."""
    import numba  # half a second that a process without many texts does not pay

    made: Callable[..., None]
    try:
        made = numba.njit(cache=True, nogil=True)(weigh)
    except RuntimeError:  # nowhere to keep it: neither beside the file nor in the user's folder
        made = numba.njit(nogil=True)(weigh)
    return made


def weigh_few(
    data: npt.NDArray[np.uint8], starts: Whole, lengths: Whole, row: Any, following: Any,
    feature: Any, weights: Any, logarithms: Any, scores: Any,
) -> None:  # fmt: skip
    """As `weigh`, for texts from the longest to the shortest."""
    text, found, times = _met(data, starts, lengths, row, following, feature, len(weights))
    begin = 0
    while begin < len(text):
        end = min(begin + _TOGETHER, len(text))
        here = text[begin:end]
        firsts = np.flatnonzero(np.r_[True, here[1:] != here[:-1]])
        shown = weights[found[begin:end]] * logarithms[times[begin:end], None]
        scores[here[firsts]] += np.add.reduceat(shown, firsts, axis=0)
        begin = end


def _met(
    data: npt.NDArray[np.uint8], starts: Whole, lengths: Whole, row: Any, following: Any,
    feature: Any, many: int,
) -> tuple[Whole, Whole, Whole]:  # fmt: skip
    """(text, feature, how often) of everything that is met, by text."""
    state = np.zeros(len(lengths), np.int64)
    pairs = [np.zeros(0, np.int64)]
    longest = int(lengths[0]) if len(lengths) else 0
    walking = np.searchsorted(-lengths, -np.arange(longest), side="left")
    for step, count in enumerate(walking.tolist()):
        state[:count] = following[row[state[:count]] + data[starts[:count] + step]]
        found = feature[state[:count]]
        hit = np.flatnonzero(found >= 0)
        pairs.append(hit * many + found[hit])
    every, times = np.unique(np.concatenate(pairs), return_counts=True)
    return every // many, every % many, times
