"""Invented requests to confirm an announcement: kept, late, clicked away, of people who were not there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, _kind: str | None) -> dict[str, Any]:
    confirmed = begin + timedelta(hours=int(rng.integers(120))) if rng.random() > 0.2 else None
    return {
        "acknowledgement_key": int(rng.integers(1, 2**62)),
        "announcement_id": f"N-{place % 7}",
        "asked_at": begin,
        "published_at": begin,
        "effective_at": begin + timedelta(hours=int(rng.integers(1, 96))) if rng.random() > 0.1 else None,
        "opened_at": begin,
        "acknowledged_at": confirmed,
        "read_s": int(rng.integers(0, 300)) if confirmed and rng.random() > 0.2 else None,
        "on_shift": (True, True, False, None)[int(rng.integers(4))],
    }
