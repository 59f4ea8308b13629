"""The faults planted in the exports, by the rules that ingest and the data gate must name them by."""

from __future__ import annotations

from typing import Any

import story
from exports import IMPOSSIBLE_DATES, UNKNOWN_STATUS, UNKNOWN_STATUS_ROWS

# A case that comes by mail leaves four rows at once: created, message, status, automatic reply.
ROWS_OF_AN_ARRIVAL = 4


def planted_findings() -> list[dict[str, Any]]:
    """One entry per fault: where it shows (ingest, or the gate of a period), rule, partner, subject, rows."""
    repeated = len(story.REPEATED_HOUR) * ROWS_OF_AN_ARRIVAL
    return [
        {
            "where": "ingest",
            "rule": "TS-I108",
            "partner": "aurora",
            "about": "a date that does not exist",
            "rows": IMPOSSIBLE_DATES,
        },
        {"where": "ingest", "rule": "TS-I206", "partner": "aurora", "about": "local times that name no zone"},
        {
            "where": "ingest",
            "rule": "TS-I210",
            "partner": "aurora",
            "about": "the hour that the clock change repeats",
            "rows": repeated,
        },
        {"where": "gate", "rule": "TS-D009", "partner": "aurora", "about": "local times that name no zone"},
        {"where": "gate", "rule": "TS-D010", "partner": "aurora", "about": "the hour that the clock change repeats"},
        {"where": "gate", "rule": "TS-D005", "partner": "aurora", "about": UNKNOWN_STATUS, "rows": UNKNOWN_STATUS_ROWS},
        {"where": "gate", "rule": "TS-D001", "partner": "borealis", "about": "the feed ends on 18 June"},
    ]
