"""Four formulas and a vendor's, over the same calls."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from tests.measures.kpi.by_hand import measured

# Two in time, one late, one who left at once, one who left late, one who was promised a call back, one who overflowed.
CALLS = [
    {"wait_s": 5},
    {"wait_s": 20},
    {"wait_s": 21},
    {"outcome": "abandoned", "wait_s": 4},
    {"outcome": "abandoned", "wait_s": 90},
    {"outcome": "callback", "wait_s": 60},
    {"outcome": "overflow", "wait_s": 120},
]


@pytest.mark.parametrize(
    ("variant", "value"),
    [
        ("of_offered", Fraction(2, 6)),
        ("less_early_abandons", Fraction(2, 5)),
        ("early_abandons_as_met", Fraction(3, 6)),
        ("of_answered", Fraction(2, 3)),
        ("genesys", Fraction(2, 5)),
    ],
)
def test_the_same_calls_give_five_figures(variant: str, value: Fraction) -> None:
    assert measured("service_level", CALLS, variant=variant).value == value


def test_each_switch_moves_the_base() -> None:
    assert measured("service_level", CALLS, short_s=5).value == Fraction(2, 5)
    assert measured("service_level", CALLS, flow_outs="leave_out").value == Fraction(2, 5)
    assert measured("service_level", CALLS, callbacks="count").value == Fraction(2, 7)
    assert measured("service_level", CALLS, seconds=21).value == Fraction(3, 6)


def test_a_call_that_waits_past_the_time_has_failed_and_one_within_it_is_pending() -> None:
    asked = datetime(2026, 3, 2, 8, 0, 15, tzinfo=UTC)
    waiting = [{"outcome": "waiting"}, {"wait_s": 5}]
    early = measured("service_level", waiting, as_of=asked)
    late = measured("service_level", waiting, as_of=datetime(2026, 3, 2, 8, 0, 21, tzinfo=UTC))
    assert (early.value, early.n, early.pending) == (1, 1, 1)
    assert (late.value, late.n, late.pending) == (Fraction(1, 2), 2, 0)


def test_what_happened_later_had_not_happened_then() -> None:
    answered_after = measured("service_level", [{"wait_s": 15}], as_of=datetime(2026, 3, 2, 8, 0, 10, tzinfo=UTC))
    assert (answered_after.n, answered_after.pending) == (0, 1)


def test_refused_calls_are_blockage_and_outbound_ones_somebody_elses() -> None:
    value = measured("service_level", [{}, {"outcome": "refused", "wait_s": 0}, {"direction": "outbound"}])
    assert (value.n, value.excluded) == (1, (("not inbound", 1), ("refused", 1)))


def test_first_visits_count_each_call_once() -> None:
    rows = [{"outcome": "overflow", "wait_s": 30}, {"visit": 2, "first_visit": False, "wait_s": 3}]
    assert measured("service_level", rows).value == Fraction(1, 2)
    assert measured("service_level", rows, visits="first").value == 0


def test_sessions_with_a_machine_are_not_offered() -> None:
    assert measured("service_level", [{"kind": "ivr", "outcome": "abandoned", "wait_s": None}], kind="ivr").n == 0
