"""Invented intervals, some counted by another threshold, some with gaps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    offered = int(rng.integers(0, 40))
    answered = int(rng.integers(0, offered + 1))
    answered_in = int(rng.integers(0, answered + 1))
    abandoned = offered - answered
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    return {
        "interval_key": int(rng.integers(1, 2**62)),
        "started_at": begin,
        "ended_at": begin + timedelta(minutes=30),
        "offered": offered if rng.random() > 0.05 else None,
        "answered": answered,
        "answered_in": answered_in if rng.random() > 0.1 else None,
        "abandoned": abandoned,
        "abandoned_in": int(rng.integers(0, abandoned + 1)),
        "threshold_s": (20, 20, 30, None)[int(rng.integers(4))],
        "short_s": (5, None)[int(rng.integers(2))],
        "wait_s": answered * 12 if rng.random() > 0.1 else None,
        "talk_s": answered * 200,
        "hold_s": answered * 10 if rng.random() > 0.3 else None,
        "wrap_s": answered * 40,
        "partner": owner,
        "owner_start": owner,
    }
