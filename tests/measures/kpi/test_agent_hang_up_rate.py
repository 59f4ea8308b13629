"""Who ended the call."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

CALLS = [{"ended_by": "agent", "talk_s": 8}, {"ended_by": "customer"}, {"ended_by": "agent", "talk_s": 200}, {}]


def test_calls_of_which_nobody_knows_the_end_are_left_out() -> None:
    value = measured("agent_hang_up_rate", CALLS)
    assert (value.value, value.excluded) == (Fraction(2, 3), (("end not known", 1),))


def test_short_calls_can_be_asked_alone() -> None:
    assert measured("agent_hang_up_rate", CALLS, within_s=10).value == 1
