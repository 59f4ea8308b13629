"""What streams on surveys share: each survey beside its case, and for a row the first survey that was sent about it.

A survey whose case is not in the records keeps its own queue, language and channel, and its partner is the one that
ingest gave it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.beside import beside
from tallystick.facts.stream import INSTANT, SECOND_US

TABLE = "survey_response"
# How far from a row a survey may be that is its own, and an answer from what was done after it.
REACH_S = 30 * 86_400
COLUMNS: Mapping[str, pa.DataType] = {
    "response_key": pa.int64(),
    "case_key": pa.int64(),
    "owner_start": pa.string(),
    "owner_stop": pa.string(),
    "kind": pa.string(),
    "sent_at": INSTANT,
    "answered_at": INSTANT,
    "score": pa.int32(),
    "scale_min": pa.int32(),
    "scale_max": pa.int32(),
    "higher_is_better": pa.bool_(),
}
_KEPT = ("response_key", "case_key", "kind", "sent_at", "answered_at", "score", "scale_min", "scale_max", "agent")
_DIMENSIONS = ("queue", "language", "channel")
_OF_CASE = ("case_id", "programme", "priority", "reason", "initiated_by", "excluded")
_OWNERS = ("partner", "partner_last")


def with_case(surveys: pa.Table, case: pa.Table, more: Sequence[str] = ()) -> dict[str, Any]:
    """The columns of some surveys with owners and dimensions of their cases; `more` are further columns of a case."""
    given = ("partner", *_DIMENSIONS)
    own = surveys.rename_columns([f"own_{name}" if name in given else name for name in surveys.column_names])
    joined = beside(own, case, ["case_key"], [*_OF_CASE, *_OWNERS, *_DIMENSIONS, *more])
    found: dict[str, Any] = {name: joined.column(name) for name in (*_KEPT, *_OF_CASE, *more)}
    found |= {name: pc.coalesce(joined.column(name), joined.column(f"own_{name}")) for name in _DIMENSIONS}
    told, first, last = (joined.column(name) for name in ("own_partner", *_OWNERS))
    return found | {
        "higher_is_better": pc.fill_null(joined.column("higher_is_better"), fill_value=True),
        "partner": pc.coalesce(told, first),
        "owner_start": pc.coalesce(first, told),
        "owner_stop": pc.coalesce(last, told),
    }


def first_sent(surveys: pa.Table, rows: pa.Table, key: str, near: str, *, before_s: int, after_s: int) -> Any:
    """For each row the instant of the first survey about it, sent around the row's instant `near`; empty without one.

    A survey names what it is about by its case key, which is the row's `key`.
    """
    sent = surveys.select(["case_key", "sent_at"]).drop_null().rename_columns([key, "sent_at"])
    sent = beside(sent, rows, [key], [near])
    apart = pc.subtract(sent.column("sent_at").cast(pa.int64()), sent.column(near).cast(pa.int64()))
    own = pc.and_(pc.greater_equal(apart, -before_s * SECOND_US), pc.less_equal(apart, after_s * SECOND_US))
    sent = sent.filter(pc.fill_null(own, fill_value=False)).sort_by("sent_at")
    keys, first = np.unique(np.asarray(sent.column(key), dtype=np.int64), return_index=True)
    firsts = pa.table({key: pa.array(keys, pa.int64()), "sent_at": sent.column("sent_at").take(pa.array(first))})
    return beside(rows.select([key]), firsts, [key], ["sent_at"]).column("sent_at")
