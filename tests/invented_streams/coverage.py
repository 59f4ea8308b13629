"""Invented quarters of an hour: staffed wholly, in part or not at all, some contracted for a part only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    contracted = (900, 900, 300)[int(rng.integers(3))]
    staffed = (0, contracted, int(rng.integers(0, contracted + 1)))[int(rng.integers(3))]
    return {
        "quarter_key": int(rng.integers(1, 2**62)),
        "case_id": f"german-phone@{place}",
        "started_at": begin,
        "ended_at": begin + timedelta(minutes=15),
        "agent": None,
        "zone": "Europe/Berlin",
        "contracted_s": contracted,
        "staffed_s": staffed,
    }
