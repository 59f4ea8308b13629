"""A queue_log: a caller for each ticket, answered by its first reply, spoken to until it was solved."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "queue_log"
    lines = ["1700000000|NONE|NONE|NONE|QUEUESTART|"]
    for ticket in tickets:
        call = f"17.{ticket.id}"
        begun = int(ticket.created.timestamp())
        lines.append(f"{begun}|{call}|care|NONE|ENTERQUEUE||07{ticket.id}|1")
        if ticket.replied is None:
            continue
        wait = int(ticket.replied.timestamp()) - begun
        lines.append(f"{begun + wait}|{call}|care|SIP/101-0000a1b2|CONNECT|{wait}|17.9|4")
        if ticket.solved is not None:
            talk = int((ticket.solved - ticket.replied).total_seconds())
            lines.append(f"{begun + wait + talk}|{call}|care|SIP/101-0000a1b2|COMPLETECALLER|{wait}|{talk}|1")
    if extra:
        lines.append("1700000001|NONE|NONE|NONE|PHASEOFTHEMOON|full")
    lines.sort()
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows(tickets: list[Ticket]) -> int:
    answered = [ticket for ticket in tickets if ticket.replied]
    return 2 * len(answered) + sum(1 for ticket in answered if ticket.solved)


SAMPLE = Sample(table="call", write=write, rows=rows, hints={"partner": "aurora"})
