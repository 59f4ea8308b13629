"""A list of identities: one for each ticket."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "identities.csv"
    lines = ["person,system,source_id,valid_from,valid_to,proof,updated_at" + (",mood" if extra else "")]
    for ticket in tickets:
        started = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        solved = f"{ticket.solved:%Y-%m-%dT%H:%M:%SZ}" if ticket.solved else ""
        changed = f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(
            f"A{ticket.id},telephony,{ticket.id},{started},{solved},contract,{changed}" + (",sad" if extra else "")
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="identity", write=write, rows=len)
