"""Invented beginners: quick and slow ones, some never there, never compared or gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "agent": f"a{place}",
        "live_at": begin,
        "left_at": begin + timedelta(days=int(rng.integers(1, 300))) if rng.random() > 0.7 else None,
        "role": ("agent", None, "team_leader")[int(rng.integers(3))],
    }
    for name in ("handling", "output", "both"):
        days = int(rng.integers(0, 160)) if rng.random() > 0.3 else None
        found[f"days_{name}"] = days
        found[f"weeks_{name}"] = int(rng.integers(0, 26))
        if days is not None:
            found[f"reached_at_{name}"] = begin + timedelta(days=days)
            found[f"known_at_{name}"] = begin + timedelta(days=days + 28)
    return found
