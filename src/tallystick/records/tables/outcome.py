"""What became of a customer's issue outside the helpdesk: a refund made, an order sent again, a customer who left."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, instant, key, text

TABLE = Table(
    grain="one thing that happened to one customer or case",
    key="outcome_key",
    presence="happened_at",
    at="happened_at",
    order=("happened_at", "outcome_key"),
    columns=(
        key("outcome_key", "key_of(source, outcome id)"),
        text("source", "the system that says so"),
        text("kind", "what happened: refund, replacement, cancellation, payment, complaint ..."),
        instant("happened_at", "when; null retracts it"),
        key("case_key", "the case, null where unknown"),
        key("requester_key", "keyed hash of the customer's id", personal=Personal.PSEUDONYM),
        Column("resolved", pa.bool_(), "whether it shows the issue as resolved; null: it does not tell"),
        Column("amount", pa.decimal128(18, 4), "amount in `currency`, where told"),
        text("currency", "ISO 4217 code"),
    ),
)
