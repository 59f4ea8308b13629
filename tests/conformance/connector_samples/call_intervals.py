"""Counts of half hours: one interval begins with each ticket."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "intervals.csv"
    lines = [f"queue,interval_start,calls_offered,calls_answered,abandoned,talk_s{',moon' if extra else ''}"]
    for ticket in tickets:
        answered = 9 if ticket.solved else 8
        lines.append(
            f"care,{ticket.created:%Y-%m-%dT%H:%M:%SZ},10,{answered},{10 - answered},900{',new' if extra else ''}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="call_interval", write=write, rows=len, dated=False, hints={"interval_s": "1020"})
