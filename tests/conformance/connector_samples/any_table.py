"""A helpdesk's flat export: one row per ticket, local times without a zone are avoided by writing UTC."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "tickets.csv"
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink)
        head = ["ticket_id", "created_at", "first_reply_at", "resolved_at", "updated_at", "status", "team"]
        writer.writerow([*head, *(["colour of the sky"] if extra else [])])
        for ticket in tickets:
            instants = (ticket.created, ticket.replied, ticket.solved, ticket.updated)
            cells = [f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "" for at in instants]
            status = "Solved" if ticket.solved else "Open"
            writer.writerow([ticket.id, *cells, status, "Care", *(["blue"] if extra else [])])
    return path


SAMPLE = Sample(table="case", write=write, rows=len)
