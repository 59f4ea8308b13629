"""The faults planted in the exports, by what the data gate has to say about them."""

from __future__ import annotations

from typing import Any

from cases import Cases
from event_log import PartnerCases
from exports import IMPOSSIBLE_DATES, UNKNOWN_STATUS, UNKNOWN_STATUS_ROWS


def planted_findings(blocks: list[Cases], described: dict[str, PartnerCases]) -> list[dict[str, Any]]:
    """One entry per fault: the partner, the subject, how many rows."""
    del blocks, described
    return [
        {"partner": "aurora", "about": "impossible date", "rows": IMPOSSIBLE_DATES},
        {"partner": "aurora", "about": f"unmapped status {UNKNOWN_STATUS}", "rows": UNKNOWN_STATUS_ROWS},
    ]
