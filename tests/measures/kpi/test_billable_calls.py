"""Which calls a price per contact charges for."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured


def test_a_call_that_was_passed_on_is_charged_once_or_at_each_visit() -> None:
    rows = [{"last_visit": False}, {"visit": 2, "first_visit": False}]
    free = measured("billable_calls", rows)
    assert (free.value, free.excluded) == (1, (("passed on, free", 1),))
    assert measured("billable_calls", rows, transfers="charged").value == 2


def test_a_call_is_free_up_to_the_last_second_of_the_window() -> None:
    rows = [{"since_previous_s": gap} for gap in (None, 86399, 86400, 86401)]
    assert measured("billable_calls", rows, repeat_s=86400).value == 2
    assert measured("billable_calls", rows).value == 4


def test_a_call_is_free_below_the_least_talk_and_charged_at_it() -> None:
    rows = [{"talk_s": seconds} for seconds in (9, 10, 11)]
    assert measured("billable_calls", rows, least_s=10).value == 2
    assert measured("billable_calls", rows).value == 3


def test_nobody_pays_for_calls_that_nobody_answered_or_that_the_partner_made() -> None:
    rows = [{"outcome": "abandoned", "wait_s": 5}, {"direction": "outbound"}, {"kind": "ivr"}, {}]
    value = measured("billable_calls", rows)
    assert value.value == 1
    assert dict(value.excluded)["not handled"] == 1
