"""Invented days of agents: full, idle, absent, without a roster."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from tallystick.facts.agent_states import STATES
from tallystick.facts.rosters import SCHEDULED


def row(rng: np.random.Generator, place: int, begin: datetime, _kind: str | None) -> dict[str, Any]:
    def some(share: float) -> int:
        return int(rng.integers(0, 14_400)) if rng.random() < share else 0

    found: dict[str, Any] = {f"{name}_s": some(0.3) for name in STATES} if rng.random() > 0.1 else {}
    planned = {f"planned_{name}_s": some(0.3) for name in SCHEDULED} if rng.random() > 0.1 else {}
    working = planned.get("planned_work_s", 0) + planned.get("planned_overtime_s", 0)
    missed = int(rng.integers(0, working + 1))
    no_show = missed if place % 7 == 0 else 0
    due = sum(planned.values()) - sum(planned.get(f"planned_{name}_s", 0) for name in ("leave", "sick", "absent"))
    told = int(rng.integers(0, due + 1))
    unapproved = int(rng.integers(0, 3600))
    off_phone = sum(planned.get(f"planned_{name}_s", 0) for name in ("training", "coaching", "meeting", "project"))
    return {
        **found,
        **planned,
        "day_at": begin,
        "until_at": begin + timedelta(days=1),
        "seen": bool(rng.random() > 0.1),
        "logged_s": sum(found.values()),
        "scheduled_s": sum(planned.values()),
        "due_s": due,
        "adherent_s": told // 2,
        "unseen_s": min(off_phone, due - told),
        "unapproved_s": unapproved,
        "unapproved_due_s": unapproved // 2,
        "unapproved_adherent_s": unapproved // 4,
        "no_show_s": no_show,
        "lost_s": missed - no_show,
        "unclear": int(rng.integers(0, 2)),
    }
