"""One amount that the service cost in a period, inside or outside the rate card."""

import pyarrow as pa

from tallystick.records.table import Column, Table, key, text

TABLE = Table(
    grain="one kind of cost of one period",
    key="cost_key",
    presence="period_from",
    order=("cost_key",),
    columns=(
        key("cost_key", "key_of(source, cost id)"),
        text("source", "the ledger it comes from"),
        text("kind", "what for: invoice, governance, rework, tools, travel, telecom, exchange ..."),
        Column("period_from", pa.date32(), "first day; null retracts the row"),
        Column("period_to", pa.date32(), "day after the last"),
        Column("amount", pa.decimal128(18, 4), "what it cost in `currency`"),
        text("currency", "ISO 4217 code"),
        text("programme", "the piece of work, where told"),
        text("queue", "the queue, where told"),
        text("borne_by", "who pays", words=("client", "partner"), default="client"),
        Column("on_rate_card", pa.bool_(), "whether the contract's prices name it"),
    ),
)
