"""An invoice: a line for each ticket; a day without tickets sends an empty file."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket
from tests.invoices.documents import ubl


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "invoice.xml"
    if not tickets:
        path.write_bytes(b"")
        return path
    amounts = [("Resolved" if ticket.solved else "Handled", 1, 400 if ticket.solved else 250) for ticket in tickets]
    text = ubl(number=f"INV-{tickets[0].id}", lines=amounts)
    if extra:
        text = text.replace("</cac:Item>", "<cac:InformationContentProviderParty/></cac:Item>")
    path.write_text(text, encoding="utf-8")
    return path


SAMPLE = Sample(table="invoice_line", write=write, rows=len, hints={"partner": "aurora"}, dated=False)
