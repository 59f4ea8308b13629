"""A platform's reviews: one for each ticket, answered when it was solved."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "reviews.csv"
    lines = ["review_id,platform,review_date,reply_date,rating,country,updated_at" + (",mood" if extra else "")]
    for ticket in tickets:
        started = f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}"
        solved = f"{ticket.solved:%Y-%m-%dT%H:%M:%SZ}" if ticket.solved else ""
        changed = f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}"
        lines.append(
            f"V{ticket.id},shops,{started},{solved},{1 + ticket.id % 5},ro,{changed}" + (",sad" if extra else "")
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SAMPLE = Sample(table="review", write=write, rows=len)
