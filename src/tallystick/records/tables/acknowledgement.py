"""One agent who was asked to confirm one announcement, whether confirmed or not."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, instant, key, text

TABLE = Table(
    grain="one agent and one announcement",
    key="acknowledgement_key",
    presence="asked_at",
    at="asked_at",
    order=("announcement_key", "acknowledgement_key"),
    columns=(
        key("acknowledgement_key", "key_of(source, announcement id, agent)"),
        key("announcement_key", "the announcement"),
        text("source", "where it was published"),
        text("agent", "who was asked", personal=Personal.PSEUDONYM),
        instant("asked_at", "when the agent was asked; null retracts the row"),
        instant("opened_at", "when the agent opened it; null: never"),
        instant("acknowledged_at", "when the agent confirmed it; null: not yet"),
        Column("reading_s", pa.int64(), "time for which it was open", unit="s"),
    ),
)
