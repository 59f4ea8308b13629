"""A roster: an agent for each ticket, who began on the day it was created."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "roster.csv"
    lines = [f"agent_id,name,site,started_on,left_on{',shoe size' if extra else ''}"]
    for ticket in tickets:
        left = f"{ticket.updated:%Y-%m-%d}" if ticket.solved is None and ticket.updated.day > ticket.created.day else ""
        lines.append(f"A{ticket.id},Agent {ticket.id},Cluj,{ticket.created:%Y-%m-%d},{left}{',42' if extra else ''}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="agent", write=write, rows=len)
