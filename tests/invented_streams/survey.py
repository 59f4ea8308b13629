"""Invented surveys: answered or not, on several scales, some answers off them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    low, high = ((1, 5), (0, 10), (1, 7), (1, 5))[int(rng.integers(4))]
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    return {
        "response_key": int(rng.integers(1, 2**62)),
        "case_key": int(rng.integers(1, 2**62)),
        "kind": kind or ("csat", "nps", "ces")[place % 3],
        "sent_at": begin,
        "answered_at": begin + timedelta(seconds=int(rng.integers(9 * 86_400))) if rng.random() > 0.4 else None,
        "score": int(rng.integers(low - 1, high + 2)) if rng.random() > 0.1 else None,
        "scale_min": low,
        "scale_max": high,
        "higher_is_better": bool(rng.random() > 0.2),
        "contact_no": place % 3 or None,
        "reopens": int(place % 5 == 0),
        "partner": owner,
        "owner_start": owner,
        "owner_stop": owner,
    }
