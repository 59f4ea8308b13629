"""States of agents: one was available from the creation of each ticket on, until the first reply."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "states.csv"
    lines = [f"agent,state,reason_code,started_at,ended_at{',hat' if extra else ''}"]
    for ticket in tickets:
        ended = f"{ticket.replied:%Y-%m-%dT%H:%M:%SZ}" if ticket.replied else ""
        started = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(f"A{ticket.id},Not ready,Lunch,{started},{ended}{',red' if extra else ''}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="agent_state", write=write, rows=len)
