"""Quantiles of whole numbers, exact, over sorted values that may occur several times.

Two definitions are in use and a contract should name one. Nearest rank: the smallest value with at least p of the rows
at or below it, always a value that occurred. Interpolated: position (n - 1) p + 1 in the sorted list, between its two
neighbours in proportion (Hyndman and Fan 1996, types 1 and 7).
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

import numpy as np

from tallystick.measures.parts import Gathered, Whole
from tallystick.vocabulary.errors import UsageError

NEAREST, INTERPOLATED = "nearest-rank", "interpolated"
METHODS = (NEAREST, INTERPOLATED)
STATISTIC = r"mean|median|max|p\d{1,2}(\.\d)?"


@cache
def share_of(statistic: str) -> Fraction:
    """The p of `median`, `max`, `p90` or `p99.5`; raises UsageError for anything else."""
    named = {"median": Fraction(1, 2), "max": Fraction(1)}
    if statistic in named:
        return named[statistic]
    if re.fullmatch(r"p\d{1,2}(\.\d)?", statistic):
        return Fraction(statistic[1:]) / 100
    raise UsageError(f"{statistic!r} is no quantile.", "Use median, max, or p1 to p99.9.")


def quantile(values: Whole, share: Fraction, method: str = NEAREST) -> Fraction:
    """The quantile of sorted values; raises ValueError without any."""
    size = len(values)
    if size == 0:
        raise ValueError("no rows have no quantile")
    if method == NEAREST:
        rank = max(-(-size * share.numerator // share.denominator), 1)
        return Fraction(int(values[rank - 1]))
    position = (size - 1) * share
    below = position.numerator // position.denominator
    low, high = int(values[below]), int(values[min(below + 1, size - 1)])
    return low + (position - below) * (high - low)


def quantile_each(gathered: Gathered, share: Fraction, method: str = NEAREST) -> list[Fraction | None]:
    """The quantile of each cell's sorted values, None for a cell without any: `quantile` of many at once."""
    if method != NEAREST:
        return [quantile(values, share, method) if len(values) else None for values in gathered.each()]
    sizes = gathered.sizes
    there = sizes > 0
    ranks = np.maximum(-(-sizes * share.numerator // share.denominator), 1)
    found = map(Fraction, gathered.flat[(gathered.begins + ranks - 1)[there]].tolist())
    return [next(found) if has else None for has in there.tolist()]


def quantile_of_counts(values: Whole, times: Whole, share: Fraction, method: str = NEAREST) -> Fraction:
    """The quantile of sorted values that occur `times` each."""
    upto = np.cumsum(times)
    size = int(upto[-1])

    def at(rank: int) -> int:
        return int(values[int(np.searchsorted(upto, rank))])

    if method == NEAREST:
        return Fraction(at(max(-(-size * share.numerator // share.denominator), 1)))
    position = (size - 1) * share
    below = position.numerator // position.denominator
    low, high = at(below + 1), at(min(below + 2, size))
    return low + (position - below) * (high - low)
