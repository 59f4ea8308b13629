"""Invented sessions with machines: served, left, refused, handed on, still running."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

OUTCOMES = ("self_served", "abandoned", "to_queue", "refused", "unknown", "waiting")


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    outcome = OUTCOMES[int(rng.integers(6))]
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    lasts = int(rng.integers(400))
    back = begin + timedelta(seconds=int(rng.integers(7 * 86_400))) if rng.random() < 0.3 else None
    return {
        "segment_key": int(rng.integers(1, 2**62)),
        "call_key": int(rng.integers(1, 2**62)),
        "case_key": int(rng.integers(1, 2**62)),
        "requester_key": int(rng.integers(50)) if rng.random() > 0.2 else None,
        "kind": kind or ("ivr", "bot")[place % 2],
        "direction": ("inbound", "inbound", "outbound")[int(rng.integers(3))],
        "started_at": begin,
        "ended_at": None if outcome == "waiting" else begin + timedelta(seconds=lasts),
        "session_s": None if outcome == "waiting" else lasts,
        "outcome": outcome,
        "escalated": outcome == "to_queue" or rng.random() < 0.1,
        "next_contact_at": back,
        "partner": owner,
        "owner_start": owner,
    }
