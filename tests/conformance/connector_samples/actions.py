"""An action log: one action for each ticket, done when it was solved."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "actions.csv"
    lines = ["action_id,action_type,action,owner,side,opened_at,due_on,done_at,updated_at" + (",mood" if extra else "")]
    for ticket in tickets:
        started = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        solved = f"{ticket.solved:%Y-%m-%dT%H:%M:%SZ}" if ticket.solved else ""
        changed = f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(
            f"X{ticket.id},corrective,Train refunds,O1,partner,{started},{started},{solved},{changed}"
            + (",sad" if extra else "")
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="action", write=write, rows=len)
