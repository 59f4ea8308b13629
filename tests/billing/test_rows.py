"""The rows behind a quantity of a line: all of its days, each once, month by month."""

from __future__ import annotations

from typing import Any

import pytest

from tallystick.billing.invoice import CountedQuantity, Span
from tallystick.billing.quantities import DailySource
from tallystick.billing.rows import digest_of_rows, rows_of
from tests.billing.by_day import on
from tests.billing.test_quantities import CALLS, COSTS, source, span


def counted(found: DailySource, *spans: Span) -> CountedQuantity:
    tally = found.tally(CALLS, spans)
    return CountedQuantity("quantity", CALLS, spans, tally.value, tally.n, tally.pending, tally.excluded)


@pytest.mark.parametrize(
    ("spans", "listed", "read"),
    [
        ((span("2026-04-01", "2026-04-02"),), ["1", "0 too soon", "0 too soon"], ["2026-04"]),
        ((span("2026-04-02", "2026-04-03"),), ["1", "0 not handled"], ["2026-04"]),
        ((span("2026-04-30", "2026-05-02"),), ["1", "0 pending"], ["2026-04", "2026-05"]),
        ((span("2026-05-01", "2026-05-02"),), ["0 pending"], ["2026-05"]),
        ((span("2026-05-02", "2026-06-11"),), ["1"], ["2026-05", "2026-06"]),
        ((span("2026-04-02", "2026-04-03"), span("2026-06-10", "2026-06-11")), ["1", "0 not handled", "1"],
         ["2026-04", "2026-06"]),
        ((span("2026-04-03", "2026-04-30"),), [], ["2026-04"]),
        ((), [], []),
    ],
)  # fmt: skip
def test_rows_are_those_of_the_days_counted_read_month_by_month(
    spans: tuple[Span, ...], listed: list[str], read: list[str]
) -> None:
    rows = rows_of(source(), counted(source(), *spans)).to_pylist()
    told = [f"{row['numerator'] or 0} {'' if row['status'] == 'counted' else row['status']}".strip() for row in rows]
    assert [one.partition(" after")[0] for one in told] == listed
    asked: list[Any] = []
    rows_of(source(asked=asked), counted(source(), *spans))
    assert asked == [(["call"], month) for month in read]


def test_what_the_rows_bring_adds_up_to_the_quantity_with_the_columns_asked_for() -> None:
    whole = counted(source(), span("2026-04-01", "2026-07-01"))
    rows = rows_of(source(), whole, keep=("agent", "language"))
    brought = [row["numerator"] for row in rows.to_pylist() if row["status"] == "counted"]
    assert (sum(brought), len(brought)) == (whole.value, whole.n) == (4, 4)
    assert {"agent", "language", "case_id"} <= set(rows.column_names)
    assert set(rows.column("language").to_pylist()) == {"de", "ro"}
    assert "language" not in rows_of(source(), whole).column_names


def test_without_a_day_the_list_is_empty_and_has_its_columns() -> None:
    found = rows_of(source(), counted(source()))
    assert (found.num_rows, found.column_names) == (0, ["case_id", "status", "numerator"])


def test_the_digest_is_of_the_rows_whatever_else_was_read_and_moves_with_each_of_them() -> None:
    whole = counted(source(), span("2026-04-01", "2026-05-01"))
    pin = digest_of_rows(source(), whole)
    assert len(pin) == 64
    assert digest_of_rows(source(CALLS, COSTS), whole) == pin
    shorter = counted(source(), span("2026-04-01", "2026-04-30"))
    assert digest_of_rows(source(), shorter) != pin
    quiet = [
        digest_of_rows(source(), counted(source(), span(day, "2026-04-30"))) for day in ("2026-04-05", "2026-04-06")
    ]
    assert quiet[0] == quiet[1] != pin
    assert on("2026-04-30") in source().daily(CALLS, span("2026-04-01", "2026-05-01"))
