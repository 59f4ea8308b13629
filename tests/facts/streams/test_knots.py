"""Of a stream with a knot the facts of any period are those of everything that hold the keys of the period's rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tallystick.facts.stream import streams
from tests.facts.segments import NOON, TERMS, facts, rows_of
from tests.facts.streams.test_call import some_calls

KNOTTED = sorted(name for name, one in streams().items() if one.knot)


def test_there_are_streams_with_a_knot_and_each_is_a_key_of_its_rows_and_facts() -> None:
    assert "call" in KNOTTED
    for name in KNOTTED:
        one = streams()[name]
        assert one.schema[one.knot] == pa.int64()
        assert one.finder is not None


def odd_calls(count: int, seed: int) -> pa.Table:
    """Calls of which some name two customers, begin two segments at once, or pause for weeks; in any order."""
    rng, told = np.random.default_rng(seed), some_calls(count, seed).to_pylist()
    for row in told:
        if rng.random() < 0.2:
            row["requester_key"] = int(rng.integers(1, 12))
        if rng.random() < 0.2:
            row["started_at"] = row["started_at"].replace(second=0)
            row["seq"] = 0
        if rng.random() < 0.05:
            row["started_at"] += timedelta(days=9)
            row["ended_at"] = row["ended_at"] and row["ended_at"] + timedelta(days=9)
    return rows_of("call", [told[place] for place in rng.permutation(len(told))])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("calls", [some_calls, odd_calls])
@pytest.mark.parametrize("name", KNOTTED)
def test_facts_of_a_cut_are_a_cut_of_the_facts_to_the_last_byte(name: str, calls: Any, seed: int) -> None:
    rows, one = calls(160, seed), streams()[name]
    whole = facts(name, call=rows)
    assert one.finder is not None
    find = one.finder({"call": rows}, TERMS)
    seen = 0
    for first in range(0, 60, 7):
        begin = int((NOON + timedelta(days=first)).timestamp())
        places = find(begin, begin + 9 * 86_400)["call"]
        cut = rows.take(pa.array(places))
        keys = pa.array(np.unique(np.asarray(cut.column(one.knot))))
        of_keys = whole.filter(pc.is_in(whole.column(one.knot), value_set=keys))
        assert facts(name, call=cut).equals(of_keys)
        seen += of_keys.num_rows
    assert seen > 20
