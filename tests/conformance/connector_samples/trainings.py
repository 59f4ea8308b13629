"""A learning system's list: a course passed, or only begun, for each ticket."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "trainings.csv"
    lines = ["agent_id,course_id,course_title,result,completed_at,updated_at" + (",mood" if extra else "")]
    for ticket in tickets:
        started = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        changed = f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(
            f"A{ticket.id},K-7,Refunds,{'passed' if ticket.solved else 'started'},{started},{changed}"
            + (",sad" if extra else "")
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="training", write=write, rows=len)
