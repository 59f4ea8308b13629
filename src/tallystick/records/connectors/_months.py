"""Months as a column of their own writes them, where a list tells a period by one cell: `2026-02`, `Feb 2026`.

A month is no instant: it stands for all of its days, so it is read here and not with dates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from tallystick.records.connectors._instants import EARLIEST_US, LATEST_US, MICROS, MONTHS, NONE, Integers, plain_ascii

_YEAR_FIRST = re.compile(r"(?P<year>(?:19|20)\d\d)[-/. ]?[mM]?(?P<month>\d{1,2})")
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[-/. ](?P<year>(?:19|20)\d\d)")
_WORDED = re.compile(r"(?P<word>[^\W\d]{3,})\.?[-/ ,']*(?P<year>(?:19|20)\d\d)")
_WORDED_LAST = re.compile(r"(?P<year>(?:19|20)\d\d)[-/ ,]*(?P<word>[^\W\d]{3,})\.?")
_NUMBER = {word: number for number, words in enumerate(MONTHS, start=1) for word in words.split("|")}


def month_of(text: str) -> tuple[int, int] | None:
    """Year and month that a cell names; None where it names none."""
    cell = plain_ascii(text.strip())
    for form in (_YEAR_FIRST, _MONTH_FIRST, _WORDED, _WORDED_LAST):
        found = form.fullmatch(cell)
        if found is None:
            continue
        told = found.groupdict()
        number = int(told["month"]) if "month" in told else _NUMBER.get(told["word"], 0)
        if 1 <= number <= 12:
            return int(told["year"]), number
    return None


def month_share(counts: Mapping[str, int]) -> float:
    """The share of some cells, by how often each stands there, that name a month."""
    total = sum(counts.values())
    return sum(n for cell, n in counts.items() if month_of(cell) is not None) / total if total else 0.0


def months_us(column: pa.Array) -> Integers:
    """The first midnight of each cell's month in microseconds, NONE where it names none."""
    encoded = column.dictionary_encode()
    firsts = [_midnight(word) for word in encoded.dictionary.to_pylist()]
    looked_up = np.array([*firsts, NONE], np.int64)
    return looked_up[np.asarray(encoded.indices.fill_null(len(firsts)), np.int64)]


def _midnight(word: str | None) -> int:
    told = month_of(word) if word is not None else None
    if told is None:
        return int(NONE)
    found = int(datetime(*told, 1, tzinfo=UTC).timestamp()) * MICROS
    return found if EARLIEST_US <= found < LATEST_US else int(NONE)
