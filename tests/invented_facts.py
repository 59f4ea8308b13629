"""Fact tables of any size, invented from a seed: ordinary, odd and broken rows in every mixture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pyarrow as pa

from tallystick.measures.example import fact_table

FIRST = datetime(2026, 2, 20, tzinfo=UTC)
SPAN_S = 50 * 86_400


def _shared(rng: np.random.Generator, place: int) -> dict[str, Any]:
    def one_of(*values: str | None) -> Any:
        return values[int(rng.integers(len(values)))]

    partner = one_of("aurora", "aurora", "borealis")
    return {
        "case_id": f"C-{place}",
        "partner": partner,
        "queue": one_of("billing", "delivery", "", None),
        "language": one_of("de", "en", None),
        "channel": one_of("email", "chat"),
        "priority": one_of("low", "urgent"),
        "reason": one_of("invoice", "parcel"),
        "agent": one_of("ana", "bo", "cleo", None),
        "initiated_by": one_of("customer", "agent"),
        "excluded": one_of(*[None] * 12, "spam", "test"),
    }


def _clock(rng: np.random.Generator, place: int, kind: str) -> dict[str, Any]:
    row = _shared(rng, place) | {"case_key": int(rng.integers(1, 2**62))}
    begin = FIRST + timedelta(seconds=int(rng.integers(SPAN_S)))
    spent = int(rng.lognormal(9, 1.5))
    state = ("stopped", "stopped", "stopped", "running", "cancelled")[int(rng.integers(5))]
    has_target = rng.random() > 0.1
    target = int(rng.integers(1800, 90_000))
    paused = state == "running" and rng.random() < 0.3
    row |= {
        "kind": kind,
        "start_at": begin,
        "state": state,
        "stop_at": begin + timedelta(seconds=spent) if state == "stopped" else None,
        "due_at": begin + timedelta(seconds=target) if has_target and not paused else None,
        "running_since": begin if state == "running" and not paused else None,
        "business_s": spent // 2,
        "calendar_s": spent,
        "waiting_s": int(rng.integers(0, spent + 1)),
        "target_s": target if has_target else None,
        "basis": ("business", "calendar")[int(rng.integers(2))],
    }
    for when in ("start", "due", "stop"):
        row[f"owner_{when}"] = row["partner"] if rng.random() > 0.1 else "borealis"
        row[f"agent_{when}"] = row["agent"]
    if state != "stopped":
        row["owner_stop"] = row["agent_stop"] = None
    return row


def _case(rng: np.random.Generator, place: int) -> dict[str, Any]:
    row = _shared(rng, place) | {"case_key": int(rng.integers(1, 2**62))}
    begin = FIRST + timedelta(seconds=int(rng.integers(SPAN_S)))
    solved = begin + timedelta(seconds=int(rng.lognormal(11, 1))) if rng.random() > 0.1 else None
    row |= {
        "created_at": begin,
        "first_reply_at": begin + timedelta(hours=1) if rng.random() > 0.1 else None,
        "first_solved_at": solved,
        "last_solved_at": solved,
        "closed_at": solved + timedelta(days=4) if solved and rng.random() > 0.5 else None,
        "status": "solved" if solved and rng.random() > 0.1 else "open",
        "partner_last": row["partner"] if rng.random() > 0.1 else "borealis",
        "requester_key": int(rng.integers(50)) if rng.random() > 0.1 else None,
        "merged_into": 7 if rng.random() < 0.03 else None,
        "contact_no": int(rng.integers(1, 4)),
        "repeated": bool(rng.random() < 0.2),
    }
    for name in ("replies", "reopens_in_window", "transfers_agent", "transfers_queue", "transfers_partner", "loops"):
        row[name] = max(int(rng.integers(-3, 4)), 0)
    row["escalations"] = int(place % 6 == 0)
    return row


def _of_stream(fact: str, rng: np.random.Generator, place: int, kind: str | None) -> dict[str, Any]:
    begin = FIRST + timedelta(seconds=int(rng.integers(SPAN_S)))
    made: dict[str, Any] = import_module(f"tests.invented_streams.{fact}").row(rng, place, begin, kind)
    return made


def invented_rows(fact: str, kind: str | None, size: int, seed: int) -> list[dict[str, Any]]:
    """Rows for `fact_table`; of several kinds where `kind` is None."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for place in range(size):
        if fact == "clock":
            rows.append(_clock(rng, place, kind or "first_reply"))
        elif fact == "case":
            rows.append(_case(rng, place))
        else:
            rows.append(_shared(rng, place) | _of_stream(fact, rng, place, kind))
    return rows


@cache
def invented(fact: str, kind: str | None, size: int = 400, seed: int = 1, zone: str = "Europe/Bucharest") -> pa.Table:
    """A fact table of `size` invented rows with local dates of `zone`; nobody can change it, so it is made once."""
    return fact_table(fact, invented_rows(fact, kind, size, seed), zone=zone)


def shares_of(clock: pa.Table, owners: Mapping[str, int]) -> pa.Table:
    """An owner_share table that splits every clock of `clock` among `owners` by their seconds."""
    rows = []
    for row in clock.select(["case_key", "kind", "n"]).to_pylist():
        before = 0
        for owner in sorted(owners):
            rows.append(
                row
                | {
                    "owner": owner,
                    "owned_before_s": before,
                    "owned_s": owners[owner],
                    "owned_total_s": sum(owners.values()),
                }
            )
            before += owners[owner]
    return pa.Table.from_pylist(rows)
