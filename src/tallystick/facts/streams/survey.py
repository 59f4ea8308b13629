"""Survey facts: each survey that was sent, with its case's owners and dimensions.

Grain: one survey. A survey whose case is not in the records keeps its own queue, language and channel, and its partner
is the one that ingest gave it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.beside import beside
from tallystick.facts.closure import Tied
from tallystick.facts.stream import INSTANT, Given, Rows, Stream, within
from tallystick.vocabulary.clock_terms import ClockTerms

TABLE = "survey_response"
FROM_CASE = ("case_id", "programme", "priority", "reason", "initiated_by", "excluded", "partner", "partner_last")
OWN_OR_CASE = ("queue", "language", "channel", "agent")
OF_ISSUE = ("contact_no", "reopens")
KEPT = ("response_key", "case_key", "kind", "sent_at", "answered_at", "score", "scale_min", "scale_max")


def _derive(given: Given) -> Mapping[str, Any]:
    responses, case = given.rows[TABLE], given.case
    surveys = responses.rename_columns([f"own_{name}" if name in ("partner", *OWN_OR_CASE) else name for name in
                                        responses.column_names])  # fmt: skip
    columns = [name for name in (*FROM_CASE, *OF_ISSUE, "queue", "language", "channel") if name in case.column_names]
    joined = beside(surveys, case, ["case_key"], columns)
    found: dict[str, Any] = {name: joined.column(name) for name in KEPT}
    found["higher_is_better"] = pc.fill_null(joined.column("higher_is_better"), fill_value=True)
    for name in ("case_id", "programme", "priority", "reason", "initiated_by", "excluded", *OF_ISSUE):
        found[name] = joined.column(name)
    for name in ("queue", "language", "channel"):
        found[name] = pc.coalesce(joined.column(name), joined.column(f"own_{name}"))
    found["agent"] = joined.column("own_agent")
    found["partner"] = pc.coalesce(joined.column("own_partner"), joined.column("partner"))
    found["owner_start"] = pc.coalesce(joined.column("partner"), joined.column("own_partner"))
    found["owner_stop"] = pc.coalesce(joined.column("partner_last"), joined.column("own_partner"))
    return found


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Surveys sent or answered in the period."""
    return {TABLE: within(rows[TABLE], ("sent_at", "answered_at"), start_s, end_s)}


def _ordinary(place: int, row: Mapping[str, Any]) -> Mapping[str, Any]:
    sent: datetime = row["sent_at"]
    return {
        "response_key": place + 1,
        "case_key": place + 1,
        "owner_start": "aurora",
        "owner_stop": "aurora",
        "answered_at": sent + timedelta(days=1),
        "scale_min": 1,
        "scale_max": 5,
        "score": 5,
        "higher_is_better": True,
        "contact_no": 1,
    }


STREAM = Stream(
    module=__name__,
    reads=(TABLE,),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({TABLE: {"response_key": "survey"}}, ("response_key", "survey"), of_case={TABLE: "case_key"}),
    columns={
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
        "contact_no": pa.int64(),
        "reopens": pa.int64(),
    },
    key=("response_key",),
    carried=("case_key",),
    begins="sent_at",
    ends=("answered_at",),
    dated={"sent": "sent_at", "answered": "answered_at"},
    moments={"created-in": ("sent",), "measured-in": ("answered", "sent")},
    owners={"owner-at-start": ("owner_start",), "owner-at-stop": ("owner_stop", "owner_start")},
    agents={"owner-at-start": ("agent",), "owner-at-stop": ("agent",)},
    row="survey",
    occasions={"created-in": "it was sent", "measured-in": "it was answered (without an answer, sent)"},
    ordinary=_ordinary,
    of_cases=True,
    shown=("sent_at", "answered_at", "score"),
    always=True,
)
