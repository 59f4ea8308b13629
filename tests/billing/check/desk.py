"""The telephone line of `tests/billing/desk.py` with invoices in its records, as a partner sent them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tallystick.billing.check.received import Document
from tallystick.records.invoice_rows import Arrived, tables_of
from tallystick.records.lake import Lake
from tests.verdicts.tiny_lake import append


def send(home: Path, documents: Iterable[Document], partner: str = "aurora", load: str = "load-invoices") -> None:
    """Put documents into the records of a project."""
    arrived = [Arrived(one.invoice, "UBL", one.file, partner) for one in documents]
    with Lake.open(home / "lake") as lake:
        for name, table in tables_of(arrived, "invoices").items():
            rows = [row | {"partner": partner} for row in table.to_pylist()]
            append(lake, name, rows, load_id=load)
