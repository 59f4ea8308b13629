"""A line of an invoice: what was billed, how much of it, at what price."""

import pyarrow as pa

from tallystick.records.table import Column, Table, key, text
from tallystick.records.tables.invoice import NUMBER, TAX

TABLE = Table(
    grain="one line of an invoice or credit note",
    key="line_key",
    presence="invoice_key",
    order=("line_key",),
    columns=(
        key("line_key", "key of the invoice and the line's place in it"),
        key("invoice_key", "the invoice; null retracts the line"),
        text("source", "the feed's source"),
        Column("place", pa.int32(), "which line of the document, from 1"),
        text("line_id", "the line's id in the document"),
        text("item", "what was billed, by name"),
        text("description", "what was billed, at length"),
        text("seller_item", "the seller's id of the item: a code of the rate card"),
        text("buyer_item", "the buyer's id of the item"),
        text("standard_item", "a standard's id of the item"),
        Column("quantity", NUMBER, "how many"),
        text("unit", "unit of quantity, UN/ECE Recommendation 20: HUR hour, MIN minute, C62 one, MON month ..."),
        Column("price", NUMBER, "net price of `price_per` units", unit="currency of the invoice"),
        Column("price_per", NUMBER, "for how many units the price is, where told"),
        Column("gross_price", NUMBER, "price before `discount`, where told", unit="currency of the invoice"),
        Column("discount", NUMBER, "taken off the gross price, where told", unit="currency of the invoice"),
        Column("net", NUMBER, "amount of the line without tax", unit="currency of the invoice"),
        text("tax_category", TAX),
        Column("tax_rate", NUMBER, "rate of tax", unit="percent"),
        Column("period_from", pa.date32(), "first day that the line bills, where told"),
        Column("period_to", pa.date32(), "day after the last, where told"),
        text("order_line", "the line of the order it names"),
        text("accounting", "the buyer's account it names"),
        text("note", "remarks"),
        text("more", "JSON of what else the line says: classes, attributes, origin, object"),
    ),
)
