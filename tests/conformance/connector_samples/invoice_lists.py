"""A list of billed lines: an invoice of one line for each ticket."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "billed.csv"
    lines = [
        "invoice_number,invoice_date,description,quantity,unit_price,net_amount,currency" + (",mood" if extra else "")
    ]
    for ticket in tickets:
        price, quantity = "12.125", 8 if ticket.solved else 4
        net = "97.00" if ticket.solved else "48.50"
        lines.append(
            f"INV-{ticket.id},{ticket.created:%Y-%m-%d},Resolution,{quantity},{price},{net},EUR"
            + (",sad" if extra else "")
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="invoice_line", write=write, rows=len, dated=False, hints={"partner": "aurora"})
