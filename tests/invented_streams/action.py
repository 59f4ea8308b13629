"""Invented actions, queries and meetings: in time, late, open, without a date."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, _place: int, begin: datetime, _kind: str | None) -> dict[str, Any]:
    taken = int(rng.integers(60, 20 * 86_400))
    is_closed = rng.random() > 0.2
    return {
        "action_key": int(rng.integers(1, 2**62)),
        "kind": ("corrective", "preventive", "query", "meeting", "other")[int(rng.integers(5))],
        "side": ("client", "partner")[int(rng.integers(2))],
        "opened_at": begin,
        "due_at": begin + timedelta(days=int(rng.integers(1, 20))) if rng.random() > 0.1 else None,
        "closed_at": begin + timedelta(seconds=taken) if is_closed else None,
        "whole_s": taken if is_closed else None,
        "effective": (True, False, None)[int(rng.integers(3))],
    }
