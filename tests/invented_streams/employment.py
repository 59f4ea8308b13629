"""Invented months of employment: of agents and of others, who come, stay and go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, _kind: str | None) -> dict[str, Any]:
    draw = int(rng.integers(4))
    began, ended = draw == 1, draw == 2
    month_days = 28 + place % 4
    stay = int(rng.integers(0, 300))
    started = begin + timedelta(days=3) if began else begin - timedelta(days=stay)
    return {
        "month_at": begin,
        "next_at": begin + timedelta(days=month_days),
        "started_at": started,
        "left_at": started + timedelta(days=stay + 1) if ended or rng.random() > 0.6 else None,
        "left_as": ("voluntary", "involuntary", "transfer", "training", None)[int(rng.integers(5))],
        "role": ("agent", "agent", None, "team_leader", "quality")[int(rng.integers(5))],
        "opens": not began,
        "closes": not ended,
        "began": began,
        "ended": ended,
        "days": month_days - 3 if began else month_days,
        "month_days": month_days,
        "stay_days": stay if rng.random() > 0.5 else None,
        "tenure_days": stay,
    }
