"""Invented trainings: of several courses, completed or not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np


def row(rng: np.random.Generator, place: int, begin: datetime, _kind: str | None) -> dict[str, Any]:
    return {
        "training_key": place + 1,
        "course": ("refunds", "privacy", None)[int(rng.integers(3))],
        "result": ("completed", "passed", "failed", "started", None)[int(rng.integers(5))],
        "happened_at": begin,
    }
