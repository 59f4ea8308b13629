"""Survey facts: each survey that was sent, with its case's owners and dimensions.

Grain: one survey. A survey whose case is not in the records keeps its own queue, language and channel, and its partner
is the one that ingest gave it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from tallystick.facts.closure import Tied
from tallystick.facts.stream import ONE_AGENT, TWO_OWNERS, Given, Rows, Stream, within
from tallystick.facts.surveys import COLUMNS, TABLE, with_case
from tallystick.vocabulary.clock_terms import ClockTerms

OF_ISSUE = ("contact_no", "reopens")


def _derive(given: Given) -> Mapping[str, Any]:
    return with_case(given.rows[TABLE], given.case, OF_ISSUE)


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
        **COLUMNS,
        "contact_no": pa.int64(),
        "reopens": pa.int64(),
    },
    key=("response_key",),
    carried=("case_key",),
    begins="sent_at",
    ends=("answered_at",),
    dated={"sent": "sent_at", "answered": "answered_at"},
    moments={"created-in": ("sent",), "measured-in": ("answered", "sent")},
    owners=TWO_OWNERS,
    agents=ONE_AGENT,
    row="survey",
    occasions={"created-in": "it was sent", "measured-in": "it was answered (without an answer, sent)"},
    ordinary=_ordinary,
    of_cases=True,
    shown=("sent_at", "answered_at", "score"),
    always=True,
)
