"""A forecast of the intervals that begin with each ticket."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "forecast.csv"
    lines = [f"queue,interval_start,version,issued_at,forecast_contacts,forecast_aht_s{',moon' if extra else ''}"]
    for ticket in tickets:
        contacts = "12.5" if ticket.solved else "11"
        more = ",new" if extra else ""
        lines.append(f"care,{ticket.created:%Y-%m-%dT%H:%M:%SZ},v1,2026-02-01T08:00:00Z,{contacts},240{more}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="forecast", write=write, rows=len, dated=False, hints={"interval_s": "1020"})
