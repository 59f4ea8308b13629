"""Invented days with fresh changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, _place: int, begin: datetime, _kind: str | None) -> dict[str, Any]:
    live = int(rng.integers(0, 6))
    return {
        "day_at": begin,
        "until_at": begin + timedelta(days=1),
        "live": live,
        "began": int(rng.integers(0, live + 1)),
    }
