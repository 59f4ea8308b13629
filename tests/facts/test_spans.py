"""Spans against a count second by second."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.facts.spans import (
    BITS,
    SECOND,
    Lookup,
    Spans,
    at,
    cut_by_day,
    days_between,
    disjoint,
    in_order,
    midnights,
)
from tallystick.vocabulary.opening import zone_arrays
from tallystick.vocabulary.zones import first_instant, zone_offsets

SPANS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(0, 25), st.integers(0, 4)), max_size=25)
Told = list[tuple[int, int, int, int]]


def spans_of(told: Told) -> Spans:
    owner, begin, length, rank = (np.array([row[at_] for row in told], np.int64) for at_ in range(4))
    return Spans(at(owner, begin), at(owner, begin + length), rank)


def seconds(told: Told) -> dict[tuple[int, int], int]:
    """The lowest rank that holds in each second of each owner."""
    found: dict[tuple[int, int], int] = {}
    for owner, begin, length, rank in told:
        for second in range(begin, begin + length):
            found[owner, second] = min(rank, found.get((owner, second), rank))
    return found


def told_by(spans: Spans) -> dict[tuple[int, int], int]:
    rows = zip((spans.begin >> BITS).tolist(), (spans.begin & SECOND).tolist(), (spans.end & SECOND).tolist(),
               spans.rank.tolist(), strict=True)  # fmt: skip
    return {(owner, second): rank for owner, begin, end, rank in rows for second in range(begin, end)}


@given(SPANS)
def test_at_each_moment_one_rank_holds_and_it_is_the_lowest(told: Told) -> None:
    found = disjoint(spans_of(told))
    assert told_by(found) == seconds(told)
    assert int((found.end - found.begin).sum()) == len(seconds(told))
    assert (np.diff(found.begin) > 0).all()


@given(SPANS, SPANS)
def test_what_lies_in_other_spans_is_counted_by_rank(told: Told, others: Told) -> None:
    inside = disjoint(spans_of(others))
    lookup = Lookup(disjoint(spans_of(told)), inside)
    held = seconds(told)
    for ranks in (None, (0,), (1, 3)):
        expected = [
            sum(
                (owner, second) in held and (ranks is None or held[owner, second] in ranks)
                for second in range(begin & SECOND, end & SECOND)
            )
            for owner, begin, end in zip(inside.owner.tolist(), inside.begin.tolist(), inside.end.tolist(), strict=True)
        ]
        assert lookup.seconds(ranks).tolist() == expected


@pytest.mark.parametrize("name", ["UTC", "Europe/Bucharest", "Asia/Kolkata", "Asia/Beirut", "America/Santiago",
                                  "Australia/Lord_Howe", "Pacific/Apia"])  # fmt: skip
def test_midnights_are_those_of_each_day_of_two_years(name: str) -> None:
    zone = zone_offsets(name, date(2025, 1, 1), date(2026, 12, 31))
    on = [date(2025, 1, 2) + timedelta(days=place) for place in range(720)]
    days = np.array([one.toordinal() - date(1970, 1, 1).toordinal() for one in on])
    assert midnights(zone_arrays(zone), days).tolist() == [first_instant(zone, one) for one in on]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5 * 86_400), st.integers(1, 3 * 86_400)), min_size=1))
def test_pieces_by_day_make_the_whole_and_stay_within_their_day(told: list[tuple[int, int, int]]) -> None:
    zone = zone_arrays(zone_offsets("Europe/Bucharest", date(2026, 1, 1), date(2026, 12, 31)))
    first = 1_774_560_000  # three days before clocks change
    owner, begin, length = (np.array([row[place] for row in told]) for place in range(3))
    spans = Spans(at(owner, first + begin), at(owner, first + begin + length), np.arange(len(told)))
    days = days_between(zone, int((first + begin).min()), int((first + begin + length).max()))
    pieces, day = cut_by_day(spans, days)
    whole = np.bincount(pieces.rank, weights=pieces.end - pieces.begin, minlength=len(told))
    assert whole.tolist() == length.tolist()
    assert (days.begins[day] <= (pieces.begin & SECOND)).all()
    assert ((pieces.end & SECOND) <= days.begins[day + 1]).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))))
def test_rows_stand_by_one_key_and_equals_by_another(told: list[tuple[int, int]]) -> None:
    key, then = (np.array([row[place] for row in told], np.int64) for place in range(2))
    order = in_order(key, then)
    assert [told[place] for place in order.tolist()] == sorted(told)
