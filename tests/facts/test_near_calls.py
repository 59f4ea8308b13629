"""Which calls decide a period, against the same said row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tallystick.facts.near_calls import NearCalls, calls_of_period
from tallystick.facts.visits import KINDS

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
            "call_key": pa.array(np.sort(call)) if in_order else pa.array(call),
            "requester_key": with_gaps(rng.integers(0, 6, count), 0.4),
            "started_at": with_gaps(begin, 0.1).cast(pa.timestamp("us", "UTC")),
            "ended_at": with_gaps(end, 0.2).cast(pa.timestamp("us", "UTC")),
            "kind": pa.array([KINDS[place] for place in rng.integers(0, len(KINDS), count)], pa.string()),
            "seq": pa.array(rng.integers(0, 2, count), pa.int32()),
            "segment_key": pa.array(rng.permutation(count), pa.int64()),
        }
    )


def said_row_by_row(rows: pa.Table, start_s: int, end_s: int, window_s: int) -> list[int]:
    """Calls that touch the period, all in a chain of one of theirs, and so on until nothing more hangs on them."""
    told = [
        {**row, "at": row["started_at"] and row["started_at"].timestamp(), "to": row["ended_at"]}
        for row in rows.to_pylist()
    ]
    for row in told:
        over = row["to"].timestamp() if row["to"] else row["at"]
        row["to"] = None if row["at"] is None else max(over, row["at"])
    customer: dict[Any, int] = {}
    begun = [row for row in told if row["at"] is not None and row["requester_key"] is not None]
    for row in sorted(begun, key=lambda row: (row["at"], row["seq"], KINDS.index(row["kind"]), row["segment_key"])):
        if row["call_key"] is not None:
            customer.setdefault(row["call_key"], row["requester_key"])
    chains: list[set[Any]] = []
    for who in set(customer.values()):
        theirs = [row for row in told if row["at"] is not None and customer.get(row["call_key"]) == who]
        before = None
        for row in sorted(theirs, key=lambda row: row["at"]):
            if before is None or row["at"] // 1 - before > window_s:
                chains.append(set())
            chains[-1].add(row["call_key"])
            before = row["at"] // 1
    wanted = {row["call_key"] for row in told if row["at"] is not None and row["at"] < end_s and row["to"] >= start_s}
    while more := {one for chain in chains if chain & wanted for one in chain} - wanted:
        wanted |= more
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
