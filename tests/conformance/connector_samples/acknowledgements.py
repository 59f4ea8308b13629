"""Who confirmed an announcement: one agent for each ticket, when it was solved."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "acknowledgements.csv"
    lines = ["announcement_id,agent_id,sent_at,opened_at,acknowledged_at,updated_at" + (",mood" if extra else "")]
    for ticket in tickets:
        started = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        solved = f"{ticket.solved:%Y-%m-%dT%H:%M:%SZ}" if ticket.solved else ""
        changed = f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(f"N1,A{ticket.id},{started},{solved},{solved},{changed}" + (",sad" if extra else ""))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="acknowledgement", write=write, rows=len)
