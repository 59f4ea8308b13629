"""Warm, blind, and nobody knows how."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

CALLS = [{"transfer": "warm"}, {"transfer": "blind"}, {"transfer": "unknown"}, {}]


def test_a_transfer_of_unknown_kind_counts_among_any_only() -> None:
    assert measured("call_transfer_rate", CALLS).value == Fraction(3, 4)
    assert measured("call_transfer_rate", CALLS, how="warm").value == Fraction(1, 4)
    assert measured("call_transfer_rate", CALLS, how="blind").value == Fraction(1, 4)


def test_overflow_before_anybody_talked_is_no_transfer() -> None:
    value = measured("call_transfer_rate", [{"outcome": "overflow"}, {}])
    assert (value.value, value.excluded) == (0, (("not handled", 1),))
