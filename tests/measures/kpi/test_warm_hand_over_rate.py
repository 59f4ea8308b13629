"""Calls of which the next agent was told first."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

NAME = "warm_hand_over_rate"


def test_calls_that_nobody_passed_on_are_no_hand_overs() -> None:
    value = measured(NAME, [{"transfer": "warm"}, {"transfer": "blind"}, {}, {"transfer": None}])
    assert (value.value, value.n) == (Fraction(1, 2), 2)
    assert dict(value.excluded) == {"not passed on": 2}


def test_a_source_that_does_not_say_how_gives_no_value() -> None:
    value = measured(NAME, [{"transfer": "unknown"}, {"transfer": "unknown"}])
    assert (value.value, value.n, dict(value.excluded)) == (None, 0, {"nothing says how": 2})


def test_a_call_still_handled_waits_and_an_outbound_one_is_none_of_ours() -> None:
    rows = [
        {"transfer": "warm"},
        {"transfer": "blind", "unfinished": True, "ended_at": None},
        {"transfer": "blind", "direction": "outbound"},
    ]
    value = measured(NAME, rows)
    assert (value.value, value.n, value.pending) == (1, 1, 1)
