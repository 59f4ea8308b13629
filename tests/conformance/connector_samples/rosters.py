"""A roster: an agent for each ticket, scheduled from its creation on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "shifts.csv"
    lines = [f"agent_id,shift_start,shift_end,activity,published_at{',hat' if extra else ''}"]
    for ticket in tickets:
        ended = ticket.created + timedelta(hours=8 if ticket.solved else 6)
        instants = ",".join(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (ticket.created, ended))
        lines.append(f"A{ticket.id},{instants},Shift,{ticket.updated:%Y-%m-%dT%H:%M:%SZ}{',red' if extra else ''}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="shift", write=write, rows=len)
