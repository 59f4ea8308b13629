"""Every change of a case, with its instant."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, instant, key, text

# In this order where instant and sequence are equal: what a case is comes before what happens to it.
EVENT_KINDS = (
    "created",
    "queue",
    "priority",
    "owner",
    "message",
    "note",
    "handover",
    "escalated",
    "acknowledged",
    "status",
    "merged",
    "unmerged",
    "flag",
)
RANK = {kind: rank for rank, kind in enumerate(EVENT_KINDS)}
ACTORS = ("customer", "agent", "system", "bot")

TABLE = Table(
    grain="one change of one case",
    key="event_key",
    presence="event_at",
    at="event_at",
    # `kind` stands for its rank in EVENT_KINDS, not for its letters.
    order=("case_key", "event_at", "seq", "kind", "event_key"),
    partitioned=True,
    columns=(
        key("case_key", "the case"),
        key("event_key", "key of the change: of the source's id of it, else of its content"),
        instant("event_at", "when it happened; null retracts the event"),
        Column("seq", pa.int32(), "the source's own order among changes of one instant", default=0),
        text("kind", "what changed", words=EVENT_KINDS),
        text("actor", "role of who did it", words=ACTORS),
        text("agent", "the source's agent id of who did it, or null", personal=Personal.PSEUDONYM),
        text(
            "value",
            "queue: its name; priority: its name; owner: agent id, '' for nobody; message: public or auto;"
            " escalated: level; status: the source's raw word; merged: case_id of the survivor; flag: kind of case;"
            " else null",
            personal=Personal.PSEUDONYM,
        ),
        text(
            "seen",
            "what the same row of a log says of the case's queue, priority, owner and status (JSON), where no activity"
            " tells of their changes; '' where the event is such a change, found by comparing rows",
            personal=Personal.PSEUDONYM,
            later=True,
        ),
    ),
)
