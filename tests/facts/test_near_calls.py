"""Which calls decide a period, against the same said row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tallystick.facts.near_calls import NearCalls, calls_of_period

SECOND = 1_000_000


def some_rows(rng: np.random.Generator, in_order: bool) -> pa.Table:
    count = int(rng.integers(0, 60))

    def with_gaps(values: Any, share: float) -> pa.Array:
        return pa.array(values, mask=rng.random(count) < share)

    begin = rng.integers(0, 400, count) * SECOND // 2
    end = begin + rng.integers(-5, 60, count) * SECOND
    call = rng.integers(0, 20, count)
    return pa.table(
        {
            "call_key": pa.array(np.sort(call)) if in_order else with_gaps(call, 0.1),
            "requester_key": with_gaps(rng.integers(0, 6, count), 0.4),
            "started_at": with_gaps(begin, 0.1).cast(pa.timestamp("us", "UTC")),
            "ended_at": with_gaps(end, 0.2).cast(pa.timestamp("us", "UTC")),
        }
    )


def said_row_by_row(rows: pa.Table, start_s: int, end_s: int, window_s: int) -> list[int]:
    """Calls that touch the period, and those with a segment in a chain of one of theirs."""
    told = [
        {**row, "at": row["started_at"] and row["started_at"].timestamp(), "to": row["ended_at"]}
        for row in rows.to_pylist()
    ]
    for row in told:
        over = row["to"].timestamp() if row["to"] else row["at"]
        row["to"] = None if row["at"] is None else max(over, row["at"])
    customer: dict[Any, int] = {}
    for row in told:
        if row["requester_key"] is not None and row["at"] is not None:
            customer.setdefault(row["call_key"], row["requester_key"])
    touching = {row["call_key"] for row in told if row["at"] is not None and row["at"] < end_s and row["to"] >= start_s}
    wanted = set(touching)
    for who in set(customer.values()):
        theirs = sorted((row for row in told if row["at"] is not None and customer.get(row["call_key"]) == who),
                        key=lambda row: row["at"])  # fmt: skip
        chain: list[Any] = []
        for place, row in enumerate(theirs):
            if place and row["at"] // 1 - theirs[place - 1]["at"] // 1 > window_s:
                chain = []
            chain.append(row["call_key"])
            following = theirs[place + 1]["at"] // 1 - row["at"] // 1 if place + 1 < len(theirs) else None
            if (following is None or following > window_s) and touching & set(chain):
                wanted |= set(chain)
    return [place for place, row in enumerate(told) if row["call_key"] in wanted]


@pytest.mark.parametrize("in_order", [True, False])
def test_the_calls_that_decide_a_period_are_those_that_touch_it_and_the_chains_that_they_are_in(in_order: bool) -> None:
    rng = np.random.default_rng(11)
    found, cut = 0, 0
    for _ in range(300):
        rows, window_s = some_rows(rng, in_order), int(rng.integers(0, 30))
        near = NearCalls(rows, window_s)
        for _ in range(3):
            begin = int(rng.integers(-10, 210))
            end = begin + int(rng.integers(0, 60))
            wanted = said_row_by_row(rows, begin, end, window_s)
            assert near.places(begin, end).tolist() == wanted
            found, cut = found + len(wanted), cut + rows.num_rows - len(wanted)
            assert calls_of_period(rows, begin, end, window_s).equals(rows.take(pa.array(wanted, pa.int64())))
    assert found > 1_000
    assert cut > 1_000


def test_a_gap_of_the_window_and_a_part_of_a_second_is_still_near_as_folds_count_whole_seconds() -> None:
    def rows(second_at: int) -> pa.Table:
        begin = pa.array([900_000, second_at], pa.int64()).cast(pa.timestamp("us", "UTC"))
        return pa.table({"call_key": [1, 2], "requester_key": [7, 7], "started_at": begin, "ended_at": begin})

    # From second 0 to second 10, ten whole seconds apart, 10.05 in fact; the one after is eleven whole seconds apart.
    assert NearCalls(rows(10_950_000), 10).places(5, 20).tolist() == [0, 1]
    assert NearCalls(rows(12_000_000), 10).places(5, 20).tolist() == [1]
