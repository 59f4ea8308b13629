"""Invented solved cases, surveyed soon, late or never."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, kind: str | None) -> dict[str, Any]:
    owner = ("aurora", "borealis")[int(rng.integers(2))]
    late = timedelta(seconds=int(rng.integers(-86_400, 6 * 86_400)))
    return {
        "case_key": int(rng.integers(1, 2**62)),
        "created_at": begin - timedelta(hours=5),
        "first_solved_at": begin,
        "surveyed_at": begin + late if rng.random() > 0.3 else None,
        "partner": owner,
        "owner_start": owner,
        "owner_stop": owner,
    }
