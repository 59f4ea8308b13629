"""What an invoice taxes alike: a category and rate with its taxable sum and its tax."""

import pyarrow as pa

from tallystick.records.table import Column, Table, key, text
from tallystick.records.tables.invoice import NUMBER, TAX

TABLE = Table(
    grain="one tax group of an invoice",
    key="tax_key",
    presence="invoice_key",
    order=("tax_key",),
    columns=(
        key("tax_key", "key of the invoice and the group's place in it"),
        key("invoice_key", "the invoice; null retracts the group"),
        text("source", "the feed's source"),
        Column("place", pa.int32(), "which group of the document, from 1"),
        text("category", TAX),
        Column("rate", NUMBER, "rate of tax", unit="percent"),
        Column("taxable", NUMBER, "sum that is taxed", unit="currency of the invoice"),
        Column("tax", NUMBER, "tax on it", unit="currency of the invoice"),
        text("exemption", "why it is not taxed, where told"),
        text("exemption_code", "code of why it is not taxed, where told"),
    ),
)
