"""A CSV of responses as Qualtrics exports it: names, words, origins, then a response for each ticket."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "responses.csv"
    names = [
        "StartDate",
        "EndDate",
        "RecordedDate",
        "ResponseId",
        "UserLanguage",
        "Q1",
        *(["Weather"] if extra else []),
    ]
    words = ["Start", "End", "Recorded", "Response ID", "Language", "How satisfied are you? (satisfaction)"]
    words += ["Sky"] if extra else []
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(names)
        writer.writerow(words)
        writer.writerow([f'{{"ImportId":"{name}"}}' for name in names])
        for ticket in tickets:
            at = f"{ticket.created:%Y-%m-%d %H:%M:%S}"
            changed = f"{ticket.updated:%Y-%m-%d %H:%M:%S}"
            score = 5 if ticket.solved else 2
            writer.writerow([at, at, changed, f"R_{ticket.id}", "EN", score, *(["rain"] if extra else [])])
    return path


SAMPLE = Sample(table="survey_response", write=write, rows=len)
