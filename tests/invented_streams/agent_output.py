"""Invented contacts and productive time of agents' days, of old and new hands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    of = kind or ("contacts", "time")[place % 2]
    return {
        "kind": of,
        "day_at": begin,
        "until_at": begin + timedelta(days=1),
        "handled": int(rng.integers(1, 60)) if of == "contacts" else 0,
        "productive_s": int(rng.integers(1, 28_800)) if of == "time" else 0,
        "tenure_days": int(rng.integers(0, 400)) if rng.random() > 0.1 else None,
        "live_days": int(rng.integers(0, 300)) if rng.random() > 0.2 else None,
    }
