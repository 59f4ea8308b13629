"""Of a stream with a knot the facts of any period are those of everything that hold the keys of the period's rows."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tallystick.facts.stream import streams
from tests.facts.segments import NOON, TERMS, facts
from tests.facts.streams.test_call import some_calls

KNOTTED = sorted(name for name, one in streams().items() if one.knot)


def test_there_are_streams_with_a_knot_and_each_is_a_key_of_its_rows_and_facts() -> None:
    assert "call" in KNOTTED
    for name in KNOTTED:
        one = streams()[name]
        assert one.schema[one.knot] == pa.int64()
        assert one.finder is not None


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", KNOTTED)
def test_facts_of_a_cut_are_a_cut_of_the_facts_to_the_last_byte(name: str, seed: int) -> None:
    rows, one = some_calls(160, seed), streams()[name]
    whole = facts(name, call=rows)
    assert one.finder is not None
    find = one.finder({"call": rows}, TERMS)
    seen = 0
    for first in range(0, 60, 7):
        begin = int((NOON + timedelta(days=first)).timestamp())
        places = find(begin, begin + 9 * 86_400)["call"]
        cut = one.of_period({"call": rows}, begin, begin + 9 * 86_400, TERMS)["call"]
        assert cut.equals(rows.take(pa.array(places)))
        keys = pa.array(np.unique(np.asarray(cut.column(one.knot))))
        of_keys = whole.filter(pc.is_in(whole.column(one.knot), value_set=keys))
        assert facts(name, call=cut).equals(of_keys)
        seen += of_keys.num_rows
    assert seen > 20
