"""One action that somebody promised: corrective, preventive, or an answer to a question."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, instant, key, text

TABLE = Table(
    grain="one action",
    key="action_key",
    presence="opened_at",
    at="opened_at",
    order=("opened_at", "action_key"),
    columns=(
        key("action_key", "key_of(source, action id)"),
        text("action_id", "the source's own id"),
        text("source", "where it is kept"),
        text("kind", "what sort", words=("corrective", "preventive", "query", "meeting", "other"), default="other"),
        text("title", "what is to be done"),
        text("owner", "who is to do it", personal=Personal.PSEUDONYM),
        text("side", "whose duty it is", words=("client", "partner"), default="partner"),
        instant("opened_at", "when it was agreed; null retracts it"),
        instant("due_at", "by when"),
        instant("closed_at", "when it was done; null: not yet"),
        Column("effective", pa.bool_(), "whether the figure that it should move did move; null: not tested"),
        text("measure", "id of the measure that it should move"),
    ),
)
