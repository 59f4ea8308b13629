"""Invented amounts of the books: several kinds and currencies, some below zero."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, _kind: str | None) -> dict[str, Any]:
    return {
        "cost_key": place + 1,
        "cost": ("travel", "telecom", None)[int(rng.integers(3))],
        "currency": ("EUR", "EUR", "RON")[int(rng.integers(3))],
        "borne_by": ("client", "client", "partner", None)[int(rng.integers(4))],
        "amount_e4": int(rng.integers(-500_000, 5_000_000)),
        "from_at": begin,
        "until_at": begin + timedelta(days=30),
    }
