"""What an invoice takes off or adds, for the whole document or for one line."""

import pyarrow as pa

from tallystick.records.table import Column, Table, key, text
from tallystick.records.tables.invoice import NUMBER, TAX

TABLE = Table(
    grain="one allowance or charge of an invoice or of one of its lines",
    key="allowance_key",
    presence="invoice_key",
    order=("allowance_key",),
    columns=(
        key("allowance_key", "key of the invoice and the place in it"),
        key("invoice_key", "the invoice; null retracts the row"),
        text("source", "the feed's source"),
        key("line_key", "the line; null where it is the whole document's"),
        Column("place", pa.int32(), "which one of the invoice, from 1: the document's first, then line by line"),
        text("kind", "taken off or added", words=("allowance", "charge"), default="allowance"),
        Column("amount", NUMBER, "how much, never negative as a rule", unit="currency of the invoice"),
        Column("base", NUMBER, "of what sum, where told", unit="currency of the invoice"),
        Column("percent", NUMBER, "which share of it, where told", unit="percent"),
        text("reason", "why, in words"),
        text("code", "why: UNTDID 5189 of an allowance, 7161 of a charge"),
        text("tax_category", TAX),
        Column("tax_rate", NUMBER, "rate of tax", unit="percent"),
    ),
)
