"""Columns of many groups at once: what stood before a row in its group, and pairs of rows that share a key."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.coded import Integers
from tallystick.facts.fold.layout import NONE

NOT_YET = 1 << 62


def instants(column: Any, absent: int = NOT_YET) -> Integers:
    """UTC seconds of a column of instants, floored; `absent` where there is none."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.array([], whole.type)
    micros = whole.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
    known = np.asarray(micros.is_valid())
    values = np.asarray(pc.fill_null(micros, 0), dtype=np.int64)
    found: Integers = np.where(known, values // 1_000_000, absent)
    return found


def starts(group: Integers) -> Integers:
    """For rows sorted by group, the place at which each row's group begins."""
    if not len(group):
        return np.zeros(0, np.int64)
    fresh = np.append(True, group[1:] != group[:-1])
    found: Integers = np.maximum.accumulate(np.where(fresh, np.arange(len(group)), 0))
    return found


def last_before(mask: Any, begins: Integers) -> Integers:
    """The place of the last row before each row, in its group, at which `mask` holds; NONE where there is none."""
    if not len(begins):
        return np.zeros(0, np.int64)
    place = np.where(mask, np.arange(len(begins)), NONE)
    seen = np.append(NONE, np.maximum.accumulate(place)[:-1])
    found: Integers = np.where(seen >= begins, seen, NONE)
    return found


def first_after(mask: Any, group: Integers) -> Integers:
    """The place of the first row after each row, in its group, at which `mask` holds; NONE where there is none."""
    count = len(group)
    back = last_before(np.asarray(mask)[::-1], starts(np.asarray(group)[::-1]))[::-1]
    found: Integers = np.where(back == NONE, NONE, count - 1 - back)
    return found


def pairs(left: Integers, right_sorted: Integers) -> tuple[Integers, Integers]:
    """Every pair of a row on the left with a row on the right of the same key: (places left, places right)."""
    low = np.searchsorted(right_sorted, left, side="left")
    high = np.searchsorted(right_sorted, left, side="right")
    count = high - low
    at_left = np.repeat(np.arange(len(left)), count)
    offset = np.arange(len(at_left)) - np.repeat(np.cumsum(count) - count, count)
    return at_left, np.repeat(low, count) + offset


def group_codes(*columns: Integers) -> Integers:
    """One code for each combination of several columns."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        _, place = np.unique(column, return_inverse=True)
        code = code * (int(place.max()) + 1 if len(place) else 1) + place
    return code


def sizes(group: Integers) -> Integers:
    """How many rows each row's group has."""
    _, place, count = np.unique(group, return_inverse=True, return_counts=True)
    found: Integers = count[place]
    return found


def overtaken(arrived: Integers, served: Integers) -> Integers:
    """By how many that arrived later each was overtaken (they were served earlier), in n log² n.

    Rows are sorted by arrival; at each level the younger half of a block is searched for those served earlier.
    """
    order = np.lexsort((served, arrived))
    rank = np.empty(len(order), np.int64)
    rank[np.argsort(served[order], kind="stable")] = np.arange(len(order))
    found = np.zeros(len(order), np.int64)
    place = np.arange(len(order))
    width = 1
    while width < len(order):
        block, is_young = place // (2 * width), (place // width) % 2 == 1
        young = np.sort((block * len(order) + rank)[is_young])
        old = ~is_young
        low = np.searchsorted(young, block[old] * len(order))
        found[old] += np.searchsorted(young, (block * len(order) + rank)[old]) - low
        width *= 2
    by_row = np.empty(len(order), np.int64)
    by_row[order] = found
    # Whoever arrived in the same second is no younger one; equal arrivals are ordered by serving, so none is counted.
    return by_row


def robust_bound(values: Any, spreads: float) -> float:
    """Median and `spreads` robust standard deviations (1.4826 times the median absolute deviation) of logarithms.

    For durations, whose logarithms are near a bell: outliers among them move neither part.
    """
    logs = np.log1p(np.asarray(values, np.float64))
    middle = float(np.median(logs))
    spread = 1.4826 * float(np.median(np.abs(logs - middle)))
    return float(np.expm1(middle + spreads * spread))
