"""One change that agents were told of: a policy, a price, a product, an outage."""

from tallystick.records.table import Table, instant, key, text

TABLE = Table(
    grain="one announcement",
    key="announcement_key",
    presence="published_at",
    at="published_at",
    order=("published_at", "announcement_key"),
    columns=(
        key("announcement_key", "key_of(source, announcement id)"),
        text("announcement_id", "the source's own id"),
        text("source", "where it was published"),
        text("title", "what it is about"),
        text("topic", "contact reason or process that it changes"),
        instant("published_at", "when it was published; null retracts it"),
        instant("effective_at", "from when it holds"),
        instant("ended_at", "until when it holds, where told"),
        text("queue", "whom it concerns, where not everybody"),
    ),
)
