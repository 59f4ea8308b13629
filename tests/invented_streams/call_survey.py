"""Invented answered calls, surveyed soon, late or never."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    later = timedelta(seconds=int(rng.integers(0, 2 * 86_400)))
    return {
        "call_key": place + 1,
        "answered_at": begin,
        "ended_at": begin + timedelta(minutes=4),
        "surveyed_at": begin + later if rng.random() > 0.3 else None,
        "partner": owner,
        "owner_start": owner,
        "owner_stop": owner,
    }
