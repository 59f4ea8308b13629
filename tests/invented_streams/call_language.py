"""Invented calls whose agent speaks the customer's language, or not, or nobody knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    return {
        "call_key": int(rng.integers(1, 2**62)),
        "visit": 1,
        "case_key": int(rng.integers(1, 2**62)),
        "direction": ("inbound", "inbound", "outbound")[int(rng.integers(3))],
        "offered_at": begin,
        "answered_at": begin + timedelta(seconds=int(rng.integers(60))),
        "speaks": (True, True, False, None)[int(rng.integers(4))],
        "partner": owner,
        "owner_start": owner,
        "owner_stop": owner,
    }
