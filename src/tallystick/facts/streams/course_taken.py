"""Courses taken: each attempt of one agent at one course, as the learning system says.

Grain: one training. It belongs to the local day on which it happened, in the zone of the terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.closure import Tied
from tallystick.facts.people import identities_of, people_of
from tallystick.facts.stream import INSTANT, Given, Rows, Stream, within
from tallystick.vocabulary.clock_terms import ClockTerms

TABLE = "training"


def _derive(given: Given) -> Mapping[str, Any]:
    rows = given.rows[TABLE]
    rows = rows.filter(pc.is_valid(rows.column("happened_at")))
    if not rows.num_rows:
        return {}
    people = people_of({**given.rows, TABLE: rows}, (TABLE,), {TABLE: "happened_at"})
    codes = people.codes[TABLE]
    agent = people.person.take(pa.array(codes, mask=codes < 0))
    return {
        **{name: rows.column(name) for name in ("training_key", "course", "result", "happened_at", "partner")},
        "agent": agent,
        "case_id": pc.binary_join_element_wise(
            pc.coalesce(agent, ""), pc.coalesce(rows.column("course").combine_chunks().cast(pa.string()), ""), "@"
        ),
    }


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Trainings that happened in the period, and who they were."""
    kept = {TABLE: within(rows[TABLE], ("happened_at",), start_s, end_s)}
    return kept | {"identity": identities_of(rows, kept)}


def _ordinary(place: int, _row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"training_key": place + 1, "course": "refunds", "result": "completed"}


STREAM = Stream(
    module=__name__,
    reads=(TABLE, "identity"),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({TABLE: {"training_key": "training"}}, ("training_key", "training"), beside=("identity",)),
    columns={
        "training_key": pa.int64(),
        "course": pa.string(),
        "result": pa.string(),
        "happened_at": INSTANT,
    },
    key=("training_key",),
    begins="happened_at",
    ends=("happened_at",),
    dated={"happened": "happened_at"},
    moments={"measured-in": ("happened",)},
    owners={"owner-at-start": ("partner",)},
    agents={"owner-at-start": ("agent",)},
    row="training",
    occasions={"measured-in": "it happened"},
    ordinary=_ordinary,
    shown=("happened_at", "agent", "course", "result"),
    untold=frozenset({"programme", "queue", "channel", "language", "priority", "reason", "initiated_by"}),
)
