"""A knowledge base: something was published when each ticket was created."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "announcements.csv"
    lines = ["announcement_id,title,topic,published_at,effective_at,updated_at" + (",mood" if extra else "")]
    for ticket in tickets:
        started = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        solved = f"{ticket.solved:%Y-%m-%dT%H:%M:%SZ}" if ticket.solved else ""
        changed = f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(
            f"N{ticket.id},Refunds {ticket.id},refunds,{started},{solved},{changed}" + (",sad" if extra else "")
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="announcement", write=write, rows=len)
