"""Days until beginners are at the level of tenured colleagues; who is not there yet is not left out."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.measures.kpi.by_hand import measured

NAME = "speed_to_proficiency"
LATE = datetime(2026, 12, 1, tzinfo=UTC)


def row(days: int | None, **parts: object) -> dict[str, object]:
    return {"live_at": "2026-03-02T00:00:00Z", "days_both": days, "days_handling": days, "days_output": None, **parts}


def test_the_median_counts_those_not_there_yet_with_the_whole_window() -> None:
    rows = [row(21), row(56), row(None), row(None)]
    assert measured(NAME, rows, as_of=LATE).value == 56
    assert measured(NAME, [*rows, row(None)], as_of=LATE).value == 182
    assert measured(NAME, rows, as_of=LATE, statistic="mean").value == (21 + 56 + 182 + 182) / 4


def test_everybody_waits_until_the_window_is_over_the_quick_ones_too() -> None:
    value = measured(NAME, [row(21), row(None)])
    assert (value.value, value.n, value.pending) == (None, 0, 2)


def test_a_run_that_ends_after_the_window_is_not_in_it() -> None:
    rows = [row(70)]
    eight, ten, fourteen = (weeks * 7 * 86_400 for weeks in (8, 10, 14))
    assert measured(NAME, rows, as_of=LATE, window_s=fourteen).value == 70
    assert measured(NAME, rows, as_of=LATE, window_s=ten).value == 70 == ten // 86_400
    assert measured(NAME, rows, as_of=LATE, window_s=eight).value == 56


def test_who_left_before_being_there_is_left_out_and_who_left_after_counts() -> None:
    left = {"left_at": "2026-05-01T00:00:00Z"}
    value = measured(NAME, [row(None, **left), row(14, **left)], as_of=LATE)
    assert (value.value, value.n, dict(value.excluded)) == (14, 1, {"people who left before": 1})


def test_each_metric_is_judged_by_its_own_weeks() -> None:
    rows = [row(28, weeks_output=0)]
    assert measured(NAME, rows, as_of=LATE, metric="handling").value == 28
    value = measured(NAME, rows, as_of=LATE, metric="output")
    assert (value.value, dict(value.excluded)) == (None, {"never compared": 1})
