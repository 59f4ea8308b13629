"""Changes that are fresh at once."""

from __future__ import annotations

from tests.measures.kpi.desk import value_of


def test_the_load_of_changes_is_the_worst_day_or_the_mean_one() -> None:
    rows = [{"live": live} for live in (1, 1, 4)]
    assert value_of("change_load", "change_load", *rows).value == 4
    assert value_of("change_load", "change_load", *rows, statistic="mean").value == 2
    assert value_of("change_load", "change_load", *rows, statistic="median").value == 1
