"""Each interval weighs the same."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

QUIET = [{"offered_at": f"2026-03-02T0{hour}:00:00Z", "wait_s": 1} for hour in (1, 2, 3) for _ in range(30)]
PEAK = [{"offered_at": "2026-03-02T09:10:00Z", "wait_s": 100} for _ in range(10)]


def test_quiet_nights_do_not_make_up_for_a_lost_hour() -> None:
    assert measured("service_level", [*QUIET, *PEAK]).value == Fraction(9, 10)
    value = measured("call_interval_attainment", [*QUIET, *PEAK])
    assert (value.value, value.n, value.denominator) == (Fraction(3, 4), 100, 4)


def test_intervals_with_too_few_calls_are_not_judged() -> None:
    assert measured("call_interval_attainment", [*QUIET, *PEAK], at_least=11).value == 1


def test_an_interval_is_kept_at_exactly_its_share() -> None:
    rows = [{"wait_s": 1}] * 8 + [{"wait_s": 60}] * 2
    assert measured("call_interval_attainment", rows).value == 1
    assert measured("call_interval_attainment", rows, percent=81).value == 0
