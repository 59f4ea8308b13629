"""Invoices are read inside the scope that asks: heads, lines, taxes and allowances alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tallystick.invoices.value import Period
from tallystick.records.ingest import ingest
from tallystick.records.invoice_rows import PARTS, Arrived, current, tables_of
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope
from tests.billing.check.papers import L, paper

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
TEXT = """invoice number,invoice date,description,quantity,unit price,net amount,currency
{number},2026-04-02,Hours,10,24.00,240.00,EUR
{number},2026-04-02,Training,2,24.00,48.00,EUR
"""


def test_a_partner_reads_its_own_invoices_and_every_table_is_asked_in_its_scope(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for partner, number in (("aurora", "A-1"), ("borealis", "B-1")):
        path = tmp_path / f"{partner}-billing.csv"
        path.write_text(TEXT.format(number=number), encoding="utf-8")
        outcome = ingest(
            tmp_path / "home", path, connector="invoice_lists", partner=partner, as_of=AS_OF, hints={"zone": "UTC"}
        )
        assert outcome.exit_code == 0, outcome.findings
    asked: dict[str, Scope] = {}
    real = Lake.read

    def noted(self: Lake, scope: Scope, name: str, **more: Any) -> pa.Table:
        asked[name] = scope
        return real(self, scope, name, **more)

    monkeypatch.setattr(Lake, "read", noted)
    with Lake.open(tmp_path / "home" / "lake") as lake:
        own = Scope.of_partner(lake.client, "aurora")
        found = current(lake, own)
        every = current(lake, Scope.of_client(lake.client))
        assert {name: rows.num_rows for name, rows in found.items() if name != "invoice_tax"} == {
            "invoice": 1, "invoice_line": 2, "invoice_allowance": 0,
        }  # fmt: skip
        assert every["invoice_line"].num_rows == 4
        asked.clear()
        current(lake, own)
        assert asked == dict.fromkeys(("invoice", *PARTS), own)


@pytest.mark.parametrize(("last", "end"), [(date(9999, 12, 31), None), (date(9999, 12, 30), date(9999, 12, 31))])
def test_an_end_on_the_last_day_of_the_calendar_is_kept_as_open(last: date, end: date | None) -> None:
    """Periods are half-open in the records, and no day follows 9999-12-31."""
    invoice = paper("A-1", "2026-03", [L("A", "1", price="1")]).invoice
    days = Period(date(2026, 3, 1), last)
    invoice = replace(invoice, period=days, lines=(replace(invoice.lines[0], period=days),))
    tables = tables_of([Arrived(invoice, "UBL", "A-1.xml", "aurora")], "invoices")
    for name in ("invoice", "invoice_line"):
        assert tables[name].column("period_to").to_pylist() == [end]
