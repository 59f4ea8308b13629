"""Actions: each action, query or meeting that somebody promised, from its agreement to its end.

Grain: one row of `action`. Its owner stands where others have the agent; `whole_s` are the seconds from its
agreement to its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Tied
from tallystick.facts.stream import INSTANT, Given, Rows, Stream, touching
from tallystick.vocabulary.clock_terms import ClockTerms

TABLE = "action"
# When an action ends that is still open.
FAR_US = 2**60
_TEXTS = ("kind", "title", "side", "measure")
_INSTANTS = ("opened_at", "due_at", "closed_at")


def _derive(given: Given) -> Mapping[str, Any]:
    rows = given.rows[TABLE]
    kept = ("action_key", "partner", *_TEXTS, *_INSTANTS, "effective")
    return {name: rows.column(name) for name in kept} | {
        "agent": rows.column("owner"),
        "case_id": rows.column("action_id"),
        "whole_s": pc.divide(
            pc.subtract(rows.column("closed_at").cast(pa.int64()), rows.column("opened_at").cast(pa.int64())), 1_000_000
        ),
    }


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Actions whose time from agreement to the later of due date and end touches the period; open ones always."""
    actions = rows[TABLE]
    closed, due = (actions.column(name).cast(pa.int64()) for name in ("closed_at", "due_at"))
    last = pc.max_element_wise(pc.coalesce(closed, pa.scalar(FAR_US)), due)
    spans = actions.append_column("over_at", last.cast(INSTANT))
    return {TABLE: touching(spans, "opened_at", "over_at", start_s, end_s).drop_columns(["over_at"])}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    opened: datetime = row["opened_at"]
    closed = row["closed_at"] if "closed_at" in row else opened + timedelta(days=2)
    return {
        "action_key": place + 1,
        "due_at": opened + timedelta(days=7),
        "closed_at": closed,
        "whole_s": None if closed is None else int((closed - opened).total_seconds()),
        "kind": "corrective",
        "side": "partner",
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({TABLE: {"action_key": "action"}}, ("action_key", "action")),
    columns={
        "action_key": pa.int64(),
        **dict.fromkeys(_TEXTS, pa.string()),
        **dict.fromkeys(_INSTANTS, INSTANT),
        "effective": pa.bool_(),
        "whole_s": pa.int64(),
    },
    key=("action_key",),
    begins="opened_at",
    ends=("closed_at",),
    dated={"opened": "opened_at", "due": "due_at"},
    moments={"due-in": ("due", "opened"), "created-in": ("opened",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="action",
    occasions={"created-in": "it was agreed"},
    ordinary=_ordinary,
    shown=("opened_at", "due_at", "closed_at", "title", "side", "effective"),
)
