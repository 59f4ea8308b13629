"""Invented calls: answered, lost, still waiting, handed on, in machines and past them, some with gaps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

OUTCOMES = ("answered", "abandoned", "overflow", "timeout", "callback", "refused", "unknown", "waiting")


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    chosen = kind or ("queue", "queue", "queue", "ivr", "bot", "direct")[int(rng.integers(6))]
    outcome = OUTCOMES[max(int(rng.integers(-8, 8)), 0)]
    wait = int(rng.exponential(40)) if chosen in ("queue", "direct") and rng.random() > 0.02 else None
    met = outcome == "answered"
    over = None if outcome == "waiting" else begin + timedelta(seconds=wait or 0)
    talk, hold, wrap = (int(rng.integers(0, size)) if met else 0 for size in (600, 90, 120))
    unfinished = met and rng.random() < 0.05
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    return {
        "call_key": int(rng.integers(1, 2**62)),
        "visit": int(rng.integers(0, 3)),
        "case_key": int(rng.integers(1, 2**62)),
        "requester_key": int(rng.integers(50)) if rng.random() > 0.2 else None,
        "kind": chosen,
        "direction": ("inbound", "inbound", "inbound", "outbound", None)[int(rng.integers(5))],
        "channel": ("phone", "phone", "chat")[int(rng.integers(3))],
        "offered_at": begin,
        "answered_at": over if met and wait is not None else None,
        "ended_at": None if over is None or unfinished else over + timedelta(seconds=talk + hold),
        "outcome": outcome,
        "ended_by": ("customer", "agent", "system", None)[int(rng.integers(4))],
        "transfer": ("none", "none", "warm", "blind", "unknown")[int(rng.integers(5))] if met else "none",
        "partner": owner,
        "owner_start": owner,
        "owner_stop": owner,
        "handled": met and rng.random() > 0.05,
        "unfinished": unfinished,
        "wait_s": None if outcome == "waiting" else wait,
        "wait_closed_s": None if wait is None or rng.random() < 0.1 else wait // 3,
        "ring_s": int(rng.integers(0, 20)),
        "talk_s": talk,
        "hold_s": hold,
        "wrap_s": wrap,
        "rings_unanswered": max(int(rng.integers(-4, 3)), 0),
        "first_visit": bool(rng.random() < 0.8),
        "last_visit": bool(rng.random() < 0.8),
        "contact_no": int(rng.integers(1, 4)) if met else None,
        "repeated": bool(rng.random() < 0.2),
        "since_previous_s": int(rng.integers(7 * 86_400)) if rng.random() < 0.3 else None,
    }
