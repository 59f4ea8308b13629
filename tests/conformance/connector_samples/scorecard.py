"""A scorecard that counts tickets by month."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    months = Counter(f"{ticket.created:%Y-%m}" for ticket in tickets)
    solved = Counter(f"{ticket.created:%Y-%m}" for ticket in tickets if ticket.solved)
    path = folder / "scorecard.csv"
    lines = [",".join(["KPI", *sorted(months)])]
    lines.append(",".join(["Tickets received", *(str(months[month]) for month in sorted(months))]))
    lines.append(",".join(["Tickets solved", *(str(solved[month]) for month in sorted(months))]))
    if extra:
        lines.append(",".join(["", *("" for _ in months)]))
        lines.append("Made with love by the team")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rows(tickets: list[Ticket]) -> int:
    return 2 * len({f"{ticket.created:%Y-%m}" for ticket in tickets})


SAMPLE = Sample(table="reported_value", write=write, rows=rows, hints={"partner": "aurora"}, dated=False, cut=False)
