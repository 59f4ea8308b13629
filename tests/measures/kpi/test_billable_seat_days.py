"""Days of seats that are paid."""

from __future__ import annotations

import pytest

from tests.measures.kpi.by_hand import measured

ROWS = [{"vacant_day": day} for day in (0, 0, 1, 13, 14, 15)]


@pytest.mark.parametrize(("window", "paid"), [(0, 2), (1, 3), (13, 4), (14, 5), (15, 6)])
def test_a_vacancy_is_paid_up_to_the_last_day_of_its_window(window: int, paid: int) -> None:
    value = measured("billable_seat_days", ROWS, window_days=window)
    assert value.value == paid
    assert dict(value.excluded) == ({"vacant for too long": 6 - paid} if paid < 6 else {})


def test_seats_of_another_role_are_another_price() -> None:
    rows = [{}, {"role": "team_leader"}, {"role": "team_leader"}]
    assert measured("billable_seat_days", rows).value == 1
    assert measured("billable_seat_days", rows, role="team_leader").value == 2
    assert measured("billable_seat_days", rows, role="all").value == 3
