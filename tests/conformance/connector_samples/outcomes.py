"""A shop's refunds: one for each ticket."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "refunds.csv"
    lines = [
        "refund_id,outcome_type,happened_at,case_id,refund_amount,currency,updated_at" + (",mood" if extra else "")
    ]
    for ticket in tickets:
        started = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        changed = f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(
            f"R{ticket.id},refund,{started},{ticket.id},{12 if ticket.solved else 10}.50,eur,{changed}"
            + (",sad" if extra else "")
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="outcome", write=write, rows=len)
