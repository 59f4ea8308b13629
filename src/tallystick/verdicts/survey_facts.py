"""The survey facts: each survey that was sent, with its case's owners and dimensions and the contract's local dates.

Grain: one survey. A survey whose case is not in the records keeps its own queue, language and channel, and its partner
is the one that ingest gave it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.verdicts.matching import beside
from tallystick.vocabulary.opening import ZoneOffsets, local_day_many, monday_of, month_of, zone_arrays

FROM_CASE = ("case_id", "programme", "priority", "reason", "initiated_by", "excluded", "partner", "partner_last")
OWN_OR_CASE = ("queue", "language", "channel", "agent")
KEPT = ("response_key", "case_key", "kind", "sent_at", "answered_at", "score", "scale_min", "scale_max")


def survey_facts(responses: pa.Table, case: pa.Table, zone: ZoneOffsets) -> pa.Table:
    """Survey rows with the columns that survey measures read, sorted by response key.

    `responses` are canonical survey rows, `case` the case facts, `zone` the contract's offsets.
    """
    surveys = responses.rename_columns([f"own_{name}" if name in ("partner", *OWN_OR_CASE) else name for name in
                                        responses.column_names])  # fmt: skip
    columns = [name for name in (*FROM_CASE, "queue", "language", "channel") if name in case.column_names]
    joined = beside(surveys.sort_by("response_key"), case, ["case_key"], columns)
    found: dict[str, Any] = {name: joined.column(name) for name in KEPT}
    found["higher_is_better"] = pc.fill_null(joined.column("higher_is_better"), fill_value=True)
    for name in ("case_id", "programme", "priority", "reason", "initiated_by", "excluded"):
        found[name] = joined.column(name)
    for name in ("queue", "language", "channel"):
        found[name] = pc.coalesce(joined.column(name), joined.column(f"own_{name}"))
    found["agent"] = joined.column("own_agent")
    found["partner"] = pc.coalesce(joined.column("own_partner"), joined.column("partner"))
    found["owner_start"] = pc.coalesce(joined.column("partner"), joined.column("own_partner"))
    found["owner_stop"] = pc.coalesce(joined.column("partner_last"), joined.column("own_partner"))
    for name in ("sent", "answered"):
        found |= _dates(name, joined.column(f"{name}_at"), zone)
    return pa.table(found)


def _dates(name: str, instants: Any, zone: ZoneOffsets) -> dict[str, Any]:
    """Local date, Monday and month of instants; null where there is none."""
    micros = instants.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    unknown = np.asarray(micros.is_null())
    second = np.asarray(pc.fill_null(micros, 0), dtype=np.int64) // 1_000_000
    day: Any = local_day_many(zone_arrays(zone), second)
    monday: Any = monday_of(day)
    month: Any = month_of(day)
    mask = unknown if unknown.any() else None
    return {
        f"{name}_on": pa.array(day.astype(np.int32), mask=mask).view(pa.date32()),
        f"{name}_week": pa.array(monday.astype(np.int32), mask=mask).view(pa.date32()),
        f"{name}_month": pa.array(month.astype(np.int32), mask=mask),
    }
