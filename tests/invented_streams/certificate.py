"""Invented contacts with and without a certificate."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    handled = int(rng.integers(1, 60))
    return {
        "kind": kind or ("refunds", "gdpr")[place % 2],
        "day_at": begin,
        "until_at": begin + timedelta(days=1),
        "handled": handled,
        "valid": int(rng.integers(0, handled + 1)),
    }
