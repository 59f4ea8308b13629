"""Invented answers, some of which somebody came back to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    low, high = ((1, 5), (0, 10), (1, 7))[int(rng.integers(3))]
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    return {
        "response_key": int(rng.integers(1, 2**62)),
        "case_key": int(rng.integers(1, 2**62)),
        "kind": kind or ("csat", "nps", "ces")[place % 3],
        "sent_at": begin - timedelta(days=1),
        "answered_at": begin,
        "followed_at": begin + timedelta(seconds=int(rng.integers(5 * 86_400))) if rng.random() > 0.4 else None,
        "score": int(rng.integers(low - 1, high + 2)) if rng.random() > 0.1 else None,
        "scale_min": low,
        "scale_max": high,
        "higher_is_better": bool(rng.random() > 0.2),
        "partner": owner,
        "owner_start": owner,
        "owner_stop": owner,
    }
