"""Who an id means, by the rows of table `identity`."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from tallystick.records.persons import KINDS, person_of
from tallystick.records.table import INSTANT

JAN, FEB, MAR, APR = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3, 4))


def identities(*rows: tuple) -> pa.Table:
    names = ("system", "source_id", "person", "valid_from", "valid_to", "partner")
    columns = list(zip(*(row + (None,) * (6 - len(row)) for row in rows), strict=True))
    types = (pa.string(), pa.string(), pa.string(), INSTANT, INSTANT, pa.string())
    return pa.table({name: pa.array(column, kind) for name, column, kind in zip(names, columns, types, strict=True)})


def at(*instants: datetime | None) -> pa.Array:
    return pa.array(instants, INSTANT)


def test_an_id_that_no_row_explains_stands_for_itself_and_no_id_for_nobody() -> None:
    known = identities(("acd", "101", "A7"))
    ids = pa.array(["101", "102", None])
    assert person_of(known, "acd", ids, at(JAN, JAN, JAN)).to_pylist() == ["A7", "102", None]
    assert person_of(known, "other", ids, at(JAN, JAN, JAN)).to_pylist() == ["101", "102", None]
    assert person_of(known.slice(0, 0), "acd", ids, at(JAN, JAN, JAN)).to_pylist() == ["101", "102", None]


def test_an_extension_that_is_handed_on_means_another_person_from_that_instant_on() -> None:
    known = identities(("acd", "101", "A7", JAN, MAR), ("acd", "101", "B2", MAR, None))
    ids = pa.array(["101"] * 4)
    before = datetime(2025, 12, 1, tzinfo=UTC)
    assert person_of(known, "acd", ids, at(before, FEB, MAR, APR)).to_pylist() == ["101", "A7", "B2", "B2"]


def test_an_earlier_row_that_holds_longer_counts_again_when_the_later_one_has_ended() -> None:
    known = identities(("acd", "101", "A7", JAN, None), ("acd", "101", "B2", FEB, MAR))
    assert person_of(known, "acd", pa.array(["101"] * 3), at(JAN, FEB, APR)).to_pylist() == ["A7", "B2", "A7"]


def test_without_an_instant_the_row_that_began_last_counts() -> None:
    known = identities(("acd", "101", "B2", FEB, MAR), ("acd", "101", "A7", JAN, FEB))
    assert person_of(known, "acd", pa.array(["101"])).to_pylist() == ["B2"]


def test_the_order_of_rows_says_nothing() -> None:
    one = identities(("acd", "101", "B2", JAN, None), ("acd", "101", "A7", JAN, None))
    two = one.take(pa.array([1, 0]))
    found = {person_of(each, "acd", pa.array(["101"]), at(FEB))[0].as_py() for each in (one, two)}
    assert found == {"A7"}


def test_a_kind_of_system_is_asked_where_the_system_itself_is_not_listed() -> None:
    known = identities(("telephony", "101", "A7"), ("acd", "102", "B2"), ("telephony", "102", "X"))
    ids = pa.array(["101", "102"])
    assert person_of(known, "acd", ids, at(JAN, JAN), kinds=KINDS["call"]).to_pylist() == ["A7", "B2"]


def test_each_row_may_come_from_a_system_of_its_own() -> None:
    known = identities(("one", "1", "A"), ("two", "1", "B"))
    sources = pa.chunked_array([["one", "two"], ["three"]])
    ids = pa.chunked_array([["1"], ["1", "1"]])
    assert person_of(known, sources, ids, at(JAN, JAN, JAN)).to_pylist() == ["A", "B", "1"]


def test_the_same_extension_of_two_partners_is_two_persons() -> None:
    known = identities(("acd", "101", "A7", None, None, "aurora"), ("acd", "101", "B2", None, None, "borea"))
    ids, partners = pa.array(["101"] * 3), pa.array(["borea", "aurora", "cygnus"])
    assert person_of(known, "acd", ids, at(JAN, JAN, JAN), partners=partners).to_pylist() == ["B2", "A7", "101"]
