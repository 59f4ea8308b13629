"""A survey tool's list: one survey for each ticket, answered when the ticket was solved."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "surveys.csv"
    more = ",weather" if extra else ""
    lines = [f"survey_id,case_id,sent_at,answered_at,score{more}"]
    for ticket in tickets:
        answered = f"{ticket.solved:%Y-%m-%dT%H:%M:%SZ}" if ticket.solved else ""
        score = 1 + ticket.id % 5 if ticket.solved else ""
        sent = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(f"S{ticket.id},{ticket.id},{sent},{answered},{score}{',rain' if extra else ''}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="survey_response", write=write, rows=len)
