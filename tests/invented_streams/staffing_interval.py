"""Invented half hours: short and long of agents, with and without forecast, contacts, roster and states."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    def perhaps(value: int, chance: float = 0.9) -> int | None:
        return value if rng.random() < chance else None

    offered, agents = int(rng.integers(0, 40)), int(rng.integers(0, 9))
    return {
        "interval_key": int(rng.integers(1, 2**62)),
        "case_id": f"german-phone@{place}",
        "started_at": begin,
        "ended_at": begin + timedelta(minutes=30),
        "agent": None,
        "offered": perhaps(offered),
        "handled": int(rng.integers(0, offered + 1)),
        "handle_s": offered * 300,
        "forecast_milli": perhaps(int(rng.integers(0, 40_000))),
        "latest_milli": perhaps(int(rng.integers(0, 40_000))),
        "late_s": perhaps(int(rng.integers(1, 99_999)), 0.1),
        "scheduled_s": perhaps(agents * 1800),
        "worked_s": perhaps(int(rng.integers(0, agents * 1800 + 1))),
        "required_s": perhaps(int(rng.integers(0, 9)) * 1800),
        "needed_s": perhaps(int(rng.integers(0, 9)) * 1800),
    }
