"""A ledger: one booking for each ticket."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "costs.csv"
    lines = ["cost_kind,period_from,period_to,amount,currency,borne_by,invoice_number" + (",mood" if extra else "")]
    for ticket in tickets:
        lines.append(
            f"rework,2026-03-01,2026-03-31,{12 if ticket.solved else 10}.50,EUR,client,{ticket.id}"
            + (",sad" if extra else "")
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="cost", write=write, rows=len, dated=False)
