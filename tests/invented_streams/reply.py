"""Invented replies, of which the languages are known by letters, as declared, both ways or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    def one_of(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    return {
        "message_key": int(rng.integers(1, 2**62)),
        "case_key": int(rng.integers(1, 60)),
        "sent_at": begin,
        "written_in": one_of("de", "en", None),
        "customer_writes": one_of("de", "en", None),
        "identified_match": one_of(True, True, False, None),
        "declared_match": one_of(True, False, None),
        "machine_translated": one_of(True, False, False, None),
        "partner": one_of("aurora", "borealis"),
    }
