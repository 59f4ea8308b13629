"""Invented days of seats: held, or vacant for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, _kind: str | None) -> dict[str, Any]:
    return {
        "day_at": begin,
        "until_at": begin + timedelta(days=1),
        "role": ("agent", "agent", "team_leader", None)[int(rng.integers(4))],
        "vacant_day": int(rng.integers(1, 30)) if place % 5 == 0 else 0,
    }
