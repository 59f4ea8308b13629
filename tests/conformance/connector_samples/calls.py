"""A telephone system's list of calls: one for each ticket, answered by its first reply."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "calls.csv"
    lines = [f"call_id,queue,call_started,call_answered,call_ended,caller,agent{',mood' if extra else ''}"]
    for ticket in tickets:
        ended = ticket.updated if ticket.replied is None or ticket.solved is None else ticket.solved
        instants = (ticket.created, ticket.replied, ended)
        cells = ",".join(f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else "" for at in instants)
        lines.append(
            f"C{ticket.id},care,{cells},07{ticket.id},{'101' if ticket.replied else ''}{',sad' if extra else ''}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows(tickets: list[Ticket]) -> int:
    return len(tickets) + sum(1 for ticket in tickets if ticket.replied)


SAMPLE = Sample(table="call", write=write, rows=rows)
