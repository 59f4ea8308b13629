"""A month that stands for all of its days, as lists write it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors._months import month_of, month_share, months_us
from tests.records.connectors.test_floor_lists import read, take


@pytest.mark.parametrize(
    "text",
    ["2026-02", "2026/2", "02/2026", "2.2026", "202602", "2026-M02", "Feb 2026", "february, 2026", "Februar 2026",
     "février 2026", "2026 feb", "FEB-2026", " 2026-02 "],
)  # fmt: skip
def test_february_is_february_however_it_is_written(text: str) -> None:
    assert month_of(text) == (2026, 2)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026", "Q1 2026", "2026-02-01", "02-26", "Fun 2026", "", "1202"]
)
def test_what_is_no_month_or_could_be_another_thing_is_none(text: str) -> None:
    assert month_of(text) is None


def test_a_column_is_read_by_its_words_and_what_is_none_is_nothing() -> None:
    found = months_us(pa.array(["2026-02", None, "x", "2026-02", "1970-01"]))
    february = 1_769_904_000_000_000
    assert found.tolist() == [february, NONE, NONE, february, NONE]
    assert month_share({"2026-02": 3, "x": 1}) == 0.75
    assert month_share({}) == 0.0


@pytest.mark.parametrize("head", ["month", "period", "Monat"])
def test_a_list_of_costs_by_month_covers_each_month(tmp_path: Path, head: str) -> None:
    text = f"kind,{head},amount,currency\nTools,2026-02,12.50,EUR\nTravel,2026-12,7.00,EUR\n"
    outcome = take(tmp_path, "ledger.csv", text, "costs")
    assert (outcome.rows_in, outcome.rejected) == (2, 0)
    rows = {row["kind"]: (row["period_from"], row["period_to"]) for row in read(tmp_path, "cost")}
    assert rows == {
        "tools": (date(2026, 2, 1), date(2026, 3, 1)), "travel": (date(2026, 12, 1), date(2027, 1, 1)),
    }  # fmt: skip


def test_a_last_month_counts_whole_and_a_cell_that_is_no_month_is_refused_with_its_reason(tmp_path: Path) -> None:
    text = """kind,month,period end,amount,currency
Tools,2026-01,2026-03,30,EUR
Travel,2026-02,,7,EUR
QA,soon,,7,EUR
Gifts,,,7,EUR
"""
    outcome = take(tmp_path, "ledger.csv", text, "costs")
    rows = {row["kind"]: (row["period_from"], row["period_to"]) for row in read(tmp_path, "cost")}
    assert rows == {
        "tools": (date(2026, 1, 1), date(2026, 4, 1)), "travel": (date(2026, 2, 1), date(2026, 3, 1)),
    }  # fmt: skip
    assert outcome.rejected == 2
