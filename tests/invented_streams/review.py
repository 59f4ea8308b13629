"""Invented reviews, answered or not, about the service or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    spent = int(rng.integers(4 * 86_400))
    replied = rng.random() > 0.3
    return {
        "review_key": int(rng.integers(1, 2**62)),
        "case_key": int(rng.integers(1, 2**62)),
        "posted_at": begin,
        "replied_at": begin + timedelta(seconds=spent) if replied else None,
        "calendar_s": spent if replied else None,
        "business_s": spent // 3 if replied and rng.random() > 0.2 else None,
        "rating": int(rng.integers(0, 7)) if rng.random() > 0.1 else None,
        "rating_min": 1,
        "rating_max": 5,
        "about_service": (True, False, None)[int(rng.integers(3))],
        "partner": owner,
        "owner_start": owner,
    }
