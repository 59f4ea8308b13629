# ruff: noqa: E501 - the content of files, as it comes
"""A partner's scorecard: names, periods and figures, exactly and with their cells."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tallystick.records.connector import Batch, Resolver
from tallystick.records.connectors.scorecard import Scorecard
from tallystick.records.connectors.scorecard.figures import read_figure, read_label, read_period


@pytest.mark.parametrize(
    ("cell", "measure", "value", "unit"),
    [
        ("92.5 %", "sla_attainment", "0.925", "share"),
        ("92,5%", "sla_attainment", "0.925", "share"),
        (0.1 + 0.2, "sla_attainment", "0.3", "share"),
        (88, "csat", "0.88", "share"),
        ("3:20", "first_reply_time", "12000", "seconds"),
        ("3:20", "average_handle_time", "200", "seconds"),
        ("1:02:03", "first_reply_time", "3723", "seconds"),
        ("2h 30m", "first_reply_time", "9000", "seconds"),
        ("3.5 hours", "first_reply_time", "12600", "seconds"),
        ("45 min", "first_reply_time", "2700", "seconds"),
        (timedelta(hours=3), "first_reply_time", "10800", "seconds"),
        ("1,234", "case_count", "1234", "count"),
        ("1.300", "case_count", "1300", "count"),
        ("10.300", "case_count", "10300", "count"),
        ("100.300.000", "case_count", "100300000", "count"),
        ("0.125", "case_count", "0.125", "count"),
        ("0,125", "case_count", "0.125", "count"),
        ("0,125", "csat", "0.125", "share"),
        ("0,925 %", "csat", "0.00925", "share"),
        ("0,125 h", "first_reply_time", "450", "seconds"),
        ("-0,125", "nps", "-0.125", "points"),
        ("9,125", "nps", "9125", "points"),
        ("10,125.5", "nps", "10125.5", "points"),
        ("100,125", "nps", "100125", "points"),
        ("10.125,5", "nps", "10125.5", "points"),
        ("1.000.125", "nps", "1000125", "points"),
        ("1.234,5", "nps", "1234.5", "points"),
        ("-3", "nps", "-3", "points"),
    ],
)
def test_a_figure_is_read_exactly_with_its_unit(cell: Any, measure: str, value: str, unit: str) -> None:
    assert read_figure(cell, measure) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "cell", ["abc", "12 parsecs", True, "1.2.3", "#DIV/0!", "0,125.5", "0.125,5", "0.125.000", "0,125,000"]
)
def test_what_is_no_figure_is_not_made_one(cell: Any) -> None:
    assert read_figure(cell, "csat") is None


@pytest.mark.parametrize(
    ("cell", "begins", "ends"),
    [
        ("2026-01", date(2026, 1, 1), date(2026, 2, 1)),
        ("Jan 26", date(2026, 1, 1), date(2026, 2, 1)),
        ("Dezember 2025", date(2025, 12, 1), date(2026, 1, 1)),
        ("février", date(2026, 2, 1), date(2026, 3, 1)),
        ("Q1 2026", date(2026, 1, 1), date(2026, 4, 1)),
        ("KW 3 2026", date(2026, 1, 12), date(2026, 1, 19)),
        (datetime(2026, 3, 1), date(2026, 3, 1), date(2026, 4, 1)),  # noqa: DTZ001
        ("01.01.2026 - 31.01.2026", date(2026, 1, 1), date(2026, 2, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_is_read_in_the_ways_it_is_written(cell: Any, begins: date, ends: date) -> None:
    assert read_period(cell, 2026) == (begins, ends)


def test_a_label_tells_measure_language_and_channel() -> None:
    label = read_label("First reply SLA (DE, e-mail)")
    assert (label.measure, label.language, label.channel) == ("sla_attainment", "de", "email")
    assert read_label("Vibes index").measure is None


def batch_of(path: Path) -> Batch:
    connector = Scorecard()
    assert connector.recognise(path) > 0.5
    mapping = connector.propose(path, None, {"partner": "aurora"})
    return next(iter(connector.read(path, mapping, Resolver("lumen", 0))))


def test_a_workbook_gives_figures_with_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "scorecard.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Scorecard")
        sheet.write(0, 0, "Aurora 2026")
        sheet.write_row(2, 0, ["KPI", "Target", "January", "February"])
        sheet.write_row(3, 0, ["First reply SLA", "90%", 0.925, "91,5 %"])
        sheet.write_row(4, 0, ["CSAT", "", 88, "soon"])
        sheet.write_row(5, 0, ["Vibes", "", 1, 2])
    batch = batch_of(path)
    found = {row["place"]: row for row in batch.tables["reported_value"].to_pylist()}
    assert found["Scorecard!C4"]["value"] == Decimal("0.925")
    assert found["Scorecard!D4"]["period_from"] == date(2026, 2, 1)
    assert found["Scorecard!C6"]["measure"] is None
    assert [(reject.finding.id, reject.finding.place.key) for reject in batch.rejects] == [("TS-I113", "Scorecard!D5")]
    assert [finding.id for finding in batch.findings] == ["TS-I220"]
    assert batch.rows_in == len(found) + len(batch.rejects)


@pytest.mark.parametrize(
    "text",
    [
        "Month,SLA attainment,NPS\nJan 2026,92.1%,30\nFeb 2026,93%,-3\n",
        "Period;Metric;Value\n2026-01;SLA attainment;92,1%\n2026-01;NPS;30\n2026-02;SLA attainment;93%\n2026-02;NPS;-3\n",
        "KPI,2026-01,2026-02\nSLA attainment,92.1%,93%\nNPS,30,-3\n",
    ],
)
def test_wide_across_and_long_layouts_say_the_same(text: str, tmp_path: Path) -> None:
    path = tmp_path / "scorecard.csv"
    path.write_text(text, encoding="utf-8")
    rows = batch_of(path).tables["reported_value"].to_pylist()
    told = {(row["measure"], row["period_from"].month): row["value"] for row in rows}
    assert told == {
        ("sla_attainment", 1): Decimal("0.921"), ("sla_attainment", 2): Decimal("0.93"), ("nps", 1): 30, ("nps", 2): -3,
    }  # fmt: skip


def test_a_table_of_tickets_is_no_scorecard(shared_data: Path) -> None:
    for file in sorted((shared_data / "tickets").glob("*.csv")):
        assert Scorecard().recognise(file) == 0.0
